"""`newsletter correct` put to the kill sweep: some have the faulty letter, the others wait for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from kill import Peer
from kill_commands import COMMAND_PRELOAD, COMMANDS, CommandScenario

from newsletter.delivery.outlet import Progress
from newsletter.project import Project
from newsletter.testing.received import ReceivedMail

__all__ = ["CORRECT", "CORRECT_PRELOAD", "CorrectScenario"]

CORRECT_PRELOAD = (*COMMAND_PRELOAD, "newsletter.cli.correct", "newsletter.project.sending.correcting")
_BATCH = 4
_FAULTY, _MENDED = "Wat zie jij buiten?", "Wat hoor jij buiten?"


@dataclass(frozen=True, kw_only=True)
class CorrectScenario:
    """A campaign that was stopped after its first batch, and a mended letter."""

    name: str
    of: CommandScenario
    entry: str = "newsletter.cli:main"
    concurrency: int = 1
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})

    @property
    def batch(self) -> int:
        """Return the most readers in a batch: those who were not mailed are planned anew, together."""
        return self.of.batch - _BATCH

    @property
    def is_conclusive(self) -> bool:
        """Say whether the provider proves what it took."""
        return self.of.is_conclusive

    def prepare(self, project: Path) -> None:
        """Send the first batch, stop, and mend the letter."""
        self.of.prepare(project)
        letter = project / "issues" / "2026-11-24-herfst.md"
        peer = self.of.open_peer(project)
        try:
            self._send_first(project, letter, peer.environment)
        finally:
            peer.close()
        letter.write_text(letter.read_text("utf-8").replace(_FAULTY, _MENDED), "utf-8")

    def _send_first(self, project: Path, letter: Path, environment: Mapping[str, str]) -> None:
        with pytest.MonkeyPatch.context() as patch, Project.open(project, environment=environment) as opened:
            patch.setenv("KILL_KEY", environment.get("KILL_KEY", "unused"))
            prepared = opened.sending.prepare(letter)
            prepared = replace(prepared, plan=replace(prepared.plan, batch_size=_BATCH))
            clearance = opened.gate.judge(letter, prepared.plan.segment).require()
            campaign = opened.sending.freeze(prepared, clearance)
            seen: list[Progress] = []
            opened.sending.run(campaign.id, stop=lambda: seen[-1].accepted >= _BATCH, progress=seen.append)
            assert opened.sending.summary(campaign.id).counts == {"accepted": _BATCH, "pending": 2 * _BATCH}

    def open_peer(self, project: Path) -> Peer:
        """Start what takes the mail."""
        return self.of.open_peer(project)

    def send(self) -> Sequence[str]:
        """Correct the letter."""
        return ("correct", "herfst", "--yes")

    def resume(self, project: Path) -> Sequence[str]:
        """Go on with the corrected campaign, or correct the letter again when it was not planned."""
        with Project.open(project, environment={}) as opened:
            is_planned = any(one.corrects for one in opened.store.ledger.campaigns("herfst"))
        return ("resume",) if is_planned else self.send()

    def states(self, project: Path) -> Mapping[str, str]:
        """Read the ledger."""
        return self.of.states(project)

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return self.of.everybody()

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """See that the first batch has the faulty letter, and everybody else the mended one."""
        del project
        faulty = sum(_FAULTY in mail.text for mail in mails)
        mended = sum(_MENDED in mail.text for mail in mails)
        if (faulty, faulty + mended) == (_BATCH, len(mails)):
            return ()
        return [f"{faulty} of {len(mails)} have the faulty letter, {mended} the mended one"]


CORRECT = {name: CorrectScenario(name=f"{name}: correct", of=of) for name, of in COMMANDS.items()}
