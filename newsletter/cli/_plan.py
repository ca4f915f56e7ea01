"""The plan of a campaign on the terminal, and for `--json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import many, say
from newsletter.cli._gate import gate_rows, show_warnings
from newsletter.cli._timetable import show_timetable, timetable_as_dict, when
from newsletter.domain.variant import split_key

if TYPE_CHECKING:
    from newsletter.delivery.plan import SendPlan
    from newsletter.project.sending.judgement import Judgement

__all__ = ["plan_as_dict", "show_plan"]


def show_plan(plan: SendPlan, judgement: Judgement) -> None:
    """Tell who gets what from whom, when, and what lets it through."""
    others = ", ".join(f"{one.count} {one.reason}" for one in plan.left_out)
    rows = [
        *(_language_rows(plan) or _letter_rows(plan.subject, plan.subject_b, plan.issue_path)),
        ("to", f"{plan.segment}: {many(plan.count, 'reader')}" + (f"; left out: {others}" if others else "")),
        *_variant_rows(plan),
        ("first", plan.first),
        ("last", plan.last),
        ("from", f"{plan.sender}, answers to {plan.reply_to.email}"),
        ("through", plan.provider_text),
        ("batches", f"{plan.batches} of at most {plan.batch_size}"),
        ("when", when(plan)),
        ("digest", plan.digests.content[:16]),
        *gate_rows(judgement),
    ]
    for label, text in rows:
        say(f"{click.style(label.ljust(8), fg='cyan')} {text}")
    show_timetable(plan)
    for warning in plan.warnings:
        say(f"{click.style('warning', fg='yellow')}  {warning}")
    show_warnings(judgement)


def _letter_rows(subject: str, subject_b: str | None, path: str) -> list[tuple[str, str]]:
    rows = [("letter", f"{subject} ({path})")]
    return [*rows, ("or", f"{subject_b} (for some, to compare the two)")] if subject_b else rows


def _language_rows(plan: SendPlan) -> list[tuple[str, str]]:
    """Return rows for each language of an issue in several: the letter, and how many get it."""
    rows = []
    for one in plan.languages:
        rows += _letter_rows(one.subject, one.subject_b, one.path)
        others = f", {one.falling_back} of them because their own is not there" if one.falling_back else ""
        rows.append(("language", f"{one.lang}: {many(one.count, 'reader')}{others}"))
    return rows


def _variant_rows(plan: SendPlan) -> list[tuple[str, str]]:
    """Return a row for each letter, where there is more than one or a block that nobody sees."""
    if not plan.conditions:
        return []
    rows = []
    for one in plan.variants:
        lang, marks = split_key(one.key)
        blocks = "every block" if marks and "0" not in marks else ", ".join(one.shown)
        letter = f"{blocks or 'no conditional block'}{f', in {lang}' if lang else ''}"
        rows.append(("variant", f"{many(one.count, 'reader')} with {letter}"))
    return rows


def _languages_as_dict(plan: SendPlan) -> dict[str, object]:
    return {"languages": [asdict(one) for one in plan.languages]} if plan.languages else {}


def plan_as_dict(plan: SendPlan) -> dict[str, object]:
    """Return the plan for `--json`."""
    return {
        "issue": plan.issue,
        "path": plan.issue_path,
        "subject": plan.subject,
        "subject_b": plan.subject_b,
        "segment": plan.segment,
        "count": plan.count,
        "left_out": [{"count": one.count, "reason": one.reason} for one in plan.left_out],
        "conditions": list(plan.conditions),
        **_languages_as_dict(plan),
        "variants": [{"key": one.key, "count": one.count, "shown": list(one.shown)} for one in plan.variants],
        "first": plan.first,
        "last": plan.last,
        "from": str(plan.sender),
        "reply_to": str(plan.reply_to),
        "provider": plan.provider,
        "batches": plan.batches,
        "batch_size": plan.batch_size,
        "digests": asdict(plan.digests),
        **timetable_as_dict(plan),
        "not_before": plan.not_before.isoformat() if plan.not_before else None,
        "warnings": [str(warning) for warning in plan.warnings],
    }
