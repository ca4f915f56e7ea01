"""The report for people: grouped per file, with the line, a caret, why, and what to type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from newsletter.checks.report.excerpt import Sources
from newsletter.checks.report.tally import Tally
from newsletter.domain.finding import ON_REQUEST, CheckReport, CheckStatus, Finding, Severity

__all__ = ["format_findings", "format_human"]

_RESET = "\x1b[0m"
_BOLD = "\x1b[1m"
_DIM = "\x1b[2m"
_GREEN = "\x1b[1;32m"
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m"}

_Paint = Callable[[str, str], str]


def format_human(reports: Sequence[CheckReport], sources: Sources, *, color: bool = False) -> str:
    """Return the findings of `reports`, then what crashed, what was not run and why, and the totals.

    `color` puts ANSI escapes in; without it the text is plain.
    """
    paint = _paint if color else _plain
    lines = [line for report in reports for line in _found(report, sources, paint)]
    tally = Tally.of(reports)
    lines += _not_run(tally, paint)
    lines += _more(reports, paint)
    lines.append(_totals(tally, files=len(reports), paint=paint))
    return "\n".join(lines) + "\n"


def format_findings(report: CheckReport, sources: Sources) -> str:
    """Return the findings of `report` and what crashed, as plain text, without totals."""
    return "\n".join(_found(report, sources, _plain)).rstrip("\n") + "\n"


def _found(report: CheckReport, sources: Sources, paint: _Paint) -> Iterator[str]:
    yield from _findings(report, sources, paint)
    yield from _crashes(report, paint)


def _findings(report: CheckReport, sources: Sources, paint: _Paint) -> Iterator[str]:
    def path_of(finding: Finding) -> str:
        return finding.place.path if finding.place else report.path

    ordered = sorted(report.findings, key=lambda finding: (path_of(finding) != report.path, path_of(finding)))
    for path, found in groupby(ordered, key=path_of):
        yield paint(path, _BOLD)
        for finding in found:
            yield from _finding(finding, sources, paint)
        yield ""


def _finding(finding: Finding, sources: Sources, paint: _Paint) -> Iterator[str]:
    where = ":".join(
        str(n) for n in (finding.place and finding.place.line, finding.place and finding.place.column) if n
    )
    severity = paint(f"{finding.severity:<7}", _COLOURS[finding.severity])
    name = f"{paint(finding.code, _BOLD)} {finding.slug}"
    yield f"  {where or '-':<7} {severity} {name}: {finding.what}"
    excerpt = sources.excerpt(finding.place)
    if excerpt is not None and finding.place is not None:
        number = str(finding.place.line)
        yield f"    {paint(f'{number} |', _DIM)} {excerpt.text}"
        if excerpt.indent is not None:
            caret = paint("^", _COLOURS[finding.severity])
            yield f"    {' ' * len(number)} {paint('|', _DIM)} {' ' * excerpt.indent}{caret}"
    if finding.why:
        yield f"    why: {finding.why}"
    if finding.fix:
        yield f"    fix: {finding.fix}"
    if finding.mend is not None:
        yield f"    {paint('does it', _DIM)}: {'--fix' if finding.mend.is_safe else '--unsafe-fixes'}"


def _crashes(report: CheckReport, paint: _Paint) -> Iterator[str]:
    for crash in report.crashed:
        crashed = paint("crashed", _COLOURS[Severity.ERROR])
        yield paint(report.path, _BOLD)
        yield f"  -       {crashed} {crash.code} {crash.slug}: {crash.reason}"
        yield "    why: its verdict is unknown, so the letter is not passed"
        yield ""


def _not_run(tally: Tally, paint: _Paint) -> Iterator[str]:
    for reason, count in sorted(tally.unable.items()):
        could_not = paint("could not run", _COLOURS[Severity.ERROR])
        yield f"{could_not}: {_many(count, 'check')}: {reason}"
    for reason, count in sorted(tally.reasons.items(), key=lambda item: (-item[1], item[0])):
        yield paint(f"not run: {_many(count, 'check')}: {reason}", _DIM)
    unasked = (
        f"{_many(count, 'check')} {reason.removeprefix(f'{ON_REQUEST}, ')}"
        for reason, count in tally.unasked.items()
    )
    if tally.unasked:
        yield paint(f"{ON_REQUEST}: {', '.join(unasked)}", _DIM)


def _more(reports: Sequence[CheckReport], paint: _Paint) -> Iterator[str]:
    """Yield where to read on: the page of the gravest rule, and what can be mended at a word."""
    found = [finding for report in reports for finding in report.findings]
    if not found:
        return
    gravest = min(found, key=lambda finding: tuple(Severity).index(finding.severity))
    yield paint(f"more about a rule: newsletter check --explain {gravest.code}", _DIM)
    safe = sum(finding.mend is not None and finding.mend.is_safe for finding in found)
    if safe:
        yield paint(f"{_many(safe, 'finding')} can be mended for you: newsletter check --fix", _DIM)


def _totals(tally: Tally, *, files: int, paint: _Paint) -> str:
    counts = ", ".join(
        _many(tally.findings[severity], severity.value) for severity in (Severity.ERROR, Severity.WARNING)
    )
    parts = [counts]
    if tally.findings[Severity.INFO]:
        parts.append(f"{tally.findings[Severity.INFO]} to know")
    if tally.rules[CheckStatus.CRASHED]:
        parts.append(f"{tally.rules[CheckStatus.CRASHED]} crashed")
    if tally.unable:
        parts.append(f"{tally.unable.total()} could not run")
    if tally.reasons:
        parts.append(f"{tally.reasons.total()} not run")
    verdict = paint("passed", _GREEN)
    if tally.is_blocking or tally.unable:
        word = "refused" if tally.is_blocking else "incomplete"
        verdict = paint(word, _COLOURS[Severity.ERROR])
    done = f"{_many(tally.checked, 'check')} on {_many(files, 'issue')}"
    return f"{verdict}: {', '.join(parts)} · {done} in {tally.elapsed_s * 1000:.0f} ms"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _paint(text: str, code: str) -> str:
    return f"{code}{text}{_RESET}"


def _plain(text: str, _code: str) -> str:
    return text
