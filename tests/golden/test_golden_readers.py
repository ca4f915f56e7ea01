"""Every sample issue, and a letter with everything in it, as the most awkward readers get them.

The files are there to be opened; review their diff as if those readers were you. Write them again with
`NEWSLETTER_UPDATE_GOLDEN=1 pytest tests/golden`.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.config.reader import load_config
from newsletter.config.schema import Config
from newsletter.content.loader import load_issue
from newsletter.delivery.mailing import make_mailing
from newsletter.domain.mailing import Recipient
from newsletter.project.issues.templates import KITCHEN_SINK
from newsletter.render.artefacts import write_build
from newsletter.render.pipeline import render_issue

ROOT = Path(__file__).parents[2]
EXPECTED = Path(__file__).parent / "readers"
SENT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
ISSUES = {
    "everything": KITCHEN_SINK,
    "appgroep": ROOT / "issues/2026-11-24-appgroep.md",
    "longest-sentence": ROOT / "issues/2026-12-01-longest-sentence.md",
}
READERS = {
    "no-name": ("lezer@gemeente-meerdijk.example", None),
    "longest-name": (
        "w.a.p.van.schaeffer-grootenhuis@omgevingsdienst-noordzeekanaalgebied.example",
        "Wilhelmina Alexandrina Petronella van Schaeffer-Grootenhuis de Bruijn van Oosterwijck",
    ),
    "awkward-name": ("zoe@xn--gemnte-cva.example", "Zoë “Żółć” & <b>O'Brien</b> {{ x }} \\1 %s"),
}
LINKS = {
    f"{kind}_url": f"https://brief.example/{kind}/0123456789abcdef0123456789abcdef.abcdefghijklmnopqrstuv"
    for kind in ("unsubscribe", "preferences", "archive")
}


@pytest.fixture(scope="module")
def config() -> Config:
    return replace(load_config(ROOT / "newsletter.toml", environment={}), quotes_dir=KITCHEN_SINK.parent)


def recipient(reader: str) -> Recipient:
    address, name = READERS[reader]
    own = {} if name is None else {"first_name": name}
    return Recipient(position=0, delivery_id="0123456789abcdef" * 2, email=address, values={**own, **LINKS})


def build(config: Config, issue_name: str, reader: str, directory: Path) -> dict[str, Path]:
    issue = load_issue(ISSUES[issue_name], config)
    mailing = make_mailing(render_issue(issue, config), "campaign", config, issue, SENT)
    return {path.suffix: path for path in write_build(mailing, recipient(reader), directory)}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("issue", ISSUES)
def test_a_reader_gets_what_that_reader_got(tmp_path: Path, config: Config, issue: str, reader: str) -> None:
    built = build(config, issue, reader, tmp_path)

    for suffix in (".html", ".txt", ".eml"):
        golden = EXPECTED / issue / f"{reader}{suffix}"
        if os.environ.get("NEWSLETTER_UPDATE_GOLDEN") == "1":
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_bytes(built[suffix].read_bytes())
        assert built[suffix].read_bytes() == golden.read_bytes(), golden


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("issue", ISSUES)
def test_no_slot_is_left_open_a_name_is_text_and_the_mail_holds_both_parts(
    tmp_path: Path, config: Config, issue: str, reader: str
) -> None:
    built = build(config, issue, reader, tmp_path)

    html, text = built[".html"].read_text("utf-8"), built[".txt"].read_text("utf-8")
    mail = email.message_from_bytes(built[".eml"].read_bytes(), policy=email.policy.default)
    assert not re.search(r"nlph[0-9a-f]{8}q", html + text + str(mail["subject"]))
    assert "<b>O'Brien" not in html
    assert ("O'Brien" in text) == (reader == "awkward-name")
    assert mail["to"].addresses[0].addr_spec == READERS[reader][0]
    assert mail.get_body(("plain",)).get_content().splitlines() == text.splitlines()
    assert mail.get_body(("html",)).get_content().splitlines() == html.splitlines()
