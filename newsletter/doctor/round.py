"""One round along everything that is looked at: side by side, within a time, each heard by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

from newsletter.doctor.ailment import unasked
from newsletter.domain.diagnosis import Diagnosis
from newsletter.errors import CannotAsk

__all__ = ["Exam", "go_round"]

_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """One thing to look at; `look` may raise CannotAsk after it has found something."""

    subject: str
    look: Callable[[], Iterable[Diagnosis]]


def go_round(exams: Sequence[Exam], *, longest_s: float) -> list[Diagnosis]:
    """Return what is found, in the order of `exams`; what is not done after `longest_s` is unasked."""
    if not exams:
        return []
    ends = monotonic() + longest_s
    crew = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="doctor")
    try:
        under_way = [(exam, crew.submit(_look, exam)) for exam in exams]
        return [one for exam, done in under_way for one in _outcome(exam, done, ends - monotonic())]
    finally:
        crew.shutdown(wait=False, cancel_futures=True)


def _look(exam: Exam) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    try:
        for one in exam.look():
            found.append(one)  # noqa: PERF402 what was found before it broke off counts
    except CannotAsk as error:
        problem = error.problems[0]
        found.append(unasked(exam.subject, problem.what, problem.fix))
    return found


def _outcome(exam: Exam, done: Future[list[Diagnosis]], left_s: float) -> list[Diagnosis]:
    try:
        return done.result(max(left_s, 0))
    except TimeoutError:
        if done.done():  # it raised this itself
            raise
        return [unasked(exam.subject, "it took too long")]
