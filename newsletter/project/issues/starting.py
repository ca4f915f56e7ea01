"""Make a new newsletter, and new issues in it, from the starter files."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from importlib import resources
from itertools import count
from pathlib import Path

from newsletter.errors import Problem, UsageError
from newsletter.project.issues.schemas import CONFIG_LINE, ISSUE_LINE, schema_files

__all__ = ["Notes", "new_issue", "slug_of", "start_newsletter"]

_LANGUAGES = {"nl": ("Europe/Amsterdam", "lezer"), "en": ("UTC", "reader")}
_NAMELESS = {"nl": "brief"}
_STARTER = resources.files("newsletter.project.issues") / "starter"


def start_newsletter(directory: Path, *, name: str, lang: str, today: date) -> tuple[Path, ...]:
    """Write configuration, a first issue, a template, workflow, schemas, .gitignore; return what was made.

    The template takes everything from the packaged one, so that an upgrade reaches who has not changed it.
    Nothing that exists is overwritten. Raises UsageError when there is a newsletter already or the
    directory cannot be written.
    """
    if (directory / "newsletter.toml").exists():
        raise UsageError(
            Problem(what=f"there is a newsletter in {directory} already", fix="choose another directory")
        )
    if lang not in _LANGUAGES:
        raise UsageError(Problem(what=f'there is no starter in "{lang}"', fix="use --lang nl or --lang en"))
    timezone, reader = _LANGUAGES[lang]
    words = {
        "name": name.replace('"', "'").replace("\\", ""),
        "lang": lang,
        "timezone": timezone,
        "reader": reader,
    }
    files = {
        "newsletter.toml": f"{CONFIG_LINE}\n{_starter('newsletter.toml', words)}",
        ".gitignore": _starter("gitignore", {}),
        ".github/workflows/newsletter.yml": _starter("workflow.yml", {}),
        "examples/subscribers.csv": _starter("subscribers.csv", words),
        f"issues/{today.isoformat()}-{'first' if lang == 'en' else 'eerste'}.md": _for_editors(
            _starter(f"first.{lang}.md", {})
        ),
        "templates/letter.mjml.j2": _starter("letter.mjml.j2", {}),
        **schema_files(),
    }
    return tuple(
        _write(directory / name, text) for name, text in files.items() if not (directory / name).exists()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What the author finds in a new issue and no reader does: lines of its front matter, and a comment."""

    head: tuple[str, ...] = ()
    comment: str = ""


def new_issue(
    directory: Path, *, subject: str, lang: str, sender: str, today: date, notes: Notes | None = None
) -> Path:
    """Write `YYYY-MM-DD-slug.md` in `directory` from the starter, with `notes`, and return its path.

    A subject that leaves no letters for a slug gets a numbered one. Raises UsageError when there is no
    subject or the file exists.
    """
    if not subject.strip():
        raise UsageError(Problem(what="the subject is empty", fix='newsletter new "A subject"'))
    slug = slug_of(subject) or _numbered_slug(directory, lang)
    path = directory / f"{today.isoformat()}-{slug}.md"
    if path.exists():
        raise UsageError(
            Problem(what=f"{path} exists already", fix="choose another subject, or edit that file")
        )
    words = {"subject": json.dumps(" ".join(subject.split()), ensure_ascii=False), "sender": sender}
    text = _starter(f"issue.{lang if lang in _LANGUAGES else 'en'}.md", words)
    if (directory.parent / ".schema" / "issue.json").exists():
        text = _for_editors(text)
    return _write(path, _with_notes(text, notes) if notes else text)


def _for_editors(text: str) -> str:
    head, rule, body = text.partition("\n---\n")
    return f"{head}\n{ISSUE_LINE}{rule}{body}"


def _with_notes(text: str, notes: Notes) -> str:
    head, rule, body = text.partition("\n---\n")
    above = f"\n{notes.comment}\n" if notes.comment else ""
    return "\n".join((head, *(f"# {line}" for line in notes.head))) + rule + above + body


def _numbered_slug(directory: Path, lang: str) -> str:
    """Return the word for a letter and the first number that no file in `directory` has."""
    word = _NAMELESS.get(lang.partition("-")[0].lower(), "letter")
    taken = {path.stem for path in directory.glob(f"*-{word}-*.md")}
    numbers = (number for number in count(1) if not any(one.endswith(f"-{word}-{number}") for one in taken))
    return f"{word}-{next(numbers)}"


def slug_of(text: str) -> str:
    """Return `text` as a slug: ASCII letters, digits and single hyphens, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].rstrip("-")


def _starter(name: str, words: dict[str, str]) -> str:
    text = (_STARTER / name).read_text("utf-8")
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(Problem(what=f"{path} cannot be written: {error.strerror}")) from error
    return path
