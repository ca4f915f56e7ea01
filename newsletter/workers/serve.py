"""One worker from beginning to end: by the engine where several send, by itself where one does."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.errors import Problem, UsageError
from newsletter.project import Project
from newsletter.project.sending.pumping import Pumping
from newsletter.project.upkeep.chores import CHORE_EVERY_S
from newsletter.workers.alone import go_round, work_once
from newsletter.workers.labour import Labour

__all__ = ["serve_worker"]


def serve_worker(
    project: Project,
    pumping: Pumping,
    *,
    stop: Callable[[], bool],
    once: bool = False,
    concurrency: int = 1,
    announce: Callable[[str], None] = lambda _name: None,
) -> None:
    """Let `pumping` work until `stop` says so; with `once` until nothing more can leave now.

    `concurrency` is how many campaigns are sent at once. `announce` is told the worker's name once it is
    listed. Raises StoreError, and UsageError when the engine is not installed.
    """
    labour = Labour(project, pumping, stop)
    store = project.store
    with pumping.enrolled():
        announce(pumping.name)
        if once:
            work_once(labour, stop)
        elif store.server is None:
            go_round(labour, stop)
        else:
            _run_engine(store.server, labour, concurrency=concurrency, stop=stop)


def _run_engine(conninfo: str, labour: Labour, *, concurrency: int, stop: Callable[[], bool]) -> None:
    try:
        from newsletter.workers.engine import run_engine
    except ModuleNotFoundError as error:
        raise UsageError(
            Problem(
                what="workers need a part that is not installed",
                why=f"there is no {error.name}",
                fix="pip install 'newsletter-as-code[workers]'",
            )
        ) from error
    every_s = {str(chore): seconds for chore, seconds in CHORE_EVERY_S.items()}
    run_engine(conninfo, labour, every_s, concurrency=concurrency, stop=stop)
