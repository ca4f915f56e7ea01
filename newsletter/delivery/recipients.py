"""One reader's own part of a mailing: field values as text, frozen at plan time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from newsletter.config.schema import FieldConfig
from newsletter.domain.campaign import Member, PlacedMember
from newsletter.domain.links import ReaderLinks
from newsletter.domain.locales import DateForm, date_text, decimal_text
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.slot import Slot
from newsletter.domain.subscriber import FieldType, FieldValue
from newsletter.render.phrases import phrases_for

__all__ = ["field_text", "frozen_member", "frozen_values", "make_recipients", "with_zone"]


def make_recipients(stored: RecipientColumns, links: ReaderLinks) -> RecipientColumns:
    """Return the recipients of a batch with their links; no field takes the place of a link."""
    return stored.with_columns(links.columns(stored.delivery_ids))


def frozen_values(
    member: Member, slots: Iterable[Slot], fields: Mapping[str, FieldConfig], lang: str
) -> dict[str, str]:
    """Return as text only the values the issue's slots use; the rest has no business in the ledger.

    Empty values are left out, so that the slot's fallback speaks.
    """
    values = {}
    for slot in slots:
        if not slot.is_link and slot.name in member.values:
            text = field_text(member.values[slot.name], fields.get(slot.name), lang)
            if text:
                values[slot.name] = text
    return values


def frozen_member(
    member: Member, slots: Iterable[Slot], fields: Mapping[str, FieldConfig], lang: str, variant: str
) -> Member:
    """Return `member` with nothing but its frozen values, as a reader of the letter `variant`."""
    return Member(  # replace() takes three times as long, and this is done twice for every reader
        subscriber_id=member.subscriber_id,
        email=member.email,
        key=member.key,
        values=frozen_values(member, slots, fields, lang),
        variant=variant,
    )


def with_zone(frozen: Member, member: Member, field: str) -> PlacedMember:
    """Return `frozen` with the time zone that the `field` of `member` names, as it stands there."""
    return PlacedMember(
        subscriber_id=frozen.subscriber_id,
        email=frozen.email,
        key=frozen.key,
        values=frozen.values,
        variant=frozen.variant,
        zone=str(member.values.get(field, "")).strip(),
    )


def field_text(value: FieldValue, field: FieldConfig | None, lang: str) -> str:
    """Return `value` as people write it in `lang` (BCP 47): a long date, a decimal mark, yes or no."""
    is_date = field is not None and field.type is FieldType.DATE
    if isinstance(value, str) and not is_date:  # nearly always
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
