"""A small newsletter whose letters are shown by their dates, as in CI: there is no database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from newsletter.project import FixedClock, Project

__all__ = ["BASE", "NOW", "make_project", "page", "write"]

BASE = "https://brief.example"
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
CONFIG = """[newsletter]
name = "Helder & bestuur"
lang = "nl"
timezone = "Europe/Amsterdam"
base_url = "https://brief.example"

[sender]
from = "Renata <renata@brief.example>"

[fields.first_name]
fallback = "lezer"

[fields.organisation]
"""


def make_project(root: Path, config: str = "") -> Project:
    """Return a project in `root` without an issue; `config` comes below what every one has."""
    (root / "issues").mkdir(parents=True)
    (root / "newsletter.toml").write_text(CONFIG + config)
    return Project.open(root, clock=FixedClock(NOW), environment={})


def write(project: Project, name: str, body: str = "Dag lezer.\n", **keys: str) -> Path:
    """Write the issue `name` with front matter `keys`, as YAML; its date is that of its name."""
    given = {"subject": '"Over bladeren"', "date": f"{name[:10]}T09:30:00+01:00", **keys}
    path = project.config.root / "issues" / f"{name}.md"
    head = "\n".join(f"{key}: {value}" for key, value in given.items() if value)
    path.write_text(f"---\n{head}\n---\n\n{body}")
    return path


def page(folder: Path, name: str) -> str:
    """Return the page `name` below the archive in `folder`."""
    return (folder / name / "index.html").read_text()
