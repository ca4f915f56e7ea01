"""Our side of `sendgrid`: plan and send a campaign to the whole list, as `newsletter send` does.

Run as `python -m benchmarks.sendgrid_ours ROOT PORT`; prints what plan and sending took, apart.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.sample import EVERYBODY, LETTER, clear, open_newsletter
from benchmarks.timing import peak_mb, spending
from newsletter.delivery.engine import Ending

__all__ = ["send"]


def send(root: Path, port: int) -> dict[str, float]:
    """Send the sample letter to everybody on the list of the newsletter in `root`."""
    settings = {
        "provider.name": "sendgrid",
        "provider.sendgrid.host": f"http://127.0.0.1:{port}",
        "provider.sendgrid.api_key": "env:BENCHMARK_KEY",
    }
    with open_newsletter(root, settings) as project:
        sending = project.sending
        project.issues.render(project.issues.load(root / "issues" / LETTER))  # imports, and warms caches
        clearance = clear(project, root / "issues" / LETTER)
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


if __name__ == "__main__":
    print(json.dumps(send(Path(sys.argv[1]), int(sys.argv[2]))))
