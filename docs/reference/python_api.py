"""Writes what a project has, from the code; run by cog (`make docs`), checked by `.ci/run docs`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path

__all__ = ["members"]


def members() -> Iterator[str]:
    """Yield a section for each part of a project, with its methods."""
    from newsletter.project import Project

    homes = _homes()
    for name, member in vars(Project).items():
        made = member.func if isinstance(member, cached_property) else getattr(member, "fget", None)
        kind = str(made.__annotations__.get("return", "")) if made else ""
        if name.startswith("_") or made is None or kind not in homes:
            continue
        yield f"### `project.{name}`"
        yield ""
        told = _first(made).removeprefix("Return ")
        yield told[:1].upper() + told[1:]
        yield ""
        yield "| method | does |"
        yield "|---|---|"
        yield from _methods(getattr(import_module(homes[kind]), kind))
        yield ""


def _methods(kind: type) -> Iterator[str]:
    for name, function in vars(kind).items():
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        names = [one for one in inspect.signature(function).parameters if one != "self"]
        yield f"| `{name}({', '.join(names)})` | {_first(function)} |"


def _first(function: object) -> str:
    """Return the first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split()).replace("|", r"\|")


def _homes() -> dict[str, str]:
    """Return the module of each part, by its class's name, from what `Project` imports only to name it."""
    source = Path(inspect.getfile(import_module("newsletter.project"))).read_text("utf-8")
    return {
        alias.name: node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("newsletter.project.")
        for alias in node.names
    }
