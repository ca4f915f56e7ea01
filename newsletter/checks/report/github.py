"""Annotations for GitHub Actions: a finding shown at its line in the pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsletter.checks.report.tally import Tally
from newsletter.domain.finding import CheckReport, Finding, Severity
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["format_github", "format_problems"]

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

_SHOWN = 9
"""GitHub shows ten annotations of a kind per step and drops the others; the tenth says how many."""


def format_github(reports: Sequence[CheckReport]) -> str:
    """Return workflow commands, gravest first; "" when there is nothing to say.

    Source: GitHub's "Workflow commands for GitHub Actions", setting an error message.
    """
    lines = [
        _command("error", {"title": f"{crash.code} {crash.slug} crashed", "file": report.path}, crash.reason)
        for report in reports
        for crash in report.crashed
    ]
    lines += [
        _command("error", {"title": f"{count} {'check' if count == 1 else 'checks'} could not run"}, reason)
        for reason, count in sorted(Tally.of(reports).unable.items())
    ]
    for severity, kind in _KINDS.items():
        found = [
            (report.path, finding)
            for report in reports
            for finding in report.findings
            if finding.severity is severity
        ]
        lines += [_annotation(kind, path, finding) for path, finding in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(_command(kind, {}, f"… and {len(found) - _SHOWN} more; run `newsletter check`"))
    return "".join(f"{line}\n" for line in lines)


def format_problems(problems: Sequence[Problem]) -> str:
    """Return a workflow command for each of `problems`, for which nothing could be checked."""
    lines = [
        _command("error", _properties(one.place, None, "the check cannot begin"), "\n".join(_message(one)))
        for one in problems[: _SHOWN + 1]
    ]
    return "".join(f"{line}\n" for line in lines)


def _annotation(kind: str, path: str, finding: Finding) -> str:
    properties = _properties(finding.place, path, f"{finding.code} {finding.slug}")
    return _command(kind, properties, "\n".join(_message(finding)))


def _properties(place: Place | None, path: str | None, title: str) -> dict[str, str | None]:
    return {
        "file": place.path if place else path,
        "line": str(place.line) if place and place.line else None,
        "col": str(place.column) if place and place.column else None,
        "title": title,
    }


def _message(told: Finding | Problem) -> Iterator[str]:
    yield told.what
    if told.why:
        yield f"why: {told.why}"
    if told.fix:
        yield f"fix: {told.fix}"


def _command(kind: str, properties: dict[str, str | None] | dict[str, str], message: str | None) -> str:
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{kind}{' ' if shown else ''}{shown}::{_data(message or '')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
