"""What follows from mails: done by itself where it is certain, else kept for the author to decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.consent import Origin
from newsletter.domain.inbound_mail import ReplyAct
from newsletter.domain.inbox import ActState
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import Problem, UsageError
from newsletter.replies.policy import Act, Decision, Step
from newsletter.store.database.locks import operator_name

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["ReplyActs"]

_BY_ITSELF = "by itself"
_BY_EVENTS = (Act.STRIKE, Act.NOTE_BLOCKED)
"""What only counts, and is counted where the reports of providers are (`mail_events`)."""


class ReplyActs:
    """Does what mails ask for, once, and writes it down."""

    def __init__(self, project: Project) -> None:
        """Act on the list of `project`."""
        self._project = project
        self._store = project.store.reply_acts
        self._deeds: Mapping[str, Callable[[ReplyAct, Subscriber], None]] = {
            Act.UNSUBSCRIBE: self._unsubscribe,
            Act.SUSPEND: self._stop,
            Act.SUPPRESS: self._stop,
            Act.FORGET: self._forget,
            Act.CHANGE_ADDRESS: self._ask_new_address,
            Act.REVIEW: self._stop,
        }

    def follow(self, number: int, decision: Decision, *, is_reread: bool = False) -> None:
        """Do what follows from a mail and may be done at once; keep the rest for the author.

        Doing it again comes to the same. A mail that `is_reread` only proposes. Raises StoreError.
        What no longer follows, as by other rules, waits for the author no more.
        """
        kept: set[int] = set()
        for step in decision.steps:
            if step.act in _BY_EVENTS or (step.is_automatic and step.act in (Act.SUSPEND, Act.SUPPRESS)):
                continue
            act = self._store.propose(self._proposal(number, step))
            kept.add(act.id or 0)
            if act.state is ActState.PROPOSED and step.is_automatic and not is_reread:
                self._do(act, _BY_ITSELF)
        self._store.drop_others(number, kept)

    def of(self, number: int) -> Sequence[ReplyAct]:
        """Return what mail `number` asks for, and what was done. Raises StoreError."""
        return self._store.of(number)

    def waiting(self) -> Sequence[ReplyAct]:
        """Return what waits for the author, in all mails. Raises StoreError."""
        return self._store.waiting()

    def do(
        self, number: int, name: str, *, email: str | None = None, new_address: str | None = None
    ) -> ReplyAct:
        """Do what a mail asks for, at the author's word.

        `email` says for which reader, where the mail asks it for several or does not say for whom, and
        `new_address` where to, when that is not known. Return the act as it then is. Raises UsageError when
        the mail does not ask that, it was done already, or nobody knows for whom; StoreError.
        """
        act = self._find(number, name, email)
        if new_address is not None:
            act = replace(act, detail=(*act.detail, ("new_address", _normalised(new_address))))
        self._do(act, operator_name())
        if act.act == Act.FORGET:  # which took the mail, and with it this, away
            return replace(act, state=ActState.DONE)
        return self._again(act)

    def dismiss(self, number: int, name: str, *, email: str | None = None) -> ReplyAct:
        """Decide that nothing is to be done, for `email` as above. Raises UsageError, StoreError."""
        act = self._find(number, name, email)
        self._store.settle(act, ActState.DISMISSED, operator_name(), self._project.clock.now(), {})
        return self._again(act)

    def finish_moves(self) -> int:
        """Let the old address go of every reader who confirmed their new one; return how many."""
        finished = 0
        for act in self._store.done(Act.CHANGE_ADDRESS):
            detail = dict(act.detail)
            new = self._project.store.subscribers.get(detail.get("new_address", ""))
            if "moved" in detail or new is None or new.status is not SubscriberStatus.ACTIVE:
                continue
            if act.subscriber_id is not None and act.subscriber_id != new.id:
                self._project.consent.withdraw(act.subscriber_id, Origin(source="moved to another address"))
            moved = {"moved": "yes"}
            self._store.settle(
                act, ActState.DONE, act.done_by or _BY_ITSELF, self._project.clock.now(), moved
            )
            finished += 1
        return finished

    def _proposal(self, number: int, step: Step) -> ReplyAct:
        detail = {"reason": step.reason, "new_address": step.new_address or ""}
        return ReplyAct(
            inbound_id=number,
            act=str(step.act),
            proposed_at=self._project.clock.now(),
            subscriber_id=step.subscriber_id,
            why=None if step.doubt is None else str(step.doubt),
            detail=tuple((name, value) for name, value in detail.items() if value),
        )

    def _do(self, act: ReplyAct, who: str) -> None:
        reader = self._reader(act)
        self._deeds[act.act](act, reader)
        if act.act != Act.FORGET:
            self._store.settle(act, ActState.DONE, who, self._project.clock.now(), {})

    def _reader(self, act: ReplyAct) -> Subscriber:
        found = None
        if act.subscriber_id is not None:
            key = self._project.store.opt_in.key_of_subscriber(act.subscriber_id)
            found = self._project.store.subscribers.lookup([key]).get(key) if key else None
        if found is None:
            raise UsageError(
                Problem(
                    what=f"nobody knows for whom mail {act.inbound_id} asks it",
                    fix=f"newsletter replies act {act.inbound_id} {act.act} --reader EMAIL",
                )
            )
        return found

    def _unsubscribe(self, act: ReplyAct, reader: Subscriber) -> None:
        self._project.consent.withdraw(reader.id, Origin(source=f"mail {act.inbound_id}"))

    def _stop(self, act: ReplyAct, reader: Subscriber) -> None:
        self._project.consent.withdraw(reader.id, Origin(source=f"the author, by mail {act.inbound_id}"))

    def _forget(self, _act: ReplyAct, reader: Subscriber) -> None:
        self._project.privacy.forget(reader.email)

    def _ask_new_address(self, act: ReplyAct, reader: Subscriber) -> None:
        """Ask the new address to confirm; the old one stays until it does."""
        new = dict(act.detail).get("new_address")
        if new is None:
            raise UsageError(
                Problem(
                    what=f"mail {act.inbound_id} does not say the new address",
                    fix="newsletter replies act MAIL change_address --to NEW-ADDRESS",
                )
            )
        self._project.consent.request(
            new,
            lang=reader.lang or self._project.config.newsletter.lang,
            origin=Origin(source=f"mail {act.inbound_id}, a new address"),
            fields=reader.fields,
            tags=reader.tags,
        )

    def _again(self, act: ReplyAct) -> ReplyAct:
        return next(one for one in self._store.of(act.inbound_id) if one.id == act.id)

    def _find(self, number: int, name: str, email: str | None) -> ReplyAct:
        """Return the act of that name that is open, for the reader `email` where one is named."""
        self._project.replies.get(number)
        every = self._store.of(number)
        acts = [one for one in every if one.act == name.replace("-", "_")]
        if not acts:
            known = ", ".join(dict.fromkeys(one.act for one in every)) or "nothing"
            raise UsageError(Problem(what=f"mail {number} does not ask {name}", why=f"it asks: {known}"))
        act = _only(acts) if email is None else self._for(acts, email)
        if act.state is not ActState.PROPOSED:
            when = f" {act.done_at:%d %B %Y}" if act.done_at else ""
            raise UsageError(Problem(what=f"that is {act.state} already,{when} ({act.done_by})"))
        return act

    def _for(self, acts: Sequence[ReplyAct], email: str) -> ReplyAct:
        """Return the one of `acts` for the reader `email`; the only one may be for whom the author says."""
        found = self._project.store.subscribers.get(email)
        if found is None:
            raise UsageError(Problem(what=f"{email} is not on the list"))
        mine = [one for one in acts if one.subscriber_id == found.id]
        return mine[0] if mine else replace(_only(acts), subscriber_id=found.id)


def _only(acts: Sequence[ReplyAct]) -> ReplyAct:
    """Return the only act. Raises UsageError when it is asked for several readers."""
    if len(acts) > 1:
        number, name = acts[0].inbound_id, acts[0].act
        raise UsageError(
            Problem(
                what=f"mail {number} asks {name} for {len(acts)} readers",
                why=", ".join(f"{one.email or 'nobody known'}: {one.state}" for one in acts),
                fix=f"newsletter replies act {number} {name} --reader EMAIL",
            )
        )
    return acts[0]


def _normalised(text: str) -> str:
    """Return an address as it is kept. Raises UsageError for what is none."""
    try:
        return normalise_address(text)
    except AddressError as error:
        raise UsageError(Problem(what=f'"{text}" is not an address', why=str(error))) from error
