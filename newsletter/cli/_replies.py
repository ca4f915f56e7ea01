"""How mail that came in is shown: on lines, in full, as JSON; nothing of it reaches a terminal unchecked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli._console import many, say

if TYPE_CHECKING:
    from newsletter.domain.answer import Answer
    from newsletter.domain.inbound_mail import InboundMail, ReplyAct
    from newsletter.project.replies.taken import Taken

__all__ = [
    "MAIL_NUMBER",
    "act_as_dict",
    "answer_as_dict",
    "harmless",
    "mail_as_dict",
    "mail_lines",
    "taken_as_dict",
    "tell_taken",
    "who",
]

MAIL_NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of a mail, as `replies list` shows it."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_WIDE = 60


def harmless(text: str) -> str:
    """Return `text` without what steers a terminal or turns the direction of writing around."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def taken_as_dict(taken: Taken) -> dict[str, Any]:
    """Return what taking mail in came to, as JSON has it."""
    return {
        "new": taken.new,
        "known": taken.known,
        "parked": taken.parked,
        "problems": [str(problem) for problem in taken.problems],
    }


def tell_taken(taken: Taken, *, is_watching: bool = False) -> None:
    """Say what taking mail in came to; `is_watching` problems too, for nobody raises them."""
    if is_watching and not (taken.new or taken.problems):
        return
    known = f", {taken.known} were here already" if taken.known else ""
    click.echo(f"{many(taken.new, 'new mail')}{known}")
    for problem in taken.problems if is_watching else ():
        say(str(problem))
    if taken.parked:
        say(f"{many(taken.parked, 'mail')} could not be read; see: newsletter replies list --parked")


def who(mail: InboundMail) -> str:
    """Return whom a mail is from, as people write it."""
    facts = mail.facts
    if facts.from_name:
        return harmless(facts.from_name)
    return harmless(facts.from_address or "(nobody)")


def mail_lines(mails: Iterable[InboundMail]) -> Sequence[Sequence[str]]:
    """Return the rows of a table of `mails`, with its heading."""
    rows = [("mail", "state", "came in", "from", "issue", "what it says")]
    for mail in mails:
        facts = mail.facts
        text = mail.trouble or facts.quote_text or facts.reply_text or facts.subject or ""
        first = next((line for line in harmless(text).split("\n") if line.strip()), "")
        kind = "" if facts.kind in (None, "human") else f"[{facts.kind}] "
        tags = "".join(f" #{tag}" for tag in mail.tags)
        rows.append(
            (
                str(mail.id),
                str(mail.state),
                f"{mail.received_at.astimezone():%d %b %H:%M}",
                _short(who(mail), 28),
                facts.issue or "–",
                _short(f"{kind}{first.strip()}", _WIDE) + harmless(tags),
            )
        )
    return rows


def answer_as_dict(answer: Answer) -> dict[str, Any]:
    """Return one answer of the author as JSON has it."""
    return {
        "mail": answer.inbound_id,
        "answer": answer.id,
        "state": str(answer.state),
        "to": answer.to_address,
        "subject": answer.subject,
        "message_id": answer.message_id,
        "written_at": answer.created_at,
        "detail": answer.detail,
    }


def mail_as_dict(mail: InboundMail) -> dict[str, Any]:
    """Return one mail as JSON has it; the raw mail is at `path` below `.newsletter/inbound`."""
    facts = mail.facts
    return {
        "mail": mail.id,
        "state": str(mail.state),
        "received_at": mail.received_at,
        "sent_at": facts.sent_at,
        "from": {"name": facts.from_name, "address": facts.from_address},
        "subject": facts.subject,
        "message_id": facts.message_id,
        "kind": facts.kind,
        "sub_kind": facts.sub_kind,
        "confidence": facts.kind_conf,
        "evidence": [
            {"kind": str(one.kind), "weight": one.weight, "rule": one.rule, "excerpt": one.excerpt}
            for one in facts.evidence
        ],
        "bounces": [
            {
                "recipient": one.recipient,
                "class": None if one.bounce is None else str(one.bounce),
                "delayed": one.is_delay,
                "status": one.status,
                "diagnostic": one.diagnostic,
            }
            for one in facts.bounces
        ],
        "issue": facts.issue,
        "issue_confidence": facts.issue_conf,
        "reader": mail.email,
        "reader_confidence": facts.sub_conf,
        "match_rule": facts.match_rule,
        "from_other_address": facts.via_subscriber_id is not None,
        "intents": [str(one.intent) for one in facts.intents],
        "authentication": None if facts.auth is None else str(facts.auth),
        "tags": list(mail.tags),
        "reply_text": facts.reply_text,
        "quote_text": facts.quote_text,
        "attachments": [
            {"file_name": one.file_name, "content_type": one.content_type, "size_bytes": one.size_bytes}
            for one in facts.attachments
        ],
        "trouble": mail.trouble,
        "sha256": mail.sha256,
        "path": mail.path if mail.has_raw else None,
    }


def act_as_dict(act: ReplyAct) -> dict[str, Any]:
    """Return what a mail asks for, as JSON has it."""
    return {
        "mail": act.inbound_id,
        "act": act.act,
        "state": str(act.state),
        "reader": act.email,
        "why": act.why,
        "done_at": act.done_at,
        "done_by": act.done_by,
        **dict(act.detail),
    }


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
