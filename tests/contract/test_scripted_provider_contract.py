"""The scripted provider keeps the contract it stands in for."""

from __future__ import annotations

import pytest

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.protocols import Capabilities
from newsletter.testing.provider_contract import Trouble, TroubleContract
from newsletter.testing.received import ReceivedMail
from newsletter.testing.scripted_provider import (
    PeerRecord,
    ScriptedProvider,
    halt,
    lose_answer,
    lose_request,
    not_sent,
    refuse,
)

TURNS = {
    Trouble.REFUSES_US: halt,
    Trouble.IS_BUSY: not_sent,
    Trouble.REFUSES_FIRST: lambda: refuse([0]),
    Trouble.LOSES_ANSWER: lose_answer,
    Trouble.LOSES_MAIL: lose_request,
    Trouble.IS_AWAY: not_sent,
}


class ScriptedPeer:
    """The scripted provider and its record."""

    def __init__(self, provider: ScriptedProvider) -> None:
        self.provider = provider

    def mails(self) -> tuple[ReceivedMail, ...]:
        return tuple(
            ReceivedMail(
                email=row["email"], delivery_id=row["delivery"], subject="", text="", html="", headers={}
            )
            for row in self.provider.record.rows()
        )

    def arrange(self, trouble: Trouble) -> None:
        self.provider.turns.append(TURNS[trouble]())
        if trouble is Trouble.IS_AWAY:
            self.provider.probes.append(Outcome(kind=OutcomeKind.NOT_SENT, detail="nobody there"))


@pytest.fixture(params=[False, True], ids=["held", "conclusive"])
def peer(request, tmp_path):
    capabilities = Capabilities(batch_size=5, concurrency=4, is_conclusive=request.param)
    return ScriptedPeer(
        ScriptedProvider(record=PeerRecord(tmp_path / "peer.jsonl"), capabilities=capabilities)
    )


class TestScriptedProvider(TroubleContract):
    """All of the contract but the content, which the record does not keep."""
