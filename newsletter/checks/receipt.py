"""From a check that passed to its receipt."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

import newsletter
from newsletter.checks.context import CheckContext
from newsletter.checks.need import Need
from newsletter.checks.registry import Rule
from newsletter.checks.spelling.dictionary import dictionary_files
from newsletter.checks.spelling.word_list import WORDS_FILE
from newsletter.config.digest import config_digests, digest_of
from newsletter.config.schema import Config
from newsletter.domain.finding import CheckReport
from newsletter.domain.receipt import Noted, Receipt
from newsletter.source import shown_path

__all__ = ["take_receipt"]

_CONFIG_INPUT = "config"
"""What rendering calls the configuration as a whole; a receipt names its sections."""


_BORROWED = "en"
"""The language that letters in others borrow words from."""


def take_receipt(context: CheckContext, report: CheckReport, rules: Mapping[str, Rule]) -> Receipt | None:
    """Return the receipt of `report`, the report of all `rules` on the issue of `context`.

    None when it did not pass or could not do all it was asked for, and when there is nobody yet to send to:
    no list, no segment.
    """
    if report.is_blocking or report.unable or context.lacks(Need.AUDIENCE) or context.lacks(Need.RENDERED):
        return None
    if context.segment is None or not context.letters.are_sound:
        return None
    config = context.config
    letters = context.letters.contexts.values()
    inputs = {name: digest for one in letters for name, digest in one.rendered.inputs.items()}
    inputs.pop(_CONFIG_INPUT, None)
    for name in (config.checks.rules, WORDS_FILE):
        if name and (config.root / name).is_file():
            inputs[name] = _file_digest(config.root / name)
    for path in (path for lang in (context.issue.lang, _BORROWED) for path in dictionary_files(config, lang)):
        inputs[shown_path(path, config.root)] = _large_file_digest(path, path.stat().st_mtime_ns)
    return Receipt(
        slug=context.issue.slug,
        path=context.shown_path,
        segment=context.segment,
        checked_at=context.now,
        program=newsletter.__version__,
        rules=_rules_digest(tuple(rules.values())),
        inputs=inputs,
        settings=_settings(config),
        roll=context.letters.facts.roll,
        stages=tuple(sorted(context.outside.asked)),
        findings=tuple(Noted.of(finding) for finding in report.findings),
    )


def _settings(config: Config) -> dict[str, str]:
    return {**config_digests(config), "checks": digest_of(asdict(config.checks))}


@lru_cache(maxsize=4)
def _rules_digest(rules: tuple[Rule, ...]) -> str:
    """Return the digest of what the rules are, to the line, and of what they know about languages."""
    sha = sha256()
    for one in rules:
        sha.update(f"{one.code}\0{one.slug}\0{one.severity}\0{one.stage}\0{one.waivable}\n".encode())
    modules = {one.module for one in rules}
    files = [getattr(sys.modules.get(name), "__file__", None) for name in sorted(modules)]
    data = resources.files("newsletter.checks") / "data"
    for path in (*(Path(file) for file in files if file), *sorted(_files_in(Path(str(data))))):
        sha.update(f"{path.name}\0{_file_digest(path)}\n".encode())
    return sha.hexdigest()


def _files_in(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.suffix != ".pyc"]


@lru_cache(maxsize=16)
def _large_file_digest(path: Path, stamp: int) -> str:  # noqa: ARG001 (a changed file is another key)
    return _file_digest(path)


def _file_digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:  # installed without its files, or taken away meanwhile
        return ""
