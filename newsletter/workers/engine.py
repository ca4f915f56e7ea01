"""The job engine, Procrastinate, and all that is known of it.

Its tables stand in a schema of their own in the ledger's database. A job is a nudge that carries an id: the
ledger alone says what there is to send, so that a job which is lost, late or done twice changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions

from newsletter.errors import Problem, StoreError
from newsletter.workers.labour import Labour

__all__ = ["run_engine"]

_SCHEMA = f"newsletter_jobs_{procrastinate.__version__.replace('.', '_')}"
_PUMPS, _CHORES = "pump", "chores"
_SILENT_S = 30.0
_KEPT_HOURS = 24 * 7
_LOOK_S = 0.2
_AGAIN_S = 5.0
_log = logging.getLogger(__name__)
_LOCK = 0x6E6C6A6F


def run_engine(
    conninfo: str, labour: Labour, chores: Mapping[str, int], *, concurrency: int, stop: Callable[[], bool]
) -> None:
    """Take jobs until `stop` says so: `concurrency` campaigns at once, and `chores` every so many seconds.

    Any number of these may run on any number of machines. A server that goes away is waited for. Raises
    StoreError when the engine's tables cannot be made.
    """
    for name in ("procrastinate", "psycopg.pool"):  # whoever works says what went wrong, once
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        _make_schema(conninfo)
    except psycopg.Error as error:
        raise StoreError(
            Problem(
                what="the tables of the job engine cannot be made",
                why=str(error).strip(),
                fix="let its owner run: GRANT CREATE ON DATABASE … TO …",
            )
        ) from error
    while not stop():
        try:
            asyncio.run(_run(_app(conninfo, labour, chores), concurrency, stop))
        except (psycopg.Error, exceptions.ConnectorException) as error:
            _log.warning("the server is away, and waited for: %s", str(error.__cause__ or error).strip())
        until = time.monotonic() + _AGAIN_S
        while not stop() and time.monotonic() < until:
            time.sleep(_LOOK_S)


def _make_schema(conninfo: str) -> None:
    """Make the tables of this version of the engine; another version has others, so both may run."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        made = connection.execute("SELECT to_regnamespace(%s)", [_SCHEMA]).fetchone()
        if made and made[0] is None:
            connection.execute(f"CREATE SCHEMA {_SCHEMA}")  # digits of a version
            connection.execute(f"SET LOCAL search_path TO {_SCHEMA}")
            connection.execute(procrastinate.schema.SchemaManager.get_schema())


def _app(conninfo: str, labour: Labour, chores: Mapping[str, int]) -> procrastinate.App:
    settings = {"options": f"-c search_path={_SCHEMA}"}
    connector = procrastinate.PsycopgConnector(conninfo=conninfo, kwargs=settings, min_size=1, timeout=10.0)
    app = procrastinate.App(connector=connector)

    def ask_for(campaign_id: str) -> None:
        """Let whoever is free pump a campaign; one such job waits at most, and one may be lost."""
        with suppress(exceptions.AlreadyEnqueued, exceptions.ConnectorException):
            pump.configure(queueing_lock=campaign_id).defer(campaign_id=campaign_id)

    @app.task(name="pump", queue=_PUMPS)
    def pump(campaign_id: str) -> None:
        if labour.pump(campaign_id, lambda: ask_for(campaign_id)):  # who finds work calls the next to help
            ask_for(campaign_id)

    @app.periodic(cron="* * * * * */2")
    @app.task(name="look_after", queue=_CHORES, queueing_lock="look_after")
    def look_after(timestamp: int) -> None:  # noqa: ARG001  # as the engine calls it
        for campaign_id in labour.look_after():
            ask_for(campaign_id)

    @app.periodic(cron="* * * * * */15")
    @app.task(name="rescue", queue=_CHORES, queueing_lock="rescue", pass_context=True)
    async def rescue(context: Any, timestamp: int) -> None:  # noqa: ARG001  # as above
        await _rescue(app)

    @app.task(name="chore", queue=_CHORES)
    def chore(timestamp: int, name: str) -> None:  # noqa: ARG001  # as above
        labour.chore(name)

    for name, every_s in chores.items():
        app.periodic(
            cron=_cron(every_s),
            periodic_id=name,
            queueing_lock=name,
            lock=name,
            task_kwargs={"name": name},
        )(chore)
    return app


def _cron(every_s: int) -> str:
    minutes = max(every_s // 60, 1)
    return f"*/{minutes} * * * *" if minutes < 60 else "17 3 * * *"  # once a day, at night


async def _rescue(app: procrastinate.App) -> None:
    """Give back the jobs of workers that died, and throw away what failed a week ago."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENT_S):
        try:
            await app.job_manager.retry_job(job)
        except (exceptions.AlreadyEnqueued, exceptions.ConnectorException):  # the same job waits already
            await app.job_manager.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=True)
    await app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS, include_failed=True)


async def _run(app: procrastinate.App, concurrency: int, stop: Callable[[], bool]) -> None:
    async with app.open_async():
        both: dict[str, Any] = {
            "install_signal_handlers": False,
            "delete_jobs": "successful",
            "stalled_worker_timeout": _SILENT_S,
        }
        workers = [
            asyncio.create_task(app.run_worker_async(queues=[queue], concurrency=at_once, **both))
            for queue, at_once in ((_PUMPS, concurrency), (_CHORES, 2))
        ]
        while not stop() and not any(one.done() for one in workers):
            await asyncio.sleep(_LOOK_S)
        for one in workers:
            one.cancel()  # what is under way is finished first
        for ended in await asyncio.gather(*workers, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
