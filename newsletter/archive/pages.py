"""The pages of an archive, from templates that a project may replace: `templates/archive/`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date as day_type
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import TemplateError
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
)
from newsletter.archive.feeds import ATOM, JSON_FEED
from newsletter.archive.search import SEARCH_INDEX
from newsletter.config.page_templates import open_page_templates
from newsletter.config.wording import Wording
from newsletter.domain.locales import DateForm, date_text
from newsletter.domain.picture import PictureFile
from newsletter.domain.tag import tag_slug
from newsletter.errors import ContentError, Problem
from newsletter.render.phrases import direction
from newsletter.render.template import template_folders
from newsletter.render.theme import make_theme
from newsletter.source import Place

__all__ = ["SCRIPT", "STYLE", "ArchivePages", "logo_file"]

SCRIPT = "search.js"
STYLE = "style.css"


_BASE = "en"
_FAR_PICTURE = re.compile(r'<img src="https?:')


def logo_file(logo: PictureFile) -> str:
    """Return what the file of the logo is called in the archive."""
    return f"logo{logo.name[logo.name.rindex('.') :]}"


class ArchivePages:
    """Makes the pages; a file in the project's `templates/archive/` wins over the packaged one."""

    def __init__(self, root: Path, base: str | None = None) -> None:
        """Read wording and templates; links of pages begin with `base`, or lead from page to page when None.

        Raises ConfigError with everything that is wrong with wording and templates.
        """
        folders = [folder / "archive" for folder in template_folders(root)]
        self._folders = folders
        self._base = base
        self._wording = Wording.read(folders)
        self._templates = open_page_templates(folders)

    def labels(self, lang: str, sources: str) -> Labels:
        """Return the words in an article in `lang` that its author did not write."""
        return Labels(
            sources=sources, back=self._said(lang, "article.back"), table=self._said(lang, "article.table")
        )

    def files(self, edition: Edition, cards: frozenset[str]) -> Iterator[ArchiveFile]:
        """Yield every page, the stylesheet and the script; `cards` are the paths of pictures beside links.

        Raises ContentError for a template that fails.
        """
        yield ArchiveFile(path=STYLE, data=self.style(edition).encode())
        yield ArchiveFile(path=SCRIPT, data=self.script())
        yield ArchiveFile(path=INDEX, data=self.index(edition).encode())
        for issue in edition.issues:
            for letter in issue.letters:
                folder = issue.folder(letter)
                page = self.letter(edition, issue, letter, has_card=f"{folder}/{CARD}" in cards)
                yield ArchiveFile(path=f"{folder}/{INDEX}", data=page.encode())
        for tag, slug, issues in edition.tags():
            page = self._tag(edition, tag, slug, issues, edition.lang)
            yield ArchiveFile(path=f"{TAGS}/{slug}/{INDEX}", data=page.encode())

    def style(self, edition: Edition) -> str:
        """Return the stylesheet."""
        return self._template("style.css.j2", {"theme": _theme(edition), "edition": edition})

    def script(self) -> bytes:
        """Return the script that searches."""
        return next((one / SCRIPT).read_bytes() for one in self._folders if (one / SCRIPT).is_file())

    def index(self, edition: Edition, lang: str | None = None) -> str:
        """Return the list of all letters, in `lang` or the newsletter's own language."""
        years: dict[str, list[ArchivedIssue]] = {}
        for issue in edition.listed:
            years.setdefault(f"{issue.at:%Y}", []).append(issue)
        values = {"years": list(years.items()), "tags": list(edition.tags())}
        shared = {"canonical": f"{edition.address}/", **values}
        return self._page("index", 0, edition, lang or edition.lang, shared)

    def tag(self, edition: Edition, slug: str, lang: str | None = None) -> str:
        """Return the page of a tag. Raises KeyError when no public issue has it."""
        known = {found: (tag, issues) for tag, found, issues in edition.tags()}
        tag, issues = known[slug]
        return self._tag(edition, tag, slug, issues, lang or edition.lang)

    def _tag(self, edition: Edition, tag: str, slug: str, issues: Sequence[ArchivedIssue], lang: str) -> str:
        values = {"tag": tag, "issues": issues, "canonical": f"{edition.address}/{TAGS}/{slug}/"}
        return self._page("tag", 2, edition, lang, values)

    def letter(
        self, edition: Edition, issue: ArchivedIssue, letter: ArchivedLetter, *, has_card: bool
    ) -> str:
        """Return the page of a letter."""
        folder = issue.folder(letter)
        depth = folder.count("/")
        here = f"{edition.address}/{issue.slug}/"
        near = f"{self._base}{issue.slug}/" if self._base is not None else "../" * depth
        values = {
            "issue": issue,
            "letter": letter,
            "body": Markup(letter.html.replace(f'src="{here}', f'src="{near}')),  # noqa: S704 (our own)
            "canonical": f"{edition.address}/{folder}/",
            "card": f"{edition.address}/{folder}/{CARD}" if has_card else None,
            "alternates": [
                (
                    one.lang,
                    f"{edition.address}/{issue.folder(one)}/",
                    self._said(one.lang, "language.name"),
                    # a server may choose by the visitor's language where none is named
                    issue.folder(one) if self._base is None else f"{issue.slug}/{one.lang.lower()}",
                )
                for one in issue.letters
            ],
            "tags": [(tag, tag_slug(tag)) for tag in letter.tags],
            "has_far_pictures": _FAR_PICTURE.search(letter.html.replace(here, "")) is not None,
            **_beside(edition.listed, issue),
        }
        return self._page("issue", depth + 1, edition, letter.lang, values)

    def _page(self, name: str, depth: int, edition: Edition, lang: str, values: Mapping[str, Any]) -> str:
        zone = ZoneInfo(edition.timezone)
        root = self._base if self._base is not None else "../" * depth

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
            "logo": f"{root}{logo_file(edition.logo)}" if edition.logo else None,
            "logo_alt": edition.theme.logo_alt or edition.name,
            "theme": _theme(edition),
            "lang": lang,
            "dir": self._direction(lang),
            "root": root or "./",
            "say": say,
            "date": date,
            "atom": ATOM,
            "json_feed": JSON_FEED,
            "search_index": SEARCH_INDEX,
            "has_far_pictures": False,
        }
        return self._template(f"{name}.html.j2", {**shared, **values})

    def _said(self, lang: str, key: str) -> str:
        return self._wording.text(self._worded(lang) or _BASE, key)

    def _direction(self, lang: str) -> str:
        """Return the way a page in `lang` runs, also where its words are those of another language."""
        return self._said(lang, "language.dir") if self._worded(lang) else direction(lang)

    def _worded(self, lang: str) -> str | None:
        known = self._wording.languages
        return next((one for one in (lang, lang.partition("-")[0]) if one in known), None)

    def _template(self, name: str, values: Mapping[str, Any]) -> str:
        try:
            return self._templates.get_template(name).render(values)
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            what = f"the template cannot be filled in: {error}"
            raise ContentError(Problem(what=what, place=Place(path=f"templates/archive/{name}"))) from error


def _beside(listed: Sequence[ArchivedIssue], issue: ArchivedIssue) -> dict[str, ArchivedIssue | None]:
    """Return the issues before and after `issue` among `listed`, which begins with the latest."""
    slugs = [one.slug for one in listed]
    if issue.slug not in slugs:
        return {"earlier": None, "later": None}
    place = slugs.index(issue.slug)
    return {
        "earlier": listed[place + 1] if place + 1 < len(listed) else None,
        "later": listed[place - 1] if place else None,
    }


def _theme(edition: Edition) -> Any:
    return make_theme(edition.theme, None, edition.name)
