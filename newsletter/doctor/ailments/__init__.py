"""Everything that can be found wrong, one file for each place that is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from newsletter.doctor.ailment import Ailment
from newsletter.doctor.ailments import dkim, dmarc, machine, mailbox, paths, site, spf

__all__ = ["AREAS"]


def _of(module: ModuleType) -> tuple[Ailment, ...]:
    return tuple(one for one in vars(module).values() if isinstance(one, Ailment))


AREAS: Mapping[str, tuple[Ailment, ...]] = {
    "The sender, and who may send (SPF)": _of(spf),
    "The keys mail is signed with (DKIM)": _of(dkim),
    "What holds for the rest (DMARC)": _of(dmarc),
    "The ways to and from the sender": _of(paths),
    "The site": _of(site),
    "The machine": _of(machine),
    "The mailbox": _of(mailbox),
}
"""What can be wrong, by area, in the order of the reference page."""
