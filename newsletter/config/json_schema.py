"""`newsletter.toml` as a JSON Schema, from the schema dataclasses and the rules, for editors."""

from __future__ import annotations

import dataclasses
import inspect
import json
import types
import typing
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from newsletter.config.reader import NAMED, SECTIONS, keys_of
from newsletter.config.rules import FIELD_NAME, RESERVED_FIELDS, RESERVED_SEGMENTS, RULES, SEGMENT_NAME
from newsletter.config.secrets import Secret
from newsletter.domain.address import Mailbox

__all__ = ["DIALECT", "config_schema"]

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The version of JSON Schema that editors of TOML and YAML know."""

_Schema = dict[str, Any]  # JSON, that is made here and written out as it is

_NAMES = {"fields": (FIELD_NAME, RESERVED_FIELDS), "segments": (SEGMENT_NAME, RESERVED_SEGMENTS)}
_PLAIN: Mapping[object, Mapping[str, object]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    Mailbox: {"type": "string"},
    Secret: {"type": "string", "pattern": r"^(?:env|keyring):[\s\S]"},
}


def config_schema(providers: Iterable[str] = ()) -> Mapping[str, object]:
    """Return the schema; `providers` are installed ones from elsewhere, whose tables it leaves open.

    What the schema refuses, reading refuses too; reading knows more, such as time zones and contrast.
    """
    properties = {name: _section_or_named(name, kind) for name, kind in SECTIONS.items()}
    properties["provider"]["properties"] |= {
        name: {"type": "object"} for name in providers if name not in properties["provider"]["properties"]
    }
    return {
        "$schema": DIALECT,
        "title": "newsletter.toml",
        "description": "What a newsletter is called, who sends it, who reads it, and how it leaves.",
        **_closed(properties),
    }


def _section_or_named(name: str, kind: Any) -> _Schema:
    if name not in NAMED:
        return _section(kind, (name,))
    pattern, reserved = _NAMES[name]
    one = _section(kind, (name,))
    if name == "segments":
        one["required"] = ["where"]
        one["properties"]["where"]["pattern"] = r"\S"
    return {
        "type": "object",
        "description": _meaning(kind),
        "additionalProperties": one,
        "propertyNames": {"pattern": f"^(?:{pattern.pattern})$", "not": {"enum": sorted(reserved)}},
    }


def _section(kind: Any, path: tuple[str, ...]) -> _Schema:
    helps = {item.name: item for item in dataclasses.fields(kind)}
    properties: _Schema = {}
    for attribute, key, key_kind in keys_of(kind):
        if dataclasses.is_dataclass(key_kind) and "help" not in helps[attribute].metadata:
            properties[key] = _section(key_kind, (*path, key))
            continue
        properties[key] = _value(helps[attribute], key_kind, (*path, key))
    return {"description": _meaning(kind), **_closed(properties)}


def _value(item: dataclasses.Field[Any], kind: Any, path: tuple[str, ...]) -> _Schema:
    described: _Schema = {"description": item.metadata["help"], **_type(kind)}
    rule = RULES.get(".".join(path))
    for word, value in dict(getattr(rule, "shape", {})).items():
        is_both = isinstance(value, Mapping) and isinstance(described.get(word), Mapping)
        described[word] = {**described[word], **value} if is_both else value
    if item.default not in (dataclasses.MISSING, None, "", ()):
        described["default"] = json.loads(json.dumps(item.default))
    return described


def _type(kind: Any) -> _Schema:
    if isinstance(kind, types.UnionType):
        kind = next(part for part in typing.get_args(kind) if part is not types.NoneType)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [str(member) for member in kind]}
    origin = typing.get_origin(kind)
    if origin is tuple:
        return {"type": "array", "items": _type(typing.get_args(kind)[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(typing.get_args(kind)[1])}
    return dict(_PLAIN[kind])


def _closed(properties: _Schema) -> _Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _meaning(kind: Any) -> str:
    meaning = (inspect.getdoc(kind) or "").partition("\n\n")[0].partition(":")[2].strip()
    return meaning[:1].upper() + meaning[1:]
