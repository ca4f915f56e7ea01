"""One reader's own part of a mailing: field values as text, frozen at plan time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from newsletter.config.schema import FieldConfig
from newsletter.domain.campaign import Member
from newsletter.domain.frozen_values import FrozenValues
from newsletter.domain.links import ReaderLinks
from newsletter.domain.locales import DateForm, date_text, decimal_text
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.slot import Slot
from newsletter.domain.subscriber import FieldType, FieldValue
from newsletter.render.phrases import phrases_for

__all__ = ["Freezer", "field_text", "frozen_values", "make_recipients", "value_freezer"]

Freezer: TypeAlias = Callable[[Sequence[Mapping[str, FieldValue]]], FrozenValues]
"""Makes of the values of some readers the texts that are kept of each."""


def make_recipients(stored: RecipientColumns, links: ReaderLinks) -> RecipientColumns:
    """Return the recipients of a batch with their links; no field takes the place of a link."""
    return stored.with_columns(*links.letters(stored.delivery_ids))


def frozen_values(
    member: Member, slots: Iterable[Slot], fields: Mapping[str, FieldConfig], lang: str
) -> dict[str, str]:
    """Return as text only the values the issue's slots use; the rest has no business in the ledger.

    Empty values are left out, so that the slot's fallback speaks.
    """
    return dict(value_freezer(slots, fields, lang)([member.values])[0])


def value_freezer(slots: Iterable[Slot], fields: Mapping[str, FieldConfig], lang: str) -> Freezer:
    """Return what `frozen_values` does to the values of each of many readers of one letter."""
    wanted = [
        (name, fields.get(name)) for name in dict.fromkeys(one.name for one in slots if not one.is_link)
    ]

    def freeze(values: Sequence[Mapping[str, FieldValue]]) -> FrozenValues:
        columns = {name: _texts([one.get(name, "") for one in values], field, lang) for name, field in wanted}
        return FrozenValues(columns, len(values))

    return freeze


def _texts(column: Sequence[FieldValue], field: FieldConfig | None, lang: str) -> list[str]:
    if field is None or field.type is not FieldType.DATE:
        with suppress(TypeError):  # some are numbers, or yes and no
            return list(map(str.strip, column))  # type: ignore[arg-type]  # that is the question
    return [field_text(value, field, lang) for value in column]


def field_text(value: FieldValue, field: FieldConfig | None, lang: str) -> str:
    """Return `value` as people write it in `lang` (BCP 47): a long date, a decimal mark, yes or no."""
    if isinstance(value, str) and (field is None or field.type is not FieldType.DATE):
        return value.strip()
    if isinstance(value, bool):
        return phrases_for(lang)["yes" if value else "no"]
    if isinstance(value, float):
        return decimal_text(value, lang)
    if isinstance(value, int):
        return str(value)
    return _date_text(value, lang)


@lru_cache(maxsize=65_536)
def _date_text(iso: str, lang: str) -> str:
    try:
        day = date.fromisoformat(iso.strip()[:10])
    except ValueError:
        return iso.strip()  # the import checks dates; whatever else is there is shown as it is
    return date_text(day, DateForm.LONG, lang)
