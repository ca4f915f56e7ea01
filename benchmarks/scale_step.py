"""One step of `benchmarks.scale`, in a process of its own: prints seconds and peak memory as JSON.

`python -m benchmarks.scale_step STEP ROOT STORE PORT`, where STORE is a URL of `[store] url` and PORT that
of the server that stands in for SendGrid.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.sample import EVERYBODY, LETTER, open_newsletter
from benchmarks.timing import peak_mb, spending
from newsletter.delivery.engine import Ending
from newsletter.project import Project
from newsletter.project.readers.indexing import refresh_indexes

__all__ = ["LIST", "STEPS"]

LIST = "list.csv"
"""The file to import, in the newsletter's folder."""

_INDEXED = "lang:en"
_ANYTHING = '(organisation~"7" OR tag:beta) -replied:last3 joined>=2021-01-01'


def _import(project: Project, root: Path) -> int:
    plan = project.imports.plan(root / LIST)
    project.imports.apply(plan)
    plan.close()
    return plan.added


def _indexed(project: Project, _root: Path) -> int:
    return project.audience.count(_INDEXED)


def _anything(project: Project, _root: Path) -> int:
    return project.audience.count(_ANYTHING)


def _check(project: Project, root: Path) -> int:
    project.gate.check(root / "issues" / LETTER, segment=EVERYBODY)
    return project.audience.count(EVERYBODY)


def _plan(project: Project, root: Path) -> int:
    clearance = project.gate.judge(root / "issues" / LETTER, EVERYBODY).require()
    prepared = project.sending.prepare(root / "issues" / LETTER, segment=EVERYBODY)
    return project.sending.freeze(prepared, clearance).total


def _send(project: Project, _root: Path) -> int:
    campaign = project.sending.find(None)
    report = project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)
    assert report.ending is Ending.FINISHED, report
    return campaign.total


def _report(project: Project, _root: Path) -> int:
    return project.events.report(None).accepted


STEPS: Mapping[str, Callable[[Project, Path], int]] = {
    "import": _import,
    "count, indexed": _indexed,
    "count, any expression": _anything,
    "check for everybody": _check,
    "plan": _plan,
    "send to a stub": _send,
    "report": _report,
}
"""The steps in their order; each returns how many readers it was about."""


def _main(step: str, root: Path, store: str, port: str) -> None:
    settings = {
        "store.url": store,
        "provider.name": "sendgrid",
        "provider.sendgrid.host": f"http://127.0.0.1:{port}",
        "provider.sendgrid.api_key": "env:BENCHMARK_KEY",
    }
    with open_newsletter(root, settings) as project:
        project.store.subscribers.counts()  # makes the database, where there is none
        if step == "import":
            refresh_indexes(project, lambda _name: None)
        with spending() as spent:
            readers = STEPS[step](project, root)
    taken = {"readers": readers, "wall_s": spent.wall_s, "cpu_s": spent.cpu_s, "peak_mb": peak_mb()}
    print(json.dumps(taken))


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4])
