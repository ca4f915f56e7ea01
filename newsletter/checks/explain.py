"""The page of a rule, made from its docstring: for `--explain` and for the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newsletter.checks.registry import Rule, load_rules
from newsletter.checks.waivers import nearest_rule
from newsletter.errors import Problem, UsageError

__all__ = ["SECTIONS", "explain", "list_rules", "rule_page", "sections_of"]

SECTIONS = ("What it does", "Why it matters", "Example", "Instead")
"""Headings every rule's docstring has, in this order."""


def explain(name: str, rules: Mapping[str, Rule] | None = None) -> str:
    """Return the page of the rule called `name` (its code or slug) as Markdown. Raises UsageError."""
    rules = load_rules() if rules is None else rules
    by_slug = {rule.slug: rule for rule in rules.values()}
    rule = rules.get(name.upper()) or by_slug.get(name.lower())
    if rule is None:
        near = nearest_rule(rules, name)
        raise UsageError(
            Problem(what=f'there is no check "{name}"', fix=f"did you mean {near}?" if near else None)
        )
    return rule_page(rule)


def rule_page(rule: Rule, *, level: int = 1) -> str:
    """Return a rule as a Markdown page: name, facts, then what its author wrote about it.

    `level` is that of its first heading.
    """
    page = "\n".join((f"# {rule.code} {rule.slug}", "", *_facts(rule), "", rule.doc, ""))
    deeper = "#" * (level - 1)
    return "\n".join(f"{deeper}{line}" if is_heading else line for line, is_heading in _lines(page))


def sections_of(doc: str) -> dict[str, str]:
    """Return the text below each heading of a rule's docstring, in order, code left whole."""
    sections: dict[str, list[str]] = {}
    for line, is_heading in _lines(doc):
        if is_heading:
            sections[line.lstrip("# ")] = []
        elif sections:
            sections[list(sections)[-1]].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def _lines(page: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is a heading; code has none."""
    is_code = False
    for line in page.split("\n"):
        is_code ^= line.startswith("```")
        yield line, line.startswith("#") and not is_code


def list_rules(rules: Mapping[str, Rule] | None = None) -> str:
    """Return every rule as a Markdown table: code, name, severity and title, in order of code."""
    rules = load_rules() if rules is None else rules
    rows = [f"| {r.code} | {r.slug} | {r.severity} | {r.title} |" for _, r in sorted(rules.items())]
    return "\n".join(("| code | name | severity | what |", "|---|---|---|---|", *rows, ""))


def _facts(rule: Rule) -> Iterator[str]:
    waivable = "may be ignored, with a reason" if rule.waivable else "cannot be ignored"
    yield f"Severity: {rule.severity}. Looks at: {rule.stage}. It {waivable}."
    if rule.blocked_by:
        yield f"Waits for: {', '.join(rule.blocked_by)}."
