"""A mailing with a slot in every context, and readers whose values are as hostile as the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from newsletter.domain.address import Mailbox
from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.picture import PictureFile
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText

__all__ = [
    "HOSTILE_NAMES",
    "UNFIT_NAMES",
    "illustrated_mailing",
    "sample_attempt",
    "sample_mailing",
    "sample_recipients",
]

HOSTILE_NAMES: Final = (
    "",
    "Zoë",
    "Jan-Willem 'd Hondt & Zn. <b>",
    '"; DROP TABLE; --\\" \\n',
    "-nl:first_name:t-",
    "-nl:unsubscribe_url:h-",
    "{{ first_name }}{% raw %}",
    "%s %(name)s 100%",
    "=3D =?utf-8?q?x?= =",
    "Jan\r\nBcc: evil@example.org",
    "dot\r\n.\r\nMAIL FROM:<evil@example.org>",
    ".begins and ends.",
    "👩🏽‍💻 مرحبا",
    "a\u2028b\tc",
    "x" * 1500,
    "Jansen, Jan; 'Zn' \"BV\"",
    "</p></body></html><script>alert(1)</script>",
    "https://evil.example/?a=1&b=2",
)
"""Values of the field `first_name`; the first is absent and takes its fallback."""

UNFIT_NAMES: Final = ("nul\x00byte", "bell\x07", "\x1b[31mred", "\x7f\x80\x9f", "\ufffe\uffff", "y" * 10_000)
"""Values that are no names, and may cost their own reader the letter, but nobody else."""


def sample_attempt(key: str = "c.1.1", fence: Fence | None = None) -> Attempt:
    """Return the attempt that went out as `key`."""
    date = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    return Attempt(batch_id=1, number=1, key=key, body_digest="", started_at=date, fence=fence)


def sample_mailing() -> Mailing:
    """Return a mailing whose slots stand in HTML, attribute, link, subject, header and text."""
    return Mailing(
        campaign_id="c7f3a91e5d2b4c6f8a0b1c2d3e4f5061",
        rendered=RenderedIssue(
            slug="proef",
            lang="nl",
            subject=SlottedText(
                ("Dag ", _hole("first_name", SlotContext.HEADER, "lezer"), ", een vraag – één")
            ),
            preheader=SlottedText.fixed("Kort"),
            html=SlottedText(
                (
                    '<!doctype html><html lang="nl"><body><p title="',
                    _hole("first_name", SlotContext.ATTRIBUTE, "lezer"),
                    '">Dag ',
                    _hole("first_name", SlotContext.HTML, "lezer"),
                    ' of -\n<a href="https://brief.example/?n=',
                    _hole("first_name", SlotContext.URL, "lezer"),
                    '">één</a> – <a href="',
                    _hole("unsubscribe_url", SlotContext.URL),
                    '">uit</a></p></body></html>\n',
                )
            ),
            text=SlottedText(
                (
                    "Dag ",
                    _hole("first_name", SlotContext.TEXT, "lezer"),
                    ",\n\n-",
                    _hole("first_name", SlotContext.TEXT, "jij"),
                    _hole("first_name", SlotContext.TEXT, "lezer"),
                    " 100% één – gewoon.\n.\n..\nhttps://brief.example/?n=",
                    _hole("first_name", SlotContext.TEXT_URL, "lezer"),
                    "\nUit: ",
                    _hole("unsubscribe_url", SlotContext.TEXT),
                    "\n",
                )
            ),
        ),
        sender=Mailbox(name="Zoë de Wit, brief", email="renata@brief.example"),
        reply_to=Mailbox(name="", email="antwoord@brief.example"),
        date=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        message_domain="brief.example",
        headers={
            "List-Id": SlottedText.fixed("<proef.brief.example>"),
            "List-Unsubscribe": SlottedText(("<", _hole("unsubscribe_url", SlotContext.HEADER), ">")),
            "List-Unsubscribe-Post": SlottedText.fixed("List-Unsubscribe=One-Click"),
        },
    )


def illustrated_mailing() -> Mailing:
    """Return the sample with two embedded pictures, one of them shown twice."""
    mailing = sample_mailing()
    pictures = tuple(
        PictureFile(
            name=f"{digest[:12]}.png",
            url=f"cid:{digest[:32]}@picture",
            media_type="image/png",
            source="kade.png",
            data=data,
        )
        for data in (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\x89PNG\r\n\x1a\n.\r\n.")
        for digest in [sha256(data).hexdigest()]
    )
    shown = "".join(f'<img src="{picture.url}">' for picture in (*pictures, pictures[0]))
    html = SlottedText((*mailing.rendered.html.parts, shown))
    return replace(mailing, rendered=replace(mailing.rendered, html=html, pictures=pictures))


def sample_recipients(names: Sequence[str], first: int = 0) -> tuple[Recipient, ...]:
    """Return a reader for each name, with address and delivery id numbered from `first`."""
    return tuple(
        Recipient(
            position=position,
            delivery_id=f"{first + position:032x}",
            email=f"Lezer.{first + position}@gemeente.example",
            values=_values(name, first + position),
        )
        for position, name in enumerate(names)
    )


def _values(name: str, number: int) -> Mapping[str, str]:
    url = f"https://brief.example/unsubscribe/{number:032x}.a-nl_b?x=1&y=2"
    return {"unsubscribe_url": url, **({"first_name": name} if name else {})}


def _hole(name: str, context: SlotContext, fallback: str | None = None) -> Hole:
    return Hole(slot=Slot(name=name, fallback=fallback), context=context)
