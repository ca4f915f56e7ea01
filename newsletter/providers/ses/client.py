"""Signed requests to one region of SES, over connections that stay open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

from newsletter.providers.ses.sigv4 import Credentials, Signer
from newsletter.providers.wire import Answer, Wires

__all__ = ["SesClient"]

_MAIL = "/v2/email/outbound-emails"
_ACCOUNT = "/v2/email/account"
_IDENTITIES = "/v2/email/identities"
_SUPPRESSED = "/v2/email/suppression/addresses"


class SesClient:
    """The calls that are needed; raises NeverLeft or AnswerLost. Safe to use from several threads."""

    def __init__(
        self, url: str, credentials: Credentials, region: str, timeout_s: float, now: Callable[[], float]
    ) -> None:
        """Call `url` (`https://host[:port]`); `now` is the time of day, in seconds since 1970."""
        self.now = now
        self._host = urlsplit(url).netloc
        self._signer = Signer(credentials, region, "ses")
        self._wires = Wires(url, timeout_s)

    def send_email(self, body: bytes) -> Answer:
        """Hand over one mail."""
        return self._call("POST", _MAIL, {"Content-Type": "application/json"}, body)

    def get_account(self) -> Answer:
        """Ask what the account may do."""
        return self._call("GET", _ACCOUNT, {}, b"")

    def get_identity(self, domain: str) -> Answer:
        """Ask how a domain that mail comes from is verified."""
        return self._call("GET", f"{_IDENTITIES}/{quote(domain, safe='')}", {}, b"")

    def list_suppressed(self, query: Mapping[str, str]) -> Answer:
        """Ask for a page of the account's suppression list."""
        # A signature is over `%20`, never over `+`.
        asked = urlencode(query, quote_via=quote, safe="")
        return self._call("GET", f"{_SUPPRESSED}?{asked}", {}, b"")

    def close(self) -> None:
        """Close the connections."""
        self._wires.close()

    def _call(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        moment = datetime.fromtimestamp(self.now(), UTC)
        signed = self._signer.sign(method, path, {"Host": self._host, **headers}, body, moment)
        return self._wires.exchange(method, path, signed, body)
