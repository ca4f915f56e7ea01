"""A campaign into the outbox: one `.eml` file for each reader, exactly once. Floor: writing as many files."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, LETTER, clear, fill_list, make_newsletter, open_newsletter
from benchmarks.timing import spending
from newsletter.delivery.engine import Ending

__all__ = ["measure"]

_COUNT = 5_000


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return time per mail, of the sending alone."""
    count = _COUNT // 50 if quick else _COUNT
    root = make_newsletter(work / "newsletter")
    with open_newsletter(root) as project:
        fill_list(project, count, all_active=True)
        letter = root / "issues" / LETTER
        prepared = project.sending.prepare(letter, segment=EVERYBODY)
        campaign = project.sending.freeze(prepared, clear(project, letter))
        with spending() as ours:
            report = project.sending.run(campaign.id, stop=lambda: False, progress=lambda _progress: None)
        assert report.ending is Ending.FINISHED, report
    mails = sorted((root / "outbox").rglob("*.eml"))
    assert len(mails) == count, "a file for everybody"
    message = mails[0].read_bytes()
    bare = work / "bare"
    bare.mkdir()
    with spending() as floor:
        for number in range(count):
            (bare / f"{number}.eml").write_bytes(message)
    return [
        Figure(
            benchmark="outbox",
            measure=f"{measured} per mail ({count:,} mails)",
            unit="µs",
            ours=mine / count * 1e6,
            floor=bare_s / count * 1e6,
            floor_name="Path.write_bytes, no ledger",
        )
        for measured, mine, bare_s in (("CPU", ours.cpu_s, floor.cpu_s), ("wall", ours.wall_s, floor.wall_s))
    ]
