"""Names a template uses and nobody gave it, told in the author's words with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable

import jinja2

from newsletter.domain.nearest import nearest
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["undefined_name"]

_NAME = re.compile(r"'(?P<name>[^']{1,200})' is undefined")
_MEMBER = re.compile(r"'[^']*object[^']*' has no attribute '(?P<name>[^']{1,200})'")


def undefined_name(error: jinja2.UndefinedError, known: Iterable[str], place: Place) -> Problem:
    """Return `error`, at `place`, as a problem; `known` are the names a template has."""
    text = " ".join(str(error).split())
    name, member = _NAME.fullmatch(text), _MEMBER.fullmatch(text)
    if name:
        names = sorted(known)
        near = nearest(name["name"], names)
        return Problem(
            what=f"there is no {{{{ {name['name']} }}}}",
            place=place,
            why=f"known are: {', '.join(names)}",
            fix=f"did you mean {{{{ {near} }}}}?"
            if near
            else f"for a value of each reader write {{{{ slot('{name['name']}') }}}},"
            f" for one of the issue {{{{ vars.{name['name']} }}}}",
        )
    if member:
        return Problem(
            what=f'nothing here is called "{member["name"]}"',
            place=place,
            why="what stands before the dot does not have it",
            fix=f"for a value of the issue, add {member['name']} to vars in its front matter,"
            " or write | default('…') behind it",
        )
    return Problem(what=text, place=place)
