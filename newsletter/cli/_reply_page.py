"""One mail on a page of the terminal: who, when, to which letter, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from newsletter.cli._replies import harmless

if TYPE_CHECKING:
    from newsletter.domain.inbound_mail import InboundMail

__all__ = ["page_lines"]


def page_lines(mail: InboundMail) -> Iterator[str]:
    """Yield the lines that show `mail`."""
    yield click.style(_title(mail), bold=True)
    for name, value in _fields(mail):
        yield f"{name + ':':<10} {harmless(value)}"
    yield ""
    facts = mail.facts
    if facts.reply_text:
        yield harmless(facts.reply_text).rstrip()
    elif not mail.trouble:
        yield "(It says nothing of its own.)"
    yield ""
    if facts.removed:
        rules = ", ".join(dict.fromkeys(one.kind for one in facts.removed))
        yield click.style(
            f"Left out: {rules}. The whole mail: newsletter replies show {mail.id} --original", dim=True
        )


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
    if facts.issue:
        yield "Issue", f"{facts.issue} ({_percent(facts.issue_conf)})"
    if mail.email:
        yield "Reader", f"{mail.email} ({_percent(facts.sub_conf)})"
    if facts.intents:
        yield "Asks", ", ".join(f"{one.intent} (“{one.excerpt}”)" for one in facts.intents)
    if mail.tags:
        yield "Tags", ", ".join(mail.tags)
    for one in facts.attachments:
        yield "Attached", f"{one.file_name or '(no name)'} ({one.content_type}, {one.size_bytes:,} bytes)"


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{share:.0%}"
