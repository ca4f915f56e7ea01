"""A page that is closed or loaded again while it sends something is no failure of the studio."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from newsletter.studio.app import make_app
from newsletter.studio.desk import Desk
from newsletter.studio.gate import page_key
from newsletter.studio.watch import Changes


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/letter/brief"), ("PUT", "/source/brief"), ("POST", "/findings/brief")]
)
def test_who_leaves_halfway_is_answered_without_an_error(tmp_path: Path, method: str, path: str) -> None:
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')
    app = make_app(Desk(tmp_path), Changes(tmp_path), token="key")
    said: list[Message] = []

    async def leave() -> Message:
        return {"type": "http.disconnect"}

    async def hear(message: Message) -> None:
        said.append(message)

    headers = {
        "host": "127.0.0.1:8000",
        "cookie": "newsletter_studio_8000=key",
        "origin": "http://127.0.0.1:8000",
        "x-newsletter-key": page_key("key"),
    }
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "server": ("127.0.0.1", 8000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    asyncio.run(app(scope, leave, hear))

    assert [400] == [one["status"] for one in said if one["type"] == "http.response.start"]
