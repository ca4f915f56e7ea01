"""What can be wrong with SPF, DKIM and DMARC of the sender."""

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
    "DMARC_DKIM_UNALIGNED",
    "DMARC_MISSING",
    "DMARC_REPORTS_REFUSED",
    "DMARC_SPF_UNALIGNED",
    "DMARC_SYNTAX",
    "DMARC_TWO",
    "DMARC_UNALIGNED",
    "DMARC_UNREPORTED",
    "DMARC_WATCHES",
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
    advice="write [sender] from in newsletter.toml",
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
DKIM_UNNAMED = Ailment(
    code="dkim-unnamed",
    health=_W,
    title="Nobody knows where the DKIM key stands.",
    why="A key stands at a name with a selector in it, which only you and your provider know.",
    advice='name what your provider gave you, such as: [checks] dkim_selectors = ["s1"]',
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
DMARC_MISSING = Ailment(
    code="dmarc-missing",
    health=_P,
    title="There is no DMARC record.",
    why="Gmail, Yahoo and Outlook refuse newsletters of domains without it.",
    advice="publish the record shown at the end: it changes nothing yet, and has reports sent to you",
)
DMARC_TWO = Ailment(
    code="dmarc-two",
    health=_P,
    title="There are several DMARC records.",
    why="With more than one, none of them counts (RFC 9989, 4.10).",
    advice="leave one of them",
)
DMARC_SYNTAX = Ailment(
    code="dmarc-syntax",
    health=_P,
    title="The DMARC record has a slip.",
    why="Servers that receive mail may pass over the whole record.",
    advice="mend it",
)
DMARC_WATCHES = Ailment(
    code="dmarc-watches",
    health=_W,
    title="The DMARC record only watches (p=none).",
    why="Mail that others send in your name still arrives; large mailboxes trust a stricter record more.",
    advice="once the reports show that all your own mail passes, write p=quarantine",
)
DMARC_UNREPORTED = Ailment(
    code="dmarc-unreported",
    health=_W,
    title="The DMARC record asks for no reports.",
    why="Only reports show which of your mail does not pass, and who else sends as you.",
    advice="add rua=mailto: and an address that somebody or something reads",
)
DMARC_REPORTS_REFUSED = Ailment(
    code="dmarc-reports-refused",
    health=_W,
    title="Reports go to another domain, which does not say that it takes them.",
    why="Servers send no reports there without that record (RFC 9990; before it RFC 7489, 7.1).",
    advice="have the record shown at the end published at that domain, or name an address at your own",
)
DMARC_UNALIGNED = Ailment(
    code="dmarc-unaligned",
    health=_P,
    title="Neither the signature nor the return path is of the sender's domain.",
    why="DMARC fails for every message, whatever SPF and DKIM say by themselves.",
    advice="sign with the sender's domain: [sender] domain, and the domain set up at your provider",
)
DMARC_DKIM_UNALIGNED = Ailment(
    code="dmarc-dkim-unaligned",
    health=_W,
    title="The signature is not of the sender's domain.",
    why="Only SPF then keeps DMARC passing, and SPF does not survive forwarding.",
    advice="sign with the sender's domain, or write adkim=r in the DMARC record",
)
DMARC_SPF_UNALIGNED = Ailment(
    code="dmarc-spf-unaligned",
    health=_W,
    title="The return path is not of the sender's domain.",
    why="Only the signature then keeps DMARC passing.",
    advice="set up a return path below the sender's domain, or write aspf=r in the DMARC record",
)
