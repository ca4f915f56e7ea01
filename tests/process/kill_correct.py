"""`newsletter correct` put to the kill sweep: some have the faulty letter, the others wait for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kill import SYSCALLS, Peer
from kill_commands import COMMANDS, CommandScenario

from newsletter.delivery.outlet import Progress
from newsletter.project import Project

__all__ = ["CorrectScenario"]

_BATCH = 4
_FAULTY, _MENDED = "Wat zie jij buiten?", "Wat hoor jij buiten?"


@dataclass(frozen=True, kw_only=True)
class CorrectScenario:
    """A campaign into the outbox that was stopped after its first batch, and a mended letter."""

    name: str = "correct"
    of: CommandScenario = COMMANDS["outbox"]
    entry: str = "newsletter.cli:main"
    batch: int = _BATCH
    concurrency: int = 1
    is_conclusive: bool = True
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0})
    syscalls: Sequence[str] = SYSCALLS

    def prepare(self, project: Path) -> None:
        """Send the first batch, stop, and mend the letter."""
        self.of.prepare(project)
        letter = project / "issues" / "2026-11-24-herfst.md"
        with Project.open(project, environment={}) as opened:
            prepared = opened.sending.prepare(letter)
            prepared = replace(prepared, plan=replace(prepared.plan, batch_size=_BATCH))
            clearance = opened.gate.judge(letter, prepared.plan.segment).require()
            campaign = opened.sending.freeze(prepared, clearance)
            seen: list[Progress] = []
            opened.sending.run(campaign.id, stop=lambda: seen[-1].accepted >= _BATCH, progress=seen.append)
            assert opened.sending.summary(campaign.id).counts == {"accepted": _BATCH, "pending": 2 * _BATCH}
        letter.write_text(letter.read_text("utf-8").replace(_FAULTY, _MENDED), "utf-8")

    def open_peer(self, project: Path) -> Peer:
        """Look in the outbox."""
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
        """Read the ledger; when somebody got another letter than was meant, nobody is as they should be."""
        states = self.of.states(project)
        if self._letters(project) == (_BATCH, len(states) - _BATCH):
            return states
        return {email: f"{state} with the wrong letter" for email, state in states.items()}

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return self.of.everybody()

    def _letters(self, project: Path) -> tuple[int, int]:
        texts = [file.read_text("utf-8") for file in (project / "outbox").rglob("*.eml")]
        return sum(_FAULTY in text for text in texts), sum(_MENDED in text for text in texts)
