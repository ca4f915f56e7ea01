"""Bounces that are words for people: whom a server could not reach, and what it says of each.

The forms differ from server to server and by language, but they agree in this: the address stands on a line
of its own or at the beginning of one, and the reason beside or below it, above the copy of the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from newsletter.domain.address import AddressError, address_key, normalise_address
from newsletter.domain.bounce_reasons import reason_class, status_code
from newsletter.domain.inbound import WORDING, BounceFacts
from newsletter.domain.provider_event import BounceClass
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.bounce.gate import is_certain, is_daemon, may_be_a_person
from newsletter.replies.bounce.letter import returned_header
from newsletter.replies.bounce.person import greets
from newsletter.replies.bounce.phrases import (
    COPY_BELOW,
    DELAYED,
    DELIVERED,
    EXPANDED,
    FAILED,
    GIVEN_UP,
    LABEL,
    NAMES_NEXT,
    NOT_A_RECIPIENT,
)
from newsletter.replies.bounce.speaker import is_told_by_machine

__all__ = ["notice_facts", "reason_for", "worded_facts"]

_MOST_LINES: Final = 400
_LONGEST_LINE: Final = 1000
_REASON_LINES: Final = 12
_MOST_RECIPIENTS: Final = 50
_ADDRESS = re.compile(r"(?<![\w.+@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HEADER = re.compile(r"^(?:received|return-path|dkim-signature|message-id|mime-version):", re.IGNORECASE)
_SIGNS = re.compile(r"[\s<>\"':;,.*•()\[\]-]*")
_LEADS = re.compile(r"\s{0,20}<[^\s<>@]{1,64}@[^\s<>@]{1,255}>:\s")
_SMTP = re.compile(r"smtp[:=]$", re.IGNORECASE)
_CODE = re.compile(r"\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b")
_TO = re.compile(r"\s{0,20}(?:to|aan|an|à|para)\s{0,3}:", re.IGNORECASE)
_SUBJECT = re.compile(r"\s{0,20}(?:subject|onderwerp|betreff|objet|asunto)\s{0,3}:", re.IGNORECASE)


class _Place(IntEnum):
    """Where an address stands, the surest first."""

    ALONE = 0  # on a line of its own
    FIRST = 1  # at the beginning of a line
    NAMED = 2  # in a sentence, behind words such as "your message to"
    TO = 3  # in a copy of the letter's header
    SAID = 4  # in any other sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """An address and where it stands."""

    address: str
    place: _Place


def notice_facts(mail: ReadMail, letter: str | None) -> tuple[BounceFacts, ...]:
    """Return what a mail system's words say; `letter` is the letter's id.

    One fact without recipient when they say that it failed but not for whom.
    """
    lines = _lines(mail)
    if may_be_a_person(mail) and not _is_said_below(lines):
        return ()
    words = " ".join((mail.subject[:300], *lines))
    is_delay = bool(DELAYED.search(words)) and not GIVEN_UP.search(words)
    has_failed = FAILED.search(words) is not None or is_told_by_machine(mail)
    if not is_delay and not has_failed and not _is_returned(mail, words):
        return ()
    if may_be_a_person(mail) and greets(mail.text) and not _recipients(mail, lines):
        return ()
    return tuple(_told(mail, lines, letter, is_delay=is_delay))


def worded_facts(mail: ReadMail, letter: str | None, *, is_delay: bool) -> tuple[BounceFacts, ...]:
    """Return what the words say of a mail that is known to be a notice, by its wording alone."""
    return tuple(replace(fact, rule=WORDING) for fact in _told(mail, _lines(mail), letter, is_delay=is_delay))


def _told(
    mail: ReadMail, lines: Sequence[str], letter: str | None, *, is_delay: bool
) -> Iterator[BounceFacts]:
    """Yield a fact for each address that is named, or one for nobody's."""
    named = _recipients(mail, lines)
    said = " ".join(line for line in lines if not _SUBJECT.match(line))
    if not named:
        yield _fact(None, said[:2000], letter, is_delay=is_delay)
        return
    reasons = _reasons(lines, named)
    for one in named:
        reason = _reason_or_all(reasons[one], said, is_only=len(named) == 1)
        yield _fact(one, reason, letter, is_delay=is_delay)


def _is_returned(mail: ReadMail, words: str) -> bool:
    """Tell whether a server that answers to nobody sends a letter back, in whatever words.

    Its name says so, or the copy of the letter does, or the reason that it gives.
    """
    if mail.return_path != "" or not is_daemon(mail):
        return False
    is_copied = bool(returned_header(mail)) or any(
        _HEADER.match(line) for line in mail.text[: _MOST_LINES * 80].split("\n")
    )
    if DELIVERED.search(words):
        return False
    return is_certain(mail) or is_copied or (not greets(mail.text) and reason_class("", words) is not None)


def _is_said_below(lines: Sequence[str]) -> bool:
    """Tell whether not only the subject says that a letter failed or is late; true where nothing is said."""
    said = " ".join(lines)
    return not said.strip() or bool(FAILED.search(said) or DELAYED.search(said))


def reason_for(mail: ReadMail, recipient: str | None) -> str:
    """Return what the words of `mail` say of `recipient`, on one line; "" when they do not name it."""
    lines = _lines(mail)
    named = _recipients(mail, lines)
    wanted = address_key(recipient) if recipient else None
    for address in named:
        if wanted is None or address_key(address) == wanted:
            return _reasons(lines, [address])[address]
    return ""


def _fact(recipient: str | None, reason: str, letter: str | None, *, is_delay: bool) -> BounceFacts:
    return BounceFacts(
        recipient=recipient,
        rule="words",
        status=status_code(reason),
        diagnostic=_from_code(reason)[:1000],
        message_id=letter,
        bounce=None if is_delay else _class_of(reason),
        is_delay=is_delay,
    )


def _class_of(reason: str) -> BounceClass | None:
    """Return what the words prove; those of the server that refused, from its code on, before all others."""
    theirs = reason_class("", _from_code(reason))
    return theirs if theirs is BounceClass.HARD else reason_class("", reason)


def _from_code(reason: str) -> str:
    """Return the words from the first code on: what stands before is the reporting server's own prose."""
    code = _CODE.search(reason)
    return reason[code.start() :] if code else reason


def _reason_or_all(reason: str, words: str, *, is_only: bool) -> str:
    """Return the words beside an address; all words where those prove less and it is the only one."""
    has_code_elsewhere = status_code(reason) is None and status_code(words) is not None
    if is_only and (has_code_elsewhere or reason_class("", reason) is None):
        return words[:2000]
    return reason


def _lines(mail: ReadMail) -> list[str]:
    """Return the lines above the copy of the letter."""
    lines = []
    for line in mail.text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        line = line[:_LONGEST_LINE].rstrip()
        if _HEADER.match(line) or COPY_BELOW.match(line):
            break
        lines.append(line)
    return lines


def _recipients(mail: ReadMail, lines: Sequence[str]) -> list[str]:
    """Return the addresses that could not be reached, in order, each once."""
    listed = mail.header("x-failed-recipients")
    if listed:
        return _unique(_normalised(match[0]) for match in _ADDRESS.finditer(listed[:5000]))
    named = list(_named(lines))
    took_part, delivered = _others(mail)
    candidates = [one for one in named if address_key(one.address) not in took_part]
    found = [one for one in candidates if address_key(one.address) not in delivered] or candidates
    for place in _Place:
        chosen = [one.address for one in found if one.place is place]
        if chosen:
            return _unique(iter(chosen))
    return _unique(_normalised(match[0]) for match in _ADDRESS.finditer(mail.subject[:500]))


def _named(lines: Sequence[str]) -> Iterator[_Named]:
    for line in lines:
        if "@" not in line:
            continue
        is_to = bool(_TO.match(line))
        if not is_to and NOT_A_RECIPIENT.search(line) and not _LEADS.match(line):
            continue
        for match in _ADDRESS.finditer(line):
            address = _normalised(match[0])
            place = _Place.TO if is_to else _place(line, match)
            if address is not None:
                yield _Named(address=address, place=place)


def _place(line: str, match: re.Match[str]) -> _Place:
    """Return where an address stands in a line that is no header."""
    before, after = _SMTP.sub("", line[: match.start()].strip()), line[match.end() :]
    label = LABEL.match(before)
    if _SIGNS.fullmatch(before[label.end() :] if label else before) or _same_again(before, match[0]):
        return _Place.ALONE if label or _SIGNS.fullmatch(after) else _Place.FIRST
    if EXPANDED.search(before):
        return _Place.ALONE
    is_named = NAMES_NEXT.search(before) or FAILED.search(line) or match[0].lower().startswith("smtp=")
    return _Place.NAMED if is_named else _Place.SAID


def _same_again(before: str, address: str) -> bool:
    """Tell whether the address stands behind itself, as a name."""
    return before.strip(" <>\"'").lower() == address.lower()


def _others(mail: ReadMail) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys of addresses that took part otherwise, and of those it came to on its way."""
    people = [*mail.to, *mail.cc, *mail.reply_to, *([mail.from_] if mail.from_ else [])]
    took_part = [*(one.address for one in people), mail.return_path or ""]
    return _keys(took_part), _keys(mail.delivered_to)


def _keys(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(address_key(one) for one in map(_normalised, texts) if one)


def _reasons(lines: Sequence[str], recipients: Sequence[str]) -> dict[str, str]:
    """Return for each recipient the words beside and below it, up to the next one or an empty line."""
    keys = {address_key(one): one for one in recipients}
    found: dict[str, list[str]] = {one: [] for one in recipients}
    current, left = "", 0
    for line in lines:
        named = next(
            (keys[key] for key in _keys_in(line) if key in keys),
            None,
        )
        if named is not None:
            current, left = named, _REASON_LINES
        elif not line.strip() and left < _REASON_LINES - 1:
            left = 0
        if current and left > 0:
            found[current].append(line.strip())
            left -= 1
    return {one: " ".join(filter(None, texts)) for one, texts in found.items()}


def _keys_in(line: str) -> Iterator[str]:
    if "@" in line:
        for match in _ADDRESS.finditer(line):
            address = _normalised(match[0])
            if address is not None:
                yield address_key(address)


def _normalised(text: str) -> str | None:
    try:
        return normalise_address(text.strip(" .,'`").removeprefix("SMTP=").removeprefix("smtp="))
    except AddressError:
        return None


def _unique(addresses: Iterator[str | None]) -> list[str]:
    kept: dict[str, str] = {}
    for one in addresses:
        if one is not None and len(kept) < _MOST_RECIPIENTS:
            kept.setdefault(address_key(one), one)
    return list(kept.values())
