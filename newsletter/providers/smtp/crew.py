"""Connections to one mail server and the mails that wait for them; everything here runs in one loop.

Every connection takes the next mail as soon as it can, so a slow one holds nobody up. The first is opened
alone: a wrong password is tried once, not once a connection. Others join when enough mails wait to be worth
their opening, and where the server lets in fewer than we may open, the work goes on with those.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.providers.smtp.load import Carried, Job, Load
from newsletter.providers.smtp.opening import Refused, Server
from newsletter.providers.smtp.payload import SmtpMail
from newsletter.providers.smtp.session import Following, Session, Stale
from newsletter.providers.smtp.wire import WireBroken

__all__ = ["Crew"]

_WORTH_OPENING = 4
"""Mails that have to wait per connection: opening one takes about as many round trips."""

_PAUSE_S = 30.0
"""How long no more connections are tried after the server refused one."""


class Crew:
    """Carries mails over at most `connections` connections, at most `per_connection` (0: any number) each."""

    def __init__(self, server: Server, connections: int, per_connection: int = 0) -> None:
        """Prepare; nothing is opened before there is mail."""
        self._server = server
        self._connections = connections
        self._per_connection = per_connection
        self._loads: set[Load] = set()
        self._waiting: deque[Job] = deque()
        self._lanes: set[asyncio.Task[None]] = set()
        self._idle: list[asyncio.Future[bool]] = []
        self._sessions: set[Session] = set()
        self._may_grow_at = float("-inf")
        self._is_closing = False

    async def carry(self, mails: Sequence[SmtpMail]) -> Carried:
        """Hand over `mails` and say what became of each."""
        if not mails:
            return Carried()
        load = Load(len(mails))
        self._loads.add(load)
        try:
            self._waiting.extend(Job(load, mail) for mail in mails)
            self._call_hands()
            return await load.end()
        finally:
            self._loads.discard(load)

    async def probe(self) -> Outcome:
        """Connect, greet and log in, then leave; an idle connection makes room first."""
        if self._idle:
            self._idle.pop().set_result(False)
            await asyncio.sleep(0)
        try:
            session = await Session.open(self._server)
        except (Refused, WireBroken) as error:
            return _said(error)
        session.close(politely=True)
        return Outcome(kind=OutcomeKind.ACCEPTED, detail="the server lets us in")

    async def dismiss(self) -> None:
        """Finish the mails under way and close every connection; what waits is not sent."""
        self._is_closing = True
        self._fail_waiting(Outcome(kind=OutcomeKind.NOT_SENT, detail="the connections were closed"))
        self._wake(len(self._idle))
        await asyncio.gather(*self._lanes, return_exceptions=True)
        self._is_closing = False

    # --- how many ---------------------------------------------------------------------------------------

    def _call_hands(self) -> None:
        """See that as many connections work as the waiting mails are worth."""
        self._wake(len(self._waiting))
        may_grow = self._sessions and asyncio.get_running_loop().time() >= self._may_grow_at
        worth = -(-len(self._waiting) // _WORTH_OPENING)
        for _ in range(min(worth, self._connections if may_grow else 1) - len(self._lanes)):
            lane = asyncio.create_task(self._work())
            self._lanes.add(lane)
            lane.add_done_callback(self._look_back)

    def _wake(self, count: int) -> None:
        for _ in range(min(count, len(self._idle))):
            self._idle.pop().set_result(True)

    def _look_back(self, lane: asyncio.Task[None]) -> None:
        bug = lane.exception()
        if bug is not None:  # it must be seen, not waited for
            self._waiting.clear()
            for load in self._loads:
                load.break_off(bug)

    # --- one connection after the other -------------------------------------------------------------------

    async def _work(self) -> None:
        """Carry what waits, on one connection at a time."""
        session: Session | None = None
        try:
            while await self._has_work():
                if session is None or not session.is_usable or self._is_spent(session):
                    self._drop(session)
                    session = await self._open()
                    if session is None:
                        return
                job = self._take(session)
                while job is not None:
                    job = await self._carry_on(session, job)
        finally:
            self._drop(session)
            self._lanes.discard(_this_lane())

    async def _has_work(self) -> bool:
        """Wait until mails wait; return False when this connection is to be closed."""
        while not self._waiting:
            if self._is_closing:
                return False
            idle: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            self._idle.append(idle)
            if not await idle and not self._waiting:
                return False
        return True

    async def _open(self) -> Session | None:
        """Return a new session, None when the server lets no other in."""
        try:
            session = await Session.open(self._server)
        except (Refused, WireBroken) as error:
            self._lanes.discard(_this_lane())
            if self._lanes:  # the others go on
                self._may_grow_at = asyncio.get_running_loop().time() + _PAUSE_S
                self._wake(len(self._waiting))
            else:
                self._fail_waiting(_said(error))
            return None
        self._sessions.add(session)
        self._call_hands()
        return session

    def _drop(self, session: Session | None) -> None:
        if session is not None:
            session.close(politely=True)
            self._sessions.discard(session)

    def _is_spent(self, session: Session) -> bool:
        return 0 < self._per_connection <= session.carried

    # --- one mail after the other -------------------------------------------------------------------------

    def _take(self, session: Session) -> Job | None:
        """Return the next mail for `session`; those that its server cannot take are refused on the way."""
        while self._waiting and not self._is_spent(session):
            job = self._waiting.popleft()
            problem = session.problem(job.mail)
            if problem is None:
                return job
            job.load.settle(job.mail, problem)
        return None

    async def _carry_on(self, session: Session, job: Job) -> Job | None:
        """Carry one mail; return the one that is already announced on this connection, if there is one."""
        announced: Job | None = None

        def following() -> SmtpMail | None:
            nonlocal announced
            announced = self._take(session)
            return None if announced is None else announced.mail

        outcome = await self._deliver(session, job, following)
        if outcome is None:
            self._put_back(job)
            return None
        job.load.settle(job.mail, outcome)
        whole = _said_to_us(outcome, is_connected=session.is_open)
        if whole is not None:
            self._stop(job.load, whole)
        if announced is not None and not session.is_open:
            self._put_back(announced)
            return None
        return announced

    async def _deliver(self, session: Session, job: Job, following: Following) -> Outcome | None:
        """Return what became of a mail; None when nothing of it had left, and a fresh connection may do."""
        try:
            return await session.deliver(job.mail, following)
        except (Stale, WireBroken) as error:
            session.close()
            if isinstance(error, Stale) and session.carried > 1:
                return None
            return Outcome(kind=OutcomeKind.NOT_SENT, detail=str(error))

    def _put_back(self, job: Job) -> None:
        if job.load.whole is None:
            self._waiting.appendleft(job)
        else:
            job.load.settle(job.mail, job.load.whole)

    def _stop(self, load: Load, whole: Outcome) -> None:
        """Try no more mails of `load`; those under way on other connections go on."""
        load.whole = load.whole or whole
        of_load = [job for job in self._waiting if job.load is load]
        self._waiting = deque(job for job in self._waiting if job.load is not load)
        for job in of_load:
            load.settle(job.mail, whole)

    def _fail_waiting(self, whole: Outcome) -> None:
        for load in {job.load for job in self._waiting}:
            self._stop(load, whole)


def _this_lane() -> asyncio.Task[None]:
    lane = asyncio.current_task()
    assert lane is not None, "lanes are tasks"
    return lane


def _said(error: Refused | WireBroken) -> Outcome:
    return (
        error.outcome if isinstance(error, Refused) else Outcome(kind=OutcomeKind.NOT_SENT, detail=str(error))
    )


def _said_to_us(outcome: Outcome, *, is_connected: bool) -> Outcome | None:
    """Return what the outcome of one mail means for the others of its batch; None: nothing."""
    if outcome.kind is OutcomeKind.UNKNOWN:
        return Outcome(kind=OutcomeKind.NOT_SENT, detail=f"not tried after an unknown: {outcome.detail}")
    is_broken = outcome.kind is OutcomeKind.NOT_SENT and not is_connected
    return outcome if outcome.kind is OutcomeKind.HALT or is_broken else None
