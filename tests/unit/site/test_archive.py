"""Letters that went out can be read by anybody, and say nothing about anybody."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import ContentError
from tests.unit.site.conftest import ANNA
from tests.unit.site.site_world import BASE, NOW, SLUG, Site, make_site

LETTER = """---
subject: "Beste {{ first_name | lezer }}, <herfst> & meer"
preheader: "Over bladeren"
date: 2026-11-24T09:30:00+01:00
---

Dag {{ first_name | lezer }},

::: only tag:geheim
Alleen voor ingewijden.
:::

Tot zover. [Uitschrijven]({{ unsubscribe_url }})
"""
_ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    config = '[fields.first_name]\nfallback = "lezer"\n[sender]\nfrom = "Renata <renata@brief.example>"\n'
    config += f'[archive]\nsubscribe_url = "{BASE}/subscribe"\n'
    made = make_site(tmp_path, {ANNA: "nl"}, config=config)
    write(made, LETTER)
    yield made
    made.project.close()


def write(site: Site, text: str) -> None:
    path = site.project.config.root / "issues" / f"2026-11-24-{SLUG}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def send(site: Site) -> None:
    ledger = site.project.store.ledger
    ledger.change("c1", CampaignEvent.RUN)
    batch = ledger.next_batch("c1", NOW)
    assert batch is not None
    attempt = Attempt(batch_id=batch.id, number=1, key="k", body_digest="b" * 64, started_at=NOW)
    ledger.intend(batch, attempt)
    ledger.settle(attempt, Submission(outcome=Outcome(kind=OutcomeKind.ACCEPTED)), NOW)


def test_a_letter_that_was_not_sent_is_nowhere(site: Site) -> None:
    index, letter = site.get("/archive"), site.get(f"/archive/{SLUG}")

    assert (index.status_code, letter.status_code) == (200, 404)
    assert "Nog geen" in index.text or "nog geen" in index.text


@pytest.mark.parametrize(
    "copied",
    [
        "https://brief.example/preferences/0123456789abcdef",
        "https://brief.example/unsubscribe%2F0123456789abcdef",
        "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOpQrStUv",
    ],
)
def test_a_letter_with_a_link_copied_from_somebodys_mail_is_nowhere(site: Site, copied: str) -> None:
    write(site, f"{LETTER}\nKijk op {copied} voor meer.\n")
    send(site)

    letter, feed, search = (site.get(f"/archive/{one}") for one in (SLUG, "feed.xml", "search/letters.js"))

    assert letter.status_code == 404
    assert "0123456789abcdef" not in feed.text + search.text


def test_a_letter_with_the_address_of_a_reader_is_nowhere_as_on_disk(site: Site, tmp_path: Path) -> None:
    write(site, f"{LETTER}\nMail haar: {ANNA}, of schrijf aan info@gemeente.example.\n")
    send(site)

    with pytest.raises(ContentError, match="the mail address of a reader on the list"):
        site.project.archive.build(tmp_path / "out")
    letter, index, feed = (site.get(f"/archive{one}") for one in (f"/{SLUG}", "", "/feed.xml"))

    assert letter.status_code == 404
    assert ANNA not in feed.text
    assert "herfst" not in index.text + feed.text


@pytest.mark.parametrize(("words", "status"), [("Mooi gezegd.", 200), (f"Schrijf mij: {ANNA}.", 404)])
def test_a_letter_that_quotes_the_address_of_a_reader_is_nowhere(site: Site, words: str, status: int) -> None:
    quote = f'[quotes.12]\nname = "Wim"\ngranted = 2026-11-01\nconsent = "named"\nwords = "{words}"\n'
    (site.project.config.root / "quotes.toml").write_text(quote)
    write(site, f"{LETTER}\n::: reader 12\n:::\n")
    send(site)

    letter, index = site.get(f"/archive/{SLUG}"), site.get("/archive")

    assert letter.status_code == status
    assert ("herfst" in index.text) == (status == 200)


def test_the_list_reads_a_letter_again_only_when_it_changed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(site)
    read: list[Path] = []
    load = site.project.issues.load
    monkeypatch.setattr(site.project.issues, "load", lambda path: (read.append(path), load(path))[1])

    before = [site.get("/archive").text for _ in range(3)]
    was_read = len(read)
    write(site, LETTER.replace("herfst", "winterkou"))
    after = site.get("/archive/feed.xml").text

    assert (len(set(before)), was_read, len(read)) == (1, 1, 2)
    assert "winterkou" in after
    (site.project.config.root / "issues" / f"2026-11-24-{SLUG}.md").unlink()
    assert SLUG not in site.get("/archive").text


def test_a_sent_letter_is_listed_and_reads_as_for_somebody_unknown(site: Site) -> None:
    send(site)

    index, letter = site.get("/archive"), site.get(f"/archive/{SLUG}")

    assert "Beste lezer, &lt;herfst&gt; &amp; meer" in index.text
    assert "24 november 2026" in index.text
    assert "Dag lezer," in letter.text
    assert "ingewijden" not in letter.text
    assert "/unsubscribe/" not in letter.text
    assert "Je krijgt deze brief" not in letter.text
    assert "script" not in letter.headers["content-security-policy"]


def test_the_letter_keeps_pace_with_its_file(site: Site) -> None:
    send(site)
    site.get(f"/archive/{SLUG}")

    write(site, LETTER.replace("Tot zover.", "Tot ziens."))

    assert "Tot ziens." in site.get(f"/archive/{SLUG}").text


@pytest.mark.parametrize("change", ["gone", "broken", "kept"])
def test_a_letter_that_cannot_or_may_not_be_read_is_left_out(site: Site, change: str) -> None:
    send(site)
    if change == "gone":
        (site.project.config.root / "issues" / f"2026-11-24-{SLUG}.md").unlink()
    else:
        write(
            site,
            "---\nsubject" if change == "broken" else LETTER.replace("---\n", "---\nx-archive: false\n", 1),
        )

    index, letter = site.get("/archive"), site.get(f"/archive/{SLUG}")

    assert (index.status_code, letter.status_code) == (200, 404)
    assert "herfst" not in index.text


def test_the_feed_is_atom_with_whole_addresses(site: Site) -> None:
    send(site)

    answer = site.get("/archive/feed.xml")

    feed = ET.fromstring(answer.text)
    entry = feed.find("a:entry", _ATOM)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert entry is not None
    assert entry.findtext("a:title", None, _ATOM) == "Beste lezer, <herfst> & meer"
    assert entry.findtext("a:id", None, _ATOM) == f"{BASE}/archive/{SLUG}"
    assert entry.findtext("a:updated", None, _ATOM) == "2026-11-24T08:30:00+00:00"


@pytest.mark.parametrize(("visibility", "status"), [("unlisted", 200), ("hidden", 404)])
def test_a_letter_that_is_not_public_is_named_nowhere(site: Site, visibility: str, status: int) -> None:
    write(site, LETTER.replace("---\n", f"---\narchive: {visibility}\ntags: [Bomen]\n", 1))
    send(site)

    letter = site.get(f"/archive/{SLUG}")
    lists = [
        "/archive",
        "/archive/feed.xml",
        "/archive/feed.json",
        "/archive/search/letters.js",
        "/archive/sitemap.xml",
    ]

    assert letter.status_code == status
    assert site.get("/archive/tags/bomen/").status_code == 404
    assert [path for path in lists if SLUG in site.get(path).text] == []
    if status == 200:
        assert letter.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_site_and_the_files_on_disk_tell_the_same(site: Site, tmp_path: Path) -> None:
    write(site, LETTER.replace("---\n", "---\ntags: [Bomen]\n", 1))
    send(site)

    site.project.archive.build(tmp_path / "out")

    for name in ("feed.xml", "feed.json", "search/letters.js", "sitemap.xml", "search.js", "style.css"):
        answer = site.get(f"/archive/{name}")
        assert answer.content == (tmp_path / "out" / name).read_bytes(), name
    for part in (tmp_path / "out" / "search").iterdir():
        assert site.get(f"/archive/search/{part.name}").content == part.read_bytes(), part.name
    assert site.get("/archive/search/words-000000000000.js").status_code == 404
    assert (
        site.get(f"/archive/{SLUG}/card.png").content == (tmp_path / "out" / SLUG / "card.png").read_bytes()
    )
    for path in (f"{SLUG}/", "", "tags/bomen/"):
        shown = site.get(f"/archive/{path}").text.partition("<main")[2].partition("</main>")[0]
        made = (
            (tmp_path / "out" / path / "index.html").read_text().partition("<main")[2].partition("</main>")[0]
        )
        up = "../" * path.count("/") or "./"
        assert shown.replace('"/archive/', '"') == made.replace(f'"{up}', '"'), path


def test_pictures_that_only_some_readers_see_reach_their_mails(site: Site) -> None:
    root = site.project.config.root
    (root / "issues").mkdir(exist_ok=True)
    Image.new("RGB", (300, 200), "#1f5f5b").save(root / "issues" / "geheim.png")
    write(site, LETTER.replace("Alleen voor", "![Een boom.](geheim.png)\n\nAlleen voor", 1))
    send(site)
    issue = site.project.issues.load(root / "issues" / f"2026-11-24-{SLUG}.md")
    (picture,) = site.project.issues.letters(issue).render().pictures

    mailed = site.get(picture.url)
    on_page = site.get(f"/archive/{SLUG}/{picture.name}")

    assert (mailed.status_code, mailed.content) == (200, picture.data)
    assert on_page.status_code == 404


def test_a_letter_in_two_languages_is_one_entry_and_reads_in_the_language_of_the_visitor(site: Site) -> None:
    folder = site.project.config.root / "issues"
    folder.joinpath(f"2026-11-24-{SLUG}.md").rename(folder / f"2026-11-24-{SLUG}.nl.md")
    (folder / f"2026-11-24-{SLUG}.en.md").write_text(LETTER.replace("Tot zover", "So far"))
    send(site)

    def said(path: str, accepted: str = "") -> bool:
        return "So far" in site.get(path, headers={"Accept-Language": accepted}).text

    page = site.get(f"/archive/{SLUG}", headers={"Accept-Language": "en"})
    assert [said(f"/archive/{SLUG}", one) for one in ("", "nl", "en-GB, nl;q=0.5", "de")] == [
        False,
        False,
        True,
        False,
    ]
    assert [said(f"/archive/{SLUG}/{one}", "fr") for one in ("nl", "en")] == [False, True]
    assert (page.headers["Vary"], page.headers["Content-Language"]) == ("Accept-Language", "en")
    assert f'<a href="/archive/{SLUG}/nl/" lang="nl" hreflang="nl">Nederlands</a>' in page.text
    assert site.get(f"/archive/{SLUG}/de").status_code == 404
    assert site.get("/archive").text.count("<li>") == 1
    assert site.get(f"/archive/{SLUG}/en/card.png").status_code == 200


def test_a_letter_says_when_it_was_corrected(site: Site) -> None:
    send(site)
    before = site.get(f"/archive/{SLUG}").text

    site.project.store.corrections.note("c1", "d" * 64)

    assert "verbeterd" not in before
    assert "Deze brief is verbeterd op" in site.get(f"/archive/{SLUG}").text
    times = re.search(
        r"<published>(.+)</published>\s*<updated>(.+)</updated>", site.get("/archive/feed.xml").text
    )
    assert times is not None
    assert times[1] == "2026-11-24T08:30:00+00:00" < times[2]


def test_the_links_of_letters_to_the_archive_lead_to_the_letter(site: Site) -> None:
    send(site)

    assert site.get(site.links(ANNA)["archive_url"]).status_code == 200


def test_a_feed_with_the_address_that_a_visitor_names_is_kept_by_no_proxy(tmp_path: Path) -> None:
    nowhere = make_site(tmp_path, {}, base="")

    feed = nowhere.get("/archive/feed.xml", headers={"Host": "elsewhere.example"})

    assert ("elsewhere.example" in feed.text, feed.headers["Cache-Control"]) == (True, "no-store")
    nowhere.project.close()
