"""What is made of how the mailbox answers come to stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments.mailbox import MAILBOX_CLOSED, MAILBOX_UNFETCHED, MAILS_PARKED
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.mailbox_state import MailboxState

__all__ = ["judge_mailbox"]

_LONG = timedelta(days=1)


def judge_mailbox(state: MailboxState, now: datetime) -> Iterator[Diagnosis]:
    """Yield how the mailbox stands; `now` is aware."""
    if state.where is None:
        yield fine("mailbox", "none is set; answers are taken in from files alone")
    elif state.fault is not None:
        why = [state.fault.why] if state.fault.why else []
        yield MAILBOX_CLOSED.found("mailbox", state.fault.what, fix=state.fault.fix, evidence=why)
    elif state.waiting and (state.checked_at is None or now - state.checked_at > _LONG):
        last = f"{state.checked_at:%d %B %Y}" if state.checked_at else "never"
        yield MAILBOX_UNFETCHED.found("mailbox", f"{state.waiting} wait in {state.where}; last asked: {last}")
    elif state.waiting is None:
        yield fine("mailbox", f"{state.where} is there")
    else:
        newest = (
            f"the newest mail came {state.fetched_at:%d %B %Y %H:%M}" if state.fetched_at else "no mail yet"
        )
        yield fine("mailbox", f"{state.where}: {newest}")
    if state.parked:
        yield MAILS_PARKED.found("inbox", f"{state.parked} could not be read")
