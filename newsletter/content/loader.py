"""A file becomes an issue, with the defaults of `newsletter.toml` filled in."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from stat import S_ISFIFO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter.config.schema import Config
from newsletter.content.front_matter import FrontMatter, read_front_matter, split_front_matter
from newsletter.content.siblings import split_name
from newsletter.content.source_text import MAX_FILE_BYTES, decode_source
from newsletter.domain.issue import MAX_SLUG, SLUG_PATTERN, Issue
from newsletter.domain.nearest import nearest
from newsletter.errors import ConfigError, ContentError, Problem, UsageError, reading_order
from newsletter.source import Place, shown_path

__all__ = ["find_issues", "load_issue", "slug_from_name"]

_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:-|$)")


def load_issue(path: Path, config: Config, data: bytes | None = None) -> Issue:
    """Read the issue at `path` (absolute, or relative to the working directory).

    `data` is what to read instead of the file, which then need not exist: a text not saved yet.

    Raises UsageError when there is no such file, ContentError with every problem when it cannot be read
    as an issue, ConfigError when the configured time zone does not exist.
    """
    absolute = path.absolute()
    shown = shown_path(absolute, config.root)
    if data is None:
        data = _read_bytes(absolute, shown)
    text, problems = decode_source(data, shown)
    split = split_front_matter(text, shown)
    if isinstance(split, Problem):
        raise ContentError(*problems, split)
    head, body, body_line = split
    zone = _zone(config)
    front, slips = read_front_matter(head, shown, zone)
    slug = front.slug or slug_from_name(absolute.name)
    if slug is None and not ("slug" in front.places and slips):  # a wrong slug has been named already
        slips.append(_bad_name(absolute, shown))
    named = split_name(absolute.name)[1]
    if named and front.lang and not f"{front.lang}-".casefold().startswith(f"{named}-".casefold()):
        slips.append(_other_language(front, absolute, named))
    ContentError.raise_if(sorted([*problems, *slips], key=reading_order))
    return Issue(
        path=absolute,
        shown_path=shown,
        slug=slug or "",
        subject=front.subject,
        subject_b=front.subject_b,
        lang=front.lang or named or config.newsletter.lang,
        template=front.template or config.newsletter.template,
        body=body,
        body_line=body_line,
        digest=sha256(data).hexdigest(),
        preheader=front.preheader or "",
        title=front.title,
        number=front.number,
        date=front.date.astimezone(zone) if front.date else None,
        segment=front.segment,
        sender=front.sender or config.sender.from_,
        reply_to=front.reply_to or config.sender.reply_to or front.sender or config.sender.from_,
        vars=front.vars,
        ignored_checks=front.ignored_checks,
        tags=front.tags,
        archive=front.archive,
        extra=front.extra,
        places=front.places,
    )


def find_issues(config: Config) -> tuple[Path, ...]:
    """Return the issues of the project, `issues/*.md`, sorted by name; hidden files and `_…` are left out."""
    return tuple(
        sorted(
            path
            for path in (config.root / "issues").glob("*.md")
            if path.is_file() and not path.name.startswith((".", "_"))
        )
    )


def slug_from_name(name: str) -> str | None:
    """Return the slug in a file name: without date, language and extension; None: it is not fit for a URL."""
    stem, _ = split_name(name)
    slug = _DATED.sub("", stem, count=1) if _DATED.match(stem) else stem
    return slug if SLUG_PATTERN.fullmatch(slug) and len(slug) <= MAX_SLUG else None


def _read_bytes(path: Path, shown: str) -> bytes:
    try:
        if S_ISFIFO(path.stat().st_mode):  # it would be waited for
            raise UsageError(Problem(what=f"{shown} is a pipe", fix="write the letter to a file"))
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise UsageError(_no_file(path, shown)) from error
    except IsADirectoryError as error:
        raise UsageError(
            Problem(
                what=f"{shown} is a directory", fix="name one file, such as issues/2026-11-24-wel-of-niet.md"
            )
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(Problem(what=f"{shown} cannot be read: {reason.lower()}")) from error


def _no_file(path: Path, shown: str) -> Problem:
    folder = path.parent
    names = sorted(entry.name for entry in folder.glob("*.md")) if folder.is_dir() else []
    near = nearest(path.name, names)
    if near:
        fix = f'did you mean "{Path(shown).parent / near}"?'
    elif names:
        fix = f"there are: {', '.join(names[:10])}"
    else:
        fix = f'there are no issues in {Path(shown).parent}; begin one with: newsletter new "Subject"'
    return Problem(what=f"there is no file {shown}", fix=fix)


def _zone(config: Config) -> ZoneInfo:
    name = config.newsletter.timezone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(
            Problem(
                what=f'there is no time zone "{name}"',
                place=Place(path=config.shown_path),
                fix='use a name such as timezone = "Europe/Amsterdam"',
            )
        ) from error


def _other_language(front: FrontMatter, path: Path, named: str) -> Problem:
    lang = front.lang or ""
    return Problem(
        what=f'the file name says "{named}", and the letter says "{lang}"',
        place=front.places.get("lang"),
        why="who gets which language goes by the file names",
        fix=f"write  lang: {named}  or rename the file: {split_name(path.name)[0]}.{lang}.md",
    )


def _bad_name(path: Path, shown: str) -> Problem:
    return Problem(
        what=f'the file name "{path.name}" gives no address for the letter',
        place=Place(path=shown, line=1),
        why=f"a slug has lower-case letters a to z, digits and single hyphens, at most {MAX_SLUG} characters",
        fix="rename the file, such as 2026-11-24-wel-of-niet.md, or write  slug: wel-of-niet",
    )
