"""Bounces and complaints that came by mail, in numbers: which were followed and which wait."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BounceMails"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceMails:
    """Mails of machines about one issue that did not arrive or was called spam.

    `followed` name a letter and are counted in its report. `waiting` are the numbers of mails that prove too
    little to stop mailing somebody, and that the author has not decided on. `untied` bounces name no letter
    of any issue.
    """

    followed: int = 0
    waiting: tuple[int, ...] = ()
    untied: int = 0
