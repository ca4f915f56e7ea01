"""The calls to Postmark that are needed, over connections that stay open."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from newsletter.providers.wire import Answer, Wires

__all__ = ["PostmarkClient"]

_JSON = {"Accept": "application/json", "Content-Type": "application/json"}
_MAX_ANSWER = 100_000_000  # suppressions come in one piece
_TOKEN = "X-Postmark-Server-Token"  # noqa: S105  # a header's name
_TEST_TOKEN = "POSTMARK_API_TEST"  # noqa: S105  # everybody's ("API overview", "Authentication")


class PostmarkClient:
    """Calls one server at Postmark; raises NeverLeft or AnswerLost. Safe to use from several threads."""

    def __init__(self, url: str, token: str, stream: str, timeout_s: float) -> None:
        """Call `url` (`https://host[:port]`) with the server's `token`, about one message stream."""
        self._headers = {**_JSON, _TOKEN: token}
        self._stream = stream
        self._wires = Wires(url, timeout_s, max_answer=_MAX_ANSWER)

    def post_batch(self, body: bytes) -> Answer:
        """Hand over messages."""
        return self._wires.exchange("POST", "/email/batch", self._headers, body)

    def try_batch(self, body: bytes) -> Answer:
        """Have messages looked at and not sent: Postmark's token for tests belongs to no server."""
        return self._wires.exchange("POST", "/email/batch", {**_JSON, _TOKEN: _TEST_TOKEN}, body)

    def get_stream(self) -> Answer:
        """Ask for the message stream."""
        return self._wires.exchange("GET", f"/message-streams/{self._stream}", self._headers)

    def find_messages(self, attempt_key: str) -> Answer:
        """Ask which messages of one attempt Postmark has taken; a batch is never more than a page."""
        wanted = (
            f"count=500&offset=0&messagestream={self._stream}&metadata_nl_a={quote(attempt_key, safe='')}"
        )
        return self._wires.exchange("GET", f"/messages/outbound?{wanted}", self._headers)

    def dump_suppressions(self, since: datetime | None) -> Answer:
        """Ask for the stream's suppressions, all at once, from the day of `since`."""
        day = f"?fromdate={since.astimezone(UTC):%Y-%m-%d}" if since is not None else ""
        return self._wires.exchange(
            "GET", f"/message-streams/{self._stream}/suppressions/dump{day}", self._headers
        )

    def close(self) -> None:
        """Close the connections."""
        self._wires.close()
