"""The answer to a mail before the author writes: to whom, its subject and thread, what is quoted."""

from __future__ import annotations

import re

from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.answer import Draft
from newsletter.domain.locales import DateForm, date_text
from newsletter.domain.read_mail import MailAddress, ReadMail

__all__ = ["draft_answer", "own_words", "reply_subject"]

_REPLY_PREFIX = re.compile(
    r"\s*(?:re|antw|antwoord|aw|sv|rép|rif)\s?(?:[\[(]?\d{1,3}[\])]?)?\s?[:\uff1a]\s*", re.IGNORECASE
)
_MOST_REFERENCES = 20  # the first and the latest: who threads needs no more, and a field stays readable
_MOST_QUOTED = 400  # lines
_LINE = 2_000
_WROTE = {
    "nl": "Op {date} schreef {who}:",
    "en": "On {date}, {who} wrote:",
    "de": "Am {date} schrieb {who}:",
    "fr": "Le {date}, {who} a écrit :",
    "es": "El {date}, {who} escribió:",
}


def draft_answer(number: int, mail: ReadMail, lang: str) -> Draft | None:
    """Return the answer to `mail`, number `number` in the inbox, without the author's words.

    It goes to Reply-To, else to From (RFC 5322 3.6.2); None when neither holds an address.
    """
    to = _addressee(mail)
    if to is None:
        return None
    parent = mail.message_id
    return Draft(
        inbound_id=number,
        to_address=to.address,
        to_name=to.name,
        subject=reply_subject(mail.subject),
        in_reply_to=parent,
        references=_references(mail, parent),
        quoted=_quoted(mail, lang),
    )


def reply_subject(subject: str) -> str:
    """Return the subject of an answer: `Re: `, once, whatever mark stood there (RFC 5322 3.6.5)."""
    bare = " ".join(subject.split())
    while found := _REPLY_PREFIX.match(bare):
        bare = bare[found.end() :]
    return f"Re: {bare}".strip()


def own_words(text: str, draft: Draft) -> str:
    """Return what the author wrote: `text` without white space around, empty when only the quote is left."""
    written = text.replace("\r\n", "\n").strip()
    return "" if written == draft.quoted.strip() else written


def _addressee(mail: ReadMail) -> MailAddress | None:
    for one in (*mail.reply_to, *((mail.from_,) if mail.from_ else ())):
        try:
            return MailAddress(name=one.name, address=normalise_address(one.address))
        except AddressError:
            continue
    return None


def _references(mail: ReadMail, parent: str | None) -> tuple[str, ...]:
    """Return References and the mail's own id; without References its In-Reply-To when that is one id."""
    before = mail.references or (mail.in_reply_to if len(mail.in_reply_to) == 1 else ())
    if parent is None:
        return ()
    chain = tuple(dict.fromkeys((*before, parent)))
    if len(chain) > _MOST_REFERENCES:
        chain = (chain[0], *chain[1 - _MOST_REFERENCES :])
    return chain


def _quoted(mail: ReadMail, lang: str) -> str:
    lines = [line[:_LINE].rstrip() for line in mail.text.strip().split("\n")[:_MOST_QUOTED]]
    marked = [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines]
    language = lang.partition("-")[0].lower()
    sender = mail.from_
    who = (sender.name or sender.address) if sender else "?"
    if mail.date is None:
        return "\n".join([f"{who}:", *marked])
    day = date_text(mail.date.date(), DateForm.LONG, lang)
    form = _WROTE.get(language, _WROTE["en"])
    return "\n".join([form.format(date=day, who=" ".join(who.split())), *marked])
