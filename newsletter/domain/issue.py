"""What the author writes: one Markdown file with front matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from newsletter.domain.address import Mailbox
from newsletter.domain.visibility import Visibility
from newsletter.source import Place

__all__ = ["MAX_SLUG", "SLUG_PATTERN", "Issue", "Scalar"]

SLUG_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""A slug stands in addresses: lower-case letters, digits and single hyphens, at most MAX_SLUG long."""

MAX_SLUG = 80

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as loaded, with the defaults of `newsletter.toml` filled in.

    `path` is absolute, `shown_path` as the author would type it. `body` is the Markdown without front
    matter; its first line is line `body_line` (from 1) of the file. `places` tells where each
    front-matter key stands. `digest` is the SHA-256 (hex) of the file's bytes. `date` is in the
    newsletter's time zone.
    `subject_b` is a second subject, to be tried beside the first.
    `tags` are what it is about, in the author's words; `archive` who finds it in the archive, None where the
    issue leaves that to the configuration.
    `sender` and `reply_to` are None when neither issue nor configuration names them.
    """

    path: Path
    shown_path: str
    slug: str
    subject: str
    lang: str
    template: str
    body: str
    body_line: int
    digest: str
    preheader: str = ""
    subject_b: str | None = None
    title: str | None = None
    number: int | None = None
    date: datetime | None = None
    segment: str | None = None
    sender: Mailbox | None = None
    reply_to: Mailbox | None = None
    vars: Mapping[str, Scalar] = field(default_factory=dict)
    ignored_checks: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    archive: Visibility | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, key: str | None = None) -> Place:
        """Return where front-matter `key` stands, or the file itself."""
        return self.places.get(key or "", Place(path=self.shown_path, line=1))

    def body_place(self, line: int, column: int | None = None) -> Place:
        """Return the place of `line` (from 0, as Markdown tokens count) of the body in the file."""
        return Place(path=self.shown_path, line=self.body_line + line, column=column)
