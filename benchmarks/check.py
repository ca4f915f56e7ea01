"""Every offline rule on the sample letters, in a warm process. Floor: our build of the same letter.

Then 50,000 readers more. Floor: reading those readers from the list.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, fill_list, make_newsletter, open_newsletter
from benchmarks.timing import in_turn
from newsletter.project import Project

__all__ = ["measure"]

_READERS = 50_000
_ROUNDS = 15


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU time of the checks on each sample letter, and what the readers add to the first."""
    count = _READERS // 10 if quick else _READERS
    rounds = 2 if quick else _ROUNDS
    with open_newsletter(make_newsletter(work / "newsletter")) as project:
        letters = project.issues.all()
        assert project.store  # a list with nobody on it
        contenders: dict[str, Callable[[], object]] = {}
        for path in letters:
            contenders[path.name] = _checker(project, path)
            contenders[f"{path.name} floor"] = _builder(project, path)
        alone = in_turn(contenders, rounds)
        fill_list(project, count, all_active=True)
        many = in_turn(
            {"check": _checker(project, letters[0]), "read": _reader(project)}, max(1, rounds // 3)
        )
    ms = {name: one.cpu_s * 1e3 for name, one in alone.items()}
    return [
        *(
            _figure(f"{path.stem}, CPU", ms[path.name], ms[f"{path.name} floor"], "our build of it")
            for path in letters
        ),
        _figure(
            f"{count:,} readers add, CPU",
            many["check"].cpu_s * 1e3 - ms[letters[0].name],
            many["read"].cpu_s * 1e3,
            "reading them from the list",
        ),
    ]


def _figure(measured: str, ours: float, floor: float, name: str) -> Figure:
    return Figure(benchmark="check", measure=measured, unit="ms", ours=ours, floor=floor, floor_name=name)


def _checker(project: Project, path: Path) -> Callable[[], object]:
    return lambda: project.issues.check(path, segment=EVERYBODY)


def _builder(project: Project, path: Path) -> Callable[[], object]:
    return lambda: project.issues.render(project.issues.load(path))


def _reader(project: Project) -> Callable[[], object]:
    return lambda: sum(1 for _ in project.audience.view().members(EVERYBODY))
