"""Whether every text of the theme can be read on every ground it stands on, however it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from newsletter.config.locate import KeyPath
from newsletter.config.theme import TEXT_ON_GROUND, LightConfig, ThemeConfig
from newsletter.domain.colour import MIN_CONTRAST, Colour, Showing, nearest_readable, worst_contrast
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["contrast_problems"]

_WHY = f"WCAG 2.2 (1.4.3) asks for {MIN_CONTRAST} to 1"
_TURNED = ", and some mail programs turn the colours of a letter round"


def contrast_problems(
    theme: ThemeConfig, place: Callable[[KeyPath], Place], broken: Collection[KeyPath]
) -> Iterator[Problem]:
    """Yield a problem for each colour of text that cannot be read, with the nearest one that can.

    `place` tells where a key stands; the keys in `broken` have no value of the author's, and are not judged.
    """
    for name, colours in (("light", theme.light), ("dark", theme.dark)):
        table = ("theme", name)
        unread = {path[-1] for path in broken if path[:-1] == table}
        for text, grounds in TEXT_ON_GROUND.items():
            judged = tuple(ground for ground in grounds if ground not in unread)
            if text not in unread:
                yield from _judge(colours, text, judged, place, table)


def _judge(
    colours: LightConfig,
    text: str,
    grounds: tuple[str, ...],
    place: Callable[[KeyPath], Place],
    table: KeyPath,
) -> Iterator[Problem]:
    own = Colour.parse(getattr(colours, text))
    shown = {ground: Colour.parse(getattr(colours, ground)) for ground in grounds}
    failing = {
        ground: reading
        for ground, colour in shown.items()
        if (reading := worst_contrast(own, colour))[0] < MIN_CONTRAST
    }
    if not failing:
        return
    listed = ", ".join(
        f"{ground} {shown[ground]} ({ratio:.2f} to 1{_how(showing)})"
        for ground, (ratio, showing) in failing.items()
    )
    is_turned = any(showing is not Showing.DESIGNED for _, showing in failing.values())
    better = nearest_readable(own, shown.values())
    yield Problem(
        what=f"{'.'.join(table)}.{text}: {own} has too little contrast on {listed}",
        place=_place(place, table, text, next(iter(failing))),
        why=_WHY + (_TURNED if is_turned else ""),
        fix=f'write {text} = "{better}"' if better else f"choose {_list(grounds)} lighter or darker first",
    )


def _place(place: Callable[[KeyPath], Place], table: KeyPath, text: str, ground: str) -> Place:
    """Return where the text's colour stands, or the ground's when only that is written down."""
    around, own, below = place(table), place((*table, text)), place((*table, ground))
    return below if own == around else own


def _how(showing: Showing) -> str:
    return "" if showing is Showing.DESIGNED else f", {showing}"


def _list(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
