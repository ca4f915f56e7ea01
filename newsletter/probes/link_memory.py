"""What is remembered of links between runs, so that no page is asked more than once a day."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from newsletter.domain.link_answer import LinkAnswer, LinkState
from newsletter.replacing import make_private_folder, replace_file

__all__ = ["LinkMemory"]

_VERSION = 1
_MOST = 5_000
_MOST_BYTES = 20_000_000
_GOOD_FOR_S = {LinkState.ALIVE: 86_400.0, LinkState.UNSURE: 3_600.0}
"""How long an answer holds. That a page is gone is asked again each time, as somebody is mending it."""


class LinkMemory:
    """Answers kept in the JSON file `path`; a file that cannot be read or written is no memory."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Remember at `now` (aware)."""
        self._path = path
        self._now = now.timestamp()

    def recall(self, urls: Iterable[str]) -> dict[str, LinkAnswer]:
        """Return the answers for `urls` that still hold."""
        known = self._read()
        return {url: known[url] for url in urls if url in known}

    def keep(self, answers: Iterable[LinkAnswer]) -> None:
        """Remember those of `answers` that hold for a while, beside what is known; the oldest go first."""
        fresh = {
            a.url: a for a in answers if a.state in _GOOD_FOR_S and (a.status or a.state is LinkState.ALIVE)
        }
        if not fresh:
            return
        known = sorted({**self._read(), **fresh}.values(), key=lambda answer: answer.age_s)[:_MOST]
        text = json.dumps({"version": _VERSION, "answers": [self._entry(answer) for answer in known]})
        with contextlib.suppress(OSError):  # a memory that cannot be kept costs only time
            make_private_folder(self._path.parent)
            replace_file(self._path, text.encode(), new_mode=0o600)

    def _entry(self, answer: LinkAnswer) -> dict[str, object]:
        return {
            "url": answer.url,
            "state": answer.state.value,
            "reason": answer.reason,
            "status": answer.status,
            "hops": list(answer.hops),
            "title": answer.title,
            "at": self._now - answer.age_s,
        }

    def _read(self) -> dict[str, LinkAnswer]:
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                return {}
            document = json.loads(self._path.read_bytes())
            if document["version"] != _VERSION:
                return {}
            answers = [self._answer(entry) for entry in document["answers"]]
        except (
            OSError,
            ValueError,
            TypeError,
            KeyError,
            RecursionError,
        ):  # whatever stands there is no memory
            return {}
        return {a.url: a for a in answers if 0 <= a.age_s < _GOOD_FOR_S.get(a.state, 0)}

    def _answer(self, entry: dict[str, object]) -> LinkAnswer:
        hops, status = entry["hops"], entry["status"]
        if not isinstance(hops, list):
            raise TypeError(hops)
        return LinkAnswer(
            url=str(entry["url"]),
            state=LinkState(str(entry["state"])),
            reason=str(entry["reason"]),
            status=int(str(status)) if status is not None else None,
            hops=tuple(str(hop) for hop in hops),
            title=str(entry["title"]),
            age_s=self._now - float(str(entry["at"])),
        )
