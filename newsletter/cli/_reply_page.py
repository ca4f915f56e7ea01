"""One mail on a page of the terminal: who, when, to which letter, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from newsletter.cli._replies import harmless
from newsletter.domain.inbound import WORDING, Evidence

if TYPE_CHECKING:
    from newsletter.domain.answer import Answer
    from newsletter.domain.inbound_mail import InboundMail, MailFacts, ReplyAct
    from newsletter.domain.stripped import Stripped

__all__ = ["page_lines", "whole_lines"]

_MOST_REASONS = 3


_OPEN = {"pending": "send it", "submitting": "settle it", "unknown": "settle it"}


def page_lines(
    mail: InboundMail,
    acts: Sequence[ReplyAct],
    whole: Iterable[str] | None = None,
    answers: Sequence[Answer] = (),
) -> Iterator[str]:
    """Yield the lines that show `mail`, what it asks for and what was answered.

    `whole` stands in place of what its writer says.
    """
    yield click.style(_title(mail), bold=True)
    for name, value in _fields(mail):
        yield f"{name + ':':<10} {harmless(value)}"
    yield ""
    facts = mail.facts
    if whole is not None:
        yield from whole
    elif facts.reply_text:
        yield harmless(facts.reply_text).rstrip()
    elif not mail.trouble:
        yield "(It says nothing of its own.)"
    yield ""
    for act in acts:
        yield from _act_lines(act, is_one_of_several=[one.act for one in acts].count(act.act) > 1)
    for answer in answers:
        yield f"Answer of {answer.created_at.astimezone():%d %B %Y %H:%M}: {answer.state}"
        if answer.state in _OPEN:
            yield f"  to {_OPEN[answer.state]}: newsletter replies answer {mail.id}"
    if facts.removed and whole is None:
        rules = ", ".join(dict.fromkeys(one.kind for one in facts.removed))
        yield click.style(
            f"Left out: {rules}. All of it: newsletter replies show {mail.id} --whole", dim=True
        )


def whole_lines(stripped: Stripped) -> Iterator[str]:
    """Yield the lines of a mail; those that were left out are dim and stand behind a bar."""
    pieces = [(one.start, one.end) for one in stripped.removed]
    at = 0
    for line in stripped.source.split("\n"):
        is_left_out = any(start <= at < end for start, end in pieces) and bool(line)
        shown = harmless(line)
        yield click.style(f"| {shown}", dim=True) if is_left_out else shown
        at += len(line) + 1


def _act_lines(act: ReplyAct, *, is_one_of_several: bool) -> Iterator[str]:
    """Yield what a mail asks for, and the command that does it; for whom where it is asked for several."""
    words = act.act.replace("_", " ")
    whose = " --reader EMAIL" if act.subscriber_id is None else ""
    if is_one_of_several:
        words, whose = f"{words} for {act.email or 'nobody known'}", f" --reader {act.email or 'EMAIL'}"
    reason = harmless(dict(act.detail).get("reason", ""))
    if act.state == "proposed":
        yield click.style(f"It asks: {words} (“{reason}”)", bold=True)
        if act.why:
            yield f"  not done by itself: {act.why}"
        yield f"  to do it: newsletter replies act {act.inbound_id} {act.act}{whose}"
        named = whose if is_one_of_several else ""
        yield f"  or not:   newsletter replies act {act.inbound_id} {act.act}{named} --dismiss"
    else:
        when = f" on {act.done_at.astimezone():%d %B %Y}" if act.done_at else ""
        yield f"{words}: {act.state}{when}, {act.done_by or ''} (“{reason}”)"


def _title(mail: InboundMail) -> str:
    kind = mail.facts.kind or "not read"
    sub = f", {mail.facts.sub_kind}" if mail.facts.sub_kind else ""
    return f"Mail {mail.id} · {mail.state} · {kind}{sub}"


def _fields(mail: InboundMail) -> Iterator[tuple[str, str]]:
    facts = mail.facts
    if mail.trouble:
        yield "Trouble", mail.trouble
    name, address = facts.from_name, facts.from_address
    yield "From", f"{name} <{address}>" if name and address else name or address or "(nobody)"
    yield "Subject", facts.subject or "(none)"
    yield "Came in", f"{mail.received_at.astimezone():%d %B %Y %H:%M}"
    yield from _reasons(facts)
    if facts.issue:
        yield "Issue", f"{facts.issue} ({_percent(facts.issue_conf)})"
    if mail.email:
        yield "Reader", f"{mail.email} ({_percent(facts.sub_conf)})"
    if facts.via_subscriber_id is not None and facts.kind in (None, "human"):
        yield "Note", "it answers the letter of a reader, and came from another address than theirs"
    if mail.tags:
        yield "Tags", ", ".join(mail.tags)
    for one in facts.attachments:
        yield "Attached", f"{one.file_name or '(no name)'} ({one.content_type}, {one.size_bytes:,} bytes)"


def _reasons(facts: MailFacts) -> Iterator[tuple[str, str]]:
    """Yield why a mail is not a person's: whom it says it did not reach, else the words that tell."""
    for bounce in facts.bounces[:_MOST_REASONS]:
        said = " ".join((bounce.diagnostic or bounce.status or "no reason").split())[:200]
        yield "Delayed" if bounce.is_delay else "Bounced", f"{bounce.recipient or '(nobody named)'}: {said}"
    is_read = bool(facts.bounces) and not any(one.rule == WORDING for one in facts.bounces)
    if facts.kind in (None, "human") or is_read:
        return
    told = [one for one in facts.evidence if one.kind == facts.kind][:_MOST_REASONS]
    if told:
        yield "Because", ", ".join(map(_reason, told))


def _reason(evidence: Evidence) -> str:
    """Return what a rule saw: its words, behind the name of the field where they stand in one."""
    where, _, field = evidence.rule.partition(":")
    name = f"{field}: " if where in ("header", "filter") else ""
    return f"“{name}{evidence.excerpt[:60]}”"


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{share:.0%}"
