"""Which issue somebody means: by a path, a file name, or a slug."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.content.loader import slug_from_name
from newsletter.content.siblings import group_siblings
from newsletter.domain.languages import language_order
from newsletter.errors import NewsletterError, Problem, UsageError

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["find_files_of"]


def find_files_of(project: Project, name: str) -> tuple[Path, ...]:
    """Return the file called `name`, or every file of the issue with that name, date and all, or slug.

    First comes the one for readers whom no language of the issue fits. Raises UsageError with the nearest
    name when there is none.
    """
    root = project.config.root
    for path in (Path(name), root / name, root / "issues" / name):
        if path.is_file():
            return (path.absolute(),)
    known = _known(project)
    if name in known:
        return known[name]
    wanted = Path(name).name.removesuffix(".md")
    if len(known.get(wanted, ())) > 1 and Path(name).parent in (Path(), Path("issues"), root / "issues"):
        return known[wanted]  # issues/KEY or KEY.md, of KEY.nl.md and others
    own = {slug: paths for paths in known.values() if (slug := _own_slug(project, paths[0]))}
    if name in own:
        return own[name]
    if any(path.is_dir() for path in (Path(name), root / name)):
        raise UsageError(Problem(what=f"{name} is a directory", fix="name one issue; see: ls issues"))
    known |= own
    near = difflib.get_close_matches(wanted, known, n=1)
    fix = f'did you mean "{known[near[0]][0].relative_to(root)}"?' if near else "see: ls issues"
    raise UsageError(Problem(what=f'there is no issue "{name}"', fix=fix))


def _known(project: Project) -> dict[str, tuple[Path, ...]]:
    """Return the files of each issue by its slug, its name with the date, and those of its files."""
    found: dict[str, tuple[Path, ...]] = {}
    for issue in group_siblings(project.issues.all()):
        by_lang = {file.lang: file.path for file in issue.files}
        paths = tuple(by_lang[lang] for lang in language_order(by_lang, project.config.newsletter.lang))
        for name in (slug_from_name(paths[0].name), issue.key):
            if name:
                found[name] = paths
        found |= {path.stem: (path,) for path in paths}
    return found


def _own_slug(project: Project, path: Path) -> str | None:
    try:
        return project.issues.load(path).slug
    except NewsletterError:  # an issue that cannot be read is found by its file name
        return None
