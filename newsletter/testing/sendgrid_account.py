"""What SendGrid knows of an account beside its mail: logs, suppressions, domains, webhook.

Sources: the OpenAPI files `tsg_logs_v3.yaml`, `tsg_suppressions_v3.yaml`, `tsg_domain_authentication_v3.yaml`
and `tsg_webhooks_v3.yaml` of Twilio SendGrid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from newsletter.testing.received import ReceivedMail

__all__ = ["SUPPRESSION_LISTS", "StubAccount", "find_log", "find_logs", "log_id"]

SUPPRESSION_LISTS = {
    "/v3/suppression/unsubscribes": "unsubscribes",
    "/v3/suppression/bounces": "bounces",
    "/v3/suppression/blocks": "blocks",
    "/v3/suppression/spam_reports": "spam_reports",
    "/v3/suppression/invalid_emails": "invalid_emails",
}
"""The lists of addresses, by path."""

_QUERY = re.compile(
    r"to_email = '([^']*)' AND sg_message_id_created_at > TIMESTAMP \"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\""
)


@dataclass(slots=True)
class StubAccount:
    """An account; tests set what is in it."""

    suppressions: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    domains: list[dict[str, object]] = field(default_factory=list)
    public_key: str = "c3R1Yg=="
    credits_left: int = 50_000
    webhooks: list[dict[str, object]] = field(default_factory=list)
    has_logs: bool = True
    logs_lag: bool = False

    def setting(self, target: str) -> object:
        """Return what a question about the account itself is answered with, None for any other."""
        answers: dict[str, object] = {
            "/v3/whitelabel/domains": self.domains,
            "/v3/user/credits": {"remain": self.credits_left, "total": 100_000, "used": 0},
            "/v3/user/webhooks/event/settings/signed": {"public_key": self.public_key},
            "/v3/user/webhooks/event/settings/all": {"max_allowed": 5, "webhooks": self.webhooks},
        }
        return answers.get(urlsplit(target).path)

    def page(self, target: str) -> list[dict[str, object]] | None:
        """Return one page of a suppression list, None when `target` is none: at most 500 at once."""
        parts = urlsplit(target)
        name = SUPPRESSION_LISTS.get(parts.path)
        if name is None:
            return None
        asked = {key: int(values[0]) for key, values in parse_qs(parts.query).items()}
        start, size = asked.get("offset", 0), min(asked.get("limit", 500), 500)
        rows = [row for row in self.suppressions.get(name, []) if _created(row) >= asked.get("start_time", 0)]
        return rows[start : start + size]


def _created(row: Mapping[str, object]) -> int:
    created = row["created"]
    assert isinstance(created, int)
    return created


def log_id(request_id: str, mail: ReceivedMail) -> str:
    """Return the id the logs have for one mail of a request."""
    return f"{request_id}.recvd-{mail.delivery_id[:8]}-1"


def find_logs(mails: Iterable[tuple[str, float, ReceivedMail]], query: str) -> list[dict[str, object]] | None:
    """Return what the logs answer to `query` about mails with request id and time; None: not understood."""
    match = _QUERY.fullmatch(query)
    if match is None:
        return None
    since = datetime.strptime(match[2], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    return [
        {"sg_message_id": log_id(request_id, mail), "to_email": mail.email, "status": "processed"}
        for request_id, at, mail in mails
        if mail.email.lower() == match[1].lower() and at > since
    ]


def find_log(mails: Iterable[tuple[str, float, ReceivedMail]], path: str) -> dict[str, object] | None:
    """Return the log of one mail, None when there is none."""
    wanted = unquote(path.removeprefix("/v3/logs/"))
    for request_id, _, mail in mails:
        if log_id(request_id, mail) == wanted:
            own = {name: mail.headers[f"custom_args.{name}"] for name in ("nl_d", "nl_a")}
            return {"sg_message_id": wanted, "custom_args": own, "status": "processed", "events": []}
    return None
