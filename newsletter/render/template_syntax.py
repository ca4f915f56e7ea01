"""What to type instead of a slip in the syntax of a template: Jinja2 says only what it did not expect."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import jinja2

from newsletter.domain.locales import DateForm
from newsletter.domain.nearest import nearest
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["syntax_problem"]

_TAGS = ("block", "extends", "filter", "for", "if", "import", "include", "macro", "raw", "set", "with")
"""What a template may begin with `{%`; each but four has an end, and `if` and `for` have parts between."""

_WITHOUT_END = ("extends", "import", "include", "set")
_BETWEEN = ("elif", "else")
_USUAL = "write a value as {{ name }}, a tag as {% if name %} … {% endif %}, a comment as {# … #}"


def syntax_problem(
    error: jinja2.TemplateSyntaxError, environment: jinja2.Environment, place: Place
) -> Problem:
    """Return `error` as a problem at `place`, with what to type."""
    what = error.message or "the syntax is wrong"
    for pattern, fix in _FIXES:
        found = pattern.search(what)
        if found is not None:
            return Problem(what=what, place=place, fix=fix(found, environment))
    return Problem(what=what, place=place, fix=_USUAL)


def _filter(found: re.Match[str], environment: jinja2.Environment) -> str:
    near = nearest(found[1], environment.filters)
    return f"did you mean | {near}?" if near else f"for a date: {', '.join(DateForm)}"


def _test(found: re.Match[str], environment: jinja2.Environment) -> str:
    return (
        _meant(found[1], environment.tests, "is {}") or f"known are: {', '.join(sorted(environment.tests))}"
    )


def _unclosed(found: re.Match[str], _: jinja2.Environment) -> str:
    return f"close it with {{% end{found[1]} %}}"


def _tag(found: re.Match[str], _: jinja2.Environment) -> str:
    name = found[1]
    ends = [f"end{tag}" for tag in _TAGS if tag not in _WITHOUT_END]
    if name in ends or name in _BETWEEN:
        return "take it out, or begin what it belongs to above it"
    known = f"known are: {', '.join(_TAGS)}"
    return _meant(name, [*_TAGS, *ends, *_BETWEEN], "{{% {} %}}") or known


def _meant(name: str, known: Iterable[str], form: str) -> str | None:
    near = nearest(name, known)
    return f"did you mean {form.format(near)}?" if near else None


def _words(text: str) -> Callable[[re.Match[str], jinja2.Environment], str]:
    return lambda _found, _environment: text


_FIXES: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], jinja2.Environment], str]]] = (
    (re.compile(r"No filter named '([^']*)'"), _filter),
    (re.compile(r"No test named '([^']*)'"), _test),
    (re.compile(r"needs to be closed is '(\w+)'"), _unclosed),
    (re.compile(r"unknown tag '(\w+)'"), _tag),
    (re.compile(r"end of comment"), _words("close it with #}")),
    (re.compile(r"defined twice"), _words("give one of the two another name")),
    (re.compile(r"expected token 'end of statement block', got '='"), _words("write == to compare")),
    (re.compile(r"expected token 'end of statement block', got 'if'"), _words("write {% elif … %}")),
    (re.compile(r"unexpected char '[&|]'|got '\|'"), _words("write and, or")),
    (re.compile(r"unexpected char '!'"), _words("write not")),
    (re.compile(r"unexpected char '\?'"), _words("write {{ one if this else other }}")),
    (re.compile(r"""unexpected char (?:"'"|'"')"""), _words("close the quotation mark")),
    (
        re.compile(r"unexpected '}'(?:, expected '(.)')?|expected 'end of print"),
        _words("close it with }} or %}"),
    ),
    (re.compile(r"Expected an expression"), _words("write a name there, such as newsletter.name")),
)
"""What in Jinja2's message asks for which mend; the first that fits is told."""
