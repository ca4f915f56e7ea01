"""Single values of the front matter: text, whole number, date, and the plain values of `vars`."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import yaml

from newsletter.content.source_text import control_character
from newsletter.content.yaml_nodes import is_bare
from newsletter.domain.issue import Scalar

__all__ = [
    "MOMENT",
    "ValueSlip",
    "read_date",
    "read_free",
    "read_scalar",
    "read_tags",
    "read_text",
    "read_whole_number",
]

# What YAML 1.1 makes of bare words (yaml.org/type: bool, null, int, float, timestamp): a person meant text.
_TRUTH = re.compile(r"(?:y|yes|n|no|true|false|on|off)", re.IGNORECASE)
_NOTHING = re.compile(r"(?:~|null)", re.IGNORECASE)
_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:e[-+]?[0-9]+)?"
    r"|[-+]?0(?:x[0-9a-f_]+|o[0-7_]+|b[01_]+)|[-+]?\.inf|\.nan",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_SIGNED = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
MOMENT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[Tt ]+(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?: ?(?P<zone>[Zz]|[-+][0-9]{2}:?[0-9]{2}))?)?"
)
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})[-/. ](?P<month>[0-9]{1,2})[-/. ](?P<year>[0-9]{4})\b.*")
_LONGEST_TAG = 40
_YEARS = range(1970, 2200)


class ValueSlip(Exception):
    """A value is not what its key takes: what is wrong, and what to type."""

    def __init__(self, what: str, fix: str | None = None, why: str | None = None) -> None:
        """Keep the three parts of the problem."""
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.why = why


def read_text(node: yaml.Node, key: str) -> str:
    """Return a line of text, trimmed. Raises ValueSlip."""
    value = _scalar(node, key, "a text").strip()
    if is_bare(node):
        _refuse_trap(value)
    char = control_character(value)
    if char is not None:
        what = "a line break" if char in "\r\n" else f"a control character (U+{ord(char):04X})"
        raise ValueSlip(f"there is {what} in the {key}", f"write the {key} on one line, without escapes")
    return value


def read_tags(node: yaml.Node) -> tuple[str, ...]:
    """Return what an issue is about: a list of short texts, or one; in order, each once. Raises ValueSlip."""
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found: dict[str, str] = {}
    for item in items:
        if not isinstance(item, yaml.ScalarNode):
            raise ValueSlip("a tag is a word or a few", "write tags: [woo, social media]")
        tag = " ".join(read_text(item, "tags").split())
        if "," in tag:
            listed = ", ".join(part.strip() for part in tag.split(",") if part.strip())
            raise ValueSlip(f'the tag "{tag[:60]}" has a comma in it', f"write tags: [{listed[:80]}]")
        if not tag or len(tag) > _LONGEST_TAG:
            raise ValueSlip(f"a tag has 1 to {_LONGEST_TAG} characters", "write tags: [woo, social media]")
        found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def read_whole_number(node: yaml.Node, key: str) -> int:
    """Return a whole number of zero or more. Raises ValueSlip."""
    value = _scalar(node, key, "a whole number")
    if not is_bare(node):
        raise ValueSlip(f"the {key} is a text", f"write the number without quotes: {key}: 12")
    if not _WHOLE.fullmatch(value):
        raise ValueSlip(f'"{value}" is not a whole number', f"write digits only: {key}: 12")
    return int(value)


def read_date(node: yaml.Node, key: str, zone: tzinfo) -> datetime:
    """Return a moment with its time zone, `zone` when none is written; a day alone is its first minute.

    Takes RFC 3339 and ISO 8601's extended form. Raises ValueSlip, also for a day or an hour that does not
    exist.
    """
    value = _scalar(node, key, "a date").strip()
    match = MOMENT.fullmatch(value)
    if match is None:
        turned = _DAY_FIRST.fullmatch(value)
        example = (
            f"{turned['year']}-{int(turned['month']):02}-{int(turned['day']):02}" if turned else "2026-11-24"
        )
        raise ValueSlip(
            f'"{value}" is not a date', f"write year, month, day: {key}: {example}, or {example}T09:30"
        )
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    _refuse_impossible_day(year, month, day)
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        raise ValueSlip(f"there is no time {hour:02}:{minute:02}:{second:02}", "use 00:00 to 23:59")
    written = _zone(match["zone"])
    moment = datetime(year, month, day, hour, minute, second, tzinfo=written or zone)
    if written is None:
        _refuse_skipped_hour(moment, zone)
    return moment


def read_scalar(node: yaml.Node, key: str) -> Scalar:
    """Return the text, number or true/false of one entry of `vars`. Raises ValueSlip."""
    value = _scalar(node, key, "a single value")
    if not is_bare(node):
        char = control_character(value.replace("\n", ""))
        if char is not None:
            raise ValueSlip(f"there is a control character (U+{ord(char):04X}) in {key}", "delete it")
        return value
    if not value:
        raise ValueSlip(
            f"{key} has no value", 'put a text with # in quotes, such as "#0b5"; an empty text is ""'
        )
    plain = _plain(value)
    if plain is None or isinstance(plain, str):
        _refuse_trap(value, fix_truth=", or write true or false")
    return plain


def read_free(node: yaml.Node) -> object:
    """Return any value as text, number, true/false, None, list or dict, read as YAML 1.2 does."""
    if isinstance(node, yaml.SequenceNode):
        return [read_free(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): read_free(value) for key, value in node.value}
    value = str(node.value)
    return _plain(value) if is_bare(node) else value


def _scalar(node: yaml.Node, key: str, wanted: str) -> str:
    if isinstance(node, yaml.ScalarNode):
        value = str(node.value)
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise ValueSlip(f"the {key} holds half a character", "type the character itself, not an escape")
        return value
    found = "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
    raise ValueSlip(f"{key} takes {wanted}, and here is {found}", f'write {key}: "…"')


def _plain(value: str) -> Scalar:
    if value in ("", "null", "~"):
        return None
    if value in ("true", "false"):
        return value == "true"
    if _SIGNED.fullmatch(value):
        return int(value)
    return float(value) if _DECIMAL.fullmatch(value) else value


def _refuse_trap(value: str, fix_truth: str = "") -> None:
    taken = None
    more = ""
    if _TRUTH.fullmatch(value):
        taken, more = "yes or no", fix_truth
    elif _NOTHING.fullmatch(value):
        taken = "nothing"
    elif _CLOCK.fullmatch(value):
        taken = "a number in base sixty"
    elif _DAY.fullmatch(value):
        taken = "a date"
    elif value and _NUMBER.fullmatch(value):
        taken = "a number"
    if taken is not None:
        raise ValueSlip(f"YAML reads a bare {value} as {taken}", f'put it in quotes: "{value}"{more}')


def _refuse_impossible_day(year: int, month: int, day: int) -> None:
    if year not in _YEARS:
        raise ValueSlip(f"the year {year} is out of range", f"use {_YEARS.start} to {_YEARS.stop - 1}")
    if not 1 <= month <= 12:
        raise ValueSlip(f"there is no month {month}", "write year, month, day: 2026-11-24")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = calendar.month_name[month]
        raise ValueSlip(f"there is no {day} {name} {year}", f"{name} {year} has {last} days")


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueSlip(f"there is no time zone {text}", "use -12:00 to +14:00, or leave the zone out")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _refuse_skipped_hour(moment: datetime, zone: tzinfo) -> None:
    # Going through UTC gives another clock time exactly where summer time leaves a gap (PEP 495).
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ValueSlip(
            f"{moment:%H:%M} does not exist on {moment:%Y-%m-%d}: summer time starts", "use an hour later"
        )
