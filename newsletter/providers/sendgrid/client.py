"""The official package's client on connections that stay open.

The package opens a connection per request, sets no timeout, follows a redirected POST as a GET and
formats the payload and the key into its debug log. `post` and `get` here replace exactly that part; host,
key, user agent, paths and error classes stay the package's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import Message
from urllib.parse import urlsplit

from python_http_client import Client
from python_http_client.client import Response
from python_http_client.exceptions import HTTPError, err_dict
from sendgrid import SendGridAPIClient

from newsletter.providers.wire import Answer, Wires

__all__ = ["KeepAliveClient", "open_client"]


class KeepAliveClient(Client):  # type: ignore[misc]  # the package has no types
    """`python_http_client.Client` over `Wires`; safe to use from several threads."""

    def __init__(
        self,
        host: str,
        wires: Wires,
        request_headers: Mapping[str, str] | None = None,
        version: int | None = None,
        url_path: Sequence[str] = (),
    ) -> None:
        """Address `host` + `/v{version}` + `url_path` with `request_headers`, over `wires`."""
        super().__init__(host, dict(request_headers or {}), version, list(url_path))
        self._wires = wires

    def _build_client(self, name: str | None = None) -> KeepAliveClient:
        path = [*self._url_path, name] if name else self._url_path
        return type(self)(self.host, self._wires, self.request_headers, self._version, path)

    def post(self, request_body: Sequence[bytes]) -> Response:
        """Post JSON that is already bytes, in pieces.

        Raises the package's HTTPError for every status from 300 (redirects are not followed), and
        NeverLeft or AnswerLost when there is no answer.
        """
        headers = {**self.request_headers, "Content-Type": "application/json"}
        return self._answer(self._wires.exchange("POST", self._target(), headers, request_body))

    def get(self) -> Response:
        """Get; raises as `post` does."""
        return self._answer(self._wires.exchange("GET", self._target(), self.request_headers))

    def ask(self, method: str, target: str, body: bytes = b"") -> Answer:
        """Ask anything else of the API, with the package's headers; `target` is path and query.

        Returns the answer whatever its status. Raises NeverLeft or AnswerLost.
        """
        headers = {**self.request_headers, "Content-Type": "application/json"}
        return self._wires.exchange(method, target, headers, body)

    def close(self) -> None:
        """Close the connections."""
        self._wires.close()

    def _target(self) -> str:
        return str(urlsplit(self._build_url(None)).path)

    def _answer(self, answer: Answer) -> Response:
        if answer.status >= 300:
            kind = err_dict.get(answer.status, HTTPError)
            raise kind(answer.status, answer.reason, answer.body, answer.headers)
        return Response(_UrllibAnswer(answer))


class _UrllibAnswer:
    """An answer in the shape the package expects from urllib."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def getcode(self) -> int:
        return self._answer.status

    def read(self) -> bytes:
        return self._answer.body

    def info(self) -> Message:
        return self._answer.headers


def open_client(api_key: str, region: str, host: str | None, timeout_s: float) -> KeepAliveClient:
    """Return a client for the v3 API with the official package's headers and regional host."""
    account = SendGridAPIClient(api_key=api_key)
    account.set_sendgrid_data_residency(region)
    address = (host or account.host).rstrip("/")
    return KeepAliveClient(address, Wires(address, timeout_s), account.client.request_headers, version=3)
