"""Style sheets in a template: made safe for mjml-python, and held to what the inliner can do.

premailer drops or breaks on at-rules, `*` and most pseudo-classes in CSS it has to inline, without a word;
here each of them is a fault, so that nothing is lost unseen.
"""

from __future__ import annotations

import re

from newsletter.render.mjml.tokens import Fault

__all__ = ["clean_css", "inline_css_faults"]

_NAME = r"[A-Za-z_-][A-Za-z0-9_-]*"
_QUALIFIER = rf"(?:[.#]{_NAME}|\[{_NAME}(?:[~|^$*]?=(?:{_NAME}|\"[A-Za-z0-9_-]+\"|'[A-Za-z0-9_-]+'))?\])"
_COMPOUND = rf"(?:[A-Za-z][A-Za-z0-9-]*(?:{_QUALIFIER})*|(?:{_QUALIFIER})+)"
_SELECTOR = re.compile(rf"{_COMPOUND}(?:(?:\s*>\s*|\s+){_COMPOUND})*(?::(?:first|last)-child)?")
_RULE = re.compile(r"(?P<selectors>[^{}]*)\{(?P<body>[^{}]*)\}")
_DECLARATION = re.compile(r"\s*-?[A-Za-z][A-Za-z-]*\s*:\s*\S")
_ESCAPED = re.compile(r"[<\x80-\U0010ffff]")
_MAX_SELECTOR = 200


def clean_css(css: str) -> str:
    """Return `css` without comments, with `<` and all that is not ASCII as CSS escapes (CSS Syntax 3, 4.1).

    mjml-python refuses comments, `<` and `]]>`, and panics on `>` shortly after a letter outside ASCII.
    Linear in time; an unfinished comment runs to the end, as in a browser (CSS Syntax 3, 4.3.2).
    """
    parts: list[str] = []
    position = 0
    while (start := css.find("/*", position)) >= 0:
        parts.append(css[position:start])
        end = css.find("*/", start + 2)
        position = len(css) if end < 0 else end + 2
    parts.append(css[position:])
    return _ESCAPED.sub(lambda match: f"\\{ord(match.group()):x} ", "".join(parts)).replace("]]>", "]] >")


def inline_css_faults(css: str, offset: int) -> list[Fault]:
    """Return what the inliner could not carry out in `css`, which stands at `offset` of the template."""
    css = _blank_comments(css)
    faults: list[Fault] = []
    done = 0
    for match in _RULE.finditer(css):
        if css[done : match.start()].strip():
            faults.append(_fault(css, done, offset, "stray text or a nested block"))
        done = match.end()
        faults += _rule_faults(css, match, offset)
    if css[done:].strip().strip(";"):  # at the very end a ; harms nothing
        faults.append(_fault(css, done, offset, "text that is not a rule"))
    return faults


def _rule_faults(css: str, rule: re.Match[str], offset: int) -> list[Fault]:
    if rule["selectors"].lstrip().startswith(";"):
        return [_passed_over(css, rule, offset)]
    faults: list[Fault] = []
    for selector in rule["selectors"].split(","):
        selector = selector.strip()
        if len(selector) > _MAX_SELECTOR or not _SELECTOR.fullmatch(selector):
            faults.append(_fault(css, rule.start(), offset, f'the selector "{selector[:60]}"'))
    faults += [
        _fault(css, rule.start("body"), offset, f'"{declaration.strip()[:60]}"')
        for declaration in rule["body"].split(";")
        if declaration.strip() and not _DECLARATION.match(declaration) and "(" not in rule["body"]
    ]
    return faults


def _passed_over(css: str, rule: re.Match[str], offset: int) -> Fault:
    """Return a note on a rule that begins with a semicolon, which no browser and no compiler takes."""
    return Fault(
        offset=offset + css.index(";", rule.start()),
        what="the rule after this ; is passed over",
        why="a ; ends a declaration, no rule; programs take it for the begin of the next selector",
        fix="take the ; out",
        is_note=True,
    )


def _fault(css: str, position: int, offset: int, what: str) -> Fault:
    while position < len(css) - 1 and css[position].isspace():
        position += 1
    return Fault(
        offset=offset + position,
        what=f"{what} cannot be inlined",
        why="an inline sheet takes rules with names, classes, ids, attributes, :first-child and :last-child",
        fix="put the rule in an <mj-style> without inline",
    )


def _blank_comments(css: str) -> str:
    """Return `css` with comments as spaces, so that positions stay what they are."""
    parts: list[str] = []
    position = 0
    while (start := css.find("/*", position)) >= 0:
        end = css.find("*/", start + 2)
        end = len(css) if end < 0 else end + 2
        parts += (css[position:start], " " * (end - start))
        position = end
    return "".join([*parts, css[position:]])
