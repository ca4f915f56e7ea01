"""A server that behaves as Amazon SES v2 documents, records what it accepts, and fails on request.

As a process: `python -m newsletter.testing.ses_stub --journal FILE [--fault N=NAME]…` prints its address on
the first line and stops at the end of its input.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, unquote

from newsletter.testing.http_faults import StubFault
from newsletter.testing.http_stub import HttpStub, StubAnswer, StubRequest, run_stub
from newsletter.testing.received import ReceivedMail, read_message
from newsletter.testing.ses_faults import FAULTS
from newsletter.testing.ses_rules import SesError, message_in, rule_errors, signature_error

__all__ = ["ACCESS_KEY", "REGION", "SECRET_KEY", "SesStub"]

REGION: Final = "eu-west-1"
ACCESS_KEY: Final = "AKIDSTUB"
SECRET_KEY: Final = "stub/secret+key"  # noqa: S105  # the stub's own
_MAIL = "/v2/email/outbound-emails"


class SesStub(HttpStub):
    """API v2 of Amazon SES, as far as sending mail goes."""

    mail_paths: ClassVar = frozenset([_MAIL])
    faults: ClassVar[Mapping[str, StubFault]] = FAULTS

    def __init__(self, journal: Path, faults: Mapping[int, str] | None = None) -> None:
        """Record acceptances in `journal`; treat mail N (from 1) as `faults[N]` names."""
        super().__init__(journal, faults)
        self.secret_key = SECRET_KEY
        self.session_token: str | None = None
        self.identities: dict[str, Mapping[str, object]] = {
            "brief.example": {
                "IdentityType": "DOMAIN",
                "VerifiedForSendingStatus": True,
                "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"},
            }
        }
        self.suppressed: Sequence[Mapping[str, Any]] = ()
        self.configuration_sets: frozenset[str] = frozenset(["brief"])
        self.account: Mapping[str, object] = {
            "SendingEnabled": True,
            "ProductionAccessEnabled": True,
            "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 200.0},
        }

    def judge(self, request: StubRequest, number: int, fault: StubFault) -> StubAnswer:
        """Return 200 and a MessageId, or what is wrong with the request."""
        refused = self._refuse_signature(request)
        if refused is not None:
            return refused
        error = rule_errors(request.headers, request.body, self.configuration_sets)
        if error is not None:
            return _refusal(error)
        message_id = f"0102{number:012x}-stub-000000"
        return StubAnswer(
            status=200,
            body=json.dumps({"MessageId": message_id} if fault.names_id else {}).encode(),
            headers={"Content-Type": "application/json"},
            accepted=({"id": message_id, "request": json.loads(request.body)},),
        )

    def other(self, request: StubRequest) -> StubAnswer:
        """Return the account."""
        refused = self._refuse_signature(request)
        if refused is not None:
            return refused
        if (request.method, request.path) == ("GET", "/v2/email/account"):
            return StubAnswer(status=200, body=json.dumps(self.account).encode())
        if (request.method, request.path.rpartition("/")[0]) == ("GET", "/v2/email/identities"):
            identity = self.identities.get(unquote(request.path.rpartition("/")[2]))
            if identity is None:
                return _refusal(SesError(404, "NotFoundException", "The identity does not exist."))
            return StubAnswer(status=200, body=json.dumps(identity).encode())
        path, _, query = request.path.partition("?")
        if (request.method, path) == ("GET", "/v2/email/suppression/addresses"):
            return self._list(dict(parse_qsl(query, strict_parsing=bool(query))))
        return _refusal(SesError(404, "UnknownOperationException", "no such operation"))

    def read(self, entry: Mapping[str, object]) -> Iterator[ReceivedMail]:
        """Return the mail of one request.

        SES gives every mail a Message-ID of its own; what stays is the tag with the delivery's id.
        """
        request = entry["request"]
        assert isinstance(request, dict)
        tags = {tag["Name"]: tag["Value"] for tag in request["EmailTags"]}
        for email in request["Destination"]["ToAddresses"]:
            mail = read_message(message_in(request), email)
            message_id = f"<{entry['id']}@{REGION}.amazonses.com>"
            yield replace(mail, delivery_id=tags["nl_d"], headers={**mail.headers, "message-id": message_id})

    def _list(self, wanted: Mapping[str, str]) -> StubAnswer:
        """Return a page of the suppression list; tokens hold every sign that base64 has."""
        size = int(wanted.get("PageSize", "100"))
        if not 1 <= size <= 1000:
            return _refusal(SesError(400, "BadRequestException", "PageSize must be between 1 and 1000"))
        since = datetime.fromisoformat(wanted.get("StartDate", "1970-01-01T00:00:00Z")).timestamp()
        rows = [row for row in self.suppressed if row.get("LastUpdateTime", since) >= since]
        first = int(wanted.get("NextToken", "a/+=0").removeprefix("a/+="))
        page: dict[str, object] = {"SuppressedDestinationSummaries": rows[first : first + size]}
        if first + size < len(rows):
            page["NextToken"] = f"a/+={first + size}"
        return StubAnswer(status=200, body=json.dumps(page).encode())

    def _refuse_signature(self, request: StubRequest) -> StubAnswer | None:
        secrets = {ACCESS_KEY: self.secret_key}
        error = signature_error(request, secrets, self.session_token, REGION)
        return _refusal(error) if error else None


def _refusal(error: SesError) -> StubAnswer:
    return StubAnswer(
        status=error.status,
        body=json.dumps({"message": error.message}).encode(),
        headers={"x-amzn-ErrorType": f"{error.name}:http://internal.amazon.com/"},
    )


if __name__ == "__main__":
    run_stub(SesStub)
