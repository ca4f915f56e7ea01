"""When a campaign may leave, as its row keeps it (`campaign.plan`, JSON)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from newsletter.domain.quiet import QuietHours
from newsletter.domain.subject_test import SubjectMetric, SubjectTest
from newsletter.domain.timing import Timing
from newsletter.store.schema.columns import json_text, utc_text

__all__ = ["read_timing", "timing_text"]


def timing_text(timing: Timing) -> str:
    """Return `timing` as JSON; what is as usual is left out."""
    moments = {"undo_until": timing.undo_until, "late_allowed_at": timing.late_allowed_at}
    written: dict[str, object] = {name: utc_text(at) for name, at in moments.items() if at is not None}
    if timing.quiet is not None:
        written["quiet"] = str(timing.quiet)
    if timing.test is not None:
        written["test"] = {"metric": timing.test.metric, "difference": timing.test.difference}
    if timing.late_s != Timing().late_s:
        written["late_s"] = timing.late_s
    return json_text(written)


def read_timing(text: str) -> Timing:
    """Return what `timing_text` wrote."""
    if text == "{}":  # planned before there was one, or nothing unusual
        return Timing()
    read = json.loads(text)
    return Timing(
        undo_until=_moment(read.get("undo_until")),
        quiet=QuietHours.parse(read["quiet"]) if "quiet" in read else None,
        test=_test(read.get("test")),
        subject=read.get("subject"),
        subject_why=read.get("subject_why"),
        late_s=read.get("late_s", Timing().late_s),
        late_allowed_at=_moment(read.get("late_allowed_at")),
    )


def _test(read: dict[str, Any] | None) -> SubjectTest | None:
    if read is None:
        return None
    return SubjectTest(metric=SubjectMetric(read["metric"]), difference=read["difference"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
