"""How many mails may leave on a day while mailboxes do not know the sender yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from newsletter.config.schema import Config
from newsletter.domain.local_time import at_local

__all__ = ["USUAL", "warmup_days"]

USUAL = (50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 100_000)
"""Twice as many every day: what mail is sent with where no table of its own is configured."""


def warmup_days(
    config: Config, start: datetime, now: datetime, sent_since: Callable[[datetime], int]
) -> tuple[int, ...]:
    """Return how many may leave on the day of `start` and on each day after it, by the newsletter's clock.

    Nothing where the table is over, or there is none. What has left today, `sent_since` midnight, counts.
    """
    begun = config.send.warmup_from
    if begun is None:
        return ()
    zone = ZoneInfo(config.newsletter.timezone)
    today, day = now.astimezone(zone).date(), start.astimezone(zone).date()
    passed = max((day - date.fromisoformat(begun)).days, 0)
    left = (config.send.warmup or USUAL)[passed:]
    if not left or day != today:
        return left
    midnight = at_local(datetime.combine(today, time()), zone).at
    return (max(left[0] - sent_since(midnight), 0), *left[1:])
