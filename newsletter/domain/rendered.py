"""An issue after rendering: for all readers, slots still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from newsletter.domain.picture import PictureFile
from newsletter.domain.slot import Slot, SlottedText
from newsletter.errors import Problem

__all__ = ["RenderedIssue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedIssue:
    """HTML, plain text, subject and preheader of one variant, with holes for what differs per reader.

    `subject_b` is a second subject, which some readers get instead, so that the two can be compared.
    `pictures` are the distinct files the HTML asks for, hosted or embedded.
    `inputs` maps the name of everything that went in (issue, template files, configuration, pictures) to
    its SHA-256 in hex. `notes` are warnings found while rendering, such as raw HTML that was escaped.
    """

    slug: str
    lang: str
    subject: SlottedText
    preheader: SlottedText
    html: SlottedText
    text: SlottedText
    subject_b: SlottedText | None = None
    pictures: tuple[PictureFile, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Return every distinct slot (name and fallback), in reading order of subject, HTML, text."""
        seen: dict[tuple[str, str | None], Slot] = {}
        subjects = (self.subject, self.subject_b) if self.subject_b else (self.subject,)
        for part in (*subjects, self.preheader, self.html, self.text):
            for hole in part.holes():
                seen.setdefault((hole.slot.name, hole.slot.fallback), hole.slot)
        return tuple(seen.values())

    def with_subject(self, subject: str) -> RenderedIssue:
        """Return the letter with its first subject ("a"), or its second ("b") in place of it."""
        if subject == "b" and self.subject_b is not None:
            return replace(self, subject=self.subject_b, subject_b=None)
        return self

    def settled(self, name: str, value: str) -> RenderedIssue:
        """Return the letter with `value` for the slot `name`, for all readers alike."""
        return replace(
            self,
            subject=self.subject.settled(name, value),
            subject_b=self.subject_b.settled(name, value) if self.subject_b else None,
            preheader=self.preheader.settled(name, value),
            html=self.html.settled(name, value),
            text=self.text.settled(name, value),
        )

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of everything a reader can receive: parts, holes, fallbacks, pictures."""
        sha = sha256()
        for name, part in (
            ("lang", SlottedText.fixed(self.lang)),
            ("subject", self.subject),
            ("preheader", self.preheader),
            ("html", self.html),
            ("text", self.text),
            *((("subject_b", self.subject_b),) if self.subject_b else ()),
        ):
            sha.update(f"\0{name}\0".encode())
            for piece in part.parts:
                if isinstance(piece, str):
                    sha.update(b"s" + piece.encode())
                else:
                    sha.update(f"\0h{piece.slot.name}|{piece.slot.fallback}|{piece.context}\0".encode())
        for picture in self.pictures:
            sha.update(f"\0picture\0{picture.name}|{picture.url}|{picture.digest}\0".encode())
        return sha.hexdigest()
