"""The floor of `sendgrid`: a dictionary per reader, `json.dumps`, one kept `http.client` connection.

No list, no plan, no ledger, no signing: it makes up the readers and forgets them.
Run as `python -m benchmarks.sendgrid_floor BODY PORT COUNT`, where BODY is a request of ours to imitate.
"""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import peak_mb, spending

__all__ = ["post"]

_AT_ONCE = 1000
_NAME_SIZE = 20  # no name is longer
_LEAVE = (
    "<https://brief.example/unsubscribe/{}.abcdefghijklmnopqrstuv>, <mailto:renata@brief.example?subject=x>"
)
_NAMES = ("Jan", "Zoë", "Anne-Marie", "İpek", "Noor", "Sjoerd", "lezer", "Fatma", "José", "Wim")
_HEADERS = {"Authorization": "Bearer SG.benchmark", "Content-Type": "application/json"}


def post(body: Path, port: int, count: int) -> None:
    """Post to `count` made-up readers, 1,000 a request, with as much of their own each as `body` has."""
    request = json.loads(body.read_text())
    first = request["personalizations"][0]
    tags = list(first["substitutions"])
    sizes = [len(value) for value in first["substitutions"].values()]
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        request["personalizations"] = list(_personalizations(numbers, tags, sizes))
        connection.request("POST", "/v3/mail/send", json.dumps(request).encode(), _HEADERS)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 202
    connection.close()


def _personalizations(numbers: range, tags: list[str], sizes: list[int]) -> Iterator[dict[str, object]]:
    # A value longer than a name is a link: filled up to the length ours has.
    shapes = [
        (tag, "https://brief.example/".ljust(size - 7, "x") if size > _NAME_SIZE else "")
        for tag, size in zip(tags, sizes, strict=True)
    ]
    for number in numbers:
        name = _NAMES[number % len(_NAMES)]
        identity = f"{number:032x}"
        yield {
            "to": [{"email": f"Lezer.{number:07d}@gemeente-{number % 997}.example"}],
            "headers": {
                "Message-ID": f"<{identity}@brief.example>",
                "List-Unsubscribe": _LEAVE.format(identity),
            },
            "substitutions": {tag: f"{start}{number:07d}" if start else name for tag, start in shapes},
            "custom_args": {"nl_d": identity, "nl_a": f"benchmark.{number // _AT_ONCE}.1"},
        }


if __name__ == "__main__":
    with spending() as spent:
        post(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({"cpu": spent.cpu_s, "wall": spent.wall_s, "peak_mb": peak_mb()}))
