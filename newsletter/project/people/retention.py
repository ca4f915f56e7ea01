"""Keeping people no longer than said: one job, to be run every day or by the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.domain.service_mail import CONFIRM_WITHIN

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Retained", "months_before", "retain"]

_MAILS_KEPT = timedelta(days=30)
_MOST_FORGOTTEN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """What was removed, or would be: requests never confirmed, mails that asked, details, people, originals.

    `is_more` says that there are more people who left long ago than one run forgets; `is_scoured` that
    unused pages of the database hold nothing of who was forgotten.
    """

    requests: int = 0
    mails: int = 0
    details: int = 0
    people: int = 0
    raw_mails: int = 0
    is_more: bool = False
    is_scoured: bool = True


def retain(project: Project, *, is_trial: bool = False) -> Retained:
    """Remove what is older than it may be; a trial only counts. Raises StoreError.

    Requests nobody confirmed go after 7 days, mails that asked after 30. With `[privacy] retention_months`
    the details of letters older than that go as well, and who left longer ago is forgotten but for a keyed
    hash, a hundred at a time. Mails that came in lose the file they came as after `[replies] raw_months`.
    """
    store = project.list_store
    now = project.clock.now()
    requests = store.retention.expire_requests(now - CONFIRM_WITHIN, now, is_trial=is_trial)
    mails = store.retention.drop_mails(now - _MAILS_KEPT, is_trial=is_trial)
    months = project.config.privacy.retention_months
    details, gone = 0, []
    if months is not None:
        before = months_before(now, months)
        details = store.retention.wipe_details(before, is_trial=is_trial)
        gone = list(store.retention.long_gone(before, _MOST_FORGOTTEN + 1))
    people = gone[:_MOST_FORGOTTEN]
    raw_mails = project.replies.removal.drop_old(is_trial=is_trial)
    if not is_trial:
        project.privacy.forget_all(people)
    return Retained(
        requests=requests,
        mails=mails,
        details=details,
        people=len(people),
        raw_mails=raw_mails,
        is_more=len(gone) > len(people),
        is_scoured=is_trial or store.erasure.scour(),
    )


def months_before(now: datetime, months: int) -> datetime:
    """Return the moment so many months before `now`: the same day, or the last one of a shorter month."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    if years < 1:
        return datetime.min.replace(tzinfo=now.tzinfo)
    day = now.day
    while True:
        try:
            return now.replace(year=years, month=month + 1, day=day)
        except ValueError:  # 31 February
            day -= 1
