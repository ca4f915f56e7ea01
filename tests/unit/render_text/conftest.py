"""What the tests of components and plain text share: a document from a string, with pictures on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from newsletter.content.document import Document
from newsletter.content.markdown import parse_markdown
from newsletter.domain.issue import Issue


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issues")
    for name, size in (("klein.png", (120, 80)), ("groot.png", (2400, 80)), ("kade@2x.png", (501, 80))):
        Image.new("RGB", size).save(folder / name)
    turned = Image.new("RGB", (300, 80))
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(folder / "gedraaid.jpg", exif=exif)
    Image.new("RGB", (10, 10)).save(folder / "foto.webp")
    (folder / "tekst.png").write_text("geen plaatje")
    (folder / "afgebroken.png").write_bytes((folder / "klein.png").read_bytes()[:20])
    return folder


@pytest.fixture(scope="session")
def parse(folder: Path) -> Callable[..., Document]:
    def parse(body: str, lang: str = "nl") -> Document:
        return parse_markdown(
            Issue(
                path=folder / "brief.md",
                shown_path="issues/brief.md",
                slug="brief",
                subject="Brief",
                lang=lang,
                template="letter",
                body=body,
                body_line=1,
                digest="",
            )
        )

    return parse
