"""Whether an SES account is set up so that mail leaves and arrives.

Sources: `GetAccount` and `GetEmailIdentity` in the SES API v2 reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from newsletter.config.schema import SesConfig
from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.outcome import OutcomeKind
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.ses.answers import read_account, read_answer
from newsletter.providers.ses.client import SesClient
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["examine"]

_FEW_MAILS = 1000


def examine(
    client: SesClient, settings: SesConfig, domain: str | None, per_second: float | None
) -> Sequence[Diagnosis]:
    """Return what was found about account, quota, sender `domain` and events; sends nothing.

    `per_second` is how many mails the configured rate lets through, None without one.
    """
    try:
        answer = client.get_account()
    except (NeverLeft, AnswerLost) as error:
        fix = "look at the network, and at [provider.ses] region and host"
        return [Diagnosis(subject="account", health=Health.PROBLEM, what=str(error), fix=fix)]
    outcome = read_account(answer.status, answer.headers, answer.body, client.now())
    if outcome.kind is not OutcomeKind.ACCEPTED:
        fix = "look at the keys and their permissions, and at the account in the SES console"
        return [Diagnosis(subject="account", health=Health.PROBLEM, what=outcome.detail, fix=fix)]
    account = read_object(answer.body)
    quota = account.get("SendQuota")
    return [
        _sandbox(account.get("ProductionAccessEnabled")),
        *_quota(quota if isinstance(quota, dict) else {}, per_second),
        _domain(client, domain),
        _events(settings),
    ]


def _sandbox(is_production: object) -> Diagnosis:
    if is_production is not False:
        return Diagnosis(subject="account", health=Health.FINE, what="it may send mail")
    what = "it is in the sandbox: only verified addresses get mail"
    fix = "ask AWS for production access, in the SES console"
    return Diagnosis(subject="account", health=Health.PROBLEM, what=what, fix=fix)


def _quota(quota: Mapping[str, object], per_second: float | None) -> Iterator[Diagnosis]:
    most, sent, allowed = (
        _number(quota.get(name)) for name in ("Max24HourSend", "SentLast24Hours", "MaxSendRate")
    )
    if most is not None and sent is not None and most >= 0:  # -1 is no limit
        left = max(most - sent, 0)
        health = Health.WARNING if left < _FEW_MAILS else Health.FINE
        fix = "wait a day before a large letter, or ask AWS for a larger quota"
        what = f"{left:,.0f} of {most:,.0f} mails are left for today"
        yield Diagnosis(subject="quota", health=health, what=what, fix=fix if left < _FEW_MAILS else None)
    if allowed is None or allowed <= 0:
        return
    what, fix = f"SES takes {allowed:g} mails a second", f'write [provider] rate = "{max(int(allowed), 1)}/s"'
    if per_second is None:
        yield Diagnosis(subject="rate", health=Health.WARNING, what=f"{what}, and no rate is set", fix=fix)
    elif per_second > allowed:
        said = f"{what}, and rate lets {per_second:g} through"
        yield Diagnosis(subject="rate", health=Health.WARNING, what=said, fix=fix)
    else:
        yield Diagnosis(subject="rate", health=Health.FINE, what=what)


def _domain(client: SesClient, domain: str | None) -> Diagnosis:
    if domain is None:
        fix = "write [sender] from in newsletter.toml"
        return Diagnosis(subject="domain", health=Health.PROBLEM, what="there is no sender", fix=fix)
    fix = f"verify {domain} in SES with Easy DKIM, and put its records in the DNS"
    try:
        answer = client.get_identity(domain)
    except (NeverLeft, AnswerLost) as error:
        return Diagnosis(subject="domain", health=Health.WARNING, what=str(error), fix="try again later")
    if answer.status == 404:
        what = f"{domain} is not known to SES in this region"
        return Diagnosis(subject="domain", health=Health.PROBLEM, what=what, fix=fix)
    identity = read_object(answer.body)
    if answer.status != 200 or "VerifiedForSendingStatus" not in identity:
        said = read_answer(answer.status, answer.headers, answer.body, "", client.now()).detail
        what = f"whether {domain} is verified cannot be seen: {said}"
        allow = "give the keys ses:GetEmailIdentity, or look in the SES console"
        return Diagnosis(subject="domain", health=Health.WARNING, what=what, fix=allow)
    if identity["VerifiedForSendingStatus"] is not True:
        what = f"{domain} is not verified"
        return Diagnosis(subject="domain", health=Health.PROBLEM, what=what, fix=fix)
    dkim = identity.get("DkimAttributes")
    status = one_line(dkim.get("Status")) if isinstance(dkim, dict) else ""
    if not isinstance(dkim, dict) or dkim.get("SigningEnabled") is not True or status != "SUCCESS":
        what = f"mail from {domain} is not signed with DKIM ({status or 'off'})"
        return Diagnosis(subject="domain", health=Health.PROBLEM, what=what, fix=fix)
    return Diagnosis(subject="domain", health=Health.FINE, what=f"{domain} is verified and signed")


def _events(settings: SesConfig) -> Diagnosis:
    missing = [name for name in ("configuration_set", "topic") if getattr(settings, name) is None]
    if not missing:
        return Diagnosis(subject="events", health=Health.FINE, what="a set and a topic are named")
    what = f"[provider.ses] has no {' and no '.join(missing)}, so nobody tells what became of a letter"
    fix = "see Hear what happened to your letter, in Send with Amazon SES"
    return Diagnosis(subject="events", health=Health.WARNING, what=what, fix=fix)


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12
    return float(value) if is_number and isinstance(value, int | float) else None
