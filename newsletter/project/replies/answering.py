"""Answers to readers: drafted from their mail, written down, and sent once through the provider."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from newsletter.delivery import plan as planning
from newsletter.delivery.mailing import no_sender
from newsletter.delivery.tolls import Tolls
from newsletter.domain.answer import Answer, Draft
from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import BatchEvent, BatchState
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.message_id import sign_message_ids
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import SlottedText
from newsletter.errors import ConfigError, Problem, UsageError
from newsletter.project.replies.unfinished import UnfinishedAnswers
from newsletter.project.sending.single_mail import hand_over, look_for
from newsletter.replies.answer_html import answer_html
from newsletter.replies.answering import draft_answer
from newsletter.replies.mime import MailAddress, ReadMail, read_mail

if TYPE_CHECKING:
    from newsletter.domain.address import Mailbox
    from newsletter.project import Project
    from newsletter.protocols import Provider

__all__ = ["Answering", "Sent"]

_CAMPAIGN = "answer"
_SETTLED = (BatchState.REJECTED, BatchState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Where an answer stands; `waits_until` when a rate holds it back, `halted` the provider's refusal."""

    answer: Answer
    waits_until: datetime | None = None
    halted: str | None = None


class Answering:
    """What the author does with one mail that came in: answer it."""

    def __init__(self, project: Project) -> None:
        """Answer what came in to `project`."""
        self._project = project
        self._config = project.config
        self.unfinished = UnfinishedAnswers(project.config.root)

    def draft(self, number: int) -> Draft:
        """Return the answer to mail `number`, without the author's words. Raises UsageError, StoreError."""
        draft = draft_answer(number, self._mail(number), self._config.newsletter.lang)
        if draft is None:
            raise UsageError(
                Problem(
                    what=f"mail {number} cannot be answered",
                    why="neither Reply-To nor From holds an address",
                    fix=f"look at it: newsletter replies show {number} --original",
                )
            )
        return draft

    def sender(self) -> Mailbox:
        """Return whom an answer comes from. Raises ConfigError when nobody is named, or nothing can send."""
        self._project.sending.provider()
        sender = self._config.sender.from_
        if sender is None:
            raise ConfigError(no_sender(self._config))
        return sender

    def of(self, number: int) -> Sequence[Answer]:
        """Return the answers to mail `number` that are, or may be, sent. Raises StoreError."""
        return _answers(self._project.store.reply_answers.of(number))

    def write(self, draft: Draft, body: str, *, again: bool = False) -> Answer:
        """Write down an answer, so that it is sent once whatever happens after; nothing leaves yet.

        The same text to the same mail is the same answer, and is returned as it stands. Raises UsageError
        when another one is there, unless a further one is wanted (`again`); StoreError.
        """
        digest = sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        new = self._unwritten(draft, body, f"answer:{draft.inbound_id}:{digest}")

        def choose(there: Sequence[Answer]) -> Answer:
            return _beside(there, new, again=again)

        return self._project.store.reply_answers.write_beside(draft.inbound_id, choose)

    def write_keyed(self, draft: Draft, body: str, key: str) -> Answer:
        """Write down a mail to a reader under a unique `key`; one that is there stays as it is."""
        return self._project.store.reply_answers.write(self._unwritten(draft, body, key))

    def _unwritten(self, draft: Draft, body: str, key: str) -> Answer:
        delivery = secrets.token_hex(16)
        secret = self._project.store.signing_keys.read().current
        return Answer(
            id=0,
            inbound_id=draft.inbound_id,
            key=key,
            state=BatchState.PENDING,
            message_id=f"{sign_message_ids(secret, [delivery])[0]}@{self._domain()}",
            to_address=draft.to_address,
            subject=draft.subject,
            body=body,
            created_at=self._project.clock.now().replace(microsecond=0),
        )

    def send(self, number: int) -> Sent:
        """Send the answer with that id, unless it was; settle it first when nobody knows.

        Raises ConfigError, UsageError, AnotherRunner, StoreError.
        """
        store, now = self._project.store.reply_answers, self._project.clock.now
        provider = self._project.sending.provider()
        with store.runner():
            store.lose_orphans(now())
            store.prove_by_events(now())
            answer = store.get(number)
            if answer.state is BatchState.UNKNOWN:
                self._ask(answer, provider)
                answer = store.get(number)
            if answer.state is not BatchState.PENDING:
                return Sent(answer=answer)
            return self._hand_over(answer, provider)

    def decide(self, number: int, *, assume_sent: bool) -> Answer:
        """Settle an unknown answer by the author's word; not assumed sent, it may arrive twice.

        Raises UsageError when it is not unknown, StoreError.
        """
        store, now = self._project.store.reply_answers, self._project.clock.now
        with store.runner():
            store.lose_orphans(now())
            answer = store.get(number)
            if answer.state is not BatchState.UNKNOWN:
                raise UsageError(Problem(what=f"the answer is {answer.state}, not unknown"))
            event = BatchEvent.PROVE_ACCEPTED if assume_sent else BatchEvent.RELEASE
            store.decide(number, event, now(), "by the author's word")
        return store.get(number)

    def discard(self, number: int) -> Answer:
        """Drop an answer that waits to be sent. Raises UsageError when it does not wait, StoreError."""
        store, now = self._project.store.reply_answers, self._project.clock.now
        with store.runner():
            answer = store.get(number)
            if answer.state is not BatchState.PENDING:
                raise UsageError(Problem(what=f"the answer is {answer.state}: it cannot be taken back"))
            store.decide(number, BatchEvent.CANCEL, now(), "discarded by the author")
        return store.get(number)

    def headers(self, draft: Draft) -> dict[str, str]:
        """Return the fields that put an answer in its thread (RFC 5322 3.6.4)."""
        found = {}
        if draft.in_reply_to:
            found["In-Reply-To"] = f"<{draft.in_reply_to}>"
        if draft.references:
            found["References"] = " ".join(f"<{one}>" for one in draft.references)
        return found

    def _hand_over(self, answer: Answer, provider: Provider) -> Sent:
        store, clock = self._project.store.reply_answers, self._project.clock
        tolls = Tolls(
            planning.configured_rates(self._config),
            self._project.store.ledger,
            provider=provider.name,
            sender=str(self.sender()),
        ).of("")
        attempt = Attempt(
            batch_id=answer.id,
            number=answer.attempt + 1,
            key=f"{_CAMPAIGN}.{answer.id}.{answer.attempt + 1}.{secrets.token_hex(4)}",
            body_digest="",
            started_at=clock.now(),
        )

        def intend(digest: str) -> bool | datetime:
            return store.intend(replace(attempt, body_digest=digest), provider.name, clock.now(), tolls)

        outcome = hand_over(provider, self._mailing(answer), _recipient(answer), attempt.key, intend)
        if isinstance(outcome, datetime):
            return Sent(answer=answer, waits_until=outcome)
        if outcome is None:
            return Sent(answer=store.get(answer.id))
        store.settle(answer.id, outcome, clock.now())
        halted = outcome.detail if outcome.kind is OutcomeKind.HALT else None
        return Sent(answer=store.get(answer.id), halted=halted)

    def _ask(self, answer: Answer, provider: Provider) -> None:
        """Ask the provider it went through what became of an answer nobody confirmed."""
        if answer.provider != provider.name or not answer.attempt_key or answer.started_at is None:
            return
        attempt = Attempt(
            batch_id=answer.id,
            number=answer.attempt,
            key=answer.attempt_key,
            body_digest=answer.body_digest or "",
            started_at=answer.started_at,
        )
        outcome = look_for(provider, self._mailing(answer), _recipient(answer), attempt)
        self._project.store.reply_answers.prove(answer.id, outcome, self._project.clock.now())

    def _mailing(self, answer: Answer) -> Mailing:
        lang = self._config.newsletter.lang
        sender = self.sender()
        fields = self.headers(self.draft(answer.inbound_id))
        return Mailing(
            campaign_id=_CAMPAIGN,
            rendered=RenderedIssue(
                slug=_CAMPAIGN,
                lang=lang,
                subject=SlottedText.fixed(answer.subject),
                preheader=SlottedText.fixed(""),
                html=SlottedText.fixed(answer_html(answer.body, lang)),
                text=SlottedText.fixed(answer.body),
            ),
            sender=sender,
            reply_to=self._config.sender.reply_to or sender,
            date=answer.created_at,
            message_domain=answer.message_id.rpartition("@")[2],
            headers={name: SlottedText.fixed(value) for name, value in fields.items()},
        )

    def _domain(self) -> str:
        return self._config.sender.domain or self.sender().email.rpartition("@")[2]

    def _mail(self, number: int) -> ReadMail:
        """Return mail `number` as it came, or what is known of it once the original was removed."""
        facts = self._project.replies.get(number).facts
        with suppress(UsageError):
            return read_mail(self._project.replies.raw(number))
        sender = MailAddress(name=facts.from_name or "", address=facts.from_address or "")
        return ReadMail(
            message_id=facts.message_id,
            in_reply_to=(facts.in_reply_to,) if facts.in_reply_to else (),
            from_=sender,
            subject=facts.subject or "",
            date=facts.sent_at,
            text=facts.reply_text or "",
        )


def _recipient(answer: Answer) -> Recipient:
    local = answer.message_id.partition("@")[0]
    return Recipient(
        position=0,
        delivery_id=local.partition(".")[0],
        email=answer.to_address,
        values={},
        message_id=local,
    )


def _answers(mails: Sequence[Answer]) -> Sequence[Answer]:
    """Return those of `mails` that answer, and do not ask to quote."""
    return [one for one in mails if one.key.startswith(f"{_CAMPAIGN}:")]


def _beside(there: Sequence[Answer], new: Answer, *, again: bool) -> Answer:
    """Return the answer to keep beside those that are `there`: one of them, or `new` under a key of its own.

    Raises UsageError when another one is there already, unless a further one is wanted (`again`).
    """
    answers = _answers(there)
    earlier = [one for one in answers if one.state not in _SETTLED]
    same = [one for one in earlier if one.key.rpartition(":")[0] == new.key]
    if same and (not again or same[-1].state is not BatchState.ACCEPTED):
        return same[-1]  # what is still to be settled is no further answer
    if earlier and not again:
        raise UsageError(_answered(new.inbound_id, earlier[-1]))
    return replace(new, key=f"{new.key}:{len(answers)}")


def _answered(number: int, earlier: Answer) -> Problem:
    again = f"newsletter replies answer {number}"
    told = {
        BatchState.ACCEPTED: ("was answered already", f"send another one: {again} --again"),
        BatchState.UNKNOWN: ("has an answer of which nobody knows whether it left", f"settle it: {again}"),
    }
    waits = ("has an answer that waits to be sent", f"send it: {again}; or drop it: {again} --discard")
    what, fix = told.get(earlier.state, waits)
    why = f"written on {earlier.created_at:%Y-%m-%d %H:%M} UTC"
    return Problem(what=f"mail {number} {what}", why=why, fix=fix)
