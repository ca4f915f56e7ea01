"""What is selected and ignored, by whom, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from newsletter.checks.registry import Fault, Rule, Stage, rule
from newsletter.checks.waivers import Wishes, choose
from newsletter.domain.finding import Severity
from newsletter.errors import ConfigError, UsageError


def _rule(code: str, slug: str, *, waivable: bool = True) -> Rule:
    def check(_context: object) -> Iterable[Fault]:
        return ()

    return rule(code=code, slug=slug, severity=Severity.ERROR, stage=Stage.SOURCE, waivable=waivable)(check)


RULES = {
    each.code: each
    for each in (
        _rule("LK001", "link-empty"),
        _rule("LK002", "link-fragment"),
        _rule("MS006", "unsubscribe-missing", waivable=False),
        _rule("MS001", "html-too-large"),
    )
}


def test_a_prefix_selects_its_family() -> None:
    choice = choose(RULES, Wishes(select=("lk",)))

    assert {"MS006", "MS001"} == set(choice.unselected)


def test_an_option_replaces_the_selection_of_the_configuration() -> None:
    choice = choose(RULES, Wishes(select=("MS001",), config_select=("LK",)))

    assert {"LK001", "LK002", "MS006"} == set(choice.unselected)


def test_the_configuration_cannot_leave_out_what_cannot_be_waived() -> None:
    choice = choose(RULES, Wishes(config_select=("LK",), config_ignore={"MS": "geen zin"}))

    assert {"MS001"} == set(choice.unselected)
    assert {"MS001"} == set(choice.waived)


def test_the_reason_is_kept() -> None:
    choice = choose(RULES, Wishes(issue_ignore={"LK001": "een opgave voor de lezer"}))

    assert choice.waived == {"LK001": "ignored by the issue: een opgave voor de lezer"}


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        choose(RULES, Wishes(select=("LK01",), ignore=("link-emty",)))

    assert 'there is no check "LK01"' in str(caught.value)
    assert "did you mean LK001 (link-empty)?" in str(caught.value)
    assert len(caught.value.problems) == 2


def test_an_unknown_code_in_the_configuration_names_the_file() -> None:
    with pytest.raises(ConfigError, match=r"newsletter\.toml: there is no check"):
        choose(RULES, Wishes(config_ignore={"QQ001": "x"}))


def test_a_rule_that_cannot_be_waived_cannot_be_ignored_by_an_option() -> None:
    with pytest.raises(UsageError, match=r"MS006 \(unsubscribe-missing\) cannot be ignored"):
        choose(RULES, Wishes(ignore=("ms006",)))


def test_an_empty_pattern_covers_nothing() -> None:
    with pytest.raises(UsageError):
        choose(RULES, Wishes(ignore=("",)))
