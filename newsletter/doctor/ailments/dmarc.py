"""What can be wrong with DMARC of the sender."""

from __future__ import annotations

from newsletter.doctor.ailment import Ailment
from newsletter.domain.diagnosis import Health

__all__ = [
    "DMARC_DKIM_UNALIGNED",
    "DMARC_MISSING",
    "DMARC_REPORTS_REFUSED",
    "DMARC_SLIP",
    "DMARC_SPF_UNALIGNED",
    "DMARC_SYNTAX",
    "DMARC_TWO",
    "DMARC_UNALIGNED",
    "DMARC_UNREPORTED",
    "DMARC_WATCHES",
]

_P, _W = Health.PROBLEM, Health.WARNING

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
    title="The DMARC record does not count.",
    why="Servers that receive mail may pass over the whole record.",
    advice="mend it",
)
DMARC_SLIP = Ailment(
    code="dmarc-slip",
    health=_W,
    title="A part of the DMARC record has a slip.",
    why="Servers that receive mail pass over that part, so something else holds than you meant.",
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
