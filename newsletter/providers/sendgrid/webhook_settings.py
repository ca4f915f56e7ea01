"""Whether SendGrid's Event Webhook tells our site all that it should.

Source: `GET /v3/user/webhooks/event/settings/all` in the OpenAPI file of Twilio SendGrid for webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping

from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.providers.json_answers import one_line, read_object

__all__ = ["WEBHOOKS", "examine_webhooks"]

WEBHOOKS = "/v3/user/webhooks/event/settings/all"

_WANTED = ("delivered", "deferred", "bounce", "dropped", "spam_report", "unsubscribe")
_SUBJECT = "reports"
_WHERE = "in SendGrid's Mail Settings, Event Webhooks"


def examine_webhooks(body: bytes, address: str) -> Diagnosis:
    """Return whether one of the webhooks in `body` posts what is needed to `address`."""
    listed = read_object(body).get("webhooks")
    rows = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    enabled = [one for one in rows if one.get("enabled") is True]
    own = [one for one in enabled if one_line(one.get("url")).rstrip("/") == address]
    if not own:
        others = ", ".join(one_line(one.get("url")) for one in enabled[:3])
        what = f"they go to {others}, not to {address}" if others else "no webhook is switched on"
        fix = f"add {address} {_WHERE}"
        return Diagnosis(subject=_SUBJECT, health=Health.WARNING, what=what, fix=fix)
    missing = [name for name in _WANTED if not any(one.get(name) is True for one in own)]
    if missing:
        what, fix = f"they do not tell of: {', '.join(missing)}", f"switch these on {_WHERE}"
        return Diagnosis(subject=_SUBJECT, health=Health.WARNING, what=what, fix=fix)
    return Diagnosis(subject=_SUBJECT, health=Health.FINE, what=f"they go to {address}")
