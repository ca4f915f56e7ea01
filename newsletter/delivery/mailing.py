"""From a rendered issue to a mailing: sender, date and the headers every reader gets."""

from __future__ import annotations

from datetime import datetime
from email.header import Header
from urllib.parse import quote

from newsletter.config.schema import Config
from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Campaign
from newsletter.domain.issue import Issue
from newsletter.domain.mailing import Mailing
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["mailing_date", "make_mailing", "no_sender", "reply_address", "sender_of"]

_PHRASE_SPECIALS = frozenset('()<>[]:;@\\,."')  # RFC 5322 3.2.3: these need a quoted string


def make_mailing(
    rendered: RenderedIssue, campaign_id: str, config: Config, issue: Issue, date: datetime
) -> Mailing:
    """Return the mailing of `rendered` for one campaign.

    `date` becomes the Date field of every message, so a repeat has the same bytes (`mailing_date`).
    Raises ConfigError when neither the issue nor the configuration names a sender.
    """
    sender = sender_of(issue, config)
    reply_to = reply_address(issue, config)
    domain = config.sender.domain or sender.email.rpartition("@")[2]
    return Mailing(
        campaign_id=campaign_id,
        rendered=rendered,
        sender=sender,
        reply_to=reply_to,
        date=date,
        message_domain=domain,
        headers=_headers(config, domain, reply_to),
    )


def mailing_date(campaign: Campaign) -> datetime:
    """Return the date its messages carry: when it may start, else when it was planned; never "now"."""
    return campaign.not_before or campaign.created_at


def sender_of(issue: Issue, config: Config) -> Mailbox:
    """Return who the issue comes from. Raises ConfigError when nobody is named."""
    sender = issue.sender or config.sender.from_
    if sender is None:
        raise ConfigError(no_sender(config))
    return sender


def no_sender(config: Config) -> Problem:
    """Return what to say when neither the issue nor the configuration names a sender."""
    return Problem(
        what="there is no sender",
        place=Place(path=config.shown_path),
        fix='add under [sender]: from = "Your name <you@your.domain>"',
    )


def reply_address(issue: Issue, config: Config) -> Mailbox:
    """Return where answers go: the issue's, else the newsletter's, else the sender. Raises ConfigError."""
    return issue.reply_to or config.sender.reply_to or sender_of(issue, config)


def _headers(config: Config, domain: str, reply_to: Mailbox) -> dict[str, SlottedText]:
    """Return the extra header fields.

    List-Id: RFC 2919. List-Unsubscribe: RFC 2369, with both ways to leave; List-Unsubscribe-Post: RFC 8058
    (one click, by POST only). X-Auto-Response-Suppress: MS-OXCMAIL 2.2.3.2.14, asks Exchange not to answer
    with absence notes, which would bury the readers' own answers. Left out on purpose: Auto-Submitted
    (RFC 3834 5 is for answers no person wrote), Precedence (RFC 2076: discouraged), Feedback-ID.
    """
    leave = Hole(slot=Slot(name="unsubscribe_url"), context=SlotContext.HEADER)
    mailto = f"mailto:{quote(reply_to.email, safe='@')}?subject=unsubscribe"
    return {
        "List-Id": SlottedText.fixed(_list_id(config.newsletter.name, config.sender.list_id or domain)),
        "List-Unsubscribe": SlottedText(("<", leave, f">, <{mailto}>")),
        "List-Unsubscribe-Post": SlottedText.fixed("List-Unsubscribe=One-Click"),
        "X-Auto-Response-Suppress": SlottedText.fixed("OOF, AutoReply"),
    }


def _list_id(name: str, list_id: str) -> str:
    """Return `phrase <list-id>` in ASCII, whatever the newsletter is called."""
    phrase = " ".join("".join(char for char in name if char.isprintable() or char.isspace()).split())
    if not phrase:
        return f"<{list_id}>"
    if not phrase.isascii():
        return f"{Header(phrase, 'utf-8', maxlinelen=75).encode(linesep='')} <{list_id}>"
    if _PHRASE_SPECIALS.intersection(phrase):
        escaped = phrase.replace("\\", "\\\\").replace('"', '\\"')
        phrase = f'"{escaped}"'
    return f"{phrase} <{list_id}>"
