"""Each template looks as it did when somebody last looked: eight pictures of each, and one for its page.

Write them again with `NEWSLETTER_UPDATE_PICTURES=1 pytest tests/browser/test_template_pictures.py`, and look
at them. The fonts are those of Debian's fonts-dejavu-core, so that the pictures are the same everywhere.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent))
from letter_room import CASES, ROOT, Case, letter_of, open_letter
from picture_compare import MOST_DIFFERENT, assert_same_picture, difference

from newsletter.config.theme import ThemeConfig

pytestmark = pytest.mark.browser

REFERENCE = Path(__file__).parent / "reference"
DEJAVU = ThemeConfig(
    text_font="'DejaVu Serif', serif",
    small_font="'DejaVu Sans', sans-serif",
    code_font="'DejaVu Sans Mono', monospace",
)
SAMPLES = [case for case in CASES if str(case).endswith("-sample")]


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    asked = shutil.which("fc-list")
    listed = subprocess.run([asked], capture_output=True, text=True, check=True).stdout if asked else ""
    if "DejaVu Serif" not in listed or "DejaVu Sans Mono" not in listed:
        reason = "the DejaVu fonts are not installed; on Debian: apt-get install fonts-dejavu-core"
        if os.environ.get("NEWSLETTER_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def picture(browser: Browser, case: Case, width: int, scheme: str, theme: ThemeConfig = DEJAVU) -> bytes:
    with open_letter(browser, letter_of(case, theme), width=width, scheme=scheme) as page:
        return page.screenshot(full_page=True, animations="disabled")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 375])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_template_looks_as_it_did(chromium: Browser, case: Case, width: int, scheme: str) -> None:
    actual = picture(chromium, case, width, scheme)

    assert_same_picture(REFERENCE / f"{case}-{width}-{scheme}.png", actual)


@pytest.mark.parametrize("case", SAMPLES, ids=str)
def test_the_documentation_shows_a_template_as_it_is(chromium: Browser, case: Case) -> None:
    parts = [
        Image.open(io.BytesIO(picture(chromium, case, width, scheme))).crop((0, 0, width, 1000))
        for width, scheme in ((600, "light"), (375, "dark"))
    ]
    shown = Image.new("RGB", (600 + 24 + 375, 1000), "#ffffff")
    shown.paste(parts[0], (0, 0))
    shown.paste(parts[1], (624, 0))
    content = io.BytesIO()
    shown.save(content, "PNG")

    assert_same_picture(ROOT / f"docs/images/template-{case.template}.png", content.getvalue())


@pytest.mark.parametrize(
    ("colour", "value"), [("accent", "#5b1f5f"), ("button", "#5b1f5f"), ("aside", "#e6dcc0")]
)
def test_a_changed_colour_is_seen(chromium: Browser, colour: str, value: str) -> None:
    announcement = SAMPLES[2]
    light = replace(DEJAVU.light, **{colour: value})
    reference = Image.open(REFERENCE / f"{announcement}-375-light.png")

    actual = picture(chromium, announcement, 375, "light", replace(DEJAVU, light=light))

    assert difference(reference, Image.open(io.BytesIO(actual)))[0] > MOST_DIFFERENT


def test_a_word_more_is_seen(chromium: Browser) -> None:
    announcement = SAMPLES[2]
    letter = letter_of(announcement, DEJAVU)
    changed = replace(letter, html=letter.html.replace("costs nothing", "costs you nothing"))
    reference = Image.open(REFERENCE / f"{announcement}-600-light.png")

    with open_letter(chromium, changed, width=600, scheme="light") as page:
        actual = page.screenshot(full_page=True)

    assert difference(reference, Image.open(io.BytesIO(actual)))[0] > MOST_DIFFERENT
