"""This repository's templates as MJML, each filled in with each of its letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from newsletter.config.schema import Config, FieldConfig, NewsletterConfig
from newsletter.content.loader import load_issue
from newsletter.project.issues.templates import KITCHEN_SINK
from newsletter.render import pipeline
from newsletter.render.linemap import LineMap
from newsletter.render.mjml.compile import Compiled

__all__ = ["letter_documents"]

_SHELLS = ("base",)
_FIELDS = ("first_name", "organisation", "role")


def letter_documents(root: Path) -> dict[str, str]:
    """Return the MJML of each template × letter in the repository at `root`, by both names."""
    config = Config(
        root=root,
        quotes_dir=KITCHEN_SINK.parent,
        newsletter=NewsletterConfig(
            name="Helder bestuur",
            lang="nl",
            postal_address="Kade 12, 8011 AB Zwolle",
            base_url="https://brief.example",
        ),
        fields={name: FieldConfig(name=name, fallback="lezer") for name in _FIELDS},
    )
    folder = root / "templates"
    names = [path.name.removesuffix(".mjml.j2") for path in sorted(folder.glob("*.mjml.j2"))]
    letters = [
        *sorted((root / "issues").glob("*.md")),
        *sorted((root / "tests/golden").glob("*/issues/*.md")),
        KITCHEN_SINK,
    ]
    documents: dict[str, str] = {}
    for path in letters:
        home = replace(config, root=path.parents[1])
        issue = load_issue(path, home)
        for name in names:
            if name in _SHELLS or name.startswith("_"):
                continue
            with _overheard() as heard:
                pipeline.render_issue(replace(issue, template=name), replace(home, root=root))
            documents[f"{name} × {path.stem}"] = heard[0]
    return documents


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Give the list that the MJML of every letter rendered in the block goes into."""
    heard: list[str] = []
    compile_mjml = pipeline.compile_mjml

    def overhear(source: LineMap, *, body: str | None = None) -> Compiled:
        heard.append(source.text)
        return compile_mjml(source, body=body)

    pipeline.compile_mjml = overhear
    try:
        yield heard
    finally:
        pipeline.compile_mjml = compile_mjml
