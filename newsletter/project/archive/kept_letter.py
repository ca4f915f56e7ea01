"""A letter for everybody as bytes and back: kept until something that it follows from changes."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from newsletter.archive.edition import ArchivedLetter
from newsletter.archive.letter import LetterForAll
from newsletter.domain.picture import PictureFile
from newsletter.domain.slot import Slot
from newsletter.source import Place

__all__ = ["read_letter", "written_letter"]


def written_letter(made: LetterForAll) -> bytes:
    """Return `made` as JSON."""
    letter = made.letter
    return json.dumps(
        {
            "lang": letter.lang,
            "title": letter.title,
            "preheader": letter.preheader,
            "html": letter.html,
            "text": letter.text,
            "tags": letter.tags,
            "pictures": [
                [one.name, one.url, one.media_type, one.source, b64encode(one.data).decode()]
                for one in letter.pictures
            ],
            "unsaid": [
                [name, slot.name, slot.fallback, *_placed(slot.place)] for name, slot in made.unsaid.items()
            ],
            "inputs": dict(made.inputs),
        }
    ).encode()


def read_letter(data: bytes) -> LetterForAll | None:
    """Return what `written_letter` wrote; None when a picture it was made with is another by now."""
    kept = json.loads(data)
    if any(_digest(Path(path)) != digest for path, digest in kept["inputs"].items()):
        return None
    letter = ArchivedLetter(
        lang=kept["lang"],
        title=kept["title"],
        preheader=kept["preheader"],
        html=kept["html"],
        text=kept["text"],
        tags=tuple(kept["tags"]),
        pictures=tuple(
            PictureFile(name=name, url=url, media_type=kind, source=source, data=b64decode(bytes_))
            for name, url, kind, source, bytes_ in kept["pictures"]
        ),
    )
    unsaid = {
        name: Slot(name=own, fallback=fallback, place=Place(path=path, line=line, column=column))
        for name, own, fallback, path, line, column in kept["unsaid"]
    }
    return LetterForAll(letter=letter, unsaid=unsaid, inputs=kept["inputs"])


def _placed(place: Place | None) -> tuple[str, int | None, int | None]:
    return (place.path, place.line, place.column) if place else ("", None, None)


def _digest(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
