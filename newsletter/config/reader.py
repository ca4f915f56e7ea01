"""Read `newsletter.toml`, its environment and options into a Config; every fault at once, with its line."""

from __future__ import annotations

import dataclasses
import os
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeVar

from newsletter.config import schema
from newsletter.config.contrast import contrast_problems
from newsletter.config.digest import config_digest
from newsletter.config.locate import KeyPath, line_of, locate_keys
from newsletter.config.rule import RuleBroken
from newsletter.config.rules import (
    FIELD_NAME,
    RESERVED_FIELDS,
    RESERVED_SEGMENTS,
    RULES,
    SEGMENT_NAME,
)
from newsletter.config.schema import Config
from newsletter.config.theme_files import missing_files
from newsletter.config.toml_file import parse_toml, read_text
from newsletter.config.values import convert, from_text
from newsletter.domain.nearest import nearest
from newsletter.errors import ConfigError, Problem, UsageError
from newsletter.source import Place

__all__ = ["FILE_NAME", "NAMED", "SECTIONS", "find_config", "keys_of", "load_config"]

FILE_NAME = "newsletter.toml"
_PREFIX = "NEWSLETTER_"
NAMED = {"fields": schema.FieldConfig, "segments": schema.SegmentConfig}
"""Sections that hold a table for each name."""

_SIMPLE_URL_PASSWORD = re.compile(r"^[a-z][a-z0-9+]*://[^/@:]*:([^@/]+)@")

Section = TypeVar("Section")


def find_config(start: Path) -> Path:
    """Return the `newsletter.toml` in `start` or the nearest directory above it. Raises UsageError."""
    here = start.resolve()
    for directory in (here, *here.parents):
        if (directory / FILE_NAME).is_file():
            return directory / FILE_NAME
    raise UsageError(
        Problem(
            what=f"there is no {FILE_NAME} in {start} or above it",
            fix="run newsletter init to start a newsletter here, or go to the directory of yours",
        )
    )


def load_config(
    path: Path, *, environment: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
) -> Config:
    """Return the configuration in the file `path`.

    `environment` (default: the process's own) may set any key outside `[fields]` and `[segments]` as
    `NEWSLETTER_SECTION_KEY`, empty values count as not set; `overrides` maps dotted keys, such as
    `provider.name`, to the values of options, and None counts as not set. An override wins from the
    environment, and that from the file. Raises ConfigError with every problem found.
    """
    shown = _shown(path)
    text = read_text(path, shown)
    document = parse_toml(text, shown, example='name = "…" below [newsletter]')
    reading = _Reading(document, locate_keys(text), shown)
    reading.add_environment(os.environ if environment is None else environment)
    reading.add_overrides(overrides or {})
    config = reading.config(path.resolve().parent)
    ConfigError.raise_if(sorted(reading.problems, key=_line))
    return dataclasses.replace(config, digest=config_digest(config))


@dataclass(frozen=True, slots=True)
class _Layer:
    """A value that wins from the file, with the place it comes from; `is_text` for the environment."""

    value: object
    place: Place
    is_text: bool


class _Reading:
    """One act of reading: the file's tables, what wins from them, and the problems found."""

    def __init__(self, document: Mapping[str, Any], lines: Mapping[KeyPath, int], shown: str) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._lines = lines
        self._shown = shown
        self._above: dict[KeyPath, _Layer] = {}
        self._broken: set[KeyPath] = set()

    def add_environment(self, environment: Mapping[str, str]) -> None:
        """Lay the variables that set a key over the file."""
        variables = {_PREFIX + "_".join(path).upper(): path for path in _KEYS}
        sections = tuple(f"{_PREFIX}{path[0].upper()}_" for path in _KEYS)
        secrets = set(_environment_secrets(self._document))
        for name, text in sorted(environment.items()):
            if name in variables and text:
                place = Place(path=f"environment variable {name}")
                self._above[variables[name]] = _Layer(text, place, is_text=True)
            elif name.startswith(sections) and name not in variables and name not in secrets:
                near = nearest(name, variables)
                self._problem(
                    f"the environment variable {name} sets nothing",
                    fix=f"did you mean {near}?" if near else f"unset {name}",
                )

    def add_overrides(self, overrides: Mapping[str, object]) -> None:
        """Lay the options over everything else."""
        for key, value in overrides.items():
            path = tuple(key.split("."))
            if value is None:
                continue
            if path in _KEYS:
                self._above[path] = _Layer(value, Place(path=f"option {key}"), is_text=isinstance(value, str))
            else:
                near = nearest(key, [".".join(known) for known in _KEYS])
                self._problem(f'there is no key "{key}"', fix=f"did you mean {near}?" if near else None)

    def config(self, root: Path) -> Config:
        """Return what was read; meaningless when there are problems."""
        sections: dict[str, Any] = {  # each of the type that SECTIONS names
            name: self._named(name, kind) if name in NAMED else self._section(kind, (name,))
            for name, kind in SECTIONS.items()
        }
        others = self._tables_of_plugins()
        sections["provider"] = dataclasses.replace(sections["provider"], others=others)
        self._unknown((), self._document, set(SECTIONS))
        self.problems += contrast_problems(sections["theme"], self._source, self._broken)
        self.problems += missing_files(sections["theme"], root, self._source, self._broken)
        return Config(root=root, shown_path=self._shown, **sections)

    def _section(self, kind: type[Section], path: KeyPath, **given: object) -> Section:
        table = self._table(path)
        values: dict[str, object] = dict(given)
        known: set[str] = set()
        for name, key, key_kind in keys_of(kind):
            known.add(key)
            if dataclasses.is_dataclass(key_kind):
                section_kind = typing.cast("type[object]", key_kind)  # is_dataclass leaves an instance open
                values[name] = self._section(section_kind, (*path, key))
                continue
            found = self._value((*path, key), table, key_kind)
            if found is not None:
                values[name] = found
        others = self._tables_of_plugins() if path == ("provider",) else ()
        self._unknown(path, table, known.union(others))
        return kind(**values)

    def _tables_of_plugins(self) -> dict[str, Mapping[str, object]]:
        """Return the tables in `[provider]` that belong to a provider installed from elsewhere."""
        ours = {key for _, key, _ in keys_of(schema.ProviderConfig)}
        tables = {
            name: table
            for name, table in self._table(("provider",)).items()
            if name not in ours and isinstance(table, dict)
        }
        if not tables:
            return {}
        installed = {point.name for point in entry_points(group="newsletter.providers")}
        return {name: table for name, table in tables.items() if name in installed}

    def _named(self, section: str, kind: type[Section]) -> dict[str, Section]:
        found: dict[str, Section] = {}
        for name, content in self._table((section,)).items():
            path = (section, name)
            if not isinstance(content, dict):
                self._problem(f"{section}.{name} is not a table", path, fix=f"write [{section}.{name}]")
                continue
            self._check_name(section, name)
            if section == "fields":
                found[name] = self._section(kind, path, name=name)
                continue
            if not str(content.get("where", "")).strip():
                self._problem(
                    f"the segment {name} does not say who is in it", path, fix='add where = "tag:…"'
                )
            found[name] = self._section(kind, path, name=name, line=line_of(self._lines, (*path, "where")))
        return found

    def _check_name(self, section: str, name: str) -> None:
        pattern, reserved = {
            "fields": (FIELD_NAME, RESERVED_FIELDS),
            "segments": (SEGMENT_NAME, RESERVED_SEGMENTS),
        }[section]
        if name in reserved:
            self._problem(
                f'"{name}" has a meaning of its own already', (section, name), fix="choose another name"
            )
        elif not pattern.fullmatch(name):
            allowed = "_" if section == "fields" else "_ and -"
            self._problem(
                f'"{name}" cannot be a name here',
                (section, name),
                fix=f"use small letters, digits, {allowed}, and a letter first",
            )

    def _value(self, path: KeyPath, table: Mapping[str, Any], kind: Any) -> object:
        layer = self._above.get(path)
        if layer is None:
            if path[-1] not in table:
                return None
            layer = _Layer(table[path[-1]], self._place(path), is_text=False)
        try:
            value = from_text(str(layer.value), kind) if layer.is_text else layer.value
            value = convert(value, kind, layer.place)
            if path == ("store", "url") and path not in self._above:
                _refuse_password(str(value))
            rule = RULES.get(".".join(path))
            return rule(value) if rule else value
        except RuleBroken as broken:
            self._broken.add(path)
            self._problem(f"{'.'.join(path)}: {broken.what}", place=layer.place, fix=broken.fix)
        except ConfigError as error:
            self.problems.extend(error.problems)
        return None

    def _table(self, path: KeyPath) -> Mapping[str, Any]:
        found: Any = self._document
        for part in path:
            found = found.get(part, {}) if isinstance(found, dict) else {}
        if isinstance(found, dict):
            return found
        name = ".".join(path)
        self._problem(
            f"{name} is a table, not a single value", path, fix=f"write [{name}] and its keys below it"
        )
        return {}

    def _unknown(self, path: KeyPath, table: Mapping[str, Any], known: set[str]) -> None:
        for key in table:
            if key in known:
                continue
            shown = f"[{'.'.join((*path, key))}]" if isinstance(table[key], dict) else f'"{key}"'
            where = f" in [{'.'.join(path)}]" if path else ""
            homes = [candidate[:-1] for candidate in _KEYS if candidate[-1] == key]
            near = nearest(key, known)
            fix = f'did you mean "{near}"?' if near else None
            if fix is None and homes:
                fix = f"it belongs in [{'.'.join(homes[0])}]"
            self._problem(
                f"{shown} is not known{where}",
                (*path, key),
                fix=fix or f"known are: {', '.join(sorted(known))}",
            )

    def _source(self, path: KeyPath) -> Place:
        """Return where the value of `path` comes from: an option, the environment, or the file."""
        layer = self._above.get(path)
        return layer.place if layer else self._place(path)

    def _place(self, path: KeyPath) -> Place:
        return Place(path=self._shown, line=line_of(self._lines, path))

    def _problem(
        self, what: str, path: KeyPath = (), *, place: Place | None = None, fix: str | None = None
    ) -> None:
        spot = place or (self._place(path) if path else None)
        self.problems.append(Problem(what=what, place=spot, fix=fix))


def _line(problem: Problem) -> int:
    return problem.place.line or 0 if problem.place else 0


def keys_of(kind: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield attribute, key and type of everything that may stand in a section of the schema."""
    hints = typing.get_type_hints(kind)
    for item in dataclasses.fields(kind):
        if "help" in item.metadata or dataclasses.is_dataclass(hints[item.name]):
            yield item.name, item.name.rstrip("_"), hints[item.name]


def _all_keys(kind: Any, path: KeyPath) -> Iterator[KeyPath]:
    for _, key, key_kind in keys_of(kind):
        if dataclasses.is_dataclass(key_kind):
            yield from _all_keys(key_kind, (*path, key))
        else:
            yield (*path, key)


SECTIONS: dict[str, Any] = {
    name: NAMED.get(name, kind)
    for name, kind in typing.get_type_hints(Config).items()
    if name in NAMED or dataclasses.is_dataclass(kind)
}
"""Every section of the file, with its type; of those in NAMED the type of one table in it."""

_KEYS: tuple[KeyPath, ...] = tuple(
    path for name, kind in SECTIONS.items() if name not in NAMED for path in _all_keys(kind, (name,))
)


def _environment_secrets(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names behind `env:NAME` in the file, which are the author's own."""
    todo: list[object] = [document]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            todo.extend(node.values())
        elif isinstance(node, str) and node.startswith("env:"):
            yield node.removeprefix("env:")


def _refuse_password(url: str) -> None:
    if _SIMPLE_URL_PASSWORD.match(url):
        raise RuleBroken(
            "a password stands here in plain text",
            "leave it out, and put the whole URL in NEWSLETTER_STORE_URL",
        )


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):  # elsewhere; no current directory; links in a circle
        return str(path)
