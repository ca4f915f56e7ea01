"""A build on disk: `SLUG.html SLUG.txt SLUG.eml images/ manifest.json`; same input, same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.rendered import RenderedIssue
from newsletter.errors import Problem, UsageError
from newsletter.render.message import MessageTemplate
from newsletter.replacing import replace_file

__all__ = [
    "IMAGES",
    "WARN_HTML_BYTES",
    "WARN_MESSAGE_BYTES",
    "BuiltVariant",
    "html_bytes",
    "manifest",
    "message_bytes",
    "write_build",
]

IMAGES = "images"
"""Directory of a build with the hosted pictures, as they must be put at `{base_url}/issues/{slug}/`."""

_MANIFEST = "manifest.json"
"""Name of the file that lists the others."""

WARN_HTML_BYTES = 75_000
"""From here on Gmail may clip the letter once providers have lengthened links; it clips near 102 kB."""

WARN_MESSAGE_BYTES = 5_000_000
"""From here on a message, pictures and all, takes long to fetch on a phone and some servers refuse it."""


def html_bytes(rendered: RenderedIssue, values: Mapping[str, str]) -> int:
    """Return the size of the HTML part for a reader with `values`, decoded, in bytes of UTF-8."""
    return len(rendered.html.fill(values).encode("utf-8", "replace"))


def message_bytes(rendered: RenderedIssue, values: Mapping[str, str]) -> int:
    """Return about how many bytes a message is: both texts, and embedded pictures in base64."""
    text = len(rendered.text.fill(values).encode("utf-8", "replace"))
    embedded = sum(len(picture.data) for picture in rendered.pictures if picture.is_embedded)
    return html_bytes(rendered, values) + text + embedded * 78 // 57  # 57 bytes are a line of 76, CR LF


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltVariant:
    """Which letter was built, of an issue with `conditions`: that of `key`, None with every block.

    `readers` are the keys that occur in the issue's segment, each with the number of its readers.
    """

    conditions: tuple[str, ...] = ()
    key: str | None = None
    readers: tuple[tuple[str, int], ...] = ()


_ONE_LETTER = BuiltVariant()


def write_build(
    mailing: Mailing, recipient: Recipient, directory: Path, variant: BuiltVariant = _ONE_LETTER
) -> tuple[Path, ...]:
    """Write the letter as `recipient` gets it into `directory`, which is made when it is not there.

    Every file appears whole or not at all, the manifest last. Returns the paths written.
    Raises UsageError when the directory cannot be written.
    """
    rendered = mailing.rendered
    files = {
        f"{rendered.slug}.html": rendered.html.fill(recipient.values).encode("utf-8", "replace"),
        f"{rendered.slug}.txt": rendered.text.fill(recipient.values).encode("utf-8", "replace"),
        f"{rendered.slug}.eml": MessageTemplate(mailing).build(recipient),
        **{f"{IMAGES}/{one.name}": one.data for one in rendered.pictures if not one.is_embedded},
    }
    files[_MANIFEST] = manifest(rendered, recipient.values, files, variant)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in files:
            (directory / name).parent.mkdir(exist_ok=True)
        for name, data in files.items():
            replace_file(directory / name, data)
    except OSError as error:
        raise UsageError(
            Problem(
                what=f"the build cannot be written to {directory}: {error.strerror or error}",
                fix="choose another directory with -o DIR",
            )
        ) from error
    return tuple(directory / name for name in files)


def manifest(
    rendered: RenderedIssue,
    values: Mapping[str, str],
    files: Mapping[str, bytes],
    variant: BuiltVariant = _ONE_LETTER,
) -> bytes:
    """Return the manifest as JSON: digests, sizes in bytes, slots with fallbacks, inputs, warnings.

    Of an issue with conditional blocks also which are shown, and which variants its readers have.
    Holds no value of the reader's beyond the digests of `files`, and nothing of time or machine.
    """
    contexts: dict[tuple[str, str | None], set[str]] = {}
    for part in (rendered.subject, rendered.preheader, rendered.html, rendered.text):
        for hole in part.holes():
            contexts.setdefault((hole.slot.name, hole.slot.fallback), set()).add(str(hole.context))
    data = {
        "slug": rendered.slug,
        "lang": rendered.lang,
        "subject": rendered.subject.shape(),
        "digest": rendered.digest,
        "files": {
            name: {"bytes": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in files.items()
        },
        "slots": [
            {
                "name": slot.name,
                "fallback": slot.fallback,
                "contexts": sorted(contexts[slot.name, slot.fallback]),
            }
            for slot in rendered.slots
        ],
        **_variant(variant),
        "inputs": dict(sorted(rendered.inputs.items())),
        "warnings": [_warning(problem) for problem in (*rendered.notes, *_size_notes(rendered, values))],
    }
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def _variant(variant: BuiltVariant) -> dict[str, object]:
    if not variant.conditions:
        return {}

    def shown(key: str) -> list[str]:
        return [text for text, mark in zip(variant.conditions, key, strict=True) if mark == "1"]

    every = "1" * len(variant.conditions)
    return {
        "conditions": list(variant.conditions),
        "variant": {
            "key": every if variant.key is None else variant.key,
            "is_every_block": variant.key is None,
            "shown": shown(every if variant.key is None else variant.key),
        },
        "variants": [{"key": key, "shown": shown(key), "readers": count} for key, count in variant.readers],
    }


def _size_notes(rendered: RenderedIssue, values: Mapping[str, str]) -> Iterator[Problem]:
    size = html_bytes(rendered, values)
    if size >= WARN_HTML_BYTES:
        yield Problem(
            what=f"the HTML is {size:,} bytes",
            why="Gmail clips a letter near 102,000 bytes, and with it the link to leave",
            fix="shorten the letter, or link to the rest",
        )
    whole = message_bytes(rendered, values)
    if whole >= WARN_MESSAGE_BYTES:
        yield Problem(
            what=f"a message is about {whole:,} bytes, most of it pictures",
            why="readers wait for it, and some mail servers refuse it",
            fix='use smaller pictures, or write under [images]: delivery = "hosted"',
        )


def _warning(problem: Problem) -> dict[str, str | None]:
    return {
        "place": str(problem.place) if problem.place else None,
        "what": problem.what,
        "why": problem.why,
        "fix": problem.fix,
    }
