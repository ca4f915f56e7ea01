"""Which templates there are, where each comes from, and what it says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from newsletter.domain.nearest import nearest
from newsletter.errors import Problem, UsageError
from newsletter.render.template import PACKAGED, SUFFIX, template_folders

__all__ = ["Origin", "TemplateFile", "find_template", "list_templates"]

_FIRST_COMMENT = re.compile(r"\A\s*\{#-?(?P<text>.*?)-?#\}", re.DOTALL)
_LONGEST = 200


class Origin(StrEnum):
    """Where a template comes from; OVERRIDING is one of the project with a packaged one of its name."""

    PROJECT = "project"
    PACKAGED = "packaged"
    OVERRIDING = "overriding"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """A template an issue can name; `description` is the first paragraph of its first comment, or empty."""

    name: str
    origin: Origin
    path: Path
    description: str


def list_templates(root: Path) -> tuple[TemplateFile, ...]:
    """Return the templates of the project at `root` and the packaged ones, in order of name."""
    folders = template_folders(root)
    own = _files(folders[0])
    packaged = _files(folders[1]) if len(folders) > 1 else {}
    return tuple(
        TemplateFile(
            name=name,
            origin=_origin(name in own, name in packaged),
            path=(path := own.get(name) or packaged[name]),
            description=_description(path),
        )
        for name in sorted({*own, *packaged})
    )


def find_template(root: Path, name: str) -> TemplateFile:
    """Return the template `name`; `packaged/NAME` is the one that comes with the program.

    Raises UsageError with the nearest name when there is none.
    """
    known = {template.name: template for template in list_templates(root)}
    known |= {
        PACKAGED + packaged: TemplateFile(
            name=packaged, origin=Origin.PACKAGED, path=path, description=_description(path)
        )
        for packaged, path in _files(template_folders(root)[-1]).items()
    }
    if name in known:
        return known[name]
    if name.startswith("_"):
        raise UsageError(
            Problem(
                what=f"{name} is a part of other templates, not a template",
                fix="see: newsletter templates list",
            )
        )
    near = nearest(name, known)
    fix = f'did you mean "{near}"?' if near else "see: newsletter templates list"
    raise UsageError(Problem(what=f'there is no template "{name}"', fix=fix))


def _files(folder: Path) -> dict[str, Path]:
    found = sorted(folder.glob(f"[!_]*{SUFFIX}"))
    return {path.name.removesuffix(SUFFIX): path for path in found if path.is_file()}


def _origin(is_own: bool, is_packaged: bool) -> Origin:  # noqa: FBT001 (two facts, named at the one call)
    if is_own:
        return Origin.OVERRIDING if is_packaged else Origin.PROJECT
    return Origin.PACKAGED


def _description(path: Path) -> str:
    """Return what a template says of itself, nothing when it cannot be read; `check` tells of that."""
    try:
        text = path.read_text("utf-8-sig", errors="replace")
    except OSError:
        return ""
    comment = _FIRST_COMMENT.match(text)
    paragraph = comment["text"].strip().partition("\n\n")[0] if comment else ""
    return " ".join(paragraph.split())[:_LONGEST]
