"""A project with a list, made once and copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_world import Project, run

READERS = 40


@pytest.fixture(scope="session")
def bare_template(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return what `newsletter init` makes; not to be changed."""
    root = tmp_path_factory.mktemp("cli") / "bare"
    assert run("init", str(root), "--name", "Brief", cwd=root.parent).code == 0
    return Project(root)


@pytest.fixture(scope="session")
def template(bare_template: Project) -> Project:
    """Return a newsletter of 40 readers, half of them tagged `even`; its letter is checked."""
    project = bare_template.copy_to(bare_template.root.with_name("listed"))
    rows = [f"r{n:02}@x.example,R{n},{'even' if n % 2 == 0 else 'odd'}" for n in range(READERS)]
    (project.root / "l.csv").write_text("\n".join(["email,first_name,tags", *rows]), "utf-8")
    done = project.run("subscribers", "import", "l.csv", "--apply")
    assert done.code == 0, done.err
    project.check()
    return project


@pytest.fixture
def bare(bare_template: Project, tmp_path: Path) -> Project:
    """Return a newsletter without a list."""
    return bare_template.copy_to(tmp_path / "bare")


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    """Return a newsletter with a list."""
    return template.copy_to(tmp_path / "project")
