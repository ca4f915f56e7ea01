"""1,000,000 readers through the whole SendGrid path: list, plan, engine, durable ledger, official package.

Floor: a loop of `json.dumps` and one kept `http.client` connection that posts equally large requests to the
same stub, with no list, plan, signing or ledger. Each runs in a process of its own, in turn; the CPU time
is the sender's alone.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmarks.answering import answering
from benchmarks.figures import Figure
from benchmarks.sample import LETTER, fill_list, make_newsletter, open_newsletter
from benchmarks.sendgrid_ours import check
from benchmarks.timing import median, run_module
from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Recipient
from newsletter.domain.token import delivery_id
from newsletter.providers.sendgrid.body import BodyTemplate

__all__ = ["measure"]

_COUNT = 1_000_000
_QUICK_COUNT = 2_000
_SECRET = bytes(32)
_FLOOR = "json.dumps + http.client loop"


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU, wall time, peak memory and connections, and memory for a tenth of the readers."""
    count = _QUICK_COUNT if quick else _COUNT
    body = work / "body.json"
    body.write_bytes(_one_request(work / "one"))
    bare_runs = [_floor(body, count)]  # before and after, as the machine may be busier then
    mine = _send(work, "run", count)
    bare_runs.append(_floor(body, count))
    small = _send(work, "small", count // 10)

    def figure(measured: str, unit: str, value: float, bare: float | None = None) -> Figure:
        return Figure(
            benchmark="sendgrid",
            measure=measured,
            unit=unit,
            ours=value,
            floor=bare,
            floor_name=_FLOOR if bare else "",
        )

    bare = {key: median([one[key] for one in bare_runs]) for key in bare_runs[0]}
    return [
        figure(f"{count:,} readers, send, CPU", "s", mine["cpu"], bare["cpu"]),
        figure(f"{count:,} readers, plan and send, CPU", "s", mine["cpu"] + mine["plan_cpu"], bare["cpu"]),
        figure(f"{count:,} readers, send, wall", "s", mine["wall"], bare["wall"]),
        figure(
            f"{count:,} readers, plan and send, wall", "s", mine["wall"] + mine["plan_wall"], bare["wall"]
        ),
        figure(f"{count:,} readers, peak memory", "MB", mine["peak_mb"], bare["peak_mb"]),
        Figure(
            benchmark="sendgrid",
            measure="peak memory, ten times the readers",
            unit="MB",
            ours=mine["peak_mb"],
            floor=small["peak_mb"],
            floor_name=f"ours for {count // 10:,} readers",
        ),
        figure("connections", "", mine["connections"]),
    ]


def _floor(body: Path, count: int) -> dict[str, float]:
    with answering() as stub:
        return run_module("benchmarks.sendgrid_floor", str(body), str(stub.port), str(count))


def _send(work: Path, name: str, count: int) -> dict[str, float]:
    """Send to a fresh list of `count` in a process of its own; return what it took, and the connections."""
    root = work / name
    original = work / f"list{count}"
    if not original.exists():
        make_newsletter(original)
        with open_newsletter(original) as project:
            fill_list(project, count, all_active=True)
    shutil.copytree(original, root)
    with answering() as stub:
        check(root, stub.port)  # here, as it is not measured
        ran = run_module("benchmarks.sendgrid_ours", str(root), str(stub.port))
    shutil.rmtree(root)
    assert ran["count"] == count, "everybody is mailed"
    assert stub.requests == -(-count // 1000), "1,000 readers a request"
    return {**ran, "connections": stub.connections}


def _one_request(root: Path) -> bytes:
    """Return a request of ours for one reader."""
    make_newsletter(root)
    with open_newsletter(root) as project:
        issue = project.issues.load(root / "issues" / LETTER)
        rendered = project.issues.render(issue)
        assert issue.date is not None, "the sample letter has a date"
        mailing = project.issues.mailing(issue, rendered, "benchmark", issue.date)
        links = ReaderLinks.make(_SECRET, project.config.newsletter.base_url, issue.slug, rendered.slots)
        identity = delivery_id(_SECRET, "benchmark", "reader")
        reader = Recipient(
            position=0,
            delivery_id=identity,
            email="lezer@gemeente.example",
            values={"first_name": "Zoë", **links.of(identity)},
        )
        body = BodyTemplate(mailing, project.config.privacy).build([reader], "benchmark.1.1").body
    json.loads(body)
    return body
