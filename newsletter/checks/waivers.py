"""Which rules run: selected and ignored codes from options, configuration and the issue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from newsletter.checks.registry import Rule
from newsletter.domain.nearest import nearest
from newsletter.errors import ConfigError, Problem, UsageError
from newsletter.source import Place

__all__ = ["Choice", "Wishes", "choose", "covers", "nearest_rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for, where: patterns are codes such as `LK001` or the start of one such as `LK`.

    `select` and `ignore` are options of the command; the mappings hold a reason per pattern.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    config_select: tuple[str, ...] = ()
    config_ignore: Mapping[str, str] = field(default_factory=dict)
    config_path: str = "newsletter.toml"
    issue_ignore: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Why a rule does not run, by code: `unselected` was not asked for, `waived` was waved through."""

    unselected: Mapping[str, str]
    waived: Mapping[str, str]


def choose(rules: Mapping[str, Rule], wishes: Wishes) -> Choice:
    """Work out which of `rules` run.

    The option `select` replaces the configuration's. No file can leave out a rule that cannot be waived;
    the rule `waiver-refused` reports the attempt.
    Raises UsageError for an option that names no rule or one that cannot be waived, ConfigError for an
    unknown pattern in the configuration.
    """
    UsageError.raise_if(
        [*_unknown(rules, (*wishes.select, *wishes.ignore)), *_not_waivable(rules, wishes.ignore)]
    )
    place = Place(path=wishes.config_path)
    ConfigError.raise_if(_unknown(rules, (*wishes.config_select, *wishes.config_ignore), place))
    return Choice(unselected=dict(_unselected(rules, wishes)), waived=dict(_waived(rules, wishes)))


def covers(pattern: str, code: str) -> bool:
    """Say whether `code` is, or starts with, `pattern`; letter case does not matter."""
    return bool(pattern) and code.startswith(pattern.upper())


def nearest_rule(rules: Mapping[str, Rule], pattern: str) -> str | None:
    """Return `CODE (slug)` of the rule whose code or slug looks most like `pattern`, if any does."""
    codes = {rule.slug: rule.code for rule in rules.values()}
    slug = nearest(pattern, codes)
    code = codes[slug] if slug else nearest(pattern, rules)
    return f"{code} ({rules[code].slug})" if code else None


def _unselected(rules: Mapping[str, Rule], wishes: Wishes) -> Iterable[tuple[str, str]]:
    patterns = wishes.select or wishes.config_select
    reason = "not selected" if wishes.select else f"not selected in {wishes.config_path}"
    for code, rule in rules.items():
        may_be_left_out = bool(wishes.select) or rule.waivable
        if patterns and may_be_left_out and not any(covers(pattern, code) for pattern in patterns):
            yield code, reason


def _waived(rules: Mapping[str, Rule], wishes: Wishes) -> Iterable[tuple[str, str]]:
    stated = [
        *((pattern, "ignored on request") for pattern in wishes.ignore),
        *((p, f"ignored by {wishes.config_path}: {reason}") for p, reason in wishes.config_ignore.items()),
        *((p, f"ignored by the issue: {reason}") for p, reason in wishes.issue_ignore.items() if reason),
    ]
    for pattern, reason in stated:
        for code, rule in rules.items():
            if rule.waivable and covers(pattern, code):
                yield code, reason


def _unknown(rules: Mapping[str, Rule], patterns: Iterable[str], place: Place | None = None) -> list[Problem]:
    problems = []
    for pattern in patterns:
        if not any(covers(pattern, code) for code in rules):
            near = nearest_rule(rules, pattern)
            families = ", ".join(sorted({code[:-3] for code in rules}))
            problems.append(
                Problem(
                    what=f'there is no check "{pattern}"',
                    place=place,
                    why=f"a check is named by its code or the start of one; the families are {families}",
                    fix=f"did you mean {near}?" if near else None,
                )
            )
    return problems


def _not_waivable(rules: Mapping[str, Rule], patterns: Iterable[str]) -> list[Problem]:
    named = [rules[pattern.upper()] for pattern in patterns if pattern.upper() in rules]
    return [
        Problem(
            what=f"{rule.code} ({rule.slug}) cannot be ignored",
            why="rules on law, the list, double sending and merge fields hold for every letter",
            fix="mend what it finds",
        )
        for rule in named
        if not rule.waivable
    ]
