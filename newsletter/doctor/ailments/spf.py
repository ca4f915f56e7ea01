"""What can be wrong with the sender and the SPF records of its domains."""

from __future__ import annotations

from newsletter.doctor.ailment import Ailment
from newsletter.domain.diagnosis import Health

__all__ = [
    "SENDER_MISSING",
    "SPF_EVERYBODY",
    "SPF_LEAVES_OUT",
    "SPF_LOOKUPS",
    "SPF_LOOP",
    "SPF_MISSING",
    "SPF_OPEN",
    "SPF_PTR",
    "SPF_SERVERS",
    "SPF_SYNTAX",
    "SPF_TARGET",
    "SPF_TWO",
    "SPF_VOIDS",
]

_BROKEN = "Servers that receive mail treat the whole record as broken, for every message."
_P, _W = Health.PROBLEM, Health.WARNING

SENDER_MISSING = Ailment(
    code="sender-missing",
    health=_P,
    title="There is no sender, so there is no domain to look at.",
    why="Everything that makes mail arrive is set up for the domain behind the @ of the sender.",
    advice='write in [sender]: from = "Your Name <you@your-domain>"',
    key=("sender", "from"),
)
SPF_MISSING = Ailment(
    code="spf-missing",
    health=_P,
    title="There is no SPF record.",
    why="It says which servers may send mail of the domain; Gmail, Yahoo and Outlook want it.",
    advice="publish the record shown at the end, and name in it whoever else sends mail of the domain",
)
SPF_TWO = Ailment(
    code="spf-two",
    health=_P,
    title="There are several SPF records.",
    why="With more than one, none of them counts (RFC 7208, 4.5).",
    advice="take them away and publish the one shown at the end, which says what they say together",
)
SPF_SYNTAX = Ailment(
    code="spf-syntax",
    health=_P,
    title="The SPF record, or one it refers to, has a slip.",
    why=_BROKEN,
    advice="mend the term, or take it out",
)
SPF_TARGET = Ailment(
    code="spf-target",
    health=_P,
    title="The SPF record refers to a domain that has none, or several.",
    why=_BROKEN,
    advice="take the name out of the record, or mend it",
)
SPF_LOOP = Ailment(
    code="spf-loop",
    health=_P,
    title="The SPF record refers to itself, directly or round about.",
    why=_BROKEN,
    advice="take the reference out",
)
SPF_LOOKUPS = Ailment(
    code="spf-lookups",
    health=_P,
    title="Working out the SPF record takes more than ten questions.",
    why="Servers that receive mail stop at ten and treat the record as broken (RFC 7208, 4.6.4).",
    advice="take out what you no longer send with",
)
SPF_VOIDS = Ailment(
    code="spf-voids",
    health=_P,
    title="The SPF record names more than two names that do not exist.",
    why="Servers that receive mail stop at the third and treat the record as broken (RFC 7208, 4.6.4).",
    advice="take out the names that no longer exist",
)
SPF_SERVERS = Ailment(
    code="spf-servers",
    health=_P,
    title="An mx in the SPF record stands for more than ten mail servers.",
    why="Servers that receive mail stop at ten and treat the record as broken (RFC 7208, 4.6.4).",
    advice="name the addresses of the servers (ip4, ip6) in its place",
)
SPF_EVERYBODY = Ailment(
    code="spf-everybody",
    health=_P,
    title="The SPF record lets everybody send.",
    why="Spammers may then send as you, and filters give nothing for such a record.",
    advice="end it with ~all, and name only the servers you send with",
)
SPF_OPEN = Ailment(
    code="spf-open",
    health=_W,
    title="The SPF record says nothing about other servers.",
    why="Without -all or ~all at the end the record stops nobody who sends as you.",
    advice="end it with ~all",
)
SPF_LEAVES_OUT = Ailment(
    code="spf-leaves-out",
    health=_W,
    title="The SPF record of the return path does not name your mail server.",
    why="If it is this server that mails your readers, SPF fails for every message.",
    advice="add a: and the name of the server to the record",
)
SPF_PTR = Ailment(
    code="spf-ptr",
    health=_W,
    title="The SPF record uses ptr.",
    why="It is slow, and some servers pass over it; the standard advises against it (RFC 7208, 5.5).",
    advice="name the servers in its place: a, mx, ip4 or ip6",
)
