"""What stands between a letter and its readers, as people and scripts see it before sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli._console import is_interactive, many, say
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.domain.receipt import Approval
    from newsletter.project.sending.judgement import Judgement

__all__ = ["acknowledge", "gate_as_dict", "gate_rows", "show_warnings"]


def gate_rows(judgement: Judgement) -> list[tuple[str, str]]:
    """Return rows for the plan: when the letter was checked, and who approved it, where that is asked."""
    return [*_checked(judgement), *_approved(judgement)]


def _approved(judgement: Judgement) -> list[tuple[str, str]]:
    if judgement.approval is not None:
        return [("approved", _yes(judgement.approval))]
    if not judgement.is_approval_needed:
        return []
    earlier = judgement.earlier_approval
    return [("approved", f"{_yes(earlier)}, of an earlier version" if earlier else "by nobody yet")]


def _yes(approval: Approval) -> str:
    return f"{approval.at.astimezone():%Y-%m-%d %H:%M} by {approval.by}"


def _checked(judgement: Judgement) -> list[tuple[str, str]]:
    receipt = judgement.receipt
    if receipt is None:
        return [("checked", "not for these readers")]
    if not judgement.is_fresh:
        return [("checked", f"{receipt.checked_at.astimezone():%Y-%m-%d %H:%M}, not as it is now")]
    seen = [many(len(receipt.warnings), "warning")] if receipt.warnings else []
    passed = ", ".join(["passed", *seen])
    return [("checked", f"{receipt.checked_at.astimezone():%Y-%m-%d %H:%M}: {passed}")]


def show_warnings(judgement: Judgement) -> None:
    """Show what does not stop the letter but deserves a look."""
    for warning in judgement.warnings:
        say(f"{click.style('warning', fg='yellow')}   {warning}")


def acknowledge(judgement: Judgement) -> None:
    """Ask whether the warnings were seen. Raises Abort for a no, UsageError when nobody is there to ask."""
    count = len(judgement.warnings)
    if not count:
        return
    if not is_interactive():
        raise UsageError(
            Problem(
                what=f"nobody is at the terminal to look at {many(count, 'warning')}",
                fix="look at the plan with --dry-run, then add --yes: it says that you have seen them",
            )
        )
    if not click.confirm(f"\nSend with {many(count, 'warning')}?", err=True):
        raise click.Abort


def gate_as_dict(judgement: Judgement) -> dict[str, object]:
    """Return the gate for `--json`."""
    receipt, approval = judgement.receipt, judgement.approval
    return {
        "checked": None
        if receipt is None
        else {"at": receipt.checked_at.isoformat(), "findings": [str(one) for one in receipt.findings]},
        "approved": {"by": approval.by, "at": approval.at.isoformat()} if approval else None,
        "acknowledge": [str(one) for one in judgement.warnings],
        "in_the_way": [problem.what for problem in judgement.problems],
    }
