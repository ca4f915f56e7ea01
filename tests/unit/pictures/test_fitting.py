"""Every picture has the width and height it is shown at, in whatever column, list or table it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mjml import mjml2html
from sample_pictures import photo, saved

from newsletter.config.schema import Config, NewsletterConfig
from newsletter.content.markdown import parse_markdown
from newsletter.domain.issue import Issue
from newsletter.render.components import to_mjml
from newsletter.render.pictures.fitting import fit_pictures, room_attribute
from newsletter.render.pictures.letter import Picture, read_pictures

CONFIG = Config(root=Path(), newsletter=NewsletterConfig(base_url="https://brief.example"))
ATTRIBUTES = (
    '<mj-section padding="24px 20px 0px" /><mj-text padding="0px" />'
    '<mj-image padding="8px 0px 28px" /><mj-table padding="4px 0px 28px" />'
)
PICTURE = Picture(url="https://brief.example/a.png", width=900, height=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issues")
    (folder / "breed@2x.png").write_bytes(saved(photo(1200, 400), "PNG"))
    (folder / "klein.png").write_bytes(saved(photo(90, 60), "PNG"))
    return folder


def shown(folder: Path, body: str, attributes: str = ATTRIBUTES) -> list[tuple[int, int]]:
    """Return the width and height attributes of the pictures in `body`, in order."""
    issue = Issue(
        path=folder / "brief.md",
        shown_path="issues/brief.md",
        slug="brief",
        subject="Brief",
        lang="nl",
        template="letter",
        body=body,
        body_line=1,
        digest="",
    )
    document = parse_markdown(issue)
    pictures = read_pictures(document, CONFIG).shown
    head = f"<mj-head><mj-attributes>{attributes}</mj-attributes></mj-head>"
    html = mjml2html(f"<mjml>{head}<mj-body>{to_mjml(document, pictures)}</mj-body></mjml>", fonts={})
    fitted = fit_pictures(html, pictures.values())
    assert "data-nl-room" not in fitted
    for tag in re.findall(r"<img[^>]*>", fitted):
        assert "height:auto" in tag
    return [(int(w), int(h)) for w, h in re.findall(r'<img width="(\d+)" height="(\d+)"', fitted)]


@pytest.mark.parametrize(
    ("body", "sizes"),
    [
        ("![a](breed@2x.png)", [(560, 187)]),
        ("![a](klein.png)", [(90, 60)]),
        ("[![a](breed@2x.png)](https://x.nl)", [(560, 187)]),
        ("tekst ![a](breed@2x.png)", [(560, 187)]),
        ("tekst ![a](klein.png) en ![b](klein.png)", [(90, 60), (90, 60)]),
        ("- ![a](breed@2x.png)\n- a\n  - ![a](breed@2x.png)", [(520, 173), (480, 160)]),
        ("> tekst ![a](breed@2x.png)", [(536, 179)]),
        ("| a | b |\n|-|-|\n| ![a](breed@2x.png) | ![a](klein.png) |", [(264, 88), (90, 60)]),
        (
            "::: columns\n::: column\n![a](breed@2x.png)\n:::\n::: column\nb ![a](breed@2x.png)\n:::\n:::",
            [(280, 93), (256, 85)],
        ),
        (
            "::: columns\n::: column\n::: note\nb ![a](breed@2x.png)\n:::\n:::\n::: column\nb\n:::\n:::",
            [(212, 71)],
        ),
    ],
)
def test_a_picture_is_as_wide_as_the_place_it_stands_in(
    folder: Path, body: str, sizes: list[tuple[int, int]]
) -> None:
    assert shown(folder, body) == sizes


def test_the_padding_of_column_and_text_counts(folder: Path) -> None:
    padded = '<mj-section padding="0px" /><mj-column padding="0px 10px" /><mj-text padding="5px 25px" />'

    assert shown(folder, "b ![a](breed@2x.png)", padded) == [(530, 177)]


def test_a_picture_from_the_web_is_left_as_it_is(folder: Path) -> None:
    assert shown(folder, "b ![a](https://x.nl/a.png)") == []


@pytest.mark.parametrize(
    ("style", "width"),
    [
        ("padding:0px", 560),
        ("padding:0px 10px", 540),
        ("padding:1px 10px 2px 30px", 520),
        ("padding:1px 10px;padding-left:50px", 500),
        ("padding:2em", 560),
    ],
)
def test_padding_is_read_as_style_sheets_write_it(style: str, width: int) -> None:
    ghost = '<!--[if mso | IE]><td style="vertical-align:top;width:560px;"><![endif]-->'
    cell = f'<td align="left" style="font-size:0px;{style};word-break:break-word;">'
    image = f'<img src="{PICTURE.url}" width="900"{room_attribute(1, 0)} />'

    fitted = fit_pictures(f"{ghost}{cell}{image}", [PICTURE])

    assert f'<img width="{width}" height="{round(width / 3)}" src=' in fitted


def test_the_same_file_may_be_shown_at_two_sizes() -> None:
    ghost = '<!--[if mso | IE]><td style="vertical-align:top;width:560px;"><![endif]-->'
    images = "".join(
        f'<img src="{PICTURE.url}" width="{width}"{room_attribute(1, 0)} />' for width in (300, 900, 90)
    )

    fitted = fit_pictures(ghost + images, [PICTURE])

    assert re.findall(r'width="(\d+)" height="(\d+)"', fitted) == [
        ("300", "100"),
        ("560", "187"),
        ("90", "30"),
    ]


@given(st.text(alphabet='<>=" imgtdcwh-![]a0p"', max_size=200))
def test_any_markup_without_our_pictures_comes_through_unchanged(text: str) -> None:
    assert fit_pictures(text, [PICTURE]) == text


@given(shares=st.integers(1, 30), inset=st.integers(0, 2000), width=st.integers(1, 5000))
def test_no_place_is_too_small_for_a_picture_to_have_a_size(shares: int, inset: int, width: int) -> None:
    ghost = '<!--[if mso | IE]><td style="vertical-align:top;width:280.5px;"><![endif]-->'
    picture = Picture(url="cid:x", width=width, height=7)

    fitted = fit_pictures(
        f'{ghost}<img src="cid:x" width="{width}"{room_attribute(shares, inset)} />', [picture]
    )

    found = re.search(r'<img width="(\d+)" height="(\d+)" src="cid:x" />', fitted)
    assert found is not None
    assert 1 <= int(found[1]) <= min(width, 280)
    assert int(found[2]) >= 1
