"""An issue that is there, begun in another language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.content.siblings import find_siblings, split_name
from newsletter.domain.languages import is_language, tidy_language
from newsletter.errors import Problem, UsageError
from newsletter.source import Place, shown_path

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["NewLanguage", "start_language"]

_OWN_LINES = re.compile(r"^(?:subject|subject_b|preheader|title|lang):.*\n(?:[ \t]+\S.*\n)*", re.MULTILINE)
"""The lines of front matter that are not taken over, because each language has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLanguage:
    """The file that was made, and the one that had no language in its name as it is called now."""

    path: Path
    renamed: Path | None = None


def start_language(project: Project, original: str, subject: str, lang: str) -> NewLanguage:
    """Write the issue called `original` in `lang` beside it: its keys and its text, under a new `subject`.

    A file without a language in its name gets the one its letter is in. Raises UsageError when the language
    is none, is there already, or the issue was sent; ContentError for an issue that cannot be read.
    """
    if not is_language(lang):
        raise UsageError(Problem(what=f'"{lang}" is not a language', fix="write a tag, such as --lang en"))
    if not subject.strip():
        raise UsageError(Problem(what="the subject is empty", fix='newsletter new "A subject" --of ISSUE'))
    path = project.issues.find(original)
    place = Place(path=shown_path(path, project.config.root))
    if path in project.issues.all() and path not in project.issues.drafts():
        raise UsageError(
            Problem(
                what="the letter was sent, or is in a campaign",
                place=place,
                why="who has it does not get it again, in whatever language",
                fix='begin another letter: newsletter new "A subject"',
            )
        )
    key, own = split_name(path.name)
    tag, spoken = tidy_language(lang), own or tidy_language(project.issues.load(path).lang)
    if tag == spoken or tag in find_siblings(path).langs:
        raise UsageError(Problem(what=f"the letter is there in {tag} already", place=place))
    made = path.with_name(f"{key}.{tag}.md")
    renamed = None if own else path.with_name(f"{key}.{spoken}.md")
    _require_free(made, *([renamed] if renamed else []))
    text = _in_other_words(path.read_text("utf-8-sig"), subject)
    try:
        with made.open("x", encoding="utf-8") as file:
            file.write(text)
        if renamed is not None:
            path.rename(renamed)
    except OSError as error:
        raise UsageError(Problem(what=f"{made} cannot be written: {error.strerror or error}")) from error
    return NewLanguage(path=made, renamed=renamed)


def _require_free(*paths: Path) -> None:
    UsageError.raise_if(
        [
            Problem(what=f"{path} exists already", fix="name it otherwise, or take it away")
            for path in paths
            if path.exists()
        ]
    )


def _in_other_words(text: str, subject: str) -> str:
    """Return the letter `text` with `subject` in place of what each language says itself."""
    head, rule, body = text.replace("\r\n", "\n").partition("\n---\n")
    kept = _OWN_LINES.sub("", head.removeprefix("---\n") + "\n").rstrip("\n")
    line = f"subject: {json.dumps(' '.join(subject.split()), ensure_ascii=False)}"
    return "\n".join(filter(None, ("---", line, kept))) + rule + body
