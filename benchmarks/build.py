"""Load and render the sample letter in a warm process. Floor: `mjml2html` alone, on the MJML we give it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import mjml

from benchmarks.figures import Figure
from benchmarks.sample import LETTER, make_newsletter, open_newsletter
from benchmarks.timing import in_turn

__all__ = ["measure"]

_ROUNDS = 60
_TIMES = 10


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU time of a build, of the letter and of a letter with ten times its text."""
    compile_mjml = mjml.mjml2html
    overheard: list[str] = []

    def overhear(source: str, **options: object) -> object:
        overheard[:] = [source]
        return compile_mjml(source, **options)

    mjml.mjml2html = overhear  # before our modules take it, so that the floor gets the very same MJML
    from newsletter.content.loader import load_issue
    from newsletter.render.pipeline import render_issue

    root = make_newsletter(work / "newsletter")
    letter = root / "issues" / LETTER
    contenders: dict[str, Callable[[], object]] = {}
    with open_newsletter(root) as project:
        for name, path in (("letter", letter), ("long", _longer(letter))):

            def build(path: Path = path) -> object:
                return render_issue(load_issue(path, project.config), project.config)

            build()
            contenders[name] = build
            contenders[f"{name} floor"] = lambda source=overheard[0]: compile_mjml(source, fonts={})
        spent = in_turn(contenders, 1 if quick else _ROUNDS)
    ms = {name: one.cpu_s * 1e3 for name, one in spent.items()}
    return [
        _figure("letter, warm, CPU", ms["letter"], ms["letter floor"], "mjml2html, same MJML"),
        _figure("ten times the text, CPU", ms["long"], ms["long floor"], "mjml2html, same MJML"),
        _figure("ten times the text, CPU", ms["long"], ms["letter"], "our build of the letter"),
    ]


def _figure(measured: str, ours: float, floor: float, name: str) -> Figure:
    return Figure(benchmark="build", measure=measured, unit="ms", ours=ours, floor=floor, floor_name=name)


def _longer(letter: Path) -> Path:
    """Write and return a letter with the body of `letter` ten times."""
    _, front, body = letter.read_text().split("---\n", 2)
    long = letter.with_name("2026-11-25-tienmaal.md")
    long.write_text("---\n" + front + "---\n" + body * _TIMES)
    return long
