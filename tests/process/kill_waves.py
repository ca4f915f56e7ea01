"""A letter that goes in waves, put to the kill sweep: an undo window, some first, a gate, then the rest.

The first are a canary, or readers with one of two subjects. The waits are real and short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kill_commands import COMMAND_PRELOAD, COMMANDS, STORE, CommandScenario

from newsletter.domain.wave import WaveKind
from newsletter.store.opening import open_store
from newsletter.testing.received import ReceivedMail

__all__ = ["WAVES", "WAVES_PRELOAD", "WaveScenario"]

WAVES_PRELOAD = (*COMMAND_PRELOAD, "newsletter.cli.status", "newsletter.domain.wave")
_SETTINGS = """
canary = "3"
canary_wait = "1s"
subject_share = "25%"
subject_wait = "1s"
subject_metric = "none"
"""
_SECOND = "Bladeren"


@dataclass(frozen=True, kw_only=True)
class WaveScenario(CommandScenario):
    """The same, where every reader has to get the subject of their wave; the rest gets the first."""

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Return who got another subject than their wave has."""
        with open_store(STORE, project) as store:
            ledger = store.ledger
            campaign = ledger.campaigns()[0].id
            seconds = {one.number for one in ledger.waves(campaign) if one.kind is WaveKind.SUBJECT_B}
            emails = {
                reader.email
                for batch in ledger.batches(campaign)
                if batch.wave in seconds
                for reader in ledger.recipients(batch.id)
            }
        return [
            f"{mail.email} got the subject of another wave"
            for mail in mails
            if (mail.subject == _SECOND) != (mail.email in emails)
        ]


def _in_waves(of: CommandScenario, front: str) -> WaveScenario:
    # Whoever is unknown keeps a gate shut until somebody decides, so the others may be left waiting.
    left = frozenset() if of.is_conclusive else frozenset({"pending"})
    return WaveScenario(
        name=of.name,
        open_peer=of.open_peer,
        is_conclusive=of.is_conclusive,
        settings=_SETTINGS,
        front=front,
        options=("--undo", "1s"),
        left=left,
    )


WAVES = {
    f"{name}: {kind}": _in_waves(of, front)
    for name, of in COMMANDS.items()
    for kind, front in (("canary", ""), ("subjects", f'subject_b: "{_SECOND}"'))
}
