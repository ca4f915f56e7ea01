"""Rules are found by themselves, keep their names apart, and say what they are."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

import pytest

from newsletter.checks.registry import Fault, Rule, Stage, collect_rules, load_rules, rule
from newsletter.domain.finding import Severity
from newsletter.errors import ConfigError


def _module(name: str, *rules: Rule) -> ModuleType:
    module = ModuleType(name)
    for number, each in enumerate(rules):
        setattr(module, f"check_{number}", each)
    return module


def _rule(code: str, slug: str, module: str = "mine", stage: Stage = Stage.SOURCE) -> Rule:
    def check(_context: object) -> Iterable[Fault]:
        """Something is wrong."""
        return ()

    check.__module__ = module
    return rule(code=code, slug=slug, severity=Severity.ERROR, stage=stage)(check)


def test_two_rules_with_one_code_are_refused_by_name_of_both_modules() -> None:
    modules = (
        _module("here", _rule("AA001", "one", "here")),
        _module("there", _rule("AA001", "two", "there")),
    )

    with pytest.raises(ConfigError) as caught:
        collect_rules(modules)

    assert "two checks are called AA001" in str(caught.value)
    assert "here and there" in str(caught.value)


def test_two_rules_with_one_slug_are_refused() -> None:
    modules = (
        _module("here", _rule("AA001", "one", "here")),
        _module("there", _rule("AA002", "one", "there")),
    )

    with pytest.raises(ConfigError, match="two checks are called one"):
        collect_rules(modules)


def test_a_rule_imported_by_another_module_is_not_found_twice() -> None:
    shared = _rule("AA001", "one", "here")

    rules = collect_rules((_module("here", shared), _module("there", shared)))

    assert list(rules) == ["AA001"]


def test_rules_come_in_order_of_stage_then_code() -> None:
    rules = collect_rules(
        [
            _module(
                "mine",
                _rule("AA002", "two", stage=Stage.AUDIENCE),
                _rule("ZZ001", "one", stage=Stage.SOURCE),
                _rule("AA001", "three", stage=Stage.AUDIENCE),
            )
        ]
    )

    assert list(rules) == ["ZZ001", "AA001", "AA002"]


@pytest.mark.parametrize(("code", "slug"), [("A1", "fine"), ("AA001", "Not fine"), ("aa001", "fine")])
def test_a_name_of_another_form_is_refused(code: str, slug: str) -> None:
    with pytest.raises(ValueError, match="LK001 link-empty"):
        _rule(code, slug)


def test_the_title_is_the_first_line_of_the_page() -> None:
    assert _rule("AA001", "one").title == "Something is wrong"


def test_all_rules_load_once() -> None:
    assert load_rules() is load_rules()
    assert len(load_rules()) >= 25
