"""What is kept of the values of some readers of one letter, as columns: all texts of one field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

__all__ = ["FrozenValues"]

_quote = json.encoder.encode_basestring  # C code where there is any


class FrozenValues(Sequence[Mapping[str, str]]):
    """For each reader the texts by name, made when they are asked for; who has an empty text has none."""

    __slots__ = ("_columns", "_count", "_names")

    def __init__(self, columns: Mapping[str, Sequence[str]], count: int) -> None:
        """Put `columns`, by name and with one text for each of `count` readers, side by side."""
        self._names = tuple(columns)
        self._columns = tuple(columns.values())
        self._count = count

    def texts(self) -> list[str]:
        """Return the texts of each reader as a compact JSON object (RFC 8259), names in their order."""
        if not self._columns:
            return ["{}"] * self._count
        heads = [f"{_quote(name)}:" for name in self._names]
        if len(heads) == 1:
            head = heads[0]
            return [f"{{{head}{_quote(text)}}}" if text else "{}" for text in self._columns[0]]
        members = [
            [head + _quote(text) if text else "" for text in column]
            for head, column in zip(heads, self._columns, strict=True)
        ]
        return [f"{{{','.join(filter(None, row))}}}" for row in zip(*members, strict=True)]

    def __len__(self) -> int:
        """Return how many readers there are."""
        return self._count

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        """Yield the texts of each reader."""
        return map(self._of, range(self._count))

    @overload
    def __getitem__(self, index: int) -> Mapping[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Mapping[str, str]]: ...

    def __getitem__(self, index: int | slice) -> Mapping[str, str] | list[Mapping[str, str]]:
        """Return the texts of the reader at `index`, or of those in a slice."""
        if isinstance(index, slice):
            return [self._of(at) for at in range(self._count)[index]]
        return self._of(range(self._count)[index])

    def _of(self, at: int) -> Mapping[str, str]:
        pairs = zip(self._names, self._columns, strict=True)
        return {name: column[at] for name, column in pairs if column[at]}
