"""The inbox as a page shows it: what nobody looked at yet, what somebody did, and ways to find a mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newsletter.domain.inbound_mail import InboundFilter, InboundMail
from newsletter.domain.inbox import InboundState
from newsletter.project.replies.choice import ReplyChoice, chosen

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.store.inbound.desk import SqlInboundDesk

__all__ = ["Inbox", "look_into"]

_MOST = 200
_MOST_WORDS = 8
_UNREAD = frozenset({InboundState.NEW, InboundState.WAITING, InboundState.PARKED})
_SEEN = frozenset({InboundState.READ, InboundState.ANSWERED})
_AWAY = frozenset({InboundState.ARCHIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Mails that were asked for, the newest first and at most 200 of each, and what there is to choose from.

    `unread` are those nobody looked at, `seen` the others, or those put away when these were asked for.
    `unread_count` is how many of people nobody looked at in the whole inbox, `more` how many besides would
    be shown, `automatic` how many are left out because a machine wrote them. `tags` and `issues` say how
    many mails have each.
    """

    unread: tuple[InboundMail, ...] = ()
    seen: tuple[InboundMail, ...] = ()
    unread_count: int = 0
    more: int = 0
    automatic: int = 0
    is_empty: bool = True
    tags: Mapping[str, int] = field(default_factory=dict)
    issues: Mapping[str, int] = field(default_factory=dict)


def look_into(project: Project, choice: ReplyChoice, *, text: str = "", is_away: bool = False) -> Inbox:
    """Return the inbox of `project` as `choice` and the words of `text` want it.

    `is_away` wants what was put away. A project without a database has an empty inbox. Raises UsageError for
    a kind or an address that is none, StoreError.
    """
    wanted = replace(chosen(choice), words=tuple(text.split()[:_MOST_WORDS]), limit=_MOST)
    if not project.has_store:
        return Inbox()
    with project.store.inbound_desk.at_one_moment() as desk:
        return _seen_on(desk, wanted, is_away=is_away, is_plain=choice.is_plain) if desk.counts() else Inbox()


def _seen_on(desk: SqlInboundDesk, wanted: InboundFilter, *, is_away: bool, is_plain: bool) -> Inbox:
    fresh, old = replace(wanted, states=_UNREAD), replace(wanted, states=_AWAY if is_away else _SEEN)
    unread = () if is_away else tuple(desk.find(fresh))
    seen = tuple(desk.find(old))
    total = desk.count(old) + (0 if is_away else desk.count(fresh))
    everything = replace(wanted, kinds=frozenset(), states=old.states | (frozenset() if is_away else _UNREAD))
    return Inbox(
        unread=unread,
        seen=seen,
        unread_count=desk.count(chosen(ReplyChoice(unread=True))),
        more=total - len(unread) - len(seen),
        automatic=desk.count(everything) - total if is_plain else 0,
        is_empty=False,
        tags=desk.tags(),
        issues=desk.issues(),
    )
