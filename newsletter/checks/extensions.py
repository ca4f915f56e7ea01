"""Rules from outside: of installed packages, by entry point, and of the project's own Python file."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator, Mapping
from errno import EINVAL
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from stat import S_ISREG
from types import ModuleType

from newsletter.checks.registry import Rule, collect_rules, load_rules, merge_rules, rules_in
from newsletter.config.schema import Config
from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["GROUP", "rules_for"]

GROUP = "newsletter.checks"
"""Entry points of this group name a module with rules, or one rule."""

_MODULE = "newsletter_project_checks"


def rules_for(config: Config) -> Mapping[str, Rule]:
    """Return every rule that holds in the project of `config`, by code, in order of stage, then code.

    To the built-in rules come those of installed packages, and those of the Python file that
    `[checks] rules` names, which is run. Raises ConfigError when one of them cannot be loaded, or two
    rules share a code or a slug.
    """
    own = config.checks.rules
    if not own:
        return _installed_rules()
    path = config.root / own
    place = Place(path=own)
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):  # a pipe would be waited for
            raise OSError(EINVAL, "not a file")
        stamp = status.st_mtime_ns
    except OSError as error:
        raise ConfigError(
            Problem(
                what=f"the file with rules cannot be read: {(error.strerror or str(error)).lower()}",
                place=place,
                fix=f"write it, or take rules out of [checks] in {config.shown_path}",
            )
        ) from error
    return merge_rules(_installed_rules(), _rules_of_file(path, own, stamp))


@cache
def _installed_rules() -> Mapping[str, Rule]:
    outside = tuple(_plugin_rules())
    return merge_rules(load_rules(), outside) if outside else load_rules()


def _plugin_rules() -> Iterator[Rule]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            found = point.load()
        except (
            Exception,
            SystemExit,
        ) as error:  # a stranger's code may raise anything; it is told, not swallowed
            owner = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
            raise ConfigError(
                Problem(
                    what=f'the checks "{point.name}" cannot be loaded: {type(error).__name__}: {error}',
                    why=f"they come from {owner}",
                    fix=f"install a version that works, or remove it: pip uninstall {owner.split()[0]}",
                )
            ) from error
        if isinstance(found, ModuleType):
            yield from rules_in([found])
        elif isinstance(found, Rule):
            yield found
        else:
            raise ConfigError(
                Problem(
                    what=f'the checks "{point.name}" are neither a module nor a rule',
                    why=f"{point.value} is {type(found).__name__}",
                    fix="let the entry point name a module whose functions carry @rule",
                )
            )


@cache
def _rules_of_file(path: Path, shown: str, stamp: int) -> tuple[Rule, ...]:  # noqa: ARG001 (a new stamp is a new key)
    spec = importlib.util.spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None:
        raise ConfigError(
            Problem(what=f"{shown} is not a Python file", place=Place(path=shown), fix="name a file in .py")
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except (
        Exception,
        SystemExit,
    ) as error:  # the author's own code may raise anything; it is told, not swallowed
        raise ConfigError(
            Problem(
                what=f"the file with rules cannot be run: {type(error).__name__}: {error}",
                place=Place(path=shown, line=_line_in(path, error)),
                fix="mend it; it is run as Python when checks run",
            )
        ) from error
    return tuple(collect_rules([module]).values())


def _line_in(path: Path, error: BaseException) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    return lines[-1] if lines else None
