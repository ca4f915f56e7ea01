"""A letter with everything in it, as files you can open; review their diff as if a reader got it.

Write them again with `NEWSLETTER_UPDATE_GOLDEN=1 pytest tests/golden`.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from newsletter.config.schema import Config, FieldConfig, NewsletterConfig
from newsletter.content.loader import load_issue
from newsletter.domain.address import Mailbox
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.render.artefacts import write_build
from newsletter.render.pipeline import render_issue

PROJECT = Path(__file__).parent / "letter"
EXPECTED = PROJECT / "expected"
CONFIG = Config(
    root=PROJECT,
    digest="0" * 64,
    newsletter=NewsletterConfig(
        name="Helder bestuur",
        lang="nl",
        timezone="Europe/Amsterdam",
        postal_address="Kade 12, 8011 AB Zwolle",
        base_url="https://brief.example",
    ),
    fields={"first_name": FieldConfig(name="first_name", fallback="jij")},
)
LEAVE = Hole(slot=Slot(name="unsubscribe_url"), context=SlotContext.HEADER)
READER = Recipient(
    position=0,
    delivery_id="0123456789abcdef" * 2,
    email="zoe@xn--gemnte-cva.example",
    values={
        "first_name": "Zoë & Żółć",
        "unsubscribe_url": "https://brief.example/unsubscribe/0123456789abcdef0123456789abcdef.abcdefghijklmnopqrstuv",
        "preferences_url": "https://brief.example/preferences/0123456789abcdef0123456789abcdef.abcdefghijklmnopqrstuv",
        "archive_url": "https://brief.example/archive/alles",
    },
)


def test_the_letter_is_what_it_was(tmp_path: Path) -> None:
    issue = load_issue(PROJECT / "issues/2026-11-24-alles.md", CONFIG)
    mailing = Mailing(
        campaign_id="c",
        rendered=render_issue(issue, CONFIG),
        sender=Mailbox(name="Renata de Wit", email="renata@brief.example"),
        reply_to=Mailbox(name="Renata de Wit", email="renata@brief.example"),
        date=datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        message_domain="brief.example",
        headers={
            "List-Id": SlottedText.fixed("Helder bestuur <helder-bestuur.brief.example>"),
            "List-Unsubscribe": SlottedText(("<", LEAVE, ">")),
            "List-Unsubscribe-Post": SlottedText.fixed("List-Unsubscribe=One-Click"),
        },
    )
    is_update = os.environ.get("NEWSLETTER_UPDATE_GOLDEN") == "1"

    paths = write_build(mailing, READER, EXPECTED if is_update else tmp_path)

    assert [path.name for path in paths] == ["alles.html", "alles.txt", "alles.eml", "manifest.json"]
    for path in paths:
        assert path.read_bytes() == (EXPECTED / path.name).read_bytes()
