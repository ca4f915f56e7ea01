"""`pytest issues` on a newsletter with a past: most letters sent, a few drafts. Floor: building every letter.

Sent letters are proven by a build each; a draft is as many tests as there are checks.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, LETTER, fill_list, make_newsletter, open_newsletter
from benchmarks.timing import ROOT, Spent, spending
from newsletter.delivery.plan import freeze
from newsletter.project import Project

__all__ = ["measure"]

_SENT, _DRAFTS = 990, 10


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return the time of a run over sent letters and drafts, and over as many drafts alone."""
    sent, drafts = (2, 1) if quick else (_SENT, _DRAFTS)
    root = make_newsletter(work / "newsletter")
    letters = _write_letters(root, sent)
    with open_newsletter(root) as project:
        fill_list(project, 1, all_active=True)
        for number, letter in enumerate(letters):
            _plan(project, letter, f"c{number}")
    drafted = _write_letters(root, drafts, year=2027)
    with open_newsletter(root) as project, spending() as floor:
        for letter in (*letters, *drafted):
            project.issues.render(project.issues.load(letter))
    ours = _pytest(root, "issues")
    alone = _pytest(root, *(str(letter) for letter in drafted))
    total, name = sent + drafts, "building each letter"
    return [
        _figure(f"{total:,} letters, {drafts} of them drafts, CPU", ours.cpu_s, floor.cpu_s, name),
        _figure(f"{total:,} letters, {drafts} of them drafts, wall", ours.wall_s, floor.wall_s, name),
        _figure(f"{drafts} drafts, wall", alone.wall_s, None, ""),
    ]


def _figure(measured: str, ours: float, floor: float | None, name: str) -> Figure:
    return Figure(benchmark="pytest", measure=measured, unit="s", ours=ours, floor=floor, floor_name=name)


def _write_letters(root: Path, count: int, *, year: int = 2025) -> list[Path]:
    """Write `count` letters like the sample one, each with words of its own, and nothing else for 2025."""
    text = (ROOT / "issues" / LETTER).read_text("utf-8")
    if year == 2025:
        for path in (root / "issues").glob("*.md"):
            path.unlink()
    letters = []
    for number in range(count):
        path = root / "issues" / f"{year}-01-01-brief-{year}-{number}.md"
        own = text.replace('subject: "', f'subject: "{year}-{number} ', 1).replace(
            "number: ", "x-number: ", 1
        )
        path.write_text(own.replace("Beste", f"Beste {number}", 1), "utf-8")
        letters.append(path)
    return letters


def _plan(project: Project, letter: Path, campaign: str) -> None:
    prepared = project.sending.prepare(letter, segment=EVERYBODY)
    freeze(prepared.plan, prepared.audience, new_id=lambda: campaign, clock=project.clock)


def _pytest(root: Path, *arguments: str) -> Spent:
    """Run pytest in a process of its own; findings are no matter, breaking down is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with spending() as spent:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments],
            cwd=root,
            env={**kept, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode in (0, 1), done.stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall_s=spent.wall_s, cpu_s=cpu)
