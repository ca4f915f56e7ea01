"""What can be wrong with the public site."""

from __future__ import annotations

from newsletter.doctor.ailment import Ailment
from newsletter.domain.diagnosis import Health

__all__ = [
    "HOOK_CLOSED",
    "LEAVE_REFUSED",
    "SITE_ABUSED",
    "SITE_CERTIFICATE_ENDS",
    "SITE_FAILING",
    "SITE_INSECURE",
    "SITE_MISSING",
    "SITE_MOVED",
    "SITE_NOT_STRICT",
    "SITE_OTHER",
    "SITE_PRIVATE",
    "SITE_UNREACHABLE",
    "SITE_UNTRUSTED",
]

_P, _W = Health.PROBLEM, Health.WARNING

SITE_MISSING = Ailment(
    code="site-missing",
    health=_P,
    title="No address of the site is configured.",
    why="The links to leave and to choose begin with it, and every letter must have a link to leave.",
    advice='write in [newsletter]: base_url = "https://…"',
    key=("newsletter", "base_url"),
)
SITE_INSECURE = Ailment(
    code="site-insecure",
    health=_P,
    title="The address of the site is not https.",
    why="Mail programs post to leave only over https (RFC 8058), and a link shows who reads what.",
    advice="put a proxy with a certificate before the site, and write https:// in base_url",
    key=("newsletter", "base_url"),
)
SITE_PRIVATE = Ailment(
    code="site-private",
    health=_P,
    title="The site's name leads into a private network.",
    why="Readers cannot reach it; it was not asked.",
    advice="publish a public address for the name, or mend base_url",
    key=("newsletter", "base_url"),
)
SITE_UNREACHABLE = Ailment(
    code="site-unreachable",
    health=_P,
    title="The site cannot be reached.",
    why="A link to leave that does not work is against the law (Telecommunicatiewet 11.7).",
    advice="start the site: newsletter serve; or mend base_url",
    key=("newsletter", "base_url"),
)
SITE_UNTRUSTED = Ailment(
    code="site-untrusted",
    health=_P,
    title="No browser trusts the certificate of the site.",
    why="Readers get a warning in place of the page, and mail programs do not post to leave.",
    advice="get a certificate for the name, and let it be renewed by itself",
    key=("newsletter", "base_url"),
)
SITE_FAILING = Ailment(
    code="site-failing",
    health=_P,
    title="The site says that it does not work.",
    why="Nobody can leave, and reports of providers are not taken.",
    advice="look at what it writes to its log, and try: newsletter doctor machine",
)
SITE_OTHER = Ailment(
    code="site-other",
    health=_P,
    title="Something else than the newsletter answers at the address of the site.",
    why="Links to leave lead nowhere: /health is not answered as `newsletter serve` does.",
    advice="start the site and let the proxy pass everything below base_url on to it, or mend base_url",
    key=("newsletter", "base_url"),
)
SITE_MOVED = Ailment(
    code="site-moved",
    health=_W,
    title="The site sends visitors on to another address.",
    why="Mail programs that post to leave do not follow (RFC 8058).",
    advice="write the address it ends at in base_url",
    key=("newsletter", "base_url"),
)
SITE_CERTIFICATE_ENDS = Ailment(
    code="site-certificate-ends",
    health=_W,
    title="The certificate of the site ends soon.",
    why="Once it has ended, nobody can leave.",
    advice="renew it, and see why it is not renewed by itself",
)
SITE_NOT_STRICT = Ailment(
    code="site-not-strict",
    health=_W,
    title="The site does not ask browsers to stay with https.",
    why="A first visit over http can be read and changed on the way (RFC 6797).",
    advice="let the proxy add: Strict-Transport-Security: max-age=31536000",
)
HOOK_CLOSED = Ailment(
    code="hook-closed",
    health=_W,
    title="Reports of the provider do not reach the site.",
    why="Without them nobody knows who bounced, complained or left at the mailbox.",
    advice="let the proxy pass everything below /hooks/ on to the site, without password or redirect",
)
LEAVE_REFUSED = Ailment(
    code="leave-refused",
    health=_P,
    title="The page to leave is not shown.",
    why="Readers who cannot leave report the letter as spam.",
    advice="let the proxy pass everything below /unsubscribe/ on to the site, without password or redirect",
)
SITE_ABUSED = Ailment(
    code="site-abused",
    health=_W,
    title="So many people ask for the letter on the site that no more are taken.",
    why="Somebody may fill in addresses of others to flood their mailboxes; who really wants it must wait.",
    advice="look who asks: newsletter subscribers; if it goes on, take the form off your site for a while",
)
