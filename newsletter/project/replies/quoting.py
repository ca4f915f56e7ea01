"""Words of readers on their way into a letter: chosen, asked for by mail, allowed or refused, and kept so."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from newsletter.config.quote_writing import drop_quotes, put_quote
from newsletter.config.quotes import load_quotes
from newsletter.domain.address import AddressError, address_key
from newsletter.domain.delivery import BatchState
from newsletter.domain.inbound import InboundKind
from newsletter.domain.quote import (
    IllegalQuoteTransition,
    Quote,
    QuoteConsent,
    QuotedReply,
    QuoteEvent,
    quote_transition,
)
from newsletter.errors import Problem, UsageError
from newsletter.project.replies.answering import Sent
from newsletter.project.replies.quote_question import quote_question
from newsletter.replies.consent_words import ConsentWord, consent_word
from newsletter.store.database.locks import operator_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from newsletter.domain.answer import Answer
    from newsletter.domain.inbound_mail import InboundMail, MailFacts
    from newsletter.project import Project
    from newsletter.replies.mime import ReadMail

__all__ = ["Asked", "Quoting"]

_MAY_HAVE_LEFT = (BatchState.ACCEPTED, BatchState.UNKNOWN)
_LEFT_OUT = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|\((?:…|\.\.\.)\)|…|\.\.\.)\s*")
_WORD = re.compile(r"[^\W_]")
_HEARD = {
    (ConsentWord.YES, False): QuoteEvent.ALLOW_NAMED,
    (ConsentWord.YES, True): QuoteEvent.ALLOW_ANONYMOUS,
    (ConsentWord.YES_ANONYMOUS, False): QuoteEvent.ALLOW_ANONYMOUS,
    (ConsentWord.YES_ANONYMOUS, True): QuoteEvent.ALLOW_ANONYMOUS,
    (ConsentWord.NO, False): QuoteEvent.DENY,
    (ConsentWord.NO, True): QuoteEvent.DENY,
}
"""What an answer allows, by its word and by whether the name was left out of the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where a quote stands; `sent` when a mail was sent for it just now."""

    quote: QuotedReply
    sent: Sent | None = None


_MACHINES = frozenset(kind for kind in InboundKind if kind.is_automatic)


class Quoting:
    """What can be done about quoting readers."""

    def __init__(self, project: Project) -> None:
        """Work on the replies of `project`, and on its register, `quotes.toml`."""
        self._project = project
        self._config = project.config

    def of(self, number: int) -> QuotedReply | None:
        """Return the quote of mail `number`, None when it has none. Raises UsageError, StoreError."""
        self._project.replies.get(number)
        return self._project.store.reply_quotes.of(number)

    def all(self) -> Sequence[QuotedReply]:
        """Return every quote, the latest first. Raises StoreError."""
        return self._project.store.reply_quotes.all()

    def prepare(
        self, number: int, text: str | None, name: str | None, *, is_anonymous: bool
    ) -> tuple[QuotedReply, str]:
        """Choose words of mail `number`; return them as a quote, and the mail that would ask for them.

        `text` has to stand in the reply, where `…` may leave something out. Nothing is written down yet: a
        new quote has the id 0. Raises UsageError, ContentError, StoreError.
        """
        mail = self._project.replies.get(number)
        quotes = self._project.store.reply_quotes
        kept = quotes.of(number)
        if kept is None and str(number) in load_quotes(self._config.root).quotes:
            raise UsageError(
                Problem(
                    what=f"quotes.toml has an entry {number} already, written by hand",
                    fix="give that entry another name, and change ::: reader in the letters that use it",
                )
            )
        if kept is None and mail.facts.kind in _MACHINES:
            raise UsageError(
                Problem(
                    what=f"mail {number} was written by a machine: nobody can agree to be quoted",
                    fix="choose a mail of a person: newsletter replies list",
                )
            )
        excerpt = _excerpt(mail, text) if text is not None or kept is None else kept.excerpt
        shown = _name(mail, name) if name or kept is None else kept.shown_name
        wants = is_anonymous or (kept is not None and kept.wants_anonymous and text is None)
        now = self._project.clock.now()
        if kept is None:
            kept = QuotedReply(
                id=0,
                name=str(number),
                inbound_id=number,
                excerpt=excerpt,
                shown_name=shown,
                consent=QuoteConsent.NONE,
                wants_anonymous=wants,
                created_at=now,
            )
        elif (kept.excerpt, kept.shown_name, kept.wants_anonymous) != (excerpt, shown, wants):
            if kept.consent is not QuoteConsent.NONE or kept.asked_message_id:
                raise UsageError(_other_words(number))
            kept = replace(kept, excerpt=excerpt, shown_name=shown, wants_anonymous=wants)
        lang = mail.facts.lang or self._config.newsletter.lang
        return kept, quote_question(self._config, kept, lang)

    def ask(self, quote: QuotedReply, question: str) -> Asked:
        """Ask the reader by mail, once; a question that left, or may have, is not asked again.

        Raises UsageError, ConfigError, AnotherRunner, StoreError.
        """
        if quote.consent is not QuoteConsent.NONE:
            self._note(quote)  # the file may have been out of reach when the answer came
            return Asked(quote=quote)
        answering, quotes = self._project.answering, self._project.store.reply_quotes
        draft = answering.draft(quote.inbound_id)
        answering.sender()  # said before anything is written down
        quote = replace(quote, id=self._kept(quote).id)
        refused = sum(one.state is BatchState.REJECTED for one in self._questions(quote))
        mail = answering.write_keyed(draft, question, f"quote:{quote.id}:{refused}:{_digest(quote)}")
        if not quotes.asks_with(quote, mail.message_id):
            raise UsageError(_other_words(quote.inbound_id))
        sent = answering.send(mail.id)
        if sent.answer.state not in _MAY_HAVE_LEFT:
            return Asked(quote=quote, sent=sent)
        changed = quotes.change(quote.id, QuoteEvent.ASK, self._project.clock.now(), operator_name())
        self._note(changed)
        return Asked(quote=changed, sent=sent)

    def decide(self, quote: QuotedReply, event: QuoteEvent, name: str | None = None) -> QuotedReply:
        """Write down what the reader said another way, on the author's word.

        Raises UsageError, StoreError.
        """
        if name:
            name = _name(self._project.replies.get(quote.inbound_id), name)
        if event is QuoteEvent.NOTE_NAMED and not (name or quote.shown_name):
            raise UsageError(_nameless(quote.inbound_id))
        return self._change(self._kept(quote), event, by=operator_name(), shown_name=name)

    def drop(self, number: int) -> QuotedReply:
        """Take a quote back, with the consent for it: a letter that uses it is not built any more.

        Raises UsageError when there is none, StoreError.
        """
        quote = self.of(number)
        if quote is None:
            raise UsageError(Problem(what=f"nothing of mail {number} is to be quoted"))
        self.forget([quote.name])
        return quote

    def forget(self, names: Collection[str]) -> None:
        """Take quotes out of the store and of `quotes.toml`. Raises ConfigError, StoreError."""
        self._project.store.reply_quotes.drop(names)
        drop_quotes(self._config.root, set(names))

    def hear(self, number: int, mail: ReadMail, facts: MailFacts) -> QuotedReply | None:
        """Take the answer to a question about a quote from mail `number`; None when it is none.

        Only a person's mail from the address that was asked, in answer to that very question, and only when
        what it says is clear: anything else changes nothing, and is for the author to read.
        """
        quote = self._project.store.reply_quotes.asked_in(mail.in_reply_to) if mail.in_reply_to else None
        if quote is None or facts.kind not in (None, InboundKind.HUMAN):
            return None
        received = self._project.replies.get(number).received_at
        if quote.answered_at is not None and received <= quote.answered_at:
            return None  # read once more: what was decided since stands
        asked = {_key(one.to_address) for one in self._questions(quote)}
        if facts.from_key is None or facts.from_key not in asked:
            return None
        event = _HEARD.get((consent_word(facts.reply_text or mail.text), quote.wants_anonymous))
        if event is None:
            return None
        if quote.consent is QuoteConsent.NONE:  # its answer came before we knew that it had left
            quote = self._change(quote, QuoteEvent.ASK, by="the reader")
        try:
            quote_transition(quote.consent, event)
        except IllegalQuoteTransition:
            return None
        return self._change(quote, event, by="the reader", answer=number)

    def _kept(self, quote: QuotedReply) -> QuotedReply:
        """Write a quote down, or what is new about one that nobody was asked about; return it."""
        quotes = self._project.store.reply_quotes
        kept = quotes.write(
            quote.inbound_id,
            quote.excerpt,
            quote.shown_name,
            quote.created_at,
            wants_anonymous=quote.wants_anonymous,
        )
        quotes.edit(kept.id, quote.excerpt, quote.shown_name, wants_anonymous=quote.wants_anonymous)
        return quotes.of(quote.inbound_id) or kept

    def _questions(self, quote: QuotedReply) -> Sequence[Answer]:
        """Return the mails that asked, or were to ask, about a quote."""
        mails = self._project.store.reply_answers.of(quote.inbound_id)
        return [one for one in mails if one.key.startswith(f"quote:{quote.id}:")]

    def _change(
        self,
        quote: QuotedReply,
        event: QuoteEvent,
        *,
        by: str,
        answer: int | None = None,
        shown_name: str | None = None,
    ) -> QuotedReply:
        changed = self._project.store.reply_quotes.change(
            quote.id,
            event,
            self._project.clock.now(),
            by,
            answer_inbound_id=answer,
            shown_name=shown_name,
        )
        self._note(changed)
        return changed

    def _note(self, quote: QuotedReply) -> None:
        """Write the quote into `quotes.toml`, which is what letters are built with."""
        given = quote.answered_at if quote.consent.is_granted else None
        put_quote(
            self._config.root,
            Quote(
                id=quote.name,
                consent=quote.consent,
                name=quote.shown_name if quote.consent is QuoteConsent.NAMED else "",
                granted=given.date() if given else None,
                words=quote.excerpt if quote.consent.is_granted else "",
            ),
        )


def _excerpt(mail: InboundMail, text: str | None) -> str:
    facts = mail.facts
    own = (facts.quote_text or facts.reply_text or "").strip()
    if text is None:
        if not own:
            raise UsageError(Problem(what=f"mail {mail.id} has no words to quote"))
        return own
    whole = " ".join(f"{facts.reply_text or ''} {own}".split())
    pieces = [" ".join(piece.split()) for piece in _LEFT_OUT.split(text)]
    if not any(map(_WORD.search, pieces)):
        raise UsageError(
            Problem(what="the text to quote has no words", fix="give some, or leave --text out for all")
        )
    at = 0
    for wanted in pieces:
        found = _find_words(whole, wanted, at)
        if found < 0:
            raise UsageError(
                Problem(
                    what=f'"{wanted[:60]}" does not stand in mail {mail.id}',
                    why="a quote is what the reader wrote, in whole words; … may leave something out",
                    fix=f"copy it from: newsletter replies show {mail.id}",
                )
            )
        at = found + len(wanted)
    return text.strip()


def _find_words(whole: str, wanted: str, at: int) -> int:
    """Return where `wanted` stands in `whole` from `at` on, and not within a word; -1 when nowhere."""
    while (found := whole.find(wanted, at)) >= 0:
        edges = ((found, found - 1), (found + len(wanted) - 1, found + len(wanted)))
        if not wanted or not any(_is_one_word(whole, inner, outer) for inner, outer in edges):
            return found
        at = found + 1
    return -1


def _is_one_word(text: str, inner: int, outer: int) -> bool:
    """Say whether the letters at both places belong to one word."""
    return 0 <= outer < len(text) and text[inner].isalnum() and text[outer].isalnum()


def _name(mail: InboundMail, name: str | None) -> str:
    shown = " ".join((name or mail.facts.from_name or "").split())
    if "@" in shown:
        if name:
            raise UsageError(Problem(what="the name holds an address", fix="leave it out"))
        shown = ""
    if not shown:
        raise UsageError(_nameless(mail.id))
    if not shown.isprintable() or len(shown) > 200:
        raise UsageError(Problem(what="the name is not one line of text", fix='--name "Sanne, Meerdijk"'))
    return shown


def _other_words(number: int) -> Problem:
    return Problem(
        what=f"the reader of mail {number} was asked about other words, or another name",
        why="consent is for the words that were in the question",
        fix=f"take them back first: newsletter replies quote {number} --drop",
    )


def _digest(quote: QuotedReply) -> str:
    """Return what tells one question from another: its words and the name, not how it is put."""
    asked = f"{quote.excerpt}\n{quote.shown_name}\n{quote.wants_anonymous}"
    return sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _nameless(number: int) -> Problem:
    return Problem(
        what=f"the writer of mail {number} gives no name",
        fix=f'say how to call them: newsletter replies quote {number} --name "…"',
    )


def _key(address: str) -> str | None:
    try:
        return address_key(address)
    except AddressError:
        return None
