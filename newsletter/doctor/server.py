"""What is made of how a database server stands."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments import machine as ailments
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.machine_state import ServerState

__all__ = ["judge_server"]

_CLOCK_OFF_S = 60
_CROWDED = 0.9


def judge_server(state: ServerState) -> Iterator[Diagnosis]:
    """Yield how a server that answered stands."""
    used, allowed = state.connections
    told = f"{state.version}, {state.encoding}, {used} of {allowed} connections in use"
    if state.forgets:
        yield ailments.SERVER_FORGETS.found("server", ", ".join(state.forgets), evidence=state.forgets)
    if abs(state.clock_off_s) > _CLOCK_OFF_S:
        way = "ahead" if state.clock_off_s > 0 else "behind"
        what = f"its clock is {abs(state.clock_off_s):.0f} seconds {way} of ours"
        yield ailments.SERVER_CLOCK_OFF.found("server", what)
    if used > allowed * _CROWDED:
        yield ailments.SERVER_CROWDED.found("server", told)
    else:
        yield fine("server", told)
