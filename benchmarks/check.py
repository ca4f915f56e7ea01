"""Every offline rule on the sample letters, in a warm process. Floor: our build of the same letter.

Then with five words that no dictionary knows, others each time. Then 50,000 readers more. Floor: reading
those readers from the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, fill_list, make_newsletter, open_newsletter
from benchmarks.timing import in_turn
from newsletter.checks.spelling.dictionary import Dictionary, open_dictionary
from newsletter.project import Project

__all__ = ["measure"]

_READERS = 50_000
_ROUNDS = 15
_SLIPS = 5
_WITH_SLIPS = "with five unknown words"


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU time of the checks on each sample letter, and what the readers add to the first."""
    count = _READERS // 100 if quick else _READERS
    rounds = 1 if quick else _ROUNDS
    with open_newsletter(make_newsletter(work / "newsletter")) as project:
        letters = project.issues.all()
        assert project.store  # a list with nobody on it
        contenders: dict[str, Callable[[], object]] = {}
        for path in letters:
            contenders[path.name] = _checker(project, path)
            contenders[f"{path.name} floor"] = _builder(project, path)
        with_slips = letters[0].with_name("2026-11-25-slips.md")
        contenders[_WITH_SLIPS] = _checker_of_slips(project, letters[0], with_slips)
        alone = in_turn(contenders, rounds)
        with_slips.unlink()
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
        _figure(f"{_WITH_SLIPS}, CPU", ms[_WITH_SLIPS], ms[f"{letters[0].name} floor"], "our build without"),
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


def _checker_of_slips(project: Project, letter: Path, path: Path) -> Callable[[], object]:
    """Return a check of `letter`, copied to `path` with five new slips each time: no answer is remembered.

    The dictionary's words are in memory, as in any process that is warm.
    """
    text = letter.read_text("utf-8")
    dictionary = open_dictionary(project.config, "nl")
    assert dictionary is not None, "install hunspell-nl"
    for slip in {slip[0]: slip for slip in _slips(dictionary, text)}.values():
        dictionary.suggest(slip)
    slips = _slips(dictionary, text)

    def check() -> object:
        path.write_text(f"{text}\n\nLet op: {', '.join(islice(slips, _SLIPS))}.\n", "utf-8")
        return project.issues.check(path, segment=EVERYBODY)

    return check


def _slips(dictionary: Dictionary, text: str) -> Iterator[str]:
    """Yield words of `text` with two letters changed about, that the dictionary does not know."""
    words = sorted(set(re.findall(r"\b[a-z]{8,}\b", text)))
    for at in range(1, 7):
        for word in words:
            slip = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if not dictionary.spell(slip):
                yield slip


def _builder(project: Project, path: Path) -> Callable[[], object]:
    return lambda: project.issues.render(project.issues.load(path))


def _reader(project: Project) -> Callable[[], object]:
    return lambda: sum(1 for page in project.audience.view().pages(EVERYBODY) for _ in page)
