"""What the gate says of a letter: whether it may leave, and what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.domain.finding import CheckReport, Severity
from newsletter.domain.receipt import Approval, Clearance, Noted, Receipt
from newsletter.errors import ChecksFailed, DeliveryRefused, Problem

__all__ = ["NOTHING_SENT", "Judgement", "join_judgements"]

NOTHING_SENT = "nothing was sent"
"""What the problem says that has what to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a letter may leave: what the checks say now, the receipt of the last one, what is in the way.

    `problems` are those of the gate; `report` has its own. `approval` is the newest that fits,
    `earlier_approval` the newest of another version where none does, and `is_fresh` says that the receipt
    still fits. `unasked` is what could not be asked of the network this time.
    """

    report: CheckReport
    receipt: Receipt | None
    problems: tuple[Problem, ...]
    clearance: Clearance | None
    approval: Approval | None = None
    earlier_approval: Approval | None = None
    is_approval_needed: bool = False
    is_fresh: bool = False
    unasked: tuple[Noted, ...] = ()

    def require(self) -> Clearance:
        """Return the clearance.

        Raises ChecksFailed for what the checks found or could not do, DeliveryRefused for what is in the way.
        """
        report = self.report
        found = [one for one in report.findings if one.severity.is_at_least(report.fail_on)]
        not_run = [*report.crashed, *(() if found else report.unproven)]
        if found or not_run:
            raise ChecksFailed(
                *(Problem(what=f"{f.code} {f.what}", place=f.place, why=f.why, fix=f.fix) for f in found),
                *(Problem(what=f"{r.code} {r.slug} did not run: {r.reason}") for r in not_run),
                Problem(
                    what=NOTHING_SENT,
                    fix=f"mend what is named above, then: newsletter check {report.path}",
                ),
            )
        DeliveryRefused.raise_if(self.problems)
        assert self.clearance is not None, "nothing is in the way"
        return self.clearance

    @property
    def warnings(self) -> tuple[Noted, ...]:
        """Return what somebody has to see before the letter leaves."""
        found = [one for one in self.report.findings if not one.severity.is_at_least(self.report.fail_on)]
        return (*self.unasked, *(Noted.of(one) for one in found if one.severity is Severity.WARNING))


def join_judgements(found: Sequence[Judgement], issue_digest: str) -> Judgement:
    """Return what is said of an issue in several languages, from what is said of each; at least one.

    It may leave when each may. `issue_digest` is that of all its files.
    """
    receipts = [one.receipt for one in found if one.receipt is not None]
    clearances = [one.clearance for one in found if one.clearance is not None]
    approvals = [one.approval for one in found if one.approval is not None]
    earlier = [one.earlier_approval for one in found if one.earlier_approval is not None]
    first = found[0]
    return Judgement(
        report=replace(
            first.report,
            results=tuple(result for one in found for result in one.report.results),
            elapsed_s=sum(one.report.elapsed_s for one in found),
        ),
        receipt=_oldest(receipts) if len(receipts) == len(found) else None,
        problems=_problems(found),
        clearance=_joined(clearances, issue_digest) if len(clearances) == len(found) else None,
        approval=_last(approvals) if len(approvals) == len(found) else None,
        earlier_approval=_last(earlier) if earlier else None,
        is_approval_needed=first.is_approval_needed,
        is_fresh=all(one.is_fresh for one in found),
        unasked=tuple(dict.fromkeys(noted for one in found for noted in one.unasked)),
    )


def _oldest(receipts: Sequence[Receipt]) -> Receipt:
    oldest = min(receipts, key=lambda one: one.checked_at)
    return replace(oldest, findings=tuple(dict.fromkeys(noted for one in receipts for noted in one.findings)))


def _last(approvals: Sequence[Approval]) -> Approval:
    people = " and ".join(dict.fromkeys(one.by for one in approvals))
    return replace(max(approvals, key=lambda one: one.at), by=people)


def _problems(found: Sequence[Judgement]) -> tuple[Problem, ...]:
    """Return what is in the way, first what it is and then, once, what to type."""
    problems = list(dict.fromkeys(problem for one in found for problem in one.problems))
    what = [one for one in problems if one.what != NOTHING_SENT]
    steps = [one.fix for one in problems if one.what == NOTHING_SENT and one.fix]
    if steps:
        what.append(Problem(what=NOTHING_SENT, fix="\n".join(dict.fromkeys("\n".join(steps).split("\n")))))
    return tuple(what)


def _joined(clearances: Sequence[Clearance], issue_digest: str) -> Clearance:
    people = dict.fromkeys(one.approved_by for one in clearances if one.approved_by)
    return Clearance(
        issue_digest=issue_digest,
        checked_at=min(one.checked_at for one in clearances),
        templates=clearances[0].templates,
        warnings=tuple(dict.fromkeys(warning for one in clearances for warning in one.warnings)),
        approved_by=" and ".join(people) or None,
        approved_at=max((one.approved_at for one in clearances if one.approved_at), default=None),
    )
