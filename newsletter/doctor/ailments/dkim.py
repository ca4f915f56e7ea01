"""What can be wrong with the keys that mail is signed with."""

from __future__ import annotations

from newsletter.doctor.ailment import Ailment
from newsletter.domain.diagnosis import Health

__all__ = [
    "DKIM_BROKEN",
    "DKIM_MISSING",
    "DKIM_OTHER",
    "DKIM_REVOKED",
    "DKIM_SHORT",
    "DKIM_TESTING",
    "DKIM_TWO",
    "DKIM_UNNAMED",
    "DKIM_WEAK",
]

_BROKEN = "Servers that receive mail treat the whole record as broken, for every message."
_P, _W = Health.PROBLEM, Health.WARNING

DKIM_UNNAMED = Ailment(
    code="dkim-unnamed",
    health=_W,
    title="Nobody knows where the DKIM key stands.",
    why="A key stands at a name with a selector in it, which only you and your provider know.",
    advice='name what your provider gave you, such as: [checks] dkim_selectors = ["s1"]',
    key=("checks", "dkim_selectors"),
)
DKIM_MISSING = Ailment(
    code="dkim-missing",
    health=_P,
    title="There is no DKIM key where one should be.",
    why="Without it nobody can check the signature under the mail, and Gmail, Yahoo and Outlook want one.",
    advice="publish the record that your provider shows, or mend [checks] dkim_selectors",
)
DKIM_TWO = Ailment(
    code="dkim-two",
    health=_P,
    title="Several DKIM keys stand at one name.",
    why="Servers take one of them, and nobody knows which (RFC 6376, 3.6.2.2).",
    advice="leave the one that mail is signed with",
)
DKIM_REVOKED = Ailment(
    code="dkim-revoked",
    health=_P,
    title="The DKIM key was withdrawn.",
    why="An empty p= says that no signature with this key counts (RFC 6376, 3.6.1).",
    advice="sign with another key, and publish that one",
)
DKIM_BROKEN = Ailment(
    code="dkim-broken",
    health=_P,
    title="The DKIM key cannot be used.",
    why="No signature can be checked with it, so mail counts as not signed.",
    advice="publish it again, whole and without quotation marks inside",
)
DKIM_SHORT = Ailment(
    code="dkim-short",
    health=_P,
    title="The DKIM key has fewer than 1024 bits.",
    why="Servers must not accept signatures with it (RFC 8301, 3.2).",
    advice="make a key of 2048 bits",
)
DKIM_WEAK = Ailment(
    code="dkim-weak",
    health=_W,
    title="The DKIM key has fewer than 2048 bits.",
    why="It still counts, but keys should have 2048 bits (RFC 8301, 3.2).",
    advice="make a key of 2048 bits when you next change it",
)
DKIM_TESTING = Ailment(
    code="dkim-testing",
    health=_W,
    title="The DKIM key says that it is only being tried (t=y).",
    why="Servers may treat signed mail as if it were not signed (RFC 6376, 3.6.1).",
    advice="take t=y out of the record",
)
DKIM_OTHER = Ailment(
    code="dkim-other",
    health=_P,
    title="The DKIM key in the DNS is not the one mail is signed with.",
    why="Every signature then fails, which is worse than none.",
    advice="publish the record shown at the end, or sign with the key that belongs to the published one",
)
