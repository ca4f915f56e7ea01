"""The pages of an archive, from templates that a project may replace: `templates/archive/`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date as day_type
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from newsletter.archive.article import Labels
from newsletter.archive.card import CARD
from newsletter.archive.edition import (
    INDEX,
    TAGS,
    ArchivedIssue,
    ArchivedLetter,
    ArchiveFile,
    Edition,
    tag_slug,
)
from newsletter.archive.feeds import ATOM, JSON_FEED
from newsletter.archive.search import SEARCH_INDEX
from newsletter.config.wording import Wording
from newsletter.domain.locales import DateForm, date_text
from newsletter.errors import ConfigError, ContentError, Problem
from newsletter.render.template import template_folders
from newsletter.render.theme import make_theme
from newsletter.source import Place

__all__ = ["LOGO_FILE", "ArchivePages"]

LOGO_FILE = "logo"
"""What the file of the logo is called, before its ending."""

_BASE = "en"
_SCRIPT = "search.js"
_STYLE = "style.css"
_FAR_PICTURE = re.compile(r'<img src="https?:')


class ArchivePages:
    """Makes the pages; a file in the project's `templates/archive/` wins over the packaged one."""

    def __init__(self, root: Path) -> None:
        """Read wording and templates. Raises ConfigError with everything that is wrong with them."""
        folders = [folder / "archive" for folder in template_folders(root)]
        self._folders = folders
        self._wording = Wording.read(folders)
        self._templates = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        ConfigError.raise_if(list(_broken(self._templates, folders[0])))

    def labels(self, lang: str, sources: str) -> Labels:
        """Return the words in an article in `lang` that its author did not write."""
        return Labels(
            sources=sources, back=self._said(lang, "article.back"), table=self._said(lang, "article.table")
        )

    def files(self, edition: Edition, cards: frozenset[str]) -> Iterator[ArchiveFile]:
        """Yield every page, the stylesheet and the script; `cards` are the paths of pictures beside links.

        Raises ContentError for a template that fails.
        """
        yield self._file(
            _STYLE, self._template("style.css.j2", {"theme": _theme(edition), "edition": edition})
        )
        yield ArchiveFile(path=_SCRIPT, data=self._own(_SCRIPT))
        yield self._index(edition)
        listed = edition.listed
        for issue in edition.issues:
            place = listed.index(issue) if issue in listed else None
            for letter in issue.letters:
                card = f"{issue.folder(letter)}/{CARD}"
                beside = {
                    **_beside(listed, place),
                    "card": f"{edition.address}/{card}" if card in cards else None,
                }
                yield self._letter(edition, issue, letter, beside)
        for tag, slug, issues in edition.tags():
            values = {"tag": tag, "issues": issues, "canonical": f"{edition.address}/{TAGS}/{slug}/"}
            yield self._page("tag", f"{TAGS}/{slug}/{INDEX}", edition, edition.lang, values)

    def _index(self, edition: Edition) -> ArchiveFile:
        years: dict[str, list[ArchivedIssue]] = {}
        for issue in edition.listed:
            years.setdefault(f"{issue.at:%Y}", []).append(issue)
        values = {"years": list(years.items()), "tags": list(edition.tags())}
        return self._page(
            "index", INDEX, edition, edition.lang, {"canonical": f"{edition.address}/", **values}
        )

    def _letter(
        self, edition: Edition, issue: ArchivedIssue, letter: ArchivedLetter, beside: Mapping[str, Any]
    ) -> ArchiveFile:
        folder = issue.folder(letter)
        up = "../" * folder.count("/")
        here = f"{edition.address}/{issue.slug}/"
        values = {
            "issue": issue,
            "letter": letter,
            "body": Markup(letter.html.replace(f'src="{here}', f'src="{up}')),  # noqa: S704 (our own)
            "canonical": f"{edition.address}/{folder}/",
            "alternates": [
                (one.lang, f"{edition.address}/{issue.folder(one)}/", self._said(one.lang, "language.name"))
                for one in issue.letters
            ],
            "tags": [(tag, tag_slug(tag)) for tag in issue.tags],
            "has_far_pictures": _FAR_PICTURE.search(letter.html) is not None,
            **beside,
        }
        return self._page("issue", f"{folder}/{INDEX}", edition, letter.lang, values)

    def _page(
        self, name: str, path: str, edition: Edition, lang: str, values: Mapping[str, Any]
    ) -> ArchiveFile:
        zone = ZoneInfo(edition.timezone)
        root = "../" * path.count("/")

        def say(key: str, **words: object) -> Markup:
            """Return the sentence `key`, with `words` put in, escaped."""
            sentence = Markup(self._said(lang, key))  # noqa: S704 (our own wording)
            return sentence.format_map({"name": edition.name, **words})

        def date(day: day_type) -> str:
            """Return a day, or the day of a moment, as people write it."""
            here = day.astimezone(zone) if isinstance(day, datetime) else day
            return date_text(here, DateForm.LONG, lang)

        shared = {
            "edition": edition,
            "logo": f"{root}{LOGO_FILE}{_ending(edition.logo.name)}" if edition.logo else None,
            "logo_alt": edition.theme.logo_alt or edition.name,
            "theme": _theme(edition),
            "lang": lang,
            "root": root or "./",
            "say": say,
            "date": date,
            "atom": ATOM,
            "json_feed": JSON_FEED,
            "search_index": SEARCH_INDEX,
            "has_far_pictures": False,
        }
        return self._file(path, self._template(f"{name}.html.j2", {**shared, **values}))

    def _said(self, lang: str, key: str) -> str:
        known = self._wording.languages
        chosen = next((one for one in (lang, lang.partition("-")[0]) if one in known), _BASE)
        return self._wording.text(chosen, key)

    def _template(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            return self._templates.get_template(name).render(values)
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            what = f"the template cannot be filled in: {error}"
            raise ContentError(Problem(what=what, place=Place(path=f"templates/archive/{name}"))) from error

    def _own(self, name: str) -> bytes:
        return next((folder / name).read_bytes() for folder in self._folders if (folder / name).is_file())

    @staticmethod
    def _file(path: str, text: str) -> ArchiveFile:
        return ArchiveFile(path=path, data=text.encode())


def _beside(listed: Sequence[ArchivedIssue], place: int | None) -> dict[str, ArchivedIssue | None]:
    """Return the issues before and after the one at `place` among `listed`, which begins with the latest."""
    if place is None:
        return {"earlier": None, "later": None}
    return {
        "earlier": listed[place + 1] if place + 1 < len(listed) else None,
        "later": listed[place - 1] if place else None,
    }


def _theme(edition: Edition) -> Any:
    return make_theme(edition.theme, None, edition.name)


def _ending(name: str) -> str:
    return name[name.rindex(".") :]


def _broken(templates: Environment, folder: Path) -> Iterator[Problem]:
    """Yield what is wrong with the templates of the project's own."""
    for path in sorted(folder.glob("*.j2")):
        place = "/".join(path.parts[-3:])
        try:
            templates.get_template(path.name)
        except TemplateSyntaxError as error:
            yield Problem(what=f"{error.message}", place=Place(path=place, line=error.lineno))
        except (OSError, UnicodeError) as error:
            yield Problem(what="this template cannot be read", why=str(error), place=Place(path=place))
