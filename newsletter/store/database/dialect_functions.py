"""SQL functions that every database writes in its own way, each with how SQLite and PostgreSQL write it."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from sqlalchemy import ClauseElement, Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

__all__ = [
    "AsJson",
    "EachMember",
    "EachNumber",
    "EachNumbered",
    "EachText",
    "GroupAsArray",
    "GroupAsText",
    "JsonMerged",
    "JsonObjectOf",
    "JsonValue",
    "ReaderDigest",
    "TextPlace",
    "TimeText",
]


class _Function(FunctionElement[Any]):
    """A function; in its templates {0} is the first argument, and {all} are all of them."""

    inherit_cache = True
    sqlite: ClassVar[str]
    postgresql: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Let statements with the function be kept: its class and its arguments are all it is."""
        super().__init_subclass__()
        cls.inherit_cache = True


class EachText(_Function):
    """The texts in a JSON array as a table with one column `value`."""

    sqlite = "json_each({0})"
    postgresql = "jsonb_array_elements_text(CAST({0} AS JSONB))"


class EachNumber(_Function):
    """The whole numbers in a JSON array as a table with one column `value`."""

    sqlite = "json_each({0})"
    postgresql = (
        "(SELECT CAST(each.value AS BIGINT) AS value"
        " FROM jsonb_array_elements_text(CAST({0} AS JSONB)) AS each)"
    )


class EachNumbered(_Function):
    """The texts in a JSON array as a table: `key` counts from 0, `value` is the text."""

    sqlite = "json_each({0})"
    postgresql = (
        "(SELECT CAST(each.place - 1 AS INTEGER) AS key, each.value"
        " FROM jsonb_array_elements_text(CAST({0} AS JSONB)) WITH ORDINALITY AS each (value, place))"
    )


class EachMember(_Function):
    """The members of a JSON object as a table: `key` is the name of each."""

    sqlite = "json_each({0})"
    postgresql = "jsonb_each({0})"


class JsonMerged(_Function):
    """A JSON object with the members of another put in; NULL takes a member out."""

    type = Text()
    sqlite = "json_patch({0}, {1})"
    postgresql = "jsonb_strip_nulls(CAST({0} AS JSONB) || CAST({1} AS JSONB))"


class JsonObjectOf(_Function):
    """A JSON object of names and values by turns, as text."""

    type = Text()
    sqlite = "json_object({all})"
    postgresql = "CAST(json_build_object({all}) AS TEXT)"


class AsJson(_Function):
    """What is JSON already, as a value of a JSON object."""

    sqlite = "json({0})"
    postgresql = "CAST({0} AS JSONB)"


class JsonValue(_Function):
    """The value under a name, which is in the statement, in a JSON object; NULL where there is none."""

    type = Text()
    sqlite = "json_extract({0}, '$.' || {1})"
    postgresql = "jsonb_extract_path_text({0}, {1})"


class GroupAsArray(_Function):
    """The values of a group as a JSON array, as text."""

    type = Text()
    sqlite = "json_group_array({0})"
    postgresql = "CAST(coalesce(json_agg({0}), '[]') AS TEXT)"


class GroupAsText(_Function):
    """The values of a group with a separator between them."""

    type = Text()
    sqlite = "group_concat({0}, {1})"
    postgresql = "string_agg({0}, {1})"


class ReaderDigest(_Function):
    """`row_digest` of texts, of which the last one is tags in any order."""

    type = Text()
    sqlite = "newsletter_digest({all})"
    postgresql = (
        "md5(concat_ws(chr(31), {texts}, coalesce("
        '(SELECT string_agg(tag, chr(30) ORDER BY tag COLLATE "C")'
        " FROM unnest(string_to_array({last}, chr(30))) AS tag), '')))"
    )


class TextPlace(_Function):
    """The place of a text in another, counting from 1; 0 where it does not occur."""

    type = Integer()
    sqlite = "instr({0}, {1})"
    postgresql = "strpos({0}, {1})"


class TimeText(_Function):
    """A moment as `utc_text` writes it."""

    type = Text()
    sqlite = "{0}"
    postgresql = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


class _Compiler(Protocol):
    """What writes SQL."""

    def process(self, element: ClauseElement, **kw: Any) -> str:
        """Return `element` as SQL."""


@compiles(_Function)
def _in_sqlite(element: _Function, compiler: _Compiler, **kw: Any) -> str:
    return _filled(element.sqlite, element, compiler, kw)


@compiles(_Function, "postgresql")
def _in_postgresql(element: _Function, compiler: _Compiler, **kw: Any) -> str:
    return _filled(element.postgresql, element, compiler, kw)


def _filled(template: str, element: _Function, compiler: _Compiler, kw: dict[str, Any]) -> str:
    parts = [compiler.process(one, **kw) for one in element.clauses]
    texts = [f"coalesce(CAST({one} AS TEXT), '')" for one in parts[:-1]]
    return template.format(*parts, all=", ".join(parts), texts=", ".join(texts), last=parts[-1])
