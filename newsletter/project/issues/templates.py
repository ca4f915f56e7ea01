"""Templates of a project: listed, copied to be changed, checked with a letter that has everything in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.config.schema import ChecksConfig, Config
from newsletter.domain.finding import CheckReport
from newsletter.errors import Problem, UsageError
from newsletter.source import shown_path

if TYPE_CHECKING:
    from newsletter.checks.outside import Outside
    from newsletter.project import Project
    from newsletter.render.catalogue import TemplateFile

__all__ = ["KITCHEN_SINK", "Templates"]

KITCHEN_SINK = Path(__file__).parent / "kitchen_sink" / "everything.md"
"""An issue with every kind of block in it."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_FAMILIES = ("TP", "AX", "MS", "CL", "MD013")
"""Rules on templates and mail clients, on what readers need, on every message, and on what is noted."""
_COPIED = "letter"
"""Copied for a template that has no packaged one of its name."""

_EXAMPLE_SITE = "https://letter.example"


class Templates:
    """What can be done with templates."""

    def __init__(self, project: Project) -> None:
        """Work on the templates of `project`."""
        self._project = project
        self._config = project.config

    def all(self) -> tuple[TemplateFile, ...]:
        """Return every template an issue can name, in order of name."""
        from newsletter.render.catalogue import list_templates

        return list_templates(self._config.root)

    def new(self, name: str, *, source: str | None = None) -> Path:
        """Copy template `source` to `templates/NAME.mjml.j2` and return its path.

        Without `source` it is the packaged template called `name`, or else the letter.
        Raises UsageError for a name that cannot be one, an unknown source, or a file that exists.
        """
        from newsletter.render.catalogue import find_template
        from newsletter.render.template import SUFFIX

        if not _NAME.fullmatch(name):
            raise UsageError(
                Problem(
                    what=f'"{name}" cannot be the name of a template',
                    fix="use small letters, digits, _ and -, and a letter or digit first",
                )
            )
        original = find_template(self._config.root, source or self._source(name))
        path = self._config.root / "templates" / f"{name}{SUFFIX}"
        if path.exists():
            raise UsageError(
                Problem(what=f"{path} exists already", fix="choose another name, or edit that file")
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(original.path.read_bytes())
        except OSError as error:
            raise UsageError(Problem(what=f"{path} cannot be written: {error.strerror}")) from error
        return path

    def _source(self, name: str) -> str:
        from newsletter.render.catalogue import Origin

        is_packaged = any(one.name == name and one.origin is not Origin.PROJECT for one in self.all())
        return f"packaged/{name}" if is_packaged else _COPIED

    def check(
        self, names: tuple[str, ...] = (), *, strict: bool = False, outside: Outside | None = None
    ) -> tuple[CheckReport, ...]:
        """Return what is wrong with the templates `names`, or with all, in a letter with everything in it.

        `outside` is what `Project.outside` gave, for the rules on request.
        Raises UsageError for an unknown name.
        """
        from newsletter.render.catalogue import find_template

        chosen = [find_template(self._config.root, name) for name in names] or self.all()
        return tuple(self._check(template, outside, strict=strict) for template in chosen)

    def _check(self, template: TemplateFile, outside: Outside | None, *, strict: bool) -> CheckReport:
        from newsletter.checks.context import CheckContext
        from newsletter.checks.outside import NOTHING_OUTSIDE
        from newsletter.checks.registry import load_rules
        from newsletter.checks.runner import run_checks

        context = CheckContext(
            path=KITCHEN_SINK,
            config=_example(self._config, template.name),
            now=self._project.clock.now(),
            posting=self._project.issues.posting,
            outside=outside or NOTHING_OUTSIDE,
        )
        rules = {code: rule for code, rule in load_rules().items() if code.startswith(_FAMILIES)}
        report = run_checks(context, strict=strict, rules=rules)
        return replace(report, path=shown_path(template.path, self._config.root))


def _example(config: Config, template: str) -> Config:
    """Return `config` for the kitchen-sink letter in `template`, with every rule on."""
    site = config.newsletter.base_url or _EXAMPLE_SITE
    return replace(
        config,
        quotes_dir=KITCHEN_SINK.parent,
        newsletter=replace(config.newsletter, template=template, base_url=site),
        checks=ChecksConfig(clients=config.checks.clients),
    )
