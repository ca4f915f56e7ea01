"""What a rule is, and how all rules are found: one file each, no list kept by hand."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from newsletter.checks.need import Need
from newsletter.domain.finding import Finding, Mend, Severity
from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.checks.context import CheckContext

__all__ = [
    "Fault",
    "Need",
    "Rule",
    "Stage",
    "collect_rules",
    "load_rules",
    "merge_rules",
    "rule",
    "rules_in",
]

_CODE = re.compile(r"[A-Z]{2,3}[0-9]{3}")
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*")


class Stage(StrEnum):
    """Where a rule looks, from the file the author typed to the list it goes to; rules run in this order.

    NETWORK, BROWSER and SPAM are run on request. REVIEW comes last: such a rule looks at what the others
    found.
    """

    SOURCE = "source"
    PROJECT = "project"
    RENDERED = "rendered"
    AUDIENCE = "audience"
    NETWORK = "network"
    BROWSER = "browser"
    SPAM = "spam"
    REVIEW = "review"

    @property
    def option(self) -> str | None:
        """Return the option that asks for this stage; None when it always runs."""
        return f"--{self.value}" if self in (Stage.NETWORK, Stage.BROWSER, Stage.SPAM) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a rule saw. `severity` is given only where it differs from the rule's own.

    `readers` names every reader it concerns, addresses shortened; `what` may name only some.
    `mend` is how `check --fix` changes the file.
    """

    what: str
    place: Place | None = None
    why: str | None = None
    fix: str | None = None
    severity: Severity | None = None
    readers: tuple[str, ...] = ()
    mend: Mend | None = None

    @classmethod
    def of(cls, problem: Problem) -> Fault:
        """Return a stage's problem as a fault."""
        return cls(what=problem.what, place=problem.place, why=problem.why, fix=problem.fix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check. `doc` is its page, `module` where it lives.

    `blocked_by` names rules whose findings make this one pointless: it is then skipped.
    `suppresses` names rules that would say the same less well: their findings at the same place are dropped.
    """

    code: str
    slug: str
    severity: Severity
    stage: Stage
    needs: tuple[Need, ...]
    blocked_by: tuple[str, ...]
    suppresses: tuple[str, ...]
    waivable: bool
    check: Callable[[CheckContext], Iterable[Fault]]
    doc: str
    module: str

    @property
    def title(self) -> str:
        """Return the first line of the rule's page, without its final period."""
        return self.doc.partition("\n")[0].rstrip(".")

    def finding(self, fault: Fault) -> Finding:
        """Return `fault` under this rule's name."""
        return Finding(
            code=self.code,
            slug=self.slug,
            severity=fault.severity or self.severity,
            what=fault.what,
            place=fault.place,
            why=fault.why,
            fix=fault.fix,
            readers=fault.readers,
            mend=fault.mend,
        )


def rule(  # noqa: PLR0913 (a declaration, all by keyword)
    *,
    code: str,
    slug: str,
    severity: Severity,
    stage: Stage,
    needs: Iterable[Need] = (),
    blocked_by: Iterable[str] = (),
    suppresses: Iterable[str] = (),
    waivable: bool = True,
) -> Callable[[Callable[[CheckContext], Iterable[Fault]]], Rule]:
    """Make a pure function a rule; its docstring becomes the rule's page.

    Nothing is registered on import: the function is replaced by the Rule, and `load_rules` finds it.
    Raises ValueError when `code` or `slug` has a form of its own.
    """
    if not _CODE.fullmatch(code) or not _SLUG.fullmatch(slug):
        raise ValueError(f"a rule is named like LK001 link-empty, not {code} {slug}")

    def decorate(check: Callable[[CheckContext], Iterable[Fault]]) -> Rule:
        return Rule(
            code=code,
            slug=slug,
            severity=severity,
            stage=stage,
            needs=tuple(needs),
            blocked_by=tuple(blocked_by),
            suppresses=tuple(suppresses),
            waivable=waivable,
            check=check,
            doc=inspect.cleandoc(check.__doc__ or ""),
            module=check.__module__,
        )

    return decorate


@cache
def load_rules() -> Mapping[str, Rule]:
    """Return every rule of `newsletter.checks.rules` by code, in order of stage, then code.

    Raises ConfigError when two rules share a code or a slug.
    """
    package = importlib.import_module("newsletter.checks.rules")
    return collect_rules(_modules(package))


def collect_rules(modules: Iterable[ModuleType]) -> Mapping[str, Rule]:
    """Return the rules defined in `modules` by code, in order of stage, then code. Raises ConfigError."""
    return merge_rules({}, rules_in(modules))


def merge_rules(known: Mapping[str, Rule], more: Iterable[Rule]) -> Mapping[str, Rule]:
    """Return the rules `known` and `more` by code, in order of stage, then code. Raises ConfigError."""
    rules: dict[str, Rule] = {}
    slugs: dict[str, Rule] = {}
    problems: list[Problem] = []
    for found in (*known.values(), *more):
        for name, twin in ((found.code, rules.get(found.code)), (found.slug, slugs.get(found.slug))):
            if twin is not None:
                problems.append(
                    Problem(
                        what=f"two checks are called {name}",
                        why=f"they are in {twin.module} and {found.module}",
                        fix="give one of them another name",
                    )
                )
        rules[found.code] = slugs[found.slug] = found
    ConfigError.raise_if(problems)
    order = tuple(Stage)
    return {r.code: r for r in sorted(rules.values(), key=lambda r: (order.index(r.stage), r.code))}


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
        if not info.ispkg:
            yield importlib.import_module(info.name)


def rules_in(modules: Iterable[ModuleType]) -> Iterator[Rule]:
    """Yield the rules that `modules` define themselves, not those they import."""
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Rule) and value.module == module.__name__:
                yield value
