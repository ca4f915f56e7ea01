"""What the tests of LOAD share: an issue from a string, and a project on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.config.schema import Config, NewsletterConfig, SenderConfig
from newsletter.content.document import Document
from newsletter.content.markdown import parse_markdown
from newsletter.domain.address import Mailbox
from newsletter.domain.issue import Issue


def issue_of(body: str, lang: str = "nl") -> Issue:
    return Issue(
        path=Path("/project/issues/brief.md"),
        shown_path="issues/brief.md",
        slug="brief",
        subject="Brief",
        lang=lang,
        template="letter",
        body=body,
        body_line=1,
        digest="",
    )


@pytest.fixture(scope="session")
def parse() -> Callable[..., Document]:
    def parse(body: str, lang: str = "nl", **fallbacks: str) -> Document:
        return parse_markdown(issue_of(body, lang), fallbacks=fallbacks)

    return parse


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "issues").mkdir()
    return Config(
        root=tmp_path,
        newsletter=NewsletterConfig(lang="nl", timezone="Europe/Amsterdam", template="letter"),
        sender=SenderConfig(from_=Mailbox(name="Renata", email="renata@brief.example")),
    )


@pytest.fixture
def write(config: Config) -> Callable[..., Path]:
    def write(content: str | bytes, name: str = "2026-11-24-wel-of-niet.md") -> Path:
        path = config.root / "issues" / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
