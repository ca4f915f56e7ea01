"""Draws the pictures that examples of rules ask for: `FORMAT WIDTHxHEIGHT [word …]`."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

__all__ = ["draw_picture"]


def draw_picture(path: Path, recipe: str) -> None:
    """Write a picture to `path`: words are `noise`, `frames` and `clear`."""
    form, size, *words = recipe.split()
    width, height = (int(number) for number in size.split("x"))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new(
        "RGBA" if "clear" in words else "RGB",
        (width, height),
        (20, 20, 20, 0)[: 4 if "clear" in words else 3],
    )
    if "clear" in words:
        picture.paste((20, 20, 20, 255), (width // 4, height // 4, width * 3 // 4, height * 3 // 4))
    if "noise" in words:
        picture = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    options: dict[str, object] = {}
    if "frames" in words:
        other = Image.new("RGB", (width, height), (250, 250, 250))
        options |= {"save_all": True, "append_images": [other, picture, other], "duration": 100, "loop": 0}
    picture.save(path, form, **options)
