"""Find which letter a mail answers and which reader wrote it, by what is signed first and by guess last.

Issue and reader are found apart. Whoever writes from another address than the reader whose letter it was may
be that reader at home or somebody else, and nothing tells which: such a mail never acts for the reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from re import compile as pattern

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.inbound_match import (
    FoundReader,
    Matched,
    MatchEvidence,
    MatchRule,
    RecentLetter,
    SentLetter,
)
from newsletter.domain.message_id import read_message_id
from newsletter.domain.read_mail import ReadMail
from newsletter.protocols.matching import MatchDesk
from newsletter.replies.own_links import linked_deliveries, returned_deliveries
from newsletter.replies.subjects import subject_fits

__all__ = ["match"]

_SUBJECT_HOLDS = timedelta(days=90)
_MOST_IDS = 100
_IN_RECIPIENT = pattern(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")

# RFC 3462 and RFC 6533: what a report carries; a person forwards a whole mail, never a header alone.
_REPORTS = ("message/delivery-status", "message/global-delivery-status", "text/rfc822-headers")
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")

_SURE = 1.0
_BY_LINK = 0.98
_BY_SENDER = 0.95
_BY_SUBJECT = 0.9
_SOMEBODY = 0.5  # the letter was this reader's, and another address wrote


@dataclass(frozen=True, slots=True)
class _Hit:
    """A letter that the mail names, and where. `is_direct`: the mail itself answers it."""

    letter: SentLetter
    rule: MatchRule
    where: str
    excerpt: str
    is_direct: bool


def match(mail: ReadMail, desk: MatchDesk) -> Matched:
    """Return the issue `mail` answers and the reader it comes from, as far as either can be told.

    Strongest first: a signed Message-ID or a provider's in In-Reply-To and References, the address it came
    to, a letter that came back in it, a signed link in what it quotes, sender and subject within 90 days, and
    the sender alone. Raises StoreError.
    """
    key = _sender_key(mail)
    sender = desk.reader(key) if key else None
    hits = _hits(mail, desk)
    evidence = tuple(MatchEvidence(rule=hit.rule, where=hit.where, excerpt=hit.excerpt[:200]) for hit in hits)
    if hits:
        return _from_hit(_best(hits, key, sender), key, sender, evidence)
    if sender is None:
        return Matched(evidence=evidence)
    return _from_sender(mail, desk, sender)


def _from_hit(
    hit: _Hit, key: str | None, sender: FoundReader | None, evidence: tuple[MatchEvidence, ...]
) -> Matched:
    letter = hit.letter
    confidence = _BY_LINK if hit.rule is MatchRule.LINK else _SURE
    found = Matched(
        issue=letter.issue,
        issue_confidence=confidence if letter.issue else 0.0,
        delivery_id=letter.delivery_id,
        rule=hit.rule,
        evidence=evidence,
    )
    if _is_of(letter, key, sender):
        return _with_reader(found, letter.subscriber_id, confidence, is_sender=True)
    via = letter.subscriber_id
    if sender is not None:  # somebody else who is on the list: they wrote, about another's letter
        return _with_reader(found, sender.subscriber_id, _BY_SENDER, is_sender=True, via=via)
    if hit.is_direct and via is not None:
        return _with_reader(found, via, _SOMEBODY, is_sender=False, via=via)
    return _with_reader(found, None, 0.0, is_sender=False, via=via)


def _from_sender(mail: ReadMail, desk: MatchDesk, sender: FoundReader) -> Matched:
    until = min(mail.date or desk.now(), desk.now())
    letters = desk.recent(sender, until - _SUBJECT_HOLDS, until)
    written = [mail.subject, mail.header("Thread-Topic") or ""]
    fitting = _fitting(letters, written)
    known = Matched(
        subscriber_id=sender.subscriber_id,
        subscriber_confidence=_BY_SENDER,
        is_sender=True,
        rule=MatchRule.SENDER,
        evidence=(MatchEvidence(rule=MatchRule.SENDER, where="From"),),
        proposed_issue=letters[0].issue if letters else None,
    )
    if fitting is None:
        return known
    letter, subject = fitting
    said = MatchEvidence(rule=MatchRule.SENDER_SUBJECT, where="Subject", excerpt=subject[:200])
    return Matched(
        issue=letter.issue,
        issue_confidence=_BY_SUBJECT,
        subscriber_id=sender.subscriber_id,
        subscriber_confidence=_BY_SENDER,
        is_sender=True,
        delivery_id=letter.delivery_id,
        rule=MatchRule.SENDER_SUBJECT,
        evidence=(said, *known.evidence),
    )


def _fitting(letters: Sequence[RecentLetter], written: Sequence[str]) -> tuple[RecentLetter, str] | None:
    """Return the latest letter that one of the subjects `written` may answer, and that subject."""
    for letter in letters:
        for subject in written:
            if any(subject_fits(ours, subject) for ours in letter.subjects):
                return letter, subject
    return None


def _with_reader(
    found: Matched, reader: int | None, confidence: float, *, is_sender: bool, via: int | None = None
) -> Matched:
    return Matched(
        issue=found.issue,
        issue_confidence=found.issue_confidence,
        subscriber_id=reader,
        subscriber_confidence=confidence if reader is not None else 0.0,
        is_sender=is_sender,
        via_subscriber_id=via,
        delivery_id=found.delivery_id,
        rule=found.rule,
        evidence=found.evidence,
    )


def _is_of(letter: SentLetter, key: str | None, sender: FoundReader | None) -> bool:
    """Say whether the mail came from an address of the reader whose `letter` it was."""
    if letter.subscriber_id is None:
        return False
    is_same = sender is not None and sender.subscriber_id == letter.subscriber_id
    return is_same or (key is not None and key in letter.email_keys)


def _best(hits: Sequence[_Hit], key: str | None, sender: FoundReader | None) -> _Hit:
    """Return the hit to go by: what the mail answers, then what is the sender's own, then the first."""
    if hits[0].is_direct:
        return hits[0]
    strongest = [hit for hit in hits if (hit.rule is MatchRule.LINK) == (hits[0].rule is MatchRule.LINK)]
    return next((hit for hit in strongest if _is_of(hit.letter, key, sender)), hits[0])


def _hits(mail: ReadMail, desk: MatchDesk) -> list[_Hit]:
    """Return the letters that `mail` names, the strongest first; the weaker kinds only when none is there."""
    secrets = desk.secrets()
    answered, mentioned = mail.in_reply_to[:_MOST_IDS], tuple(reversed(mail.references[-_MOST_IDS:]))
    hits = [
        *_by_ids(answered, "In-Reply-To", desk, secrets, is_direct=True),
        *_by_recipient(mail, desk),
        *_by_returned(mail, desk, secrets),
        # Without In-Reply-To a mail answers the last of these (RFC 5322 3.6.4); so does a forward.
        *_by_ids(mentioned, "References", desk, secrets, is_direct=False),
    ]
    return hits or list(_by_links(mail, desk, secrets))


def _by_ids(
    ids: Sequence[str], where: str, desk: MatchDesk, secrets: Sequence[bytes], *, is_direct: bool
) -> Iterator[_Hit]:
    signed = {one: delivery for one in ids if (delivery := read_message_id(secrets, one)) is not None}
    letters = desk.letters(signed.values()) if signed else {}
    others = desk.letters_known_as(ids) if ids else {}
    for one in ids:
        letter = letters.get(signed.get(one, ""))
        rule = MatchRule.MESSAGE_ID
        if letter is None:
            letter, rule = others.get(one), MatchRule.STORED_ID
        if letter is not None:
            yield _Hit(letter, rule, where, one, is_direct)


def _by_recipient(mail: ReadMail, desk: MatchDesk) -> Iterator[_Hit]:
    written = [*mail.delivered_to, *(one.address for one in (*mail.to, *mail.cc))]
    locals_ = [address.rpartition("@")[0].lower() for address in written]
    found = {
        one: address
        for local, address in zip(locals_, written, strict=True)
        for one in _IN_RECIPIENT.findall(local)
    }
    yield from _known(found, MatchRule.RECIPIENT, "recipient", desk, is_direct=True)


def _by_returned(mail: ReadMail, desk: MatchDesk, secrets: Sequence[bytes]) -> Iterator[_Hit]:
    """Yield the letters that came back whole or as a header: direct in a report, else forwarded."""
    parts = [part.content.decode("ascii", "replace") for part in mail.parts if part.content_type in _RETURNED]
    found = {one: one for one in returned_deliveries(secrets, parts)} if parts else {}
    is_report = mail.return_path == "" or any(part.content_type in _REPORTS for part in mail.parts)
    yield from _known(found, MatchRule.RETURNED, "returned letter", desk, is_direct=is_report)


def _by_links(mail: ReadMail, desk: MatchDesk, secrets: Sequence[bytes]) -> Iterator[_Hit]:
    parts = [part.text for part in mail.parts if part.text not in (mail.text, mail.html)]
    found = {one: one for one in linked_deliveries(secrets, (mail.text, mail.html, *parts))}
    yield from _known(found, MatchRule.LINK, "link in the text", desk, is_direct=False)


def _known(
    found: Mapping[str, str], rule: MatchRule, where: str, desk: MatchDesk, *, is_direct: bool
) -> Iterator[_Hit]:
    letters = desk.letters(_most(found)) if found else {}
    for delivery, excerpt in found.items():
        letter = letters.get(delivery)
        if letter is not None:
            yield _Hit(letter, rule, where, excerpt, is_direct)


def _most(found: Collection[str]) -> Sequence[str]:
    return list(found)[:_MOST_IDS]


def _sender_key(mail: ReadMail) -> str | None:
    if mail.from_ is None:
        return None
    try:
        return address_key(mail.from_.address)
    except AddressError:
        return None
