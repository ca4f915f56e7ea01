"""The studio shows the very pictures readers get, and gives nothing else out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from newsletter.studio.desk import Desk

OWNER = "Renata de Wit, Kade 12"


@pytest.fixture(params=["hosted", "embedded"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    (tmp_path / "issues/img").mkdir(parents=True)
    (tmp_path / "newsletter.toml").write_text(
        f'[newsletter]\nbase_url = "https://brief.example"\n[images]\ndelivery = "{request.param}"\n'
    )
    camera = Image.Exif()
    camera[0x010F], camera[0x0112] = OWNER, 6
    Image.new("RGB", (300, 100), "navy").save(tmp_path / "issues/img/kade@2x.jpg", exif=camera)
    (tmp_path / "issues/2026-11-24-brief.md").write_text(
        "---\nsubject: Brief\n---\nDag\n\n![de kade](img/kade@2x.jpg)\n"
    )
    return Desk(tmp_path)


def test_a_photo_is_shown_upright_at_half_its_pixels_without_what_the_camera_wrote(desk: Desk) -> None:
    paper = desk.letter("2026-11-24-brief", None)
    page = desk.page(paper.number, "light") or ""

    found = re.search(r'<img width="50" height="150"[^>]* src="/image/([0-9a-f]{64})/([^"]+)"', page)

    assert found is not None
    picture = desk.image(found[1], found[2])
    assert picture is not None
    assert OWNER.encode() not in picture.data
    assert picture.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("digest", "name"), [("0" * 64, "kade.jpg"), ("", ""), ("..", "newsletter.toml"), ("img", "kade@2x.jpg")]
)
def test_nothing_but_the_pictures_of_a_letter_is_given_out(desk: Desk, digest: str, name: str) -> None:
    desk.letter("2026-11-24-brief", None)

    assert desk.image(digest, name) is None
