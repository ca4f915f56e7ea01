"""What changed between a check and now, each thing in a sentence that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newsletter.domain.picture import PICTURE_INPUT
from newsletter.domain.receipt import TEMPLATE_INPUT, Receipt

__all__ = ["input_differences", "receipt_differences"]

_ISSUE = "issue"
_CONFIG = "config"


def receipt_differences(then: Receipt, now: Receipt) -> list[str]:
    """Return what is no longer as it was when `then` was given; nothing when the check still holds.

    Readers who left are no reason to check again: nobody gets a letter that was not looked at.
    """
    return [
        *input_differences(then.inputs, now.inputs, issue=now.path),
        *_settings(then.settings, now.settings),
        *_program(then, now),
        *_readers(then, now),
    ]


def input_differences(then: Mapping[str, str], now: Mapping[str, str], *, issue: str) -> Iterator[str]:
    """Yield what of the things a letter is made of changed; `issue` is the path of its file."""
    for name in sorted({*then, *now}, key=lambda name: (name != _ISSUE, name)):
        if then.get(name) == now.get(name):
            continue
        what = _what(name, issue)
        if name not in now:
            yield f"{what} is no longer used"
        elif name not in then:
            yield f"{what} is new"
        else:
            yield f"{what} changed"


def _what(name: str, issue: str) -> str:
    if name == _ISSUE:
        return issue
    if name == _CONFIG:
        return "the configuration, in newsletter.toml,"
    if name.startswith(PICTURE_INPUT):
        return f"the picture {name.removeprefix(PICTURE_INPUT)}"
    if name.startswith(TEMPLATE_INPUT):
        return f"the template {name.removeprefix(TEMPLATE_INPUT)}"
    return name


def _settings(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"the settings of [{name}] changed"


def _program(then: Receipt, now: Receipt) -> Iterator[str]:
    if then.program != now.program:
        yield f"newsletter was {then.program} and is {now.program} now"
    elif then.rules != now.rules:
        yield "the checks themselves changed"


def _readers(then: Receipt, now: Receipt) -> Iterator[str]:
    joined, left = now.roll.count_beyond(then.roll), then.roll.count_beyond(now.roll)
    is_changed = now.roll.has_others_changed(then.roll)
    if joined:
        yield f"{_many_readers(joined)} joined {now.segment}"
    if left and (joined or is_changed):
        yield f"{_many_readers(left)} left {now.segment}"
    if is_changed:
        yield f"what is known of readers in {now.segment} changed, and it is in the letter"


def _many_readers(count: int) -> str:
    return "1 reader" if count == 1 else f"{count} readers"
