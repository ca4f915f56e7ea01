"""What the studio answers, as JSON for the page."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.domain.finding import CheckReport, CheckStatus, Finding
from newsletter.errors import Problem
from newsletter.source import Place
from newsletter.studio.desk import Choices, Paper
from newsletter.studio.files import SourceFile

__all__ = ["choices_json", "paper_json", "problem_json", "refusal_json", "report_json", "source_json"]


def choices_json(found: Choices) -> dict[str, object]:
    """Return what can be chosen."""
    return {
        "first": found.first,
        "newsletter": found.newsletter,
        "issues": [
            {
                "name": line.name,
                "subject": line.subject,
                "is_sent": line.is_sent,
                "key": line.key,
                "lang": line.lang,
            }
            for line in found.issues
        ],
        "readers": [{"email": one.email, "label": one.label} for one in found.readers],
        "problems": [problem_json(problem) for problem in found.problems],
    }


def paper_json(paper: Paper, html: str) -> dict[str, object]:
    """Return one letter; `html` is fit for the frame, `digest` names the text it was rendered from."""
    letter = paper.letter
    return {
        "number": paper.number,
        "name": paper.name,
        "digest": paper.digest,
        "subject": letter.subject,
        "subject_b": letter.subject_b,
        "preheader": letter.preheader,
        "sender": letter.sender,
        "text": letter.text,
        "size": len(letter.html.encode()),
        "html": html,
    }


def source_json(source: SourceFile, *, lang: str, path: str) -> dict[str, object]:
    """Return the text of an issue; `path` is how findings name it."""
    return {"text": source.text, "digest": source.digest, "lang": lang, "path": path}


def refusal_json(problems: Sequence[Problem]) -> dict[str, object]:
    """Return why there is no answer."""
    return {"refused": [problem_json(problem) for problem in problems]}


def problem_json(problem: Problem | Finding) -> dict[str, object]:
    """Return one thing that is wrong; `path`, `line` and `column` are null where nobody knows."""
    place = problem.place or Place(path="")
    return {
        "severity": problem.severity if isinstance(problem, Finding) else "error",
        "code": problem.code if isinstance(problem, Finding) else "",
        "place": str(problem.place or ""),
        "path": place.path or None,
        "line": place.line,
        "column": place.column,
        "what": problem.what,
        "why": problem.why or "",
        "fix": problem.fix or "",
    }


def report_json(report: CheckReport) -> dict[str, object]:
    """Return what the checks found; checks that broke down come first."""
    reasons: dict[str, int] = {}
    for result in report.results:
        if result.status is CheckStatus.SKIPPED and not (result.is_waived or result.is_unasked):
            reasons[result.reason or ""] = reasons.get(result.reason or "", 0) + 1
    return {
        "findings": [
            *(_crash(result.code, result.reason or "") for result in report.crashed),
            *(problem_json(finding) for finding in report.findings),
        ],
        "not_run": [{"reason": reason, "count": number} for reason, number in reasons.items()],
        "is_blocking": report.is_blocking,
    }


def _crash(code: str, reason: str) -> dict[str, object]:
    return {**problem_json(Problem(what=f"the check broke down: {reason}")), "code": code}
