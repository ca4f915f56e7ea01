"""The recipients of a batch as columns: all addresses, all ids, all values of one slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import overload

from newsletter.domain.mailing import Recipient

__all__ = ["RecipientColumns"]


class RecipientColumns(Sequence[Recipient]):
    """Recipients in order, each made when it is asked for; whoever is in a hurry reads columns instead.

    To make a thousand recipients, each with a mapping of its own, takes longer than to build their request.
    """

    __slots__ = ("_columns", "_values", "delivery_ids", "emails", "message_ids", "positions")

    def __init__(
        self,
        positions: Sequence[int],
        delivery_ids: Sequence[str],
        emails: Sequence[str],
        values: Sequence[Mapping[str, str]],
        columns: Mapping[str, Sequence[str]] | None = None,
        message_ids: Sequence[str] = (),
    ) -> None:
        """Put columns of one length side by side.

        `columns` are slots that everybody has a value for, in place of whatever `values` say.
        Without `message_ids` each delivery is known by its bare id.
        """
        self.positions = positions
        self.delivery_ids = delivery_ids
        self.message_ids = message_ids or delivery_ids
        self.emails = emails
        self._values = values
        self._columns = columns or {}

    @classmethod
    def of(cls, recipients: Sequence[Recipient]) -> RecipientColumns:
        """Return `recipients` as columns."""
        if isinstance(recipients, cls):
            return recipients
        return cls(
            [one.position for one in recipients],
            [one.delivery_id for one in recipients],
            [one.email for one in recipients],
            [one.values for one in recipients],
            message_ids=[one.message_local for one in recipients],
        )

    def in_order(self) -> RecipientColumns:
        """Return the same recipients in order of position."""
        return RecipientColumns.of(sorted(self, key=lambda one: one.position))

    def with_columns(
        self, columns: Mapping[str, Sequence[str]], message_ids: Sequence[str] = ()
    ) -> RecipientColumns:
        """Return the same recipients with the slots in `columns`, which come before their own values.

        They also get `message_ids`, where those are given.
        """
        return RecipientColumns(
            self.positions,
            self.delivery_ids,
            self.emails,
            self._values,
            {**self._columns, **columns},
            message_ids or self.message_ids,
        )

    def column(self, name: str) -> Sequence[str]:
        """Return what each recipient has for slot `name`, "" where that is nothing."""
        own = self._columns.get(name)
        return own if own is not None else [values.get(name, "") for values in self._values]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.positions)

    @overload
    def __getitem__(self, index: int) -> Recipient: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Recipient]: ...

    def __getitem__(self, index: int | slice) -> Recipient | Sequence[Recipient]:
        """Make the recipient at `index`, or those of a slice."""
        if isinstance(index, slice):
            return [self[at] for at in range(len(self))[index]]
        return Recipient(
            position=self.positions[index],
            delivery_id=self.delivery_ids[index],
            email=self.emails[index],
            values={**self._values[index], **{name: column[index] for name, column in self._columns.items()}},
            message_id=self.message_ids[index],
        )
