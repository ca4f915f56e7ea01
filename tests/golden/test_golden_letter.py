"""A letter with everything in it, as files you can open; review their diff as if a reader got it.

Write them again with `NEWSLETTER_UPDATE_GOLDEN=1 pytest tests/golden`.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.config.schema import Config, FieldConfig, ImagesConfig, NewsletterConfig
from newsletter.content.loader import load_issue
from newsletter.domain.address import Mailbox
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.picture import PictureDelivery
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.render.artefacts import write_build
from newsletter.render.pipeline import render_issue

PROJECT = Path(__file__).parent / "letter"
EXPECTED = PROJECT / "expected"
IS_UPDATE = os.environ.get("NEWSLETTER_UPDATE_GOLDEN") == "1"
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


def build(name: str, config: Config, directory: Path) -> dict[str, bytes]:
    """Build the issue called `name` and return its files by their path in the build."""
    issue = load_issue(PROJECT / "issues" / name, config)
    mailing = Mailing(
        campaign_id="c",
        rendered=render_issue(issue, config),
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
    paths = write_build(mailing, READER, directory)
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths}


def test_the_letter_is_what_it_was(tmp_path: Path) -> None:
    files = build("2026-11-24-alles.md", CONFIG, EXPECTED if IS_UPDATE else tmp_path)

    assert [*files] == ["alles.html", "alles.txt", "alles.eml", "manifest.json"]
    for name, content in files.items():
        assert content == (EXPECTED / name).read_bytes()


@pytest.mark.parametrize("delivery", list(PictureDelivery))
def test_a_letter_with_a_photo_is_what_it_was(delivery: PictureDelivery, tmp_path: Path) -> None:
    config = replace(CONFIG, images=ImagesConfig(delivery=delivery))
    expected = PROJECT / f"expected-{delivery}"

    files = build("2026-11-25-plaatjes.md", config, expected if IS_UPDATE else tmp_path)

    letter = ["plaatjes.html", "plaatjes.txt", "plaatjes.eml"]
    hosted = ["images/kade@2x.2bd88fa009dd.jpg"] if delivery is PictureDelivery.HOSTED else []
    assert [*files] == [*letter, *hosted, "manifest.json"]
    for name, content in files.items():
        assert content == (expected / name).read_bytes()
        assert b"Zwolle-kade-12" not in content, "the place stands in the photo and nowhere else"
