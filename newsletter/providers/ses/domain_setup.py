"""What SES wants published at an identity: the keys of Easy DKIM, and a MAIL FROM domain if there is one.

Source: `GetEmailIdentity` in the SES API v2 reference, and "Using a custom MAIL FROM domain" in its guide.
"""

from __future__ import annotations

from collections.abc import Mapping

from newsletter.domain.dns_answer import RecordType
from newsletter.domain.dns_record import DnsRecord
from newsletter.domain.domain_setup import DomainSetup
from newsletter.errors import CannotAsk, Problem
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.ses.client import SesClient
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["read_domain_setup"]

_OWN = "amazonses.com"
_ZONE = "dkim.amazonses.com"


def read_domain_setup(client: SesClient, domain: str, region: str) -> DomainSetup:
    """Return what SES asks of `domain`, nothing when it does not know it. Raises CannotAsk."""
    try:
        answer = client.get_identity(domain)
    except (NeverLeft, AnswerLost) as error:
        raise _cannot(str(error)) from error
    if answer.status == 404:
        return DomainSetup()
    if answer.status != 200:
        raise _cannot(f"it answers {answer.status}")
    identity = read_object(answer.body)
    keys = _keys(identity.get("DkimAttributes"), domain)
    mail_from = identity.get("MailFromAttributes")
    bounce = one_line(mail_from.get("MailFromDomain")) if isinstance(mail_from, Mapping) else ""
    if not bounce:
        return DomainSetup(records=keys, bounce_domain=_OWN, is_bounce_own=False)
    bounce = bounce.lower().rstrip(".")
    returning = (
        DnsRecord(name=bounce, type=RecordType.MX, value=f"10 feedback-smtp.{region}.{_OWN}"),
        DnsRecord(name=bounce, type=RecordType.TXT, value=f"v=spf1 include:{_OWN} ~all"),
    )
    return DomainSetup(records=keys + returning, bounce_domain=bounce)


def _keys(attributes: object, domain: str) -> tuple[DnsRecord, ...]:
    tokens = attributes.get("Tokens") if isinstance(attributes, Mapping) else None
    if not isinstance(tokens, list) or not isinstance(attributes, Mapping):
        return ()
    if one_line(attributes.get("SigningAttributesOrigin")) == "EXTERNAL":  # the key is your own
        return ()
    zone = one_line(attributes.get("SigningHostedZone")) or _ZONE
    names = [one for one in map(one_line, tokens) if one]
    return tuple(
        DnsRecord(
            name=f"{one.lower()}._domainkey.{domain}", type=RecordType.CNAME, value=f"{one.lower()}.{zone}"
        )
        for one in names
    )


def _cannot(why: str) -> CannotAsk:
    fix = "give the keys ses:GetEmailIdentity, or look in the SES console"
    return CannotAsk(Problem(what=f"what SES wants published: {why}", fix=fix))
