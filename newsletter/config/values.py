"""Turn one value, from TOML or from text, into the type its key has in the schema."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from newsletter.config.rule import RuleBroken
from newsletter.config.secrets import Secret
from newsletter.domain.address import AddressError, Mailbox, parse_mailbox
from newsletter.domain.nearest import nearest
from newsletter.source import Place

__all__ = ["convert", "from_text"]

# Control characters but tab and line feed, and what stands for bytes that are not UTF-8 in a variable.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


def convert(value: object, kind: Any, place: Place) -> object:  # a type, of which Python has no type
    """Return `value`, as tomllib or an option gives it, as `kind`.

    Raises RuleBroken when it cannot be one, and ConfigError for a secret in plain text.
    """
    kind = _without_none(kind)
    if kind is Secret:
        return Secret.parse(_text(value), place)
    if kind is Mailbox:
        return _mailbox(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _member(value, kind)
    if typing.get_args(kind)[:1] == (int,):
        return _integers(value)
    return _READERS[typing.get_origin(kind) or kind](value)


def from_text(text: str, kind: Any) -> object:  # a type, of which Python has no type
    """Return `text`, the value of an environment variable, as what TOML would have held for `kind`.

    Yes and no, numbers, and lists with commas. Raises RuleBroken for a table, which no variable can hold.
    """
    kind = _without_none(kind)
    if kind is bool:
        return _switch(text)
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            raise RuleBroken(f'"{text}" is not a number') from None
    if typing.get_origin(kind) is tuple:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        is_numbers = typing.get_args(kind)[:1] == (int,)
        return [from_text(part, int) for part in parts] if is_numbers else parts
    if typing.get_origin(kind) is not None:
        raise RuleBroken("an environment variable cannot hold a table", "write it in newsletter.toml")
    return text


def _without_none(kind: Any) -> Any:
    if isinstance(kind, types.UnionType):
        return next(part for part in typing.get_args(kind) if part is not types.NoneType)
    return kind


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise RuleBroken(f"text belongs here, not {_described(value)}", 'put it between quotes: "…"')
    if _UNREADABLE.search(value):
        raise RuleBroken("the text holds a control character or is not UTF-8", "take it out")
    return value


def _integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RuleBroken(f"a whole number belongs here, not {_described(value)}", "write digits without quotes")


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise RuleBroken(f"a number belongs here, not {_described(value)}", "write digits without quotes")


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise RuleBroken(f"true or false belongs here, not {_described(value)}", "write it without quotes")


def _list(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(_text(part) for part in value)
    raise RuleBroken(f"a list belongs here, not {_described(value)}", 'write ["…", "…"]')


def _integers(value: object) -> tuple[int, ...]:
    if isinstance(value, list | tuple):
        return tuple(_integer(part) for part in value)
    raise RuleBroken(f"a list belongs here, not {_described(value)}", "write [50, 100, 200]")


def _table(value: object) -> Mapping[str, str]:
    if isinstance(value, Mapping):
        return {str(key): _text(part) for key, part in value.items()}
    raise RuleBroken(f"a table belongs here, not {_described(value)}", 'write { CODE = "the reason" }')


_READERS: dict[Any, Callable[[object], object]] = {
    str: _text,
    int: _integer,
    float: _number,
    bool: _boolean,
    tuple: _list,
    Mapping: _table,
}


def _mailbox(value: object) -> Mailbox:
    try:
        return parse_mailbox(_text(value))
    except AddressError as error:
        raise RuleBroken(f"this is not a mailbox: {error}", 'write "Name <name@example.org>"') from None


def _member(value: object, kind: type[StrEnum]) -> StrEnum:
    members = [str(member) for member in kind]
    if value in members:
        return kind(value)
    near = nearest(str(value), members)
    raise RuleBroken(f'"{value}" is not one of {", ".join(members)}', f'write "{near}"' if near else None)


def _switch(text: str) -> bool:
    if text.lower() in _TRUE + _FALSE:
        return text.lower() in _TRUE
    raise RuleBroken(f'"{text}" is not true or false')


def _described(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, Mapping) else "a date or time"
