"""AWS Signature Version 4: proof in a header that a request comes from who holds the secret key.

Source: "Signature Version 4 signing process" in the AWS IAM User Guide.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

__all__ = ["Credentials", "Signer"]

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Whose request it is; `session_token` comes with temporary keys."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class Signer:
    """Signs requests to one service in one region; safe to use from several threads."""

    def __init__(self, credentials: Credentials, region: str, service: str) -> None:
        """Sign as `credentials` for `service` (such as `ses`) in `region`."""
        self._credentials = credentials
        self._region = region
        self._service = service
        self._key = ("", b"")  # the day and its key; made anew when the day changes

    def sign(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, moment: datetime
    ) -> dict[str, str]:
        """Return `headers` and those that prove them, the path and the body.

        `headers` must hold `Host`. `path` is encoded as it will be sent, with or without a query whose names
        come once each; `moment` is in UTC.
        """
        signed = {**headers, "X-Amz-Date": moment.strftime("%Y%m%dT%H%M%SZ")}
        if self._credentials.session_token:
            signed["X-Amz-Security-Token"] = self._credentials.session_token
        fields = sorted((name.lower(), " ".join(value.split())) for name, value in signed.items())
        names = ";".join(name for name, _ in fields)
        listed = "".join(f"{name}:{value}\n" for name, value in fields)
        bare, _, query = path.partition("?")
        asked = "&".join(sorted(query.split("&")))
        canonical = f"{method}\n{bare}\n{asked}\n{listed}\n{names}\n{sha256(body).hexdigest()}"
        day = moment.strftime("%Y%m%d")
        scope = f"{day}/{self._region}/{self._service}/aws4_request"
        to_sign = f"{_ALGORITHM}\n{signed['X-Amz-Date']}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self._key_of(day), to_sign.encode(), sha256).hexdigest()
        credential = f"{self._credentials.access_key}/{scope}"
        signed["Authorization"] = (
            f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
        )
        return signed

    def _key_of(self, day: str) -> bytes:
        kept_day, key = self._key
        if kept_day != day:
            key = f"AWS4{self._credentials.secret_key}".encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = hmac.new(key, part.encode(), sha256).digest()
            self._key = (day, key)
        return key
