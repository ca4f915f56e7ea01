"""Templates of web pages, locked up: those of the project first, then the packaged ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["open_page_templates"]


def open_page_templates(folders: Sequence[Path]) -> ImmutableSandboxedEnvironment:
    """Return the templates in `folders`, of which the first, the project's own, wins; values are escaped.

    Raises ConfigError with everything that is wrong with the project's own, so that it shows before anybody
    looks at a page.
    """
    templates = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    problems: list[Problem] = []
    for path in sorted(folders[0].glob("*.j2")):
        place = "/".join(path.parts[-3:])
        try:
            templates.get_template(path.name)
        except TemplateSyntaxError as error:
            problems.append(Problem(what=f"{error.message}", place=Place(path=place, line=error.lineno)))
        except (OSError, UnicodeError) as error:
            problems.append(
                Problem(what="this template cannot be read", why=str(error), place=Place(path=place))
            )
    ConfigError.raise_if(problems)
    return templates
