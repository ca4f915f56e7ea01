"""The provider that other tests script passes the contract of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.protocols import Capabilities
from newsletter.testing.provider_contract import Peer, Trouble, TroubleContract
from newsletter.testing.received import ReceivedMail
from newsletter.testing.scripted_provider import (
    PeerRecord,
    ScriptedProvider,
    Turn,
    accept,
    halt,
    lose_answer,
    lose_request,
    not_sent,
    refuse,
)


class ScriptedPeer:
    """The script and the record; what it records has no content."""

    TURNS = (
        (Trouble.REFUSES_US, halt),
        (Trouble.IS_BUSY, not_sent),
        (Trouble.LOSES_ANSWER, lose_answer),
        (Trouble.LOSES_MAIL, lose_request),
        (Trouble.TALKS_NONSENSE, lose_answer),
        (Trouble.IS_AWAY, not_sent),
        (Trouble.REFUSES_FIRST, lambda: refuse([0])),
    )

    def __init__(self, root: Path, *, is_conclusive: bool) -> None:
        self._record = PeerRecord(root / "record")
        capabilities = Capabilities(batch_size=5, concurrency=4, is_conclusive=is_conclusive)
        self.provider = ScriptedProvider(record=self._record, capabilities=capabilities)

    def mails(self) -> Sequence[ReceivedMail]:
        return tuple(
            ReceivedMail(
                email=row["email"], delivery_id=row["delivery"], subject="", text="", html="", headers={}
            )
            for row in self._record.rows()
        )

    def arrange(self, trouble: Trouble) -> None:
        turn: Turn = dict(self.TURNS).get(trouble, accept)()
        self.provider.turns.append(turn)
        if trouble is Trouble.IS_AWAY:
            self.provider.probes.append(Outcome(kind=OutcomeKind.NOT_SENT, detail="nobody there"))


class TestScripted(TroubleContract):
    @pytest.fixture(params=[True, False], ids=["conclusive", "not conclusive"])
    def peer(self, tmp_path: Path, request: pytest.FixtureRequest) -> Peer:
        return ScriptedPeer(tmp_path, is_conclusive=request.param)
