"""pytest collects issues: for a draft one item per check, for a letter that was sent one proof.

Loaded by pytest in every project of the environment, so it imports nothing of the program until a file
`issues/….md` beside a `newsletter.toml` is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from newsletter.checks.registry import Rule
    from newsletter.domain.finding import CheckReport, CheckResult
    from newsletter.project import Project
    from newsletter.project.issues.proof import Proofs

__all__ = ["CheckFailed", "CheckWarning", "pytest_collect_file"]

_CONFIG = "newsletter.toml"


class CheckFailed(Exception):
    """A check found what blocks sending; the text is all there is to show."""


class CheckWarning(UserWarning):
    """A check found what does not block sending, but deserves a look."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect an issue: `issues/….md` beside `newsletter.toml`, as `newsletter check` finds them."""
    root = file_path.parent.parent
    if (
        file_path.suffix != ".md"
        or file_path.parent.name != "issues"
        or file_path.name.startswith((".", "_"))
    ):
        return None
    if not (root / _CONFIG).is_file():
        return None
    collector: pytest.Collector = _IssueFile.from_parent(parent, path=file_path)
    return collector


class _Desk:
    """One newsletter during a session: opened once, every issue checked once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._reports: dict[Path, CheckReport] = {}

    @cached_property
    def project(self) -> Project:
        """Return the newsletter. Raises NewsletterError when its configuration is wrong."""
        from newsletter.project import Project

        return Project.open(self._root)

    @cached_property
    def drafts(self) -> frozenset[Path]:
        """Return the issues that were not sent. Raises NewsletterError."""
        return frozenset(path.resolve() for path in self.project.issues.drafts())

    @cached_property
    def proofs(self) -> Proofs:
        """Return what proves sent letters. Raises NewsletterError."""
        from newsletter.project.issues.proof import Proofs

        return Proofs(self.project)

    def report(self, path: Path) -> CheckReport:
        """Return what the checks say about the issue at `path`. Raises NewsletterError."""
        if path not in self._reports:
            self._reports[path] = self.project.issues.check(path)
        return self._reports[path]

    def known(self, path: Path) -> CheckReport | None:
        """Return the report on `path` if there is one already; asking checks nothing."""
        return self._reports.get(path)

    def close(self) -> None:
        """Close what was opened."""
        if "project" in vars(self):
            self.project.close()


_DESKS: pytest.StashKey[dict[Path, _Desk]] = pytest.StashKey()


def _desk_of(config: pytest.Config, root: Path) -> _Desk:
    desks = config.stash.setdefault(_DESKS, {})
    if root not in desks:
        desks[root] = _Desk(root)
        config.add_cleanup(desks[root].close)
    return desks[root]


class _IssueFile(pytest.File):
    """One issue; collecting reads neither its text nor its letter."""

    def collect(self) -> Iterable[pytest.Item]:
        from newsletter.errors import NewsletterError

        desk = _desk_of(self.config, self.path.parent.parent)
        try:
            if self.path.resolve() not in desk.drafts:
                return [_SentItem.from_parent(self, name="sent", desk=desk)]
            rules = sorted(desk.project.issues.rules().items())
        except NewsletterError:  # the gate tells
            return [_GateItem.from_parent(self, name="gate", desk=desk)]
        return [
            *(_RuleItem.from_parent(self, name=code, desk=desk, rule=rule) for code, rule in rules),
            _GateItem.from_parent(self, name="gate", desk=desk),
        ]


class _IssueItem(pytest.Item):
    """Something to find out about one issue."""

    def __init__(self, *, desk: _Desk, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]  # pytest passes on what its nodes take
        self._desk = desk

    def repr_failure(  # type: ignore[override]  # the plain text alone; a traceback would show our own code
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> object:
        from newsletter.errors import NewsletterError

        if isinstance(excinfo.value, CheckFailed | CheckWarning | NewsletterError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"{self.path.name}: {self.name}"


class _RuleItem(_IssueItem):
    """One check on one draft; the first of an issue to run makes the letter, the others share it."""

    def __init__(self, *, rule: Rule, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]  # desk, and what pytest's nodes take
        self._rule = rule
        self.extra_keyword_matches.add(rule.slug)

    def reportinfo(self) -> tuple[Path, int, str]:
        report = self._desk.known(self.path)
        lines = [] if report is None else list(self._lines(report))
        return self.path, lines[0] if lines else 0, f"{self.path.name}: {self._rule.code} {self._rule.slug}"

    def runtest(self) -> None:
        from newsletter.checks.report.excerpt import Sources
        from newsletter.checks.report.human import format_findings
        from newsletter.domain.finding import CheckReport, CheckStatus, Severity
        from newsletter.errors import NewsletterError

        try:
            report = self._desk.report(self.path)
        except NewsletterError:
            pytest.skip("the checks cannot run: see gate")
        vars(self).pop("location", None)  # pytest keeps it from before there was a line to tell
        result = self._result(report)
        for finding in result.findings:
            place = finding.place or report.path
            self.user_properties.append(
                ("finding", f"{place}: {finding.severity} {finding.code} {finding.what}")
            )
        if result.status is CheckStatus.SKIPPED:
            pytest.skip(result.reason or "not run")
        alone = CheckReport(path=report.path, results=(result,), fail_on=report.fail_on)
        if result.status is CheckStatus.OK:
            return
        told = format_findings(alone, Sources(self._desk.project.config.root))
        text = dedent(told.removeprefix(f"{report.path}\n"))  # whose file it is stands in the item's name
        if alone.is_blocking:
            raise CheckFailed(text)
        self.add_report_section("call", "findings", text)
        for finding in result.findings:
            if finding.severity is Severity.WARNING:
                self.warn(CheckWarning(f"{finding.place or report.path} {finding.code} {finding.what}"))

    def _result(self, report: CheckReport) -> CheckResult:
        return next(result for result in report.results if result.code == self._rule.code)

    def _lines(self, report: CheckReport) -> Iterator[int]:
        """Yield the lines, counted from 0, at which the rule found something in this file."""
        for finding in self._result(report).findings:
            if finding.place and finding.place.path == report.path and finding.place.line:
                yield finding.place.line - 1


class _GateItem(_IssueItem):
    """Whether every check that sending needs came to a verdict."""

    def runtest(self) -> None:
        self._desk.drafts  # noqa: B018 (a configuration that is wrong speaks here, once)
        report = self._desk.report(self.path)
        lines = [f"{one.code} {one.slug} crashed: {one.reason}" for one in report.crashed]
        lines += [f"{one.code} {one.slug} did not run: {one.reason}" for one in report.unproven]
        if report.crashed or (report.unproven and self._desk.project.has_store):
            raise CheckFailed("\n".join([f"{report.path} is not fit to be sent:", *lines]))
        if report.unproven:
            pytest.skip(
                f"{len(report.unproven)} checks that sending needs did not run: there is no list here"
            )


class _SentItem(_IssueItem):
    """Whether a sent issue is still what readers have."""

    def runtest(self) -> None:
        from newsletter.project.issues.proof import Verdict

        proof = self._desk.proofs.of(self.path)
        if proof.verdict is Verdict.OTHER:
            raise CheckFailed(f"{self.path.name}: {proof.reason}")
        if proof.verdict is Verdict.UNPROVEN:
            pytest.skip(proof.reason)
