"""One reader's own part of a mailing: field values as text, frozen at plan time, and signed links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from newsletter.config.schema import FieldConfig
from newsletter.domain.campaign import Member
from newsletter.domain.mailing import Recipient
from newsletter.domain.slot import Slot
from newsletter.domain.subscriber import FieldType, FieldValue
from newsletter.domain.token import sign_tokens
from newsletter.protocols import StoredRecipient

__all__ = ["ReaderLinks", "field_text", "frozen_member", "frozen_values", "make_recipient", "make_recipients"]

_YES_NO = {"nl": ("ja", "nee"), "en": ("yes", "no")}
_MONTHS = {
    "nl": "januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december",
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
}
_DECIMAL_POINT = frozenset({"en"})  # written 1.5; the other languages we know write 1,5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLinks:
    """Makes the links of one issue per reader; `secret` signs them, `base_url` is without a final slash.

    `wants_preferences` is False when the letter has no such link, which saves a signature per reader.
    """

    secret: bytes
    base_url: str
    slug: str
    wants_preferences: bool = True

    @classmethod
    def make(cls, secret: bytes, base_url: str, slug: str, slots: Iterable[Slot]) -> ReaderLinks:
        """Return the links of issue `slug`, which has `slots`."""
        return cls(
            secret=secret,
            base_url=base_url.rstrip("/"),
            slug=slug,
            wants_preferences=any(slot.name == "preferences_url" for slot in slots),
        )

    def of(self, delivery: str) -> dict[str, str]:
        """Return the link slots of the reader who gets `delivery`."""
        (links,) = self.of_each([delivery])
        return links

    def of_each(self, deliveries: Sequence[str]) -> list[dict[str, str]]:
        """Return the link slots of the reader of each of `deliveries`; many at once take half the time."""
        leave, choose = f"{self.base_url}/unsubscribe/", f"{self.base_url}/preferences/"
        archive = f"{self.base_url}/archive/{self.slug}"
        leaving = sign_tokens(self.secret, "unsubscribe", deliveries)
        if not self.wants_preferences:
            return [{"unsubscribe_url": leave + token, "archive_url": archive} for token in leaving]
        choosing = sign_tokens(self.secret, "preferences", deliveries)
        return [
            {"unsubscribe_url": leave + one, "archive_url": archive, "preferences_url": choose + other}
            for one, other in zip(leaving, choosing, strict=True)
        ]


def make_recipient(stored: StoredRecipient, links: ReaderLinks) -> Recipient:
    """Return what a provider is given for one delivery: its frozen values and its links."""
    (recipient,) = make_recipients([stored], links)
    return recipient


def make_recipients(stored: Sequence[StoredRecipient], links: ReaderLinks) -> tuple[Recipient, ...]:
    """Return the recipients of a batch, in order of position."""
    return tuple(
        [
            Recipient(
                position=one.position,
                delivery_id=one.delivery_id,
                email=one.email,
                values={**one.values, **own},  # no field takes the place of a link
            )
            for one, own in zip(stored, links.of_each([one.delivery_id for one in stored]), strict=True)
        ]
    )


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
    member: Member, slots: Iterable[Slot], fields: Mapping[str, FieldConfig], lang: str
) -> Member:
    """Return `member` with nothing but its frozen values."""
    return Member(  # replace() takes three times as long, and this is done twice for every reader
        subscriber_id=member.subscriber_id,
        email=member.email,
        key=member.key,
        values=frozen_values(member, slots, fields, lang),
    )


def field_text(value: FieldValue, field: FieldConfig | None, lang: str) -> str:
    """Return `value` as people write it in `lang` (BCP 47).

    Yes and no, decimal comma and dates are known for Dutch and English; a date in another language stays
    in ISO 8601 and truth is told in English.
    """
    is_date = field is not None and field.type is FieldType.DATE
    if isinstance(value, str) and not is_date:  # nearly always
        return value.strip()
    language = lang.partition("-")[0].lower()
    if isinstance(value, bool):
        return _YES_NO.get(language, _YES_NO["en"])[0 if value else 1]
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() else repr(value)
        return text if language in _DECIMAL_POINT else text.replace(".", ",")
    if isinstance(value, int):
        return str(value)
    return _date_text(value, language)


def _date_text(iso: str, language: str) -> str:
    try:
        day = date.fromisoformat(iso.strip()[:10])
    except ValueError:
        return iso.strip()  # the import checks dates; whatever else is there is shown as it is
    if language not in _MONTHS:
        return day.isoformat()
    return f"{day.day} {_MONTHS[language].split(',')[day.month - 1]} {day.year}"
