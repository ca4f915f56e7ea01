"""A worker without an engine: it goes round by itself, for a database that one process sends from."""

from __future__ import annotations

import time
from collections.abc import Callable

from newsletter.project.upkeep.chores import CHORE_EVERY_S, Chore
from newsletter.workers.labour import Labour

__all__ = ["go_round", "work_once"]

_ROUND_S = 2.0
_LOOK_S = 0.2


def work_once(labour: Labour, stop: Callable[[], bool]) -> None:
    """Send what can leave now of every running campaign, do every chore once, and return."""
    for chore in Chore:
        if not stop():
            labour.chore(chore)
    todo = labour.look_after()
    while todo and not stop():
        todo = [one for one in todo if not stop() and labour.pump(one)]


def go_round(labour: Labour, stop: Callable[[], bool]) -> None:
    """Do what is to be done, again and again, until `stop` says so."""
    due = {chore: time.monotonic() for chore in Chore}
    while not stop():
        for campaign_id in labour.look_after():
            if not stop():
                labour.pump(campaign_id)
        for chore, at in due.items():
            if not stop() and at <= time.monotonic():
                labour.chore(chore)
                due[chore] = time.monotonic() + CHORE_EVERY_S[chore]
        until = time.monotonic() + _ROUND_S
        while not stop() and time.monotonic() < until:
            time.sleep(_LOOK_S)
