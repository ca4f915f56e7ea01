"""Indexes follow the configuration; a short list does not make a word about it."""

from __future__ import annotations

from pathlib import Path

from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.project import Project
from newsletter.project.readers.indexing import refresh_indexes

CONFIG = """[newsletter]
name = "Brief"
postal_address = "Kade 12, Zwolle"
base_url = "https://brief.example"
[sender]
from = "An <an@brief.example>"
"""


def heard(root: Path, fields: str) -> list[str]:
    """Return which indexes are made for a configuration with `fields`."""
    (root / "newsletter.toml").write_text(CONFIG + fields)
    told: list[str] = []
    with Project.open(root, environment={}) as project:
        if not project.has_store:
            project.store.subscribers.add(
                Subscriber(id=0, email="a@b.nl", key="a@b.nl", status=SubscriberStatus.ACTIVE)
            )
        assert refresh_indexes(project, told.append) is None
        types = {name: one.type for name, one in project.config.fields.items()}
        assert not project.store.field_indexes.change(types)
    return [text.partition(": ")[2] for text in told]


def test_a_field_that_is_declared_later_gets_its_index_at_the_next_look(tmp_path: Path) -> None:
    assert heard(tmp_path, "[fields.role]\n") == ["lang", "source", "domain", "role"]
    assert heard(tmp_path, "[fields.role]\n") == []
    assert heard(tmp_path, '[fields.size]\ntype = "number"\n') == ["size"]
