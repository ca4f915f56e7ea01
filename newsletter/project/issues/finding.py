"""Which issue somebody means: by a path, a file name, or a slug."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.content.loader import slug_from_name
from newsletter.content.siblings import Siblings, group_siblings, split_name
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
    issues = [
        _in_order(issue, project.config.newsletter.lang) for issue in group_siblings(project.issues.all())
    ]
    known = _known(issues)
    if name in known:
        return known[name]
    wanted = Path(name).name.removesuffix(".md")
    if len(known.get(wanted, ())) > 1 and Path(name).parent in (Path(), Path("issues"), root / "issues"):
        return known[wanted]  # issues/KEY or KEY.md, of KEY.nl.md and others
    own = {slug: paths for paths in issues if (slug := _own_slug(project, paths[0]))}
    if name in own:
        return own[name]
    if any(path.is_dir() for path in (Path(name), root / name)):
        raise UsageError(Problem(what=f"{name} is a directory", fix="name one issue; see: ls issues"))
    known |= own
    near = difflib.get_close_matches(wanted, known, n=1)
    fix = f'did you mean "{known[near[0]][0].relative_to(root)}"?' if near else "see: ls issues"
    raise UsageError(Problem(what=f'there is no issue "{name}"', fix=fix))


def _in_order(issue: Siblings, own: str) -> tuple[Path, ...]:
    """Return the files of an issue, first the one for readers whom none fits; `own` is the newsletter's."""
    by_lang = {file.lang: file.path for file in issue.files}
    return tuple(by_lang[lang] for lang in language_order(by_lang, own))


def _known(issues: Iterable[tuple[Path, ...]]) -> dict[str, tuple[Path, ...]]:
    """Return the files of each issue by its slug, its name with the date, and those of its files."""
    found: dict[str, tuple[Path, ...]] = {}
    for paths in issues:
        for name in (slug_from_name(paths[0].name), split_name(paths[0].name)[0]):
            if name:
                found[name] = paths
        found |= {path.stem: (path,) for path in paths if len(paths) > 1}
    return found


def _own_slug(project: Project, path: Path) -> str | None:
    try:
        return project.issues.load(path).slug
    except NewsletterError:  # an issue that cannot be read is found by its file name
        return None
