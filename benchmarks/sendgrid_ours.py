"""Our side of `sendgrid`: plan and send a campaign to the whole list, as `newsletter send` does.

Run as `python -m benchmarks.sendgrid_ours ROOT PORT` once the letter is checked, which another process does,
as it does for `newsletter send`. Prints what plan and sending took, apart.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.sample import EVERYBODY, LETTER, open_newsletter
from benchmarks.timing import peak_mb, spending
from newsletter.delivery.engine import Ending

__all__ = ["check", "send"]


def check(root: Path, port: int) -> None:
    """Check the sample letter for everybody on the list of the newsletter in `root`."""
    with open_newsletter(root, _settings(port)) as project:
        project.gate.check(root / "issues" / LETTER, segment=EVERYBODY)


def send(root: Path, port: int) -> dict[str, float]:
    """Send the sample letter to everybody on the list of the newsletter in `root`."""
    with open_newsletter(root, _settings(port)) as project:
        sending = project.sending
        project.issues.render(project.issues.load(root / "issues" / LETTER))  # imports, and warms caches
        clearance = project.gate.judge(root / "issues" / LETTER, EVERYBODY).require()
        with spending() as planned:
            prepared = sending.prepare(root / "issues" / LETTER, segment=EVERYBODY)
            campaign = sending.freeze(prepared, clearance)
        with spending() as sent:
            report = sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)
        assert report.ending is Ending.FINISHED, report
    return {
        "plan_cpu": planned.cpu_s,
        "plan_wall": planned.wall_s,
        "cpu": sent.cpu_s,
        "wall": sent.wall_s,
        "count": campaign.total,
        "peak_mb": peak_mb(),
    }


def _settings(port: int) -> dict[str, str]:
    return {
        "provider.name": "sendgrid",
        "provider.sendgrid.host": f"http://127.0.0.1:{port}",
        "provider.sendgrid.api_key": "env:BENCHMARK_KEY",
    }


if __name__ == "__main__":
    print(json.dumps(send(Path(sys.argv[1]), int(sys.argv[2]))))
