"""The gate before a letter leaves: checked not long ago, on exactly what would be sent, and approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from newsletter.checks.context import CheckContext
from newsletter.checks.need import Need
from newsletter.checks.receipt import take_receipt
from newsletter.checks.registry import Stage
from newsletter.checks.spelling.dictionary import forget_dictionaries
from newsletter.content.siblings import split_name
from newsletter.domain.finding import CheckReport, Severity
from newsletter.domain.issue import Issue
from newsletter.domain.receipt import Approval, Clearance, Noted, Receipt, templates_digest
from newsletter.errors import Problem, UsageError
from newsletter.project.issues.differences import input_differences, receipt_differences
from newsletter.project.sending.approvals import Approvals, person_of_git
from newsletter.project.sending.judgement import NOTHING_SENT, Judgement, join_judgements
from newsletter.project.sending.receipts import Receipts
from newsletter.source import Place, shown_path

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.protocols import AudienceView

__all__ = ["HOLDS_H", "Gate"]

HOLDS_H = 24
"""Hours a check holds: dates come nearer, links die and lists move on."""

_AHEAD = timedelta(minutes=5)
"""How far two clocks may differ before a receipt is from the future."""


class Gate:
    """Leaves receipts, and asks for them."""

    def __init__(self, project: Project) -> None:
        """Stand before the letters of `project`."""
        self._project = project
        self._receipts = Receipts(project.config.root)
        self._approvals = Approvals(project.config.root)

    def record(self, context: CheckContext, report: CheckReport) -> Receipt | None:
        """Leave the receipt of a check with every rule; one that did not pass leaves none.

        Raises UsageError when the file cannot be written.
        """
        receipt = self._take(context, report)
        if receipt is not None:
            self._receipts.keep(receipt)
        elif context.lacks(Need.ISSUE) is None and context.segment is not None:
            self._receipts.drop(_name(context.issue), context.segment)
        return receipt

    def _take(self, context: CheckContext, report: CheckReport) -> Receipt | None:
        receipt = take_receipt(context, report, self._project.issues.rules())
        return receipt and replace(receipt, slug=_name(context.issue))

    def check(self, path: Path, *, segment: str | None = None) -> CheckReport:
        """Check the issue at `path` for `segment` (default: its own) with every rule, and leave the receipt.

        Raises UsageError, ConfigError, StoreError.
        """
        return self._project.issues.check(path, segment=segment, examined=self.record)

    def approve(self, path: Path, by: str | None = None) -> Approval:
        """Write down that `by` (default: the person git knows) says yes to the issue at `path` as it is.

        Raises ContentError when it cannot be built, UsageError when nobody is named.
        """
        person = " ".join((by or person_of_git(self._project.config.root) or "").split())
        if not person:
            raise UsageError(
                Problem(
                    what="nobody is named who approves", fix='add --by "Your Name"; git knows no name here'
                )
            )
        issue = self._project.issues.load(path)
        approval = Approval(by=person, at=self._project.clock.now(), inputs=self._made_of(issue))
        self._approvals.add(_name(issue), approval)
        return approval

    def approvals_file(self, path: Path) -> str:
        """Return the file with the approvals of the issue at `path`, as one would type it."""
        return shown_path(
            self._approvals.path(_name(self._project.issues.load(path))), self._project.config.root
        )

    def judge(
        self,
        path: Path,
        segment: str,
        tell: Callable[[str], None] = lambda _text: None,
        *,
        view: AudienceView | None = None,
    ) -> Judgement:
        """Check the issue at `path` for `segment` once more and say whether it may leave.

        Each language of an issue is checked by itself, for the readers who get it.
        Links and the sender's domain are asked when mail leaves this machine, unless `[send] network` is
        false, and when the check that left the receipt did so. A network that cannot be asked is a warning:
        a hiccup keeps no letter in. `tell` is told what is going on. A `view` says who the readers are, which
        nobody could check before: then this check counts as the one there has to be.
        Raises UsageError, ConfigError, ContentError, StoreError.
        """
        letters = self._project.issues.sibling_letters(path)
        if not letters.has_languages:
            return self._judge(path, segment, tell, view)
        found = {one: self._judge(one, segment, tell, view) for one in letters.paths.values()}
        return join_judgements(list(found.values()), letters.digest)

    def _judge(
        self, path: Path, segment: str, tell: Callable[[str], None], view: AudienceView | None
    ) -> Judgement:
        name = _name(self._project.issues.load(path))
        then = self._receipts.find(name, segment) if view is None else None
        stages = [Stage.NETWORK] if self._asks_network(then) else []
        report, context = self._look(path, segment, stages, tell, view)
        unasked = _unasked(report)
        if unasked:
            report, context = self._look(path, segment, [], tell, view)
        now = self._take(context, report)
        if now is None:  # most often the report says why
            unseen = Problem(
                what="the letter or its readers could not be looked at", place=Place(path=report.path)
            )
            return Judgement(report=report, receipt=None, problems=(unseen,), clearance=None)
        then = now if view is not None else then
        issue, is_needed = context.issue, self._project.config.send.approval
        known = self._approvals.of(name)
        made_of = self._made_of(issue) if known else {}
        fitting = [one for one in known if one.inputs == made_of]
        unproven = self._unproven(issue, then, now)
        unapproved = [] if fitting or not is_needed else _unapproved(issue, known, made_of)
        approval = fitting[-1] if fitting else None
        seen = [*unasked, *(Noted.of(one) for one in report.findings if one.severity is Severity.WARNING)]
        is_clear = then is not None and not unproven and not unapproved
        return Judgement(
            report=report,
            receipt=then,
            problems=(*unproven, *unapproved, *_to_type(issue, now, bool(unproven), bool(unapproved))),
            clearance=_clearance(issue, then, seen, approval) if then and is_clear else None,
            approval=approval,
            earlier_approval=known[-1] if known and not fitting else None,
            is_approval_needed=is_needed,
            is_fresh=not unproven,
            unasked=unasked,
        )

    def _asks_network(self, then: Receipt | None) -> bool:
        if then is not None and Stage.NETWORK in then.stages:
            return True
        leaves = self._project.sending.provider().capabilities.leaves_machine
        return leaves and self._project.config.send.network

    def _look(
        self,
        path: Path,
        segment: str,
        stages: Sequence[Stage],
        tell: Callable[[str], None],
        view: AudienceView | None,
    ) -> tuple[CheckReport, CheckContext]:
        seen: list[CheckContext] = []
        with self._project.outside(stages, tell) as outside:
            report = self._project.issues.check(
                path,
                segment=segment,
                outside=outside,
                view=view,
                examined=lambda context, _report: seen.append(context),
            )
        forget_dictionaries()  # what is sent next needs the memory more
        return report, seen[0]

    def _made_of(self, issue: Issue) -> dict[str, str]:
        return dict(self._project.issues.letters(issue).render().inputs)

    def _unproven(self, issue: Issue, then: Receipt | None, now: Receipt) -> list[Problem]:
        place = Place(path=issue.shown_path)
        if then is None:
            others = ", ".join(f'"{one}"' for one in self._receipts.segments(now.slug))
            why = f"it was checked for {others}; each audience is checked by itself" if others else _WHY
            return [Problem(what=f'this letter was not checked for "{now.segment}"', place=place, why=why)]
        age = now.checked_at - then.checked_at
        if age > timedelta(hours=HOLDS_H) or age < -_AHEAD:
            when = f"{then.checked_at.astimezone():%Y-%m-%d %H:%M}"
            return [Problem(what=f"this letter was last checked on {when}", place=place, why=_WHY)]
        ago = _ago(now.checked_at, then.checked_at)
        return [Problem(what=f"{what} since the check of {ago}") for what in receipt_differences(then, now)]


def _name(issue: Issue) -> str:
    """Return what receipts and approvals of `issue` go by: its slug, and the language in its file's name."""
    lang = split_name(issue.path.name)[1]
    return f"{issue.slug}.{lang}" if lang else issue.slug


_WHY = f"a letter leaves within {HOLDS_H} hours of a check that passed, on exactly what was checked"


def _unapproved(issue: Issue, known: Sequence[Approval], made_of: Mapping[str, str]) -> list[Problem]:
    place = Place(path=issue.shown_path)
    why = "approval = true, below [send] in newsletter.toml, asks for somebody's yes to exactly this letter"
    if not known:
        return [Problem(what="this letter was not approved", place=place, why=why)]
    last = known[-1]
    when = f"since {last.by} approved it on {last.at.astimezone():%Y-%m-%d %H:%M}"
    changes = input_differences(last.inputs, made_of, issue=issue.shown_path)
    return [Problem(what=f"{what} {when}") for what in changes]


def _to_type(issue: Issue, now: Receipt, is_unproven: bool, is_unapproved: bool) -> list[Problem]:  # noqa: FBT001
    to = "" if now.segment == issue.segment else f" --to {quote(now.segment)}"
    steps = [
        *([f"newsletter check {now.path}{to}"] if is_unproven else []),
        *([f"newsletter approve {now.path}"] if is_unapproved else []),
    ]
    return [Problem(what=NOTHING_SENT, fix="\n".join(steps))] if steps else []


def _unasked(report: CheckReport) -> tuple[Noted, ...]:
    """Return what could not be asked, once for each reason."""
    reasons = dict.fromkeys(one.reason or "" for one in report.unable)
    what = "links and the sender's domain were not asked"
    return tuple(
        Noted(code=Stage.NETWORK, severity=Severity.WARNING, where="", what=f"{what}: {reason}")
        for reason in reasons
    )


def _clearance(
    issue: Issue, then: Receipt, warnings: Sequence[Noted], approval: Approval | None
) -> Clearance:
    return Clearance(
        issue_digest=issue.digest,
        checked_at=then.checked_at,
        templates=templates_digest(then.inputs),
        warnings=tuple(str(one) for one in warnings),
        approved_by=approval.by if approval else None,
        approved_at=approval.at if approval else None,
    )


def _ago(now: datetime, then: datetime) -> str:
    minutes = max(0, round((now - then).total_seconds() / 60))
    if minutes < 1:
        return "a moment ago"
    if minutes < 60:
        return f"{minutes} minutes ago" if minutes > 1 else "a minute ago"
    hours = round(minutes / 60)
    return f"{hours} hours ago" if hours > 1 else "an hour ago"
