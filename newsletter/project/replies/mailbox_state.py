"""Looks how the mailbox answers come to stands; changes nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.inbox import InboundState
from newsletter.domain.mailbox_address import MailPath
from newsletter.domain.mailbox_state import MailboxState
from newsletter.errors import InboundError, Problem, UsageError
from newsletter.project.replies.fetching import first_day, mailbox_of, open_mailbox

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["read_mailbox_state"]


def read_mailbox_state(project: Project) -> MailboxState:
    """Return how the mailbox of `project` stands. Raises StoreError."""
    parked = 0
    if project.has_store:
        parked = project.store.inbound_desk.counts().get(InboundState.PARKED, 0)
    if project.config.replies.mailbox is None:
        return MailboxState(where=None, parked=parked)
    where = mailbox_of(project)
    state = MailboxState(where=str(where), parked=parked)
    if isinstance(where, MailPath):
        path = project.config.root / Path(where.path).expanduser()
        fault = None if path.exists() else Problem(what=f"{where.path} is not there")
        return replace(state, fault=fault)
    try:
        with open_mailbox(project, where) as mailbox:
            if not project.has_store:
                return state
            store = project.store.inbound
            cursor = store.cursor(where.source)
            known = partial(store.arrived, where.source)
            waiting = mailbox.count_new(mailbox.start(cursor), known, first_day(project))
    except (InboundError, UsageError) as error:
        return replace(state, fault=error.problems[0])
    return replace(
        state,
        waiting=waiting,
        checked_at=cursor.checked_at if cursor else None,
        fetched_at=cursor.fetched_at if cursor else None,
    )
