"""What a campaign is to another whose letter had a fault."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Correction", "CorrectionKind", "FaultyReaders"]


class CorrectionKind(StrEnum):
    """How the fault is mended."""

    REPLACE = "replace"  # the mended letter goes to who was not mailed yet; the faulty campaign stops
    NOTICE = "notice"  # another, short letter goes to who has the faulty one


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """That a campaign corrects the one with id `campaign`.

    `includes_unknown` is the operator's choice to mail also those who may or may not have the faulty letter.
    With `lang` only those are mailed who were to get it in that language of the issue.
    """

    campaign: str
    kind: CorrectionKind
    includes_unknown: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyReaders:
    """How the readers of a faulty campaign stand: who has it, who was not mailed, and who may have it."""

    accepted: int
    unmailed: int
    unknown: int
