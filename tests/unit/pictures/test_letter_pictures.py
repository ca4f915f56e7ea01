"""The pictures of a letter: addresses, names, notes and problems, each with its line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sample_pictures import SECRET, exif, noise_of, photo, saved

from newsletter.config.schema import Config, ImagesConfig, NewsletterConfig
from newsletter.content.document import Document
from newsletter.content.markdown import parse_markdown
from newsletter.domain.issue import Issue
from newsletter.domain.picture import PictureDelivery
from newsletter.errors import ContentError
from newsletter.render.pictures.letter import LetterPictures, read_pictures

HOSTED = Config(root=Path(), newsletter=NewsletterConfig(base_url="https://brief.example"))
EMBEDDED = Config(root=Path(), images=ImagesConfig(delivery=PictureDelivery.EMBEDDED))


@pytest.fixture
def parse(tmp_path: Path) -> Callable[[str], Document]:
    def parse(body: str) -> Document:
        issue = Issue(
            path=tmp_path / "brief.md",
            shown_path="issues/brief.md",
            slug="brief",
            subject="Brief",
            lang="nl",
            template="letter",
            body=body,
            body_line=1,
            digest="",
        )
        return parse_markdown(issue)

    return parse


def told(document: Document, config: Config = HOSTED) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_pictures(document, config)
    return [str(problem) for problem in caught.value.problems]


def test_a_hosted_picture_has_an_address_that_changes_with_its_bytes(
    parse: Callable[[str], Document], tmp_path: Path
) -> None:
    document = parse("![a](kade.png)")
    seen = []
    for shade in ("red", "blue", "red"):
        (tmp_path / "kade.png").write_bytes(saved(photo(30, 20).rotate(len(shade)), "PNG"))
        seen.append(read_pictures(document, HOSTED).files[0])

    assert seen[0] == seen[2]
    assert seen[0].url != seen[1].url
    for picture in seen:
        assert picture.name == f"kade.{picture.digest[:12]}.png"
        assert picture.url == f"https://brief.example/issues/brief/{picture.name}"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Kade in Zürich.png", "Kade-in-Zurich"),
        ("foto@2x.png", "foto@2x"),
        ("你好.png", "picture"),
        ("a'b(c)&d.png", "a-b-c-d"),
        ("x" * 200 + ".png", "x" * 46),
    ],
)
def test_a_file_may_be_called_anything(
    parse: Callable[[str], Document], tmp_path: Path, name: str, stem: str
) -> None:
    (tmp_path / name).write_bytes(saved(photo(30, 20), "PNG"))

    picture = read_pictures(parse(f"![a](<{name}>)"), HOSTED).files[0]

    assert re.fullmatch(re.escape(stem) + r"\.[0-9a-f]{12}\.png", picture.name)
    assert picture.url.isascii()


def test_an_embedded_picture_is_one_file_however_often_it_is_shown(
    parse: Callable[[str], Document], tmp_path: Path
) -> None:
    (tmp_path / "img").mkdir()
    for name in ("kade.png", "img/zelfde.png"):
        (tmp_path / name).write_bytes(saved(photo(30, 20), "PNG"))

    pictures = read_pictures(parse("![a](kade.png) ![b](kade.png)\n\n![c](img/zelfde.png)"), EMBEDDED)

    assert len(pictures.files) == 1
    assert {shown.url for shown in pictures.shown.values()} == {f"cid:{pictures.files[0].content_id}"}
    assert set(pictures.inputs) == {"kade.png", "img/zelfde.png"}


def test_an_embedded_picture_needs_no_site(parse: Callable[[str], Document], tmp_path: Path) -> None:
    (tmp_path / "kade.png").write_bytes(saved(photo(30, 20), "PNG"))
    document = parse("![a](kade.png)")

    assert read_pictures(document, EMBEDDED).files[0].is_embedded
    assert "base_url" in told(document, replace(HOSTED, newsletter=NewsletterConfig()))[0]


def test_what_was_changed_is_told_with_file_sizes_and_line(
    parse: Callable[[str], Document], tmp_path: Path
) -> None:
    (tmp_path / "kade@2x.jpg").write_bytes(saved(photo(2400, 1000), "JPEG", exif=exif(), quality=97))

    pictures = read_pictures(parse("Dag\n\n![a](kade@2x.jpg)"), HOSTED)

    (note,) = pictures.notes
    assert str(note.place) == "issues/brief.md:3"
    assert re.fullmatch(
        r"the picture kade@2x\.jpg was made smaller: "
        r"2400 × 1000 pixels, [\d.]+ [kM]B became 1200 × 500 pixels, \d+ kB",
        note.what,
    )
    assert "1200 pixels" in (note.fix or "")
    assert pictures.shown["kade@2x.jpg"].width == 1200
    assert SECRET not in pictures.files[0].data
    assert SECRET in (tmp_path / "kade@2x.jpg").read_bytes(), "the author's own file is left alone"


def test_the_settings_decide_how_large_a_picture_may_be(
    parse: Callable[[str], Document], tmp_path: Path
) -> None:
    (tmp_path / "kade.jpg").write_bytes(saved(photo(900, 300), "JPEG", quality=95))
    document = parse("![a](kade.jpg)")

    def read(**settings: int) -> LetterPictures:
        return read_pictures(document, replace(HOSTED, images=ImagesConfig(**settings)))

    assert len(read(max_bytes=30_000).files[0].data) <= 30_000
    assert not read().notes
    assert "became 400 × 133 pixels" in read(max_width_px=400).notes[0].what


def test_every_problem_is_told_at_once_with_its_line(
    parse: Callable[[str], Document], tmp_path: Path
) -> None:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "map").mkdir()
    os.mkfifo(tmp_path / "pijp.png")
    with (tmp_path / "reus.png").open("wb") as file:
        file.truncate(60_000_000)

    problems = told(parse("![a](weg.png)\n\n![b](logo.svg)\n\n![c](map)\n\n![d](pijp.png)\n\n![e](reus.png)"))

    for line, (problem, words) in enumerate(
        zip(
            problems,
            ("is not there", "is an SVG", "is not a file", "is not a file", "60,000,000"),
            strict=True,
        )
    ):
        assert problem.startswith(f"issues/brief.md:{2 * line + 1}")
        assert words in problem


def test_a_link_that_leads_to_itself_is_told(parse: Callable[[str], Document], tmp_path: Path) -> None:
    loop = tmp_path / "kring.png"
    loop.symlink_to(loop)

    (problem,) = parse("Dag\n\n![a](kring.png)").problems

    assert str(problem).startswith("issues/brief.md:3")
    assert "kring.png cannot be followed" in problem.what


def test_embedded_pictures_that_servers_refuse_are_told_with_the_heaviest(
    parse: Callable[[str], Document], tmp_path: Path
) -> None:
    config = replace(EMBEDDED, images=replace(EMBEDDED.images, max_bytes=10_000_000))
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(
            saved(noise_of(1200, 2400 + number * 100), "PNG", compress_level=1)
        )

    problems = told(parse("\n\n".join(f"![a]({number}.png)" for number in range(4))), config)

    assert "the heaviest is 3.png" in problems[0]
    assert 'delivery = "hosted"' in problems[0]
    assert read_pictures(parse("![a](0.png)"), config).files
