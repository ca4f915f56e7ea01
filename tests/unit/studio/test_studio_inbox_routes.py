"""What the studio asks about mail, without a browser."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.studio.desk import Desk
from newsletter.studio.reply_answers import answer
from newsletter.studio.reply_mail import ReplyMail


def test_looking_for_a_mail_makes_no_database(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')

    def look(project: Project) -> dict[str, object]:
        return {"subject": project.replies.get(1).facts.subject}

    async def ask() -> Response:
        return await answer(Desk(tmp_path), look, about=1)

    with pytest.raises(UsageError, match="there is no mail 1 in the inbox"):
        asyncio.run(ask())
    assert not (tmp_path / ".newsletter").exists()


def test_a_page_that_heard_nothing_of_its_answer_may_send_it_again(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text(
        '[newsletter]\nname = "Brief"\n[sender]\nfrom = "Renata <renata@brief.example>"\n'
    )
    with Project.open(tmp_path) as project:
        project.replies.ingest(b"From: wilma@gemeente.example\r\nSubject: Groepen\r\n\r\nHoi\r\n", "eml", "1")
        project.replies.read_waiting()
    mail = ReplyMail(Desk(tmp_path))

    for words in (
        {"text": "Dank!", "answered": None},
        {"text": "Nog iets.", "answered": "1"},
        {"text": "Nog iets.", "answered": "1"},
    ):
        asyncio.run(mail.send(_posted(1, words)))

    assert 2 == len(list((tmp_path / "outbox").rglob("*.eml")))


def _posted(number: int, words: dict[str, str | None]) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(words).encode(), "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    return Request({**scope, "path_params": {"number": number}}, receive)
