"""What the studio answers about mail that came in, as JSON for the page."""

from __future__ import annotations

from collections.abc import Mapping

from newsletter.domain.inbound_mail import InboundMail
from newsletter.domain.inbox import InboundState
from newsletter.domain.quote import Quote
from newsletter.project.reply_inbox import Inbox
from newsletter.replies.mime import ReadMail

__all__ = ["inbox_json", "mail_json", "original_json"]

_UNREAD = (InboundState.NEW, InboundState.WAITING, InboundState.PARKED)
_FIRST = 160
_MOST_SOURCE = 300_000  # characters


def inbox_json(inbox: Inbox, quotes: Mapping[str, Quote]) -> dict[str, object]:
    """Return the inbox, with what readers allow as `quotes` has it."""
    return {
        "unread": [_line(mail, quotes) for mail in inbox.unread],
        "seen": [_line(mail, quotes) for mail in inbox.seen],
        "unread_count": inbox.unread_count,
        "more": inbox.more,
        "automatic": inbox.automatic,
        "is_empty": inbox.is_empty,
        "tags": [{"name": name, "count": count} for name, count in inbox.tags.items()],
        "issues": [{"name": name, "count": count} for name, count in inbox.issues.items()],
    }


def mail_json(mail: InboundMail, read: ReadMail | None, quotes: Mapping[str, Quote]) -> dict[str, object]:
    """Return one mail; `read` is its original, None when that is not kept any more."""
    facts = mail.facts
    return {
        **_line(mail, quotes),
        "subject": facts.subject or "",
        "text": facts.reply_text or "",
        "quotable": facts.quote_text or facts.reply_text or "",
        "reader": mail.email or "",
        "pieces": [] if read is None else _pieces(mail, read),
        "attachments": [
            {"name": one.file_name, "type": one.content_type, "size": one.size_bytes}
            for one in facts.attachments
        ],
        "intents": [{"intent": str(one.intent), "excerpt": one.excerpt} for one in facts.intents],
        "has_original": read is not None,
    }


def original_json(read: ReadMail, raw: bytes) -> dict[str, object]:
    """Return a mail as it came: all its text, whether it is a page too, and its source."""
    source = raw.decode("utf-8", "replace")
    return {
        "text": read.text,
        "has_page": bool(read.html.strip()),
        "source": source[:_MOST_SOURCE],
        "is_cut": len(source) > _MOST_SOURCE,
    }


def _line(mail: InboundMail, quotes: Mapping[str, Quote]) -> dict[str, object]:
    """Return what the list shows of a mail."""
    facts = mail.facts
    said = facts.reply_text or ""
    quote = quotes.get(str(mail.id))
    return {
        "number": mail.id,
        "state": str(mail.state),
        "is_unread": mail.state in _UNREAD,
        "at": min(facts.sent_at or mail.received_at, mail.received_at).isoformat(),
        "name": facts.from_name or "",
        "address": facts.from_address or "",
        "issue": facts.issue or "",
        "kind": facts.kind or "",
        "tags": list(mail.tags),
        "first": " ".join(said[: _FIRST * 2].split())[:_FIRST] or facts.subject or "",
        "trouble": mail.trouble or "",
        "consent": "" if quote is None else str(quote.consent),
    }


def _pieces(mail: InboundMail, read: ReadMail) -> list[dict[str, str]]:
    """Return what is left out of the text, with the rule that says why."""
    return [
        {"kind": one.kind, "rule": one.rule, "text": read.text[one.start : one.end].strip("\n")}
        for one in mail.facts.removed
    ]
