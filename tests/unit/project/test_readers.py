"""The list as commands see it: who leaves has left, whatever was known before."""

from __future__ import annotations

from pathlib import Path

from newsletter.config.schema import Config
from newsletter.project import Project


def test_leaving_counts_even_when_a_list_said_so_before(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("email,status\nanna@brief.example,unsubscribed\n")
    with Project(Config(root=tmp_path)) as project:
        project.imports.apply(project.imports.plan(tmp_path / "list.csv"))

        is_new = project.audience.unsubscribe("anna@brief.example")
        report = project.imports.undo()

        assert not is_new
        assert ("anna@brief.example",) == report.left_alone
        assert project.store.subscribers.suppression("anna@brief.example") is not None
