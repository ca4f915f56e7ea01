"""Rules about the letter look at every variant; what not all variants have is named after those that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Rule, Stage

__all__ = ["faults_of"]


def faults_of(rule: Rule, context: CheckContext) -> Iterator[Fault]:
    """Yield what `rule` sees: of a rule about the rendered letter, in each letter that occurs."""
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
