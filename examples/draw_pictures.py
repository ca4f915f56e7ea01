"""Draw the pictures of the sample issues: `python examples/draw_pictures.py`.

Both are drawn four times too large and scaled down to twice the width they are shown at (560 px), so that
they are sharp on any screen. The chart counts the words of the real letter: edit the letter, draw again.
"""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ISSUES = Path(__file__).resolve().parent.parent / "issues"
LETTER = ISSUES / "2026-11-24-appgroep.md"

SHOWN_WIDTH = 560
SCALE = 4  # drawn at four times the shown width, saved at twice

CARD = "#f3eee2"
LINE = "#d8cfbd"
INK = "#5c554a"
PETROL = "#1f5f5b"
MIST = "#a9c4bd"
SHEET = "#fdfbf6"
BRICK = "#b4531f"

Box = tuple[float, float, float, float]


class Canvas:
    """A card of `height` shown pixels; every measure is in shown pixels from its upper left corner."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.image = Image.new("RGB", (SHOWN_WIDTH * SCALE, height * SCALE), CARD)
        self._draw = ImageDraw.Draw(self.image)

    def box(self, box: Box, fill: str, *, radius: float = 0, outline: str | None = None) -> None:
        """Draw a filled rectangle with rounded corners."""
        scaled = [value * SCALE for value in box]
        self._draw.rounded_rectangle(
            scaled, radius * SCALE, fill=fill, outline=outline, width=2 * SCALE if outline else 0
        )

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        """Draw a filled polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def dot(self, x: float, y: float, radius: float, fill: str) -> None:
        """Draw a disc around (x, y)."""
        self.box((x - radius, y - radius, x + radius, y + radius), fill, radius=radius)

    def text(self, x: float, y: float, text: str, *, size: float = 13, anchor: str = "ls") -> None:
        """Write a few words; `anchor` as Pillow names it."""
        font = ImageFont.load_default(size * SCALE)
        self._draw.text((x * SCALE, y * SCALE), text, INK, font, anchor)

    def save(self, path: Path) -> None:
        """Write a small PNG at twice the shown size, without metadata."""
        half = self.image.resize((SHOWN_WIDTH * 2, self.height * 2), Image.Resampling.LANCZOS)
        half.quantize(128, kmeans=4, dither=Image.Dither.NONE).save(path, optimize=True)


def sentences(markdown: str) -> list[str]:
    """Return the sentences a reader of the letter reads, in order, without markup."""
    body = markdown.split("---\n", 2)[2]
    body = re.sub(r"!\[[^]]*\]\([^)]*\)", "", body)
    body = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", body)
    body = re.sub(r"^(:::.*|#+ |\d+\. )|\*\*", "", body, flags=re.MULTILINE)
    parts = re.split(r"(?<=[.?!])[’”]?\s+(?=[‘“]?[A-Z])|\n{2,}", body.strip())
    return [part for part in parts if part.strip()]


def draw_lengths(path: Path) -> None:
    """Draw one bar per sentence of the letter, the longest in another colour."""
    lengths = [len(sentence.split()) for sentence in sentences(LETTER.read_text(encoding="utf-8"))]
    canvas = Canvas(230)
    left, right, floor, unit = 24.0, 500.0, 196.0, 7.4
    for words in (10, 20):
        y = floor - words * unit
        canvas.box((left, y - 0.5, SHOWN_WIDTH - 24, y + 0.5), LINE)
        canvas.text(SHOWN_WIDTH - 24, y - 5, f"{words} words" if words == 20 else str(words), anchor="rs")
    step = (right - left) / len(lengths)
    longest = lengths.index(max(lengths))
    for index, words in enumerate(lengths):
        x = left + index * step
        colour = BRICK if index == longest else PETROL
        canvas.box((x, floor - words * unit, x + step - 2.4, floor), colour, radius=1.6)
    canvas.box((left, floor + 2, SHOWN_WIDTH - 24, floor + 3), LINE)
    canvas.text(left, floor + 20, "Dear reader")
    canvas.text(right, floor + 20, "P.S.", anchor="rs")
    canvas.save(path)


def draw_folder(path: Path) -> None:
    """Draw a phone whose messages travel along a dotted line into a folder."""
    canvas = Canvas(250)
    _phone(canvas, 64, 22)
    for step in range(13):
        t = step / 12
        x = 238 + t * 106
        y = 112 - 150 * t * (1 - t)
        canvas.dot(x, y, 2.6, MIST)
    _folder(canvas, 350, 62)
    canvas.save(path)


def _phone(canvas: Canvas, x: float, y: float) -> None:
    canvas.box((x, y, x + 152, y + 260), PETROL, radius=20)
    canvas.box((x + 8, y + 8, x + 144, y + 260), SHEET, radius=14)
    canvas.box((x + 60, y + 15, x + 92, y + 19), LINE, radius=2)
    _bubble(canvas, (x + 18, y + 34, x + 112, y + 78), MIST, (0.85, 0.6))
    _bubble(canvas, (x + 38, y + 88, x + 134, y + 148), PETROL, (0.9, 0.75, 0.5))
    _bubble(canvas, (x + 18, y + 158, x + 66, y + 200), MIST, ())
    _thumb(canvas, x + 42, y + 180)


def _bubble(canvas: Canvas, box: Box, fill: str, lines: tuple[float, ...]) -> None:
    canvas.box(box, fill, radius=12)
    stroke = SHEET if fill == PETROL else PETROL
    width = box[2] - box[0] - 26
    for row, share in enumerate(lines):
        y = box[1] + 14 + row * 14
        canvas.box((box[0] + 13, y, box[0] + 13 + width * share, y + 4), stroke, radius=2)


def _thumb(canvas: Canvas, x: float, y: float) -> None:
    canvas.box((x - 13, y - 3, x - 7, y + 11), PETROL, radius=2)
    canvas.box((x - 5, y - 3, x + 12, y + 11), PETROL, radius=4)
    canvas.shape([(x - 5, y), (x + 1, y - 14), (x + 6, y - 12), (x + 5, y)], PETROL)
    canvas.dot(x + 3.3, y - 12, 2.9, PETROL)


def _folder(canvas: Canvas, x: float, y: float) -> None:
    canvas.box((x, y + 14, x + 150, y + 132), PETROL, radius=10)
    canvas.box((x, y, x + 64, y + 40), PETROL, radius=10)
    canvas.box((x + 14, y - 18, x + 136, y + 100), SHEET, radius=4)
    for row, share in enumerate((0.85, 0.6, 0.9, 0.75, 0.5)):
        top = y - 2 + row * 14
        canvas.box((x + 28, top, x + 28 + 94 * share, top + 4), MIST, radius=2)
    canvas.box((x, y + 70, x + 150, y + 150), MIST, radius=10)
    canvas.box((x + 16, y + 88, x + 74, y + 108), SHEET, radius=4)
    canvas.box((x + 24, y + 96, x + 60, y + 100), BRICK, radius=2)


if __name__ == "__main__":
    draw_lengths(ISSUES / "img" / "sentence-lengths@2x.png")
    draw_folder(ISSUES / "img" / "van-app-naar-dossier@2x.png")
