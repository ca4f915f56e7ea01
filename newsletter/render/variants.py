"""The letters of one issue, one for each variant that occurs: rendered once, and the equal ones made one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsletter.config.schema import Config
from newsletter.content.document import Document
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.variant import MAX_VARIANTS, Condition, Variants, effective_key
from newsletter.errors import ContentError, Problem
from newsletter.render.pipeline import render_issue

__all__ = ["render_variants", "variant_problem"]


def render_variants(document: Document, config: Config, keys: Iterable[str]) -> Variants:
    """Render the letter of `document` for each of `keys` that shows something else; at least one key.

    Raises ContentError with every problem of any of them, and for more than MAX_VARIANTS letters.
    """
    document.require_sound()
    conditions = document.conditions
    effective = {key: effective_key(conditions, key) for key in dict.fromkeys(keys)}
    distinct = sorted(set(effective.values()))
    problem = variant_problem(conditions, distinct)
    if problem is not None:
        raise ContentError(problem)
    same: dict[str, str] = {}
    letters: dict[str, RenderedIssue] = {}
    by_digest: dict[str, str] = {}
    problems: list[Problem] = []
    for key in distinct:
        try:
            rendered = render_issue(document.issue, config, document, variant=key)
        except ContentError as error:
            problems += error.problems
            continue
        same[key] = by_digest.setdefault(rendered.digest, key)
        letters.setdefault(same[key], rendered)
    ContentError.raise_if(list(dict.fromkeys(problems)))
    return Variants(
        letters=letters,
        conditions=tuple(condition.text for condition in conditions),
        same={key: same[settled] for key, settled in effective.items()} | same,
    )


def variant_problem(conditions: Sequence[Condition], keys: Iterable[str]) -> Problem | None:
    """Return what is wrong when `keys` make too many different letters; None when they do not."""
    count = len({effective_key(conditions, key) for key in keys})
    if count <= MAX_VARIANTS:
        return None
    blocks = "; ".join(f"{one.text[:40]} ({_lines(one)})" for one in conditions)
    return Problem(
        what=f"the conditional blocks make {count:,} different letters among these readers, "
        f"more than {MAX_VARIANTS}",
        place=conditions[0].places[0],
        why=f"each is rendered and checked, and nobody can look at so many; the blocks are {blocks}",
        fix="put blocks for the same readers under one condition, leave some out, or send to fewer readers",
    )


def _lines(condition: Condition) -> str:
    numbers = [str(place.line) for place in condition.places]
    return f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers)}"
