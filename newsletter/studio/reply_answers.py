"""What the studio answers about mail that came in, as JSON for the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from newsletter.domain.inbound_mail import InboundMail, ReplyAct
from newsletter.domain.inbox import InboundState
from newsletter.domain.quote import Quote
from newsletter.domain.stripped import Stripped
from newsletter.errors import Problem, UsageError
from newsletter.project import Project
from newsletter.project.replies.desk import Inbox
from newsletter.replies.mime import ReadMail
from newsletter.studio.desk import Desk

__all__ = ["answer", "inbox_json", "mail_json", "original_json", "require_inbox"]

_UNREAD = (InboundState.NEW, InboundState.WAITING, InboundState.PARKED)
_FIRST = 160
_MOST_SOURCE = 300_000  # characters


async def answer(
    desk: Desk, work: Callable[[Project], dict[str, object]], *, about: int | None = None
) -> Response:
    """Return what `work` answers, worked out in a thread of its own; `about` is the mail it looks for.

    Raises UsageError where there is no inbox yet; looking for a mail makes none.
    """

    def ask() -> dict[str, object]:
        with desk.project() as project:
            if about is not None and not project.has_store:
                raise UsageError(
                    Problem(
                        what=f"there is no mail {about} in the inbox", fix="newsletter replies list --all"
                    )
                )
            return work(project)

    return JSONResponse(await run_in_threadpool(ask))


def require_inbox(project: Project, number: int) -> None:
    """Raise UsageError where there is no inbox that mail `number` could be in."""
    if not project.has_store:
        what = f"there is no mail {number} in the inbox"
        raise UsageError(Problem(what=what, fix="newsletter replies list --all"))


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


def mail_json(
    mail: InboundMail, whole: Stripped | None, acts: Iterable[ReplyAct], quotes: Mapping[str, Quote]
) -> dict[str, object]:
    """Return one mail; `whole` is all its text, None when the original is not kept any more.

    `acts` are what follows from it, done or not.
    """
    facts = mail.facts
    return {
        **_line(mail, quotes),
        "subject": facts.subject or "",
        "text": facts.reply_text or "",
        "quotable": facts.quote_text or facts.reply_text or "",
        "reader": mail.email or "",
        "pieces": [] if whole is None else _pieces(whole),
        "attachments": [
            {"name": one.file_name, "type": one.content_type, "size": one.size_bytes}
            for one in facts.attachments
        ],
        "intents": [{"intent": str(one.intent), "excerpt": one.excerpt} for one in facts.intents],
        "acts": {one.act: str(one.state) for one in acts},
        "has_original": whole is not None,
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


def _pieces(whole: Stripped) -> list[dict[str, str]]:
    """Return what is left out of the text, with the rule that says why."""
    return [
        {"kind": str(one.kind), "rule": one.rule, "text": whole.source[one.start : one.end].strip("\n")}
        for one in whole.removed
    ]
