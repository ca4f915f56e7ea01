"""What can be wrong with the ways to and from the sender: mail servers, their names, encryption, the logo."""

from __future__ import annotations

from newsletter.doctor.ailment import Ailment
from newsletter.domain.diagnosis import Health

__all__ = [
    "BIMI_BROKEN",
    "BIMI_FILE",
    "BIMI_POLICY",
    "MX_ADDRESS",
    "MX_DEAD",
    "MX_MISSING",
    "MX_PART",
    "MX_REFUSES",
    "PROVIDER_RECORD_MISSING",
    "PROVIDER_RECORD_OTHER",
    "PROVIDER_RECORD_WISHED",
    "PTR_MISSING",
    "PTR_UNCONFIRMED",
    "SENDER_NO_MAIL",
    "STS_BROKEN",
    "STS_POLICY",
    "STS_SERVERS",
    "STS_TWO",
    "TLS_BROKEN",
]

_P, _W = Health.PROBLEM, Health.WARNING

PROVIDER_RECORD_MISSING = Ailment(
    code="provider-record-missing",
    health=_P,
    title="A record that your provider needs is not published.",
    why="The provider cannot sign or send as your domain without it.",
    advice="publish the record shown at the end",
)
PROVIDER_RECORD_OTHER = Ailment(
    code="provider-record-other",
    health=_P,
    title="Where your provider needs a record, another one stands.",
    why="The provider cannot sign or send as your domain with it.",
    advice="put the record shown at the end in its place",
)
PROVIDER_RECORD_WISHED = Ailment(
    code="provider-record-wished",
    health=_W,
    title="Your provider could use a return path at your domain.",
    why="SPF then passes for your domain and not for the provider's, so DMARC rests on two legs.",
    advice="publish the record shown at the end and switch it on there, unless yours has another name",
)
MX_MISSING = Ailment(
    code="mx-missing",
    health=_P,
    title="The domain that answers go to has no server for mail.",
    why="Every answer to a letter bounces, and the reader sees that.",
    advice="look for a slip in the address, or publish the MX record that your mail service names",
    key=("sender", "reply_to"),
)
MX_REFUSES = Ailment(
    code="mx-refuses",
    health=_P,
    title="The domain that answers go to says that it takes no mail.",
    why="An MX of a single dot says so (RFC 7505); every answer to a letter bounces.",
    advice="name another address in [sender] reply_to, or publish the MX record of your mail service",
    key=("sender", "reply_to"),
)
MX_DEAD = Ailment(
    code="mx-dead",
    health=_P,
    title="No mail server of the domain that answers go to has an address.",
    why="Answers cannot be delivered; they come back after some days.",
    advice="mend the names in the MX records",
)
MX_PART = Ailment(
    code="mx-part",
    health=_W,
    title="One of several mail servers has no address.",
    why="Mail waits for the others, and is lost when they are down.",
    advice="take its MX record away, or mend the name",
)
MX_ADDRESS = Ailment(
    code="mx-address",
    health=_P,
    title="An MX record names an address in place of a host.",
    why="Servers pass over such a record (RFC 5321, 5.1).",
    advice="name a host there, and give it the address in an A record",
)
SENDER_NO_MAIL = Ailment(
    code="sender-no-mail",
    health=_W,
    title="The sender's domain takes no mail.",
    why="Some servers refuse mail from a domain to which nothing can be returned.",
    advice="publish an MX record at the sender's domain",
    key=("sender", "from"),
)
STS_TWO = Ailment(
    code="mta-sts-two",
    health=_W,
    title="There are several MTA-STS records.",
    why="With more than one, none of them counts (RFC 8461, 3.1).",
    advice="leave one of them",
)
STS_BROKEN = Ailment(
    code="mta-sts-broken",
    health=_W,
    title="The MTA-STS record has a slip.",
    why="Servers pass over it, so nothing keeps mail to you encrypted.",
    advice='write it as: "v=STSv1; id=" and the date of the last change in digits',
)
STS_POLICY = Ailment(
    code="mta-sts-policy",
    health=_W,
    title="The MTA-STS policy cannot be fetched, or has a slip.",
    why="Servers look for it because of the record, and pass over it.",
    advice="put the policy at the address, over https with a valid certificate, without a redirect",
)
STS_SERVERS = Ailment(
    code="mta-sts-servers",
    health=_P,
    title="The MTA-STS policy does not name all mail servers.",
    why="With mode: enforce, servers deliver no answers to those that are not named.",
    advice="add an mx line for each mail server, and change the id in the record",
)
TLS_BROKEN = Ailment(
    code="tls-rpt-broken",
    health=_W,
    title="The TLS-RPT record has a slip, or there are several.",
    why="No reports come about mail that could not be delivered encrypted.",
    advice='write it as: "v=TLSRPTv1; rua=mailto:" and an address',
)
BIMI_BROKEN = Ailment(
    code="bimi-broken",
    health=_W,
    title="The BIMI record has a slip, or there are several.",
    why="No logo is shown beside your letters.",
    advice='write it as: "v=BIMI1; l=https://…/logo.svg; a=https://…/certificate.pem"',
)
BIMI_POLICY = Ailment(
    code="bimi-policy",
    health=_W,
    title="There is a BIMI record, and DMARC only watches.",
    why="A logo is shown only for domains with p=quarantine or p=reject.",
    advice="make the DMARC record stricter, or take the BIMI record away",
)
BIMI_FILE = Ailment(
    code="bimi-file",
    health=_W,
    title="The logo of BIMI, or its certificate, cannot be fetched.",
    why="No logo is shown beside your letters.",
    advice="put the file at the address, over https with a valid certificate",
)
PTR_MISSING = Ailment(
    code="ptr-missing",
    health=_W,
    title="The address of your mail server has no name (PTR).",
    why="Gmail and others refuse mail from such an address, if it is this server that mails your readers.",
    advice="ask whoever gave you the address to publish the record shown at the end",
)
PTR_UNCONFIRMED = Ailment(
    code="ptr-unconfirmed",
    health=_W,
    title="The name of your mail server's address does not lead back to it.",
    why="Gmail and others refuse mail from such an address, if it is this server that mails your readers.",
    advice="publish an address record (A or AAAA) for that name, or have the PTR record changed",
)
