"""What a browser showed of a letter, each thing once at its line or at the template."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from newsletter.checks.answers import sightings
from newsletter.checks.context import CheckContext
from newsletter.domain.sighting import Sighting, SightingKind, View
from newsletter.render.template import template_place
from newsletter.source import Place

__all__ = ["seen"]


def seen(
    context: CheckContext, kind: SightingKind, views: Collection[View]
) -> Iterator[tuple[Sighting, Place]]:
    """Yield the sightings of `kind` in one of `views`, with the place of each (Need.RENDERED).

    Of those alike at one place only the first is told. What stands in no line of the letter is the
    template's. Raises CannotAsk when nobody could look.
    """
    told = set()
    for sighting in sightings(context):
        if sighting.kind is not kind or sighting.view not in views:
            continue
        if sighting.line is None:
            place = template_place(context.issue.template)
        else:
            place = Place(path=context.shown_path, line=sighting.line)
        spot = (sighting.view, sighting.rule, place)
        if spot not in told:
            told.add(spot)
            yield sighting, place
