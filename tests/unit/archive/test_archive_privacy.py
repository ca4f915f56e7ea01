"""No file of the archive holds anything of one reader; who puts it there is told, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.archive.edition import ArchiveFile
from newsletter.archive.privacy import personal_problems
from newsletter.domain.links import ReaderLinks
from newsletter.domain.slot import Slot
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import ContentError
from newsletter.project import Project
from tests.unit.archive.archive_world import BASE, make_project, page, write

SECRET = b"s" * 32
LINKS = ReaderLinks.make(SECRET, BASE, "herfst", [Slot(name="preferences_url")]).of("a1" * 16)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "brief") as made:
        yield made


def whats(data: str, path: str = "herfst/index.html") -> list[str]:
    files = [ArchiveFile(path=path, data=data.encode())]
    found = personal_problems(files, frozenset({"renata@brief.example"}), lambda _address: False)
    return [problem.what for problem in found]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (f'<a href="{LINKS["unsubscribe_url"]}">', "a link of one reader's own"),
        (f'<a href="{LINKS["preferences_url"]}">', "a link of one reader's own"),
        (f"/issues?t={LINKS['unsubscribe_url'].rpartition('/')[2]}", "a token signed for one reader"),
        ("nlph0a1b2c3dq", "a slot was left open"),
        ("Beste {{ first_name | lezer }},", "a slot was left open"),
        ("anna@gemeente.example", "anna@gemeente.example"),
        ("ANNA@Gemeente.Example", "anna@gemeente.example"),
        ("anna&#64;gemeente.example", "anna@gemeente.example"),
        ("anna&amp;#64;gemeente.example", "anna@gemeente.example"),
        ("?to=anna%40gemeente.example", "anna@gemeente.example"),
        ("j\u00f6rg@b\u00fcro.example", "j\u00f6rg@b\u00fcro.example"),
    ],
)
def test_what_belongs_to_one_reader_is_found(data: str, what: str) -> None:
    assert any(what in found for found in whats(data))


@pytest.mark.parametrize(
    "data",
    [
        "renata@brief.example",
        "<code>{{ first_name }}</code>",
        f"{BASE}/archive/herfst/",
        '<img src="wide@2x.0123456789ab.png">',
        "@media (max-width: 30rem)",
    ],
)
def test_what_everybody_may_read_is_not_found(data: str) -> None:
    assert whats(data) == []


@pytest.mark.parametrize("path", ["feed.xml", "feed.json", "search.json", "index.html"])
def test_every_kind_of_file_is_looked_through(path: str) -> None:
    assert whats("anna@gemeente.example", path) != []


def test_each_place_is_told_with_its_line() -> None:
    page = "<p>\nanna@gemeente.example\n<code>\n{{ x }}\n</code>\n{{ x }} anna@gemeente.example\n"
    files = [ArchiveFile(path=path, data=page.encode()) for path in ("a/index.html", "feed.xml")]

    found = personal_problems(files, frozenset(), lambda _address: False)

    assert sorted((str(one.place), one.what.split()[-1]) for one in found) == [
        ("a/index.html:2", "anna@gemeente.example"),
        ("a/index.html:6", "anna@gemeente.example"),
        ("a/index.html:6", "}}"),
        ("feed.xml:2", "anna@gemeente.example"),
        ("feed.xml:6", "anna@gemeente.example"),
    ]


def test_what_stands_in_a_letter_is_told_with_the_lines_of_the_letter(
    project: Project, tmp_path: Path
) -> None:
    link = LINKS["unsubscribe_url"]
    write(project, "2026-11-24-herfst", f"Zie [dit]({link}).\n\nEn [weer]({link}).\n")

    with pytest.raises(ContentError) as raised:
        project.archive.build(tmp_path / "out")

    links = [one for one in raised.value.problems if "a link of one reader" in one.what]
    assert [str(one.place) for one in links] == [
        "issues/2026-11-24-herfst.md:6",
        "issues/2026-11-24-herfst.md:8",
    ]
    assert "herfst/index.html:" in (links[0].why or "")


def test_the_letter_reads_as_for_somebody_unknown(project: Project, tmp_path: Path) -> None:
    body = (
        "Beste {{ first_name }}, bij {{ organisation }} en {{ organisation | een bureau }}.\n\n"
        "::: only tag:geheim\nAlleen voor ingewijden.\n:::\n\n"
        "[Uitschrijven]({{ unsubscribe_url }}), [kiezen]({{ preferences_url }}), [hier]({{ archive_url }})"
        " of [zo](https://example.org/?wie={{ first_name }}).\n"
    )
    write(project, "2026-11-24-herfst", body)

    built = project.archive.build(tmp_path / "out")
    shown = page(tmp_path / "out", "herfst")

    assert "Beste lezer, bij … en een bureau." in shown
    assert "Uitschrijven, kiezen, " in shown
    assert 'href="https://brief.example/archive/herfst"' in shown
    assert 'href="https://example.org/?wie=lezer"' in shown
    assert [note.what for note in built.notes] == ["{{ organisation }} reads “…” in the archive"]
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert b"ingewijden" not in everything
    assert b"unsubscribe" not in everything


def test_braces_that_are_to_be_shown_are_no_open_slot(project: Project, tmp_path: Path) -> None:
    write(project, "2026-11-24-herfst", "Schrijf \\{{ first_name }} voor de naam.\n")

    project.archive.build(tmp_path / "out")

    assert "Schrijf {{ first_name }} voor de naam." in page(tmp_path / "out", "herfst")


def test_the_configuration_has_words_for_a_field_without_fallback(tmp_path: Path) -> None:
    config = '[archive]\nwords = { organisation = "je organisatie" }\n'
    with make_project(tmp_path / "brief", config) as project:
        write(project, "2026-11-24-herfst", "Bij {{ organisation }}.\n")

        built = project.archive.build(tmp_path / "out")

    assert "Bij je organisatie." in page(tmp_path / "out", "herfst")
    assert built.notes == ()


def test_a_link_somebody_copied_from_their_own_mail_stops_the_build(project: Project, tmp_path: Path) -> None:
    write(project, "2026-11-24-herfst", f"Zie [dit]({LINKS['unsubscribe_url']}).\n")

    with pytest.raises(ContentError, match="a link of one reader's own"):
        project.archive.build(tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_the_address_of_a_reader_stops_the_build_that_of_the_author_does_not(tmp_path: Path) -> None:
    root = tmp_path / "brief"
    with make_project(root, '[store]\nurl = "sqlite:///brief.db"\n') as project:
        for email in ("anna@gemeente.example", "renata@brief.example"):
            project.store.subscribers.add(
                Subscriber(id=0, email=email, key=email, status=SubscriberStatus.ACTIVE)
            )
        write(project, "2026-11-24-herfst", "Mail mij: renata@brief.example.\n", archive="public")
        project.archive.build(tmp_path / "out")

        write(project, "2026-11-24-herfst", "Mail haar: anna@gemeente.example.\n", archive="public")
        with pytest.raises(ContentError, match="the mail address of a reader on the list"):
            project.archive.build(tmp_path / "out")

    assert "anna@" not in page(tmp_path / "out", "herfst")
