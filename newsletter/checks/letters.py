"""Rules about the letter look at every variant; what not all variants have is named after those that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Rule, Stage
from newsletter.checks.second_subject import with_second_subject

__all__ = ["faults_of"]


def faults_of(rule: Rule, context: CheckContext) -> Iterator[Fault]:
    """Yield what `rule` sees: of a rule about the rendered letter, in each letter that occurs.

    A rule about the inbox line sees a letter with two subjects twice.
    """
    yield from _faults_of(rule, context)
    if rule.code.startswith("IN") and context.lacks(Need.ISSUE) is None and context.issue.subject_b:
        first = set(_faults_of(rule, context))
        second = with_second_subject(context)
        yield from (fault for fault in _faults_of(rule, second) if fault not in first)


def _faults_of(rule: Rule, context: CheckContext) -> Iterator[Fault]:
    is_whole = rule.stage is not Stage.RENDERED or context.lacks(Need.RENDERED) is not None
    if is_whole or not context.document.conditions:
        yield from rule.check(context)
        return
    letters = context.letters.contexts
    seen: dict[Fault, list[str]] = {}
    for key, letter in letters.items():
        if all(letter.lacks(need) is None for need in rule.needs):
            for fault in dict.fromkeys(rule.check(letter)):
                seen.setdefault(fault, []).append(key)
    for fault, keys in seen.items():
        yield fault if len(keys) == len(letters) else _named(fault, keys, letters, context)


def _named(
    fault: Fault, keys: Sequence[str], letters: Mapping[str, CheckContext], context: CheckContext
) -> Fault:
    texts = [condition.text for condition in context.document.conditions]
    shown = [text for text, mark in zip(texts, keys[0], strict=True) if mark == "1"]
    blocks = (
        f"with the block{'s' if len(shown) > 1 else ''} for {', '.join(shown)}" if shown else "without blocks"
    )
    where = f"in the letter {blocks}"
    if len(keys) > 1:
        where = f"in {len(keys)} of {len(letters)} letters, such as the one {blocks}"
    return replace(fault, what=f"{fault.what} ({where})")
