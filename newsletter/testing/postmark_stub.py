"""A server that behaves as Postmark documents, records what it accepts, and fails on request.

As a process: `python -m newsletter.testing.postmark_stub --journal FILE [--fault N=NAME]…` prints its address
on the first line and stops at the end of its input.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs

from newsletter.testing.http_faults import StubFault
from newsletter.testing.http_stub import HttpStub, StubAnswer, StubRequest, run_stub
from newsletter.testing.postmark_faults import DOCUMENTED_ERRORS, FAULTS
from newsletter.testing.postmark_rules import MAX_MESSAGES, MAX_REQUEST_BYTES, message_error, received
from newsletter.testing.received import ReceivedMail

__all__ = ["SERVER_TOKEN", "PostmarkStub"]

SERVER_TOKEN: Final = "stub-0000-token"  # noqa: S105  # the stub's own
_AT: Final = "2026-11-24T09:30:00.0000000Z"


class PostmarkStub(HttpStub):
    """Postmark's API, as far as sending mail in batches goes."""

    mail_paths: ClassVar = frozenset(["/email/batch"])
    faults: ClassVar[Mapping[str, StubFault]] = FAULTS

    def __init__(self, journal: Path, faults: Mapping[int, str] | None = None) -> None:
        """Record acceptances in `journal`; treat batch N (from 1) as `faults[N]` names."""
        super().__init__(journal, faults)
        self.server_token = SERVER_TOKEN
        self.suppressed: Sequence[Mapping[str, Any]] = ()
        self.stream: Mapping[str, object] = {
            "ID": "broadcast",
            "MessageStreamType": "Broadcasts",
            "ArchivedAt": None,
            "SubscriptionManagementConfiguration": {"UnsubscribeHandlingType": "Custom"},
        }

    def judge(self, request: StubRequest, number: int, fault: StubFault) -> StubAnswer:
        """Return 200 and a result for each message, or what is wrong with the request."""
        is_test = request.headers.get("x-postmark-server-token") == "POSTMARK_API_TEST"
        refused = None if is_test else self._refuse_token(request)
        if refused is not None:
            return refused
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return StubAnswer(status=415)
        if len(request.body) > MAX_REQUEST_BYTES:
            return StubAnswer(status=413)
        try:
            messages = json.loads(request.body.decode())
        except ValueError:
            return _refusal(422, 402)
        if not isinstance(messages, list):
            return _refusal(422, 403)
        if len(messages) > MAX_MESSAGES:
            return _refusal(422, 410)
        results, accepted = [], []
        for at, message in enumerate(messages):
            error = fault.results[at] if at < len(fault.results) else self._error(message, is_test=is_test)
            given_id = f"{number:08d}-0000-0000-0000-{at:012d}"
            if error is None:
                if not is_test:
                    accepted.append({"id": given_id, "message": message})
                ids = {"MessageID": given_id} if fault.names_id else {}
                result = {"To": message["To"], "SubmittedAt": _AT, **ids, "ErrorCode": 0, "Message": "OK"}
            else:
                result = {"ErrorCode": error[0], "Message": error[1]}
            results.append(result)
        entries = ({"messages": accepted},) if accepted else ()
        return StubAnswer(status=200, body=json.dumps(results).encode(), accepted=entries)

    def other(self, request: StubRequest) -> StubAnswer:
        """Return the message stream."""
        refused = self._refuse_token(request)
        if refused is not None:
            return refused
        path, _, query = request.path.partition("?")
        if (request.method, path) == ("GET", "/messages/outbound"):
            return self._found(parse_qs(query))
        if (request.method, path) == ("GET", f"/message-streams/{self.stream['ID']}/suppressions/dump"):
            day = parse_qs(query).get("fromdate", ["0000-00-00"])[0]
            rows = [row for row in self.suppressed if row.get("CreatedAt", day)[:10] >= day]
            return StubAnswer(status=200, body=json.dumps({"Suppressions": rows}).encode())
        if (request.method, request.path) == ("GET", f"/message-streams/{self.stream['ID']}"):
            return StubAnswer(status=200, body=json.dumps(self.stream).encode())
        return _refusal(422, 1235) if request.path.startswith("/message-streams/") else StubAnswer(status=404)

    def read(self, entry: Mapping[str, object]) -> Iterator[ReceivedMail]:
        """Return the mails that were taken from one request."""
        for one in _messages(entry):
            yield received(one["message"], one["id"])

    def ids(self) -> Mapping[tuple[str, str], str]:
        """Return Postmark's id of every message taken, by the delivery and the attempt in its metadata."""
        taken = (one for entry in self._journal.entries() for one in _messages(entry))
        return {
            (one["message"]["Metadata"]["nl_d"], one["message"]["Metadata"]["nl_a"]): one["id"]
            for one in taken
        }

    def _found(self, wanted: Mapping[str, list[str]]) -> StubAnswer:
        """Return what was taken, as the search for outbound messages shows it, newest first."""
        if not {"count", "offset"} <= set(wanted) or not 0 < int(wanted["count"][0]) <= 500:
            return _refusal(422, 300)
        metadata = {name[9:]: values[0] for name, values in wanted.items() if name.startswith("metadata_")}
        rows = [
            {
                "MessageID": one["id"],
                "Recipients": [one["message"]["To"]],
                "Status": "Sent",
                "Metadata": one["message"]["Metadata"],
                "MessageStream": one["message"]["MessageStream"],
            }
            for entry in self._journal.entries()
            for one in _messages(entry)
            if one["message"]["MessageStream"] == wanted.get("messagestream", ["outbound"])[0]
            and metadata.items() <= one["message"]["Metadata"].items()
        ]
        first = int(wanted["offset"][0])
        page = rows[::-1][first : first + int(wanted["count"][0])]
        return StubAnswer(status=200, body=json.dumps({"TotalCount": len(rows), "Messages": page}).encode())

    def _error(self, message: object, *, is_test: bool) -> tuple[int, str] | None:
        error = message_error(message, len(json.dumps(message)))
        if error is not None or is_test:
            return error
        if isinstance(message, dict) and message.get("MessageStream") != self.stream["ID"]:
            return 1235, DOCUMENTED_ERRORS[1235]
        return None

    def _refuse_token(self, request: StubRequest) -> StubAnswer | None:
        is_right = request.headers.get("x-postmark-server-token") == self.server_token
        return None if is_right else _refusal(401, 10)


def _messages(entry: Mapping[str, object]) -> list[dict[str, Any]]:
    messages = entry["messages"]
    assert isinstance(messages, list)
    return messages


def _refusal(status: int, code: int) -> StubAnswer:
    body = {"ErrorCode": code, "Message": DOCUMENTED_ERRORS[code]}
    return StubAnswer(status=status, body=json.dumps(body).encode())


if __name__ == "__main__":
    run_stub(PostmarkStub)
