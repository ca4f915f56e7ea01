"""Our side of `smtp`, each run in a process of its own.

`python -m benchmarks.smtp_ours transport PORT CONNECTIONS COUNT SIZE` hands over ready mails;
`python -m benchmarks.smtp_ours campaign PORT CONNECTIONS ROOT` plans and sends a campaign, as
`newsletter send` does. Both print what the sending took.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.sample import EVERYBODY, LETTER, clear, open_newsletter
from benchmarks.timing import Spent, spending
from newsletter.delivery.engine import Ending
from newsletter.providers.smtp.opening import Server
from newsletter.providers.smtp.payload import SmtpMail, to_data
from newsletter.providers.smtp.pool import Pool

__all__ = ["campaign", "ready_message", "transport"]


def ready_message(size: int) -> bytes:
    """Return a message of about `size` bytes."""
    head = b"From: renata@brief.example\r\nTo: lezer@gemeente.example\r\nSubject: benchmark\r\n\r\n"
    return head + (b"x" * 70 + b"\r\n") * ((size - len(head)) // 72)


def transport(port: int, connections: int, count: int, size: int) -> Spent:
    """Hand over `count` ready mails over connections that are open already."""
    data = to_data(ready_message(size))
    mails = [
        SmtpMail(number, "renata@brief.example", f"lezer.{number}@gemeente.example", data)
        for number in range(count)
    ]
    server = Server(host="127.0.0.1", port=port, security="none", timeout_s=60)
    pool = Pool(connections, 0)
    pool.enter()
    pool.carry(server, mails[: 4 * connections])
    with spending() as spent:
        carried = pool.carry(server, mails)
    pool.leave()
    assert {one.kind.value for one in carried.outcomes.values()} == {"accepted"}
    return spent


def campaign(port: int, connections: int, root: Path) -> Spent:
    """Send the sample letter to everybody on the list of the newsletter in `root`."""
    settings = {
        "provider.name": "smtp",
        "provider.smtp.host": "127.0.0.1",
        "provider.smtp.port": str(port),
        "provider.smtp.security": "none",
        "provider.smtp.connections": str(connections),
    }
    with open_newsletter(root, settings) as project:
        letter = root / "issues" / LETTER
        prepared = project.sending.prepare(letter, segment=EVERYBODY)
        planned = project.sending.freeze(prepared, clear(project, letter))
        with spending() as spent:
            report = project.sending.run(planned.id, stop=lambda: False, progress=lambda _progress: None)
        assert report.ending is Ending.FINISHED, report
    return spent


if __name__ == "__main__":
    kind, port, connections, *rest = sys.argv[1:]
    if kind == "campaign":
        took = campaign(int(port), int(connections), Path(rest[0]))
    else:
        took = transport(int(port), int(connections), int(rest[0]), int(rest[1]))
    print(json.dumps({"wall": took.wall_s, "cpu": took.cpu_s}))
