"""A server that behaves as SendGrid documents, records what it accepts, and fails on request.

As a process: `python -m newsletter.testing.sendgrid_stub --journal FILE [--fault N=NAME]…` prints its address
on the first line and stops at the end of its input.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import ClassVar, Final

from newsletter.testing.http_faults import StubFault
from newsletter.testing.http_stub import HttpStub, StubAnswer, StubRequest, run_stub
from newsletter.testing.received import ReceivedMail
from newsletter.testing.sendgrid_account import StubAccount, find_log, find_logs
from newsletter.testing.sendgrid_faults import FAULTS
from newsletter.testing.sendgrid_rules import Fault, expand, faults_in, parse_request
from newsletter.testing.sendgrid_schedule import Schedule

__all__ = ["API_KEY", "SendgridStub"]

API_KEY: Final = "SG.stub.key"
_SCHEDULED: Final = "/v3/user/scheduled_sends"
_MAX_BODY = 30_000_000


class SendgridStub(HttpStub):
    """SendGrid's v3 API, as far as sending mail goes."""

    mail_paths: ClassVar = frozenset(["/v3/mail/send"])
    faults: ClassVar[Mapping[str, StubFault]] = FAULTS

    def __init__(self, journal: Path, faults: Mapping[int, str] | None = None) -> None:
        """Record acceptances in `journal`; treat request N (from 1) to mail/send as `faults[N]` names."""
        super().__init__(journal, faults)
        self.api_key = API_KEY
        self.scopes: tuple[str, ...] = ("mail.send", "mail.batch.create", "user.scheduled_sends.create")
        self.schedule = Schedule()
        self.account = StubAccount()
        self.has_clock = True
        self.most_custom_args: int | None = None
        self.names_fields = True

    def judge(self, request: StubRequest, number: int, fault: StubFault) -> StubAnswer:
        """Return 202 and the request, or what is wrong with it."""
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _refusal(401, (None, "The provided authorization grant is invalid."))
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _refusal(415, (None, "Unsupported media type"))
        if len(request.body) > _MAX_BODY:
            return _refusal(413, (None, "Request entity too large"))
        parsed = parse_request(request.body)
        if parsed is None:
            return _refusal(400, (None, "Bad Request"))
        faults = [*faults_in(parsed, self.most_custom_args), *self.schedule.faults_in(parsed)]
        if faults:
            return _refusal(400, *faults if self.names_fields else [(None, "Bad Request")])
        settings = parsed.get("mail_settings")
        if isinstance(settings, dict) and settings.get("sandbox_mode") == {"enable": True}:
            return StubAnswer(status=200)
        message_id = f"stub{number:08d}"
        self.schedule.hold(message_id, parsed)
        return StubAnswer(
            status=202,
            headers={"X-Message-Id": message_id} if fault.names_id else {},
            accepted=({"id": message_id, "at": self.schedule.now(), "request": parsed},),
        )

    def answer(self, request: StubRequest, fault: StubFault) -> StubAnswer:
        """Return the answer, with the date where the stub has a clock."""
        return self._dated(super().answer(request, fault))

    def other(self, request: StubRequest) -> StubAnswer:
        """Return what the key may do."""
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _refusal(401, (None, "authorization required"))
        if (request.method, request.path) == ("GET", "/v3/scopes"):
            return _found({"scopes": self.scopes})
        if (request.method, request.path) == ("POST", "/v3/mail/batch"):
            return _found({"batch_id": self.schedule.new_batch()}, 201)
        if request.path.startswith(_SCHEDULED):
            return self._scheduled(request, request.path.removeprefix(_SCHEDULED).strip("/"))
        if request.path.startswith("/v3/logs"):
            return self._logs(request)
        if request.method == "GET":
            for found in (self.account.page(request.path), self.account.setting(request.path)):
                if found is not None:
                    return _found(found)
        return _refusal(404, (None, "not found"))

    def answer_beside(self, request: StubRequest) -> tuple[StubAnswer, StubFault]:
        """Return the answer to any other request, dated."""
        answer, fault = super().answer_beside(request)
        return self._dated(answer), fault

    def mails(self) -> tuple[ReceivedMail, ...]:
        """Return every mail accepted so far that leaves, or left: all but those called back in time."""
        return tuple(
            mail
            for entry in self._journal.entries()
            if not self.schedule.is_discarded(str(entry["id"]))
            for mail in self.read(entry)
        )

    def _scheduled(self, request: StubRequest, batch_id: str) -> StubAnswer:
        if request.method == "POST" and not batch_id:
            wanted = parse_request(request.body) or {}
            named, status = str(wanted.get("batch_id")), str(wanted.get("status"))
            refusal = self.schedule.cancel(named, status)
            return (
                _refusal(400, (None, refusal))
                if refusal
                else _found({"batch_id": named, "status": status}, 201)
            )
        if request.method == "GET":
            return _found([one for one in self.schedule.statuses() if batch_id in ("", one["batch_id"])])
        if request.method == "DELETE" and self.schedule.delete(batch_id):
            return StubAnswer(status=204)
        return _refusal(404, (None, "not found"))

    def _logs(self, request: StubRequest) -> StubAnswer:
        if not self.account.has_logs:
            return _refusal(403, (None, "access forbidden"))
        known = [] if self.account.logs_lag else list(self._logged())
        if request.method == "POST":
            found = find_logs(known, str((parse_request(request.body) or {}).get("query")))
            return _refusal(400, ("query", "invalid query")) if found is None else _found({"messages": found})
        log = find_log(known, request.path)
        return _refusal(404, (None, "not found")) if log is None else _found(log)

    def _logged(self) -> Iterator[tuple[str, float, ReceivedMail]]:
        for entry in self._journal.entries():
            at = entry["at"]
            assert isinstance(at, float)
            for mail in self.read(entry):
                yield str(entry["id"]), at, mail

    def _dated(self, answer: StubAnswer) -> StubAnswer:
        if not self.has_clock or "Date" in answer.headers:
            return answer
        date = formatdate(math.floor(self.schedule.now()), usegmt=True)
        return replace(answer, headers={**answer.headers, "Date": date})

    def read(self, entry: Mapping[str, object]) -> Iterator[ReceivedMail]:
        """Return the mail of each personalization."""
        request = entry["request"]
        assert isinstance(request, dict)
        return expand(request)


def _found(value: object, status: int = 200) -> StubAnswer:
    return StubAnswer(status=status, body=json.dumps(value).encode())


def _refusal(status: int, *faults: Fault) -> StubAnswer:
    """Return faults in the API's documented shape."""
    errors = [{"message": message, "field": field, "help": None} for field, message in faults]
    return StubAnswer(status=status, body=json.dumps({"errors": errors}).encode())


if __name__ == "__main__":
    run_stub(SendgridStub)
