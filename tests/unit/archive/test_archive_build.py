"""Building the archive: which letters are in it, and what is on disk afterwards."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.errors import ConfigError, ContentError, UsageError
from newsletter.project import Project
from newsletter.project.archive.manifest import MANIFEST
from tests.unit.archive.archive_index import searched
from tests.unit.archive.archive_world import make_project, page, write

_ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "brief") as made:
        yield made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_letter_whose_day_has_come_has_a_page_and_stands_in_list_feeds_search_and_sitemap(
    project: Project, out: Path
) -> None:
    write(project, "2026-11-24-herfst", subject='"Beste {{ first_name }}, <herfst> & meer"', tags="[Bomen]")

    built = project.archive.build(out)

    assert built.public == ("herfst",)
    assert "<h1>Beste lezer, &lt;herfst&gt; &amp; meer</h1>" in page(out, "herfst")
    assert "24 november 2026" in page(out, "herfst")
    for name in (
        "index.html",
        "feed.xml",
        "feed.json",
        "search/letters.js",
        "sitemap.xml",
        "tags/bomen/index.html",
    ):
        assert "herfst" in (out / name).read_text(), name
    feed = ET.fromstring((out / "feed.xml").read_bytes())
    assert feed.findtext("a:entry/a:title", namespaces=_ATOM) == "Beste lezer, <herfst> & meer"
    assert feed.findtext("a:entry/a:id", namespaces=_ATOM) == "https://brief.example/archive/herfst"
    item = json.loads((out / "feed.json").read_text())["items"][0]
    assert (item["url"], item["tags"]) == ("https://brief.example/archive/herfst/", ["Bomen"])


def test_a_letter_of_tomorrow_and_one_without_a_day_are_not_in_it_but_as_drafts(
    project: Project, out: Path
) -> None:
    write(project, "2026-12-01-winter")
    write(project, "2026-11-01-zonder", date="")

    assert project.archive.build(out).public == ()
    assert set(project.archive.build(out, drafts=True).public) == {"winter", "zonder"}
    assert "concept" in page(out, "winter")
    assert "noindex" in page(out, "winter")


@pytest.mark.parametrize(("visibility", "has_page"), [("unlisted", True), ("hidden", False)])
def test_a_letter_that_is_not_public_is_named_nowhere(
    project: Project, out: Path, visibility: str, has_page: bool
) -> None:
    write(project, "2026-11-20-zomer")
    write(project, "2026-11-22-geheim", archive=visibility, tags="[Bomen]")
    write(project, "2026-11-24-herfst")

    project.archive.build(out)

    assert (out / "geheim" / "index.html").exists() == has_page
    assert not any(
        b"geheim" in data for name, data in files(out).items() if not name.startswith(("geheim/", "."))
    )
    assert not (out / "tags").exists()
    if has_page:
        assert '<meta name="robots" content="noindex, nofollow">' in page(out, "geheim")


def test_the_configuration_says_it_for_letters_that_do_not(tmp_path: Path, out: Path) -> None:
    with make_project(tmp_path / "brief", '[archive]\nvisibility = "hidden"\n') as project:
        write(project, "2026-11-20-zomer", archive="public")
        write(project, "2026-11-24-herfst")

        assert project.archive.build(out).public == ("zomer",)


def test_the_same_letters_give_the_same_bytes_wherever_they_are_built(
    project: Project, tmp_path: Path
) -> None:
    write(project, "2026-11-20-zomer", tags="[Zon]")
    write(project, "2026-11-24-herfst", body="Een [link](https://example.org).\n")

    project.archive.build(tmp_path / "one")
    project.archive.build(tmp_path / "two")

    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_only_what_changed_is_written(project: Project, out: Path) -> None:
    write(project, "2026-11-20-zomer")
    write(project, "2026-11-24-herfst")
    project.archive.build(out)
    before = {path: path.stat().st_ino for path in out.rglob("*")}

    again = project.archive.build(out).change
    same = {path: path.stat().st_ino for path in out.rglob("*")}
    write(project, "2026-11-24-herfst", body="Iets anders.\n")
    changed = project.archive.build(out).change

    assert (again.written, same) == ((), before)
    pages = [path for path in changed.written if not path.startswith("search/")]
    assert pages == ["feed.json", "feed.xml", "herfst/index.html"]
    assert "search/letters.js" in changed.written


def test_pages_of_a_letter_that_is_gone_are_removed_and_nothing_else(project: Project, out: Path) -> None:
    gone = write(project, "2026-11-20-zomer", tags="[Zon]")
    write(project, "2026-11-24-herfst")
    project.archive.build(out)
    (out / "CNAME").write_text("brief.example\n")
    (out / "herfst" / "notes.txt").write_text("of mine\n")
    gone.unlink()

    change = project.archive.build(out).change

    pages = tuple(path for path in change.removed if not path.startswith("search/"))
    assert pages == ("tags/zon/index.html", "zomer/card.png", "zomer/index.html")
    assert not (out / "zomer").exists()
    assert not (out / "tags").exists()
    assert (out / "CNAME").exists()
    assert (out / "herfst" / "notes.txt").exists()


def test_a_dry_run_says_what_would_change_and_changes_nothing(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst")

    change = project.archive.build(out, dry_run=True).change

    assert "herfst/index.html" in change.written
    assert not out.exists()


def test_a_page_that_was_not_made_here_is_not_replaced(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst")
    out.mkdir()
    (out / "index.html").write_text("my own page")

    with pytest.raises(UsageError, match=r"index\.html: this file was not made by archive build"):
        project.archive.build(out)

    assert files(out) == {"index.html": b"my own page"}


def test_what_was_changed_by_hand_is_told_and_stays_until_it_is_forced(project: Project, out: Path) -> None:
    write(project, "2026-11-20-zomer")
    gone = write(project, "2026-11-24-herfst")
    project.archive.build(out)
    (out / "style.css").write_text("body { color: red }")
    (out / "herfst" / "index.html").write_text("my own words")
    gone.unlink()
    before = files(out)

    with pytest.raises(UsageError) as raised:
        project.archive.build(out)
    assert [str(problem.place) for problem in raised.value.problems] == [
        str(out / "herfst" / "index.html"),
        str(out / "style.css"),
    ]
    assert "--force" in str(raised.value)
    assert "no longer in the archive" in raised.value.problems[0].what
    assert "would be written over" in raised.value.problems[1].what
    assert files(out) == before

    change = project.archive.build(out, force=True).change
    assert ("style.css" in change.written, "herfst/index.html" in change.removed) == (True, True)
    assert not (out / "herfst").exists()


def test_what_was_changed_by_hand_to_what_would_be_written_anyway_is_no_matter(
    project: Project, out: Path
) -> None:
    write(project, "2026-11-24-herfst")
    project.archive.build(out)
    old = (out / "herfst" / "index.html").read_bytes()
    write(project, "2026-11-24-herfst", body="Dag allemaal.\n")
    (out / "herfst" / "index.html").write_bytes(old.replace(b"Dag lezer.", b"Dag allemaal."))

    assert "herfst/index.html" in project.archive.build(out).change.unchanged


def test_a_build_that_broke_off_is_not_taken_for_changes_by_hand(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst")
    project.archive.build(out)
    old = files(out)
    write(project, "2026-11-24-herfst", body="Dag allemaal.\n")
    blocked = out / "zomer"
    blocked.write_text("in the way")
    write(project, "2026-11-20-zomer")
    with pytest.raises(UsageError):
        project.archive.build(out)
    assert files(out)["index.html"] != old["index.html"]
    for name in ("feed.xml", "index.html"):
        (out / name).write_bytes(old[name])
    blocked.unlink()

    assert "index.html" in project.archive.build(out).change.written


@pytest.mark.parametrize("place", [".", "issues", "issues/web", "templates", ".newsletter"])
def test_the_archive_does_not_go_among_the_files_it_is_made_of(project: Project, place: str) -> None:
    write(project, "2026-11-24-herfst")
    before = files(project.config.root)

    with pytest.raises(UsageError, match="among the files it is made of") as error:
        project.archive.build(project.config.root / place)

    assert "-o build/archive" in str(error.value)
    assert files(project.config.root) == before


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/outside", "a/../../outside.txt"])
def test_a_manifest_that_names_files_elsewhere_removes_none(project: Project, out: Path, path: str) -> None:
    outside = out.parent / "outside.txt"
    outside.write_text("mine")
    out.mkdir()
    (out / MANIFEST).write_text(json.dumps({"files": {path: "0"}}))

    assert project.archive.build(out).change.removed == ()
    assert outside.exists()


def test_a_link_in_the_folder_leads_no_removal_out_of_it(project: Project, out: Path) -> None:
    away = out.parent / "away"
    away.mkdir()
    (away / "index.html").write_text("mine")
    out.mkdir()
    (out / "zomer").symlink_to(away)
    (out / MANIFEST).write_text(json.dumps({"files": {"zomer/index.html": "0"}}))

    project.archive.build(out)

    assert (away / "index.html").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', "[" * 100_000])
def test_a_manifest_that_cannot_be_read_stops_the_build(project: Project, out: Path, text: str) -> None:
    out.mkdir()
    (out / MANIFEST).write_text(text)

    with pytest.raises(UsageError, match="nobody knows which files were made here"):
        project.archive.build(out)


def test_without_an_address_the_mend_is_told(tmp_path: Path, out: Path) -> None:
    with make_project(tmp_path / "brief") as project:
        text = (project.config.root / "newsletter.toml").read_text()
    (tmp_path / "brief" / "newsletter.toml").write_text(text.replace("base_url", "# base_url"))

    with (
        Project.open(tmp_path / "brief", environment={}) as project,
        pytest.raises(ConfigError, match="base_url"),
    ):
        project.archive.build(out)


def test_what_is_wrong_with_all_letters_is_told_at_once(project: Project, out: Path) -> None:
    write(project, "2026-11-20-zomer", body="![x](img/none.png)\n")
    write(project, "2026-11-24-herfst", body="{{ first name }}\n")

    with pytest.raises(ContentError) as raised:
        project.archive.build(out)

    places = [str(problem.place) for problem in raised.value.problems]
    assert [place.partition(":")[0] for place in places] == [
        "issues/2026-11-20-zomer.md",
        "issues/2026-11-24-herfst.md",
    ]
    assert not out.exists()


def test_a_letter_called_like_a_page_of_the_archive_is_refused(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst", slug="tags")

    with pytest.raises(ContentError, match='a page called "tags"'):
        project.archive.build(out)


@pytest.mark.parametrize(("lang", "way"), [("ar", "rtl"), ("nl", "ltr")])
def test_a_page_runs_the_way_its_language_is_read(project: Project, out: Path, lang: str, way: str) -> None:
    write(project, "2026-11-24-herfst", lang=lang)

    project.archive.build(out)

    assert f'<html lang="{lang}" dir="{way}">' in page(out, "herfst")


def test_two_letters_with_one_address_are_refused_and_neither_takes_the_place_of_the_other(
    project: Project, out: Path
) -> None:
    write(project, "2026-10-24-herfst")
    write(project, "2026-11-24-herfst")

    with pytest.raises(ContentError, match=r"2026-11-24-herfst\.md.*issues/2026-10-24-herfst\.md") as caught:
        project.archive.build(out)

    assert "slug: …" in str(caught.value)
    assert not out.exists()


def test_two_languages_with_one_address_are_refused(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst.nl")
    write(project, "2026-11-24-herfst.en", lang="en-GB")
    write(project, "2026-11-24-herfst.en-GB")

    with pytest.raises(ContentError, match=r"herfst\.en\.md has the address herfst/en-gb too"):
        project.archive.build(out)


def test_a_template_of_the_project_wins_and_a_slip_in_it_has_its_place(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst")
    own = project.config.root / "templates" / "archive"
    own.mkdir(parents=True)
    (own / "words.nl.toml").write_text('[page]\nall = "Al mijn brieven"\n')

    project.archive.build(out)
    assert "Al mijn brieven" in page(out, "herfst")

    (own / "tag.html.j2").write_text("{% if %}")
    with pytest.raises(ConfigError, match=r"templates/archive/tag\.html\.j2:1"):
        project.archive.build(out)


def test_a_template_that_names_what_is_not_there_is_told(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst")
    own = project.config.root / "templates" / "archive"
    own.mkdir(parents=True)
    (own / "issue.html.j2").write_text("{{ reader }}")

    with pytest.raises(ContentError, match=r"templates/archive/issue\.html\.j2"):
        project.archive.build(out)


def test_a_letter_in_two_languages_is_one_entry_with_alternates(project: Project, out: Path) -> None:
    write(project, "2026-11-24-herfst.en", subject="Autumn", tags="[Trees]")
    write(project, "2026-11-24-herfst.nl", subject="Herfst", tags="[Bomen]")

    built = project.archive.build(out)
    dutch, english = page(out, "herfst"), page(out, "herfst/en")

    assert built.public == ("herfst",)
    assert ("<h1>Herfst</h1>" in dutch, "<h1>Autumn</h1>" in english) == (True, True)
    for shown in (dutch, english):
        for lang, address in (("nl", "herfst/"), ("en", "herfst/en/"), ("x-default", "herfst/")):
            link = f'<link rel="alternate" hreflang="{lang}" href="https://brief.example/archive/{address}">'
            assert link in shown
    assert '<a href="../herfst/en/" lang="en" hreflang="en">English</a>' in dutch
    assert '<a href="../../herfst/" lang="nl" hreflang="nl">Nederlands</a>' in english
    assert (out / "index.html").read_text().count("<li>") == 1
    assert [one.lang for one in searched(out).letters] == ["nl", "en"]


def test_feeds_have_all_that_their_formats_ask_for(project: Project, out: Path) -> None:
    write(project, "2026-11-20-zomer", "Zon & <b>regen</b>.\n", preheader='"Over \\"weer\\""')
    write(project, "2026-11-24-herfst.nl")
    write(project, "2026-11-24-herfst.en")

    project.archive.build(out)
    atom = ET.fromstring((out / "feed.xml").read_bytes())
    feed = json.loads((out / "feed.json").read_text())

    for one in (atom, *atom.findall("a:entry", _ATOM)):  # RFC 4287 4.1.1 and 4.1.2
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"a:{name}", _ATOM)) == 1, name
            assert one.findtext(f"a:{name}", "", _ATOM).strip(), name
    assert atom.findtext("a:author/a:name", "", _ATOM) == "Renata"
    ids = [entry.findtext("a:id", "", _ATOM) for entry in atom.findall("a:entry", _ATOM)]
    assert ids == [item["id"] for item in feed["items"]]
    assert len(set(ids)) == 2
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "Helder & bestuur")
    assert all(item["content_html"] and item["url"].startswith("https://") for item in feed["items"])


def test_a_title_in_a_page_of_another_direction_keeps_its_own(project: Project, out: Path) -> None:
    write(project, "2026-11-20-werk", subject="Werk met C++", tags="[C++]")
    write(project, "2026-11-24-rtl", subject="رسالة", lang="ar")

    project.archive.build(out)

    assert 'dir="auto" lang="nl">Werk met C++</span>' in page(out, "rtl")
    assert 'dir="auto">رسالة</a>' in (out / "index.html").read_text()
    assert 'dir="auto">C++</a>' in page(out, "werk")
