"""What programs write in their log names nobody, unless it is asked for."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.cli import cli
from newsletter.cli._logs import MaskingFormatter, set_up_logs
from newsletter.store.database.modes import loose_files
from newsletter.testing.temporary_store import fresh_store
from tests.unit.site.site_world import make_site

ANNA = "anna@gemeente.example"


@pytest.fixture
def everything() -> Iterator[io.StringIO]:
    """Return what all logs say at every level, through the one formatter that shortens addresses."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(MaskingFormatter("%(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize(("shows", "expected"), [(False, False), (True, True)])
def test_addresses_are_written_only_when_asked(shows: bool, expected: bool) -> None:
    stream = io.StringIO()
    set_up_logs(show_addresses=shows, stream=stream)
    try:
        raise ValueError(f"no mailbox {ANNA}")
    except ValueError:
        logging.getLogger("newsletter.site").exception("550 <%s>", ANNA)
    finally:
        set_up_logs(show_addresses=False)

    assert "no mailbox" in stream.getvalue()
    assert (ANNA in stream.getvalue()) is expected


def test_a_send_and_its_events_write_no_address_in_any_log(tmp_path: Path, everything: io.StringIO) -> None:
    root = str(tmp_path / "brief")
    (tmp_path / "l.csv").write_text(f"email,first_name\n{ANNA},Anna\nbert@waterschap.example,Bert\n")
    told = {"id": "1", "event": "bounced", "bounce": "hard", "at": "2026-11-27T11:00:00Z", "email": ANNA}
    (tmp_path / "e.json").write_text(json.dumps(told))
    cli.main(["init", root], standalone_mode=False)
    for arguments in (
        ("subscribers", "import", str(tmp_path / "l.csv"), "--apply"),
        ("check", "first"),
        ("send", "first", "--yes"),
        ("events", "import", str(tmp_path / "e.json")),
    ):
        assert cli.main(["-C", root, *arguments], standalone_mode=False) in (0, None)
    logging.getLogger("newsletter").warning("the end, %s", ANNA)

    assert "the end, a…@gemeente.example" in everything.getvalue()
    assert "anna@" not in everything.getvalue()
    assert "bert@" not in everything.getvalue()


def test_the_site_writes_no_address_in_any_log(tmp_path: Path, everything: io.StringIO) -> None:
    site = make_site(tmp_path, {ANNA: "nl"}, config='\n[events]\nsecret = "env:NOBODY"\n')
    site.project.webhooks.keep("json", f'[{{"id": "{ANNA}", "event": "{ANNA}", "at": "{ANNA}"}}]'.encode())
    site.project.webhooks.apply()
    site.post(site.links(ANNA)["unsubscribe_url"], data={"List-Unsubscribe": "One-Click"})
    site.post("/hooks/json", content=ANNA.encode())
    site.project.close()

    assert "cannot be read" in everything.getvalue()
    assert "a…@gemeente.example" in everything.getvalue()
    assert ANNA not in everything.getvalue()


def test_a_database_that_everybody_may_read_is_told(tmp_path: Path) -> None:
    with fresh_store(tmp_path) as store:
        tmp_path.chmod(0o755)
        store.database.path.chmod(0o644)
        assert store.database.path in loose_files(store.database)

        tmp_path.chmod(0o700)
        behind_a_door = loose_files(store.database)
        tmp_path.chmod(0o755)
        for path in tmp_path.iterdir():
            path.chmod(0o640)

        assert (behind_a_door, loose_files(store.database)) == ((), ())
