"""Whether a SendGrid account is set up so that mail leaves and arrives.

Sources: the OpenAPI files of Twilio SendGrid for scopes, domain authentication, the user's credits and the
Event Webhook's settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.config.schema import SendgridConfig
from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.providers.json_answers import read_json, read_object
from newsletter.providers.sendgrid.answers import answer_detail
from newsletter.providers.sendgrid.client import KeepAliveClient
from newsletter.providers.sendgrid.webhook_settings import WEBHOOKS, examine_webhooks
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["examine"]

_FENCE_SCOPES = ("mail.batch.create", "user.scheduled_sends.create", "user.scheduled_sends.read")
_FEW_CREDITS = 1000


@dataclass(frozen=True, slots=True)
class _Reply:
    """What SendGrid answered; status 0 when it did not."""

    status: int
    body: bytes
    detail: str


def examine(
    client: KeepAliveClient, settings: SendgridConfig, domain: str | None, hook: str | None = None
) -> Sequence[Diagnosis]:
    """Return what was found about key, sender `domain`, credits and webhook; sends nothing.

    `hook` is the address at which our site takes reports, None without a site.
    """
    reply = _ask(client, "/v3/scopes")
    if reply.status != 200:
        return [_key_problem(reply, settings)]
    found = read_object(reply.body).get("scopes")
    scopes = frozenset(map(str, found)) if isinstance(found, list) else frozenset[str]()
    return [
        *_scopes(scopes, settings),
        _domain(_ask(client, "/v3/whitelabel/domains?limit=200"), domain),
        _credits(_ask(client, "/v3/user/credits")),
        _webhook(_ask(client, "/v3/user/webhooks/event/settings/signed"), settings),
        *([_reports(_ask(client, WEBHOOKS), hook)] if hook else []),
    ]


def _ask(client: KeepAliveClient, target: str) -> _Reply:
    try:
        answer = client.ask("GET", target)
    except (NeverLeft, AnswerLost) as error:
        return _Reply(0, b"", str(error))
    return _Reply(answer.status, answer.body, answer_detail(answer.status, answer.body))


def _key_problem(reply: _Reply, settings: SendgridConfig) -> Diagnosis:
    other = "eu" if settings.region == "global" else "global"
    fixes = {
        0: "look at the network, and at [provider.sendgrid] host",
        401: f'make another key, or write region = "{other}" when the account lives there',
        403: "give the key the permission Mail Send",
    }
    fix = fixes.get(reply.status, "try again later")
    return Diagnosis(subject="key", health=Health.PROBLEM, what=reply.detail, fix=fix)


def _scopes(scopes: frozenset[str], settings: SendgridConfig) -> Iterator[Diagnosis]:
    if "mail.send" in scopes:
        yield Diagnosis(subject="key", health=Health.FINE, what="it may send mail")
    else:
        fix = "give it the permission Mail Send"
        yield Diagnosis(subject="key", health=Health.PROBLEM, what="it may not send mail", fix=fix)
    if settings.fence:
        missing = [scope for scope in _FENCE_SCOPES if scope not in scopes]
        if missing:
            what = f"it lacks {', '.join(missing)}"
            fix = "give the key the permission Scheduled Sends, or write fence = false"
            yield Diagnosis(subject="fence", health=Health.PROBLEM, what=what, fix=fix)
        else:
            yield Diagnosis(subject="fence", health=Health.FINE, what="batches can be called back")
    if not any(scope.startswith("suppression") and scope.endswith("read") for scope in scopes):
        what = "the key may not read whom SendGrid does not mail"
        fix = "give it Suppressions (read) for: newsletter subscribers sync"
        yield Diagnosis(subject="suppressions", health=Health.WARNING, what=what, fix=fix)


def _domain(reply: _Reply, domain: str | None) -> Diagnosis:
    if domain is None:
        fix = "write [sender] from in newsletter.toml"
        return Diagnosis(subject="domain", health=Health.PROBLEM, what="there is no sender", fix=fix)
    rows = read_json(reply.body) if reply.status == 200 else None
    if not isinstance(rows, list):
        fix = "give the key Sender Authentication (read), or look in SendGrid's settings"
        what = f"whether {domain} is authenticated cannot be seen: {reply.detail}"
        return Diagnosis(subject="domain", health=Health.WARNING, what=what, fix=fix)
    known = {str(row.get("domain")).lower(): row for row in rows if isinstance(row, Mapping)}
    row = next((known[one] for one in _parents(domain.lower()) if one in known), None)
    if row is not None and row.get("valid") is True:
        return Diagnosis(subject="domain", health=Health.FINE, what=f"{domain} is authenticated")
    what = f"{domain} is not authenticated" if row is None else f"the DNS records of {domain} are not found"
    fix = "authenticate it in SendGrid (Sender Authentication) and put its records in the DNS"
    return Diagnosis(subject="domain", health=Health.PROBLEM, what=what, fix=fix)


def _parents(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def _credits(reply: _Reply) -> Diagnosis:
    left = read_object(reply.body).get("remain") if reply.status == 200 else None
    if not isinstance(left, int) or isinstance(left, bool):
        what = f"how many mails the plan has left cannot be seen: {reply.detail}"
        return Diagnosis(subject="credits", health=Health.WARNING, what=what)
    if left < _FEW_CREDITS:
        fix = "look at your plan before a large letter"
        return Diagnosis(subject="credits", health=Health.WARNING, what=f"{left:,} mails are left", fix=fix)
    return Diagnosis(subject="credits", health=Health.FINE, what=f"{left:,} mails are left")


def _reports(reply: _Reply, hook: str) -> Diagnosis:
    if reply.status == 200:
        return examine_webhooks(reply.body, hook)
    what = f"where reports go cannot be seen: {reply.detail}"
    fix = "give the key Event Notification (read), or look in SendGrid's settings"
    return Diagnosis(subject="reports", health=Health.WARNING, what=what, fix=fix)


def _webhook(reply: _Reply, settings: SendgridConfig) -> Diagnosis:
    if reply.status != 200:
        what = f"whether events are signed cannot be seen: {reply.detail}"
        return Diagnosis(subject="events", health=Health.WARNING, what=what)
    key = read_object(reply.body).get("public_key")
    if not isinstance(key, str) or not key:
        fix = "switch on Signed Event Webhook in SendGrid's mail settings"
        return Diagnosis(subject="events", health=Health.WARNING, what="they are not signed", fix=fix)
    if settings.event_key and "".join(settings.event_key.split()) != "".join(key.split()):
        what, fix = "event_key is not the key SendGrid signs with", f'write event_key = "{key}"'
        return Diagnosis(subject="events", health=Health.PROBLEM, what=what, fix=fix)
    if not settings.event_key:
        fix = f'write in [provider.sendgrid]: event_key = "{key}"'
        return Diagnosis(subject="events", health=Health.WARNING, what="event_key is missing", fix=fix)
    return Diagnosis(subject="events", health=Health.FINE, what="they are signed, and can be believed")
