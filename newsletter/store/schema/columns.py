"""Column types that mean the same on every database: a moment in UTC, and a JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeAlias, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = [
    "JsonItem",
    "JsonItems",
    "JsonObject",
    "JsonText",
    "Share",
    "UtcTime",
    "WideInteger",
    "json_objects",
    "json_text",
    "utc_text",
]

JsonObject: TypeAlias = "dict[str, str | int | float | bool]"
JsonItem: TypeAlias = "dict[str, str | int | float | bool | None]"
_Value = TypeVar("_Value")

WideInteger = Integer().with_variant(BigInteger(), "postgresql")
"""A whole number that may pass 2,147,483,647, such as the number of an event; SQLite's always may."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def utc_text(moment: datetime) -> str:
    """Return `moment` (aware) as text of fixed width in UTC, so that text sorts as time does."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone was given to the store")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def json_text(document: object) -> str:
    """Return `document` as compact JSON."""
    return _encode(document)


def json_objects(texts: Iterable[str]) -> list[dict[str, Any]]:
    """Return the object in each of `texts`; one call to the parser is several times faster than many."""
    parsed: list[dict[str, Any]] = json.loads(f"[{','.join(texts)}]")
    return parsed


class UtcTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC: `TIMESTAMPTZ` on PostgreSQL, ISO 8601 text of fixed width elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of `dialect`."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Turn a moment into what is stored."""
        if value is None or dialect.name == "postgresql":
            return value
        return utc_text(value)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Turn what is stored into a moment; text without a zone is the database's own UTC clock."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return None


class _Json(TypeDecorator[_Value]):
    """JSON of one kind: `JSONB` on PostgreSQL, compact text elsewhere; any other kind is read as nothing."""

    impl = Text
    kind: ClassVar[type[Any]]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of `dialect`."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: _Value | None, dialect: Dialect) -> object:
        """Turn a value into what is stored."""
        if value is None or dialect.name == "postgresql":
            return value
        return json_text(value)

    def process_result_value(self, value: object, dialect: Dialect) -> _Value | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Turn what is stored into a value."""
        if isinstance(value, str):
            value = json.loads(value)
        return value if isinstance(value, self.kind) else None


class JsonText(_Json[JsonObject]):
    """A JSON object."""

    cache_ok = True
    kind = dict


class JsonItems(_Json[list[JsonItem]]):
    """A list of JSON objects."""

    cache_ok = True
    kind = list


class Share(TypeDecorator[float]):
    """A number from 0 to 1, kept as whole percents, so that it comes back as it was on every database."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Turn a share into percents."""
        return None if value is None else round(value * 100)

    def process_result_value(self, value: object, dialect: Dialect) -> float | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Turn percents into a share."""
        return value / 100 if isinstance(value, int) else None
