"""What the studio asks about mail, without a browser."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.responses import Response

from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.studio.desk import Desk
from newsletter.studio.reply_answers import answer


def test_looking_for_a_mail_makes_no_database(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')

    def look(project: Project) -> dict[str, object]:
        return {"subject": project.replies.get(1).facts.subject}

    async def ask() -> Response:
        return await answer(Desk(tmp_path), look, about=1)

    with pytest.raises(UsageError, match="there is no mail 1 in the inbox"):
        asyncio.run(ask())
    assert not (tmp_path / ".newsletter").exists()
