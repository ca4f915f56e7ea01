"""The letter on the web: the same words as the mail, in elements that mean something."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from newsletter.archive.card import CARD_SIZE, Card, draw_card
from newsletter.config.theme import LightConfig
from newsletter.domain.tag import tag_slug
from tests.unit.archive.archive_index import searched
from tests.unit.archive.archive_world import make_project, page, write

_VOID = {"img", "br", "hr", "meta", "link", "input"}


class Outline(HTMLParser):
    """Checks that every element is closed in order, and keeps words, ids and inner targets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.styled: list[str] = []
        self.feed(text)
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.ids += [str(known["id"])] if "id" in known else []
        self.targets += [known["href"][1:]] if (known.get("href") or "").startswith("#") else []
        self.styled += [tag] if "style" in known or any(name.startswith("on") for name in known) else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of a letter with everything in it."""
    folder = tmp_path_factory.mktemp("sink")
    with make_project(folder / "brief") as project:
        here = Path(project.config.root)
        source = Path(__file__).resolve().parents[3] / "newsletter" / "project" / "issues" / "kitchen_sink"
        for path in source.rglob("*"):
            if path.is_file():
                target = here / "issues" / path.relative_to(source)
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(path.read_bytes())
        (here / "issues" / "quotes.toml").rename(here / "quotes.toml")
        project.archive.build(folder / "out")
    return page(folder / "out", "everything")


def test_a_letter_with_everything_in_it_is_sound_html_without_any_style_in_it(sink: str) -> None:
    outline = Outline(sink.partition("<body>")[2].partition("</body>")[0])

    assert outline.wrong == []
    assert outline.styled == []
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.targets) <= set(outline.ids)
    assert "<script" not in sink


def test_blocks_become_elements_that_mean_something(sink: str) -> None:
    for expected in (
        '<div class="question">',
        '<div class="note">',
        '<blockquote class="reader">',
        '<p class="attribution">— Sanne, gemeente Meerdijk</p>'.replace("— ", "—\u00a0"),
        '<a class="button" href="https://example.org/antwoord">Antwoord</a>',
        '<th scope="col" class="right">Rechts</th>',
        '<ol start="3">',
        '<sup><a href="#note-1" id="ref-1">1</a></sup>',
        "<code>{{ first_name }}</code>",
        '<h2 id="part-1">',
    ):
        assert expected in sink, expected
    assert "Dit ziet alleen wie Nederlands leest" not in sink
    assert 'src="wide@2x.' in re.sub(r'src="[./]*', 'src="', sink)


def test_a_heading_that_repeats_the_title_is_left_out_and_others_follow_it(tmp_path: Path) -> None:
    with make_project(tmp_path / "brief") as project:
        write(project, "2026-11-24-herfst", "# Over bladeren\n\n# Deel\n\n## Onderdeel\n")
        project.archive.build(tmp_path / "out")

    shown = page(tmp_path / "out", "herfst")

    assert re.findall(r"<h[1-6][^>]*>[^<]+", shown) == [
        "<h1>Over bladeren",
        '<h2 id="part-1">Deel',
        '<h3 id="part-2">Onderdeel',
    ]


def test_search_has_the_words_of_the_letter_and_none_of_its_markup(tmp_path: Path) -> None:
    with make_project(tmp_path / "brief") as project:
        write(project, "2026-11-24-herfst", "Een **vet** woord[^1]\n\n- een\n- twee\n\n[^1]: De bron.\n")
        project.archive.build(tmp_path / "out")

    index = searched(tmp_path / "out")

    assert [(one.path, one.day, one.text) for one in index.letters] == [
        ("herfst/", "2026-11-24", "Een vet woord een twee De bron.")
    ]


def test_pictures_stand_beside_the_page_and_feeds_have_them_in_full(tmp_path: Path) -> None:
    with make_project(tmp_path / "brief") as project:
        Image.new("RGB", (600, 200), "#1f5f5b").save(project.config.root / "issues" / "boom.png")
        write(project, "2026-11-24-herfst", "![Een boom.](boom.png)\n")
        project.archive.build(tmp_path / "out")

    shown, feed = page(tmp_path / "out", "herfst"), (tmp_path / "out" / "feed.json").read_text()
    name = re.search(r'src="(boom\.[0-9a-f]+\.png)" alt="Een boom\." width="600" height="200"', shown)

    assert name is not None
    assert (tmp_path / "out" / "herfst" / name[1]).is_file()
    assert f"https://brief.example/archive/herfst/{name[1]}" in feed


def test_a_card_is_a_picture_of_the_right_size_and_always_the_same() -> None:
    card = Card(
        title="Een héél lange titel " * 8, name="Brief", day="24 november 2026", colours=LightConfig()
    )

    first, second = draw_card(card), draw_card(card)

    assert first is not None
    assert first == second
    assert Image.open(BytesIO(first)).size == CARD_SIZE


def test_a_title_the_font_cannot_write_has_no_card_and_no_empty_boxes() -> None:
    card = Card(title="Πού πάμε;", name="Brief", day="24 november 2026", colours=LightConfig())

    assert draw_card(card) is None


@pytest.mark.parametrize(
    ("tag", "slug"), [("Woo", "woo"), ("Social media", "social-media"), ("Café & co", "cafe-co")]
)
def test_a_tag_has_a_page_with_a_plain_name(tag: str, slug: str) -> None:
    assert tag_slug(tag) == slug


def test_tags_in_other_scripts_have_pages_of_their_own() -> None:
    assert tag_slug("право") != tag_slug("закон")
    assert re.fullmatch(r"tag-[0-9a-f]{8}", tag_slug("право"))
