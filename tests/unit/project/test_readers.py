"""The list as commands see it: who leaves has left, whatever was known before."""

from __future__ import annotations

from pathlib import Path

from newsletter.audience.importing import Addition
from newsletter.config.schema import Config
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.project import Project


def test_leaving_counts_even_when_a_list_said_so_before(tmp_path: Path) -> None:
    with Project(Config(root=tmp_path)) as project:
        departed = Addition(
            line=2,
            email="anna@brief.example",
            key="anna@brief.example",
            status=SubscriberStatus.UNSUBSCRIBED,
            lang=None,
            fields={},
            tags=frozenset(),
            joined=None,
            confirmed=None,
            source=None,
        )
        now = project.clock.now()
        project.store.imports.apply([departed], source="list.csv", digest="d" * 64, now=now)

        is_new = project.audience.unsubscribe("anna@brief.example")
        report = project.store.imports.undo(now)

        assert not is_new
        assert ("anna@brief.example",) == report.left_alone
        assert project.store.subscribers.suppression("anna@brief.example") is not None
