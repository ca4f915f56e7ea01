"""Pages in the visitor's language, from templates that a project may replace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as day_type
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from newsletter.config.page_templates import open_page_templates
from newsletter.config.schema import Config
from newsletter.config.wording import Wording
from newsletter.domain.locales import DateForm, date_text
from newsletter.render.template import template_folders
from newsletter.site.languages import choose_language

__all__ = ["Pages"]

_DAY = "public, max-age=86400"


class Pages:
    """Makes the site's pages. A file in the project's `templates/site/` wins over the packaged one."""

    def __init__(self, config: Config) -> None:
        """Read wording and templates. Raises ConfigError with everything that is wrong with them."""
        folders = [folder / "site" for folder in template_folders(config.root)]
        self.address = config.site.base_url or config.newsletter.base_url
        self.prefix = urlsplit(self.address).path.rstrip("/")
        self._name = config.newsletter.name
        self._lang = config.newsletter.lang
        self._author = config.sender.from_.name if config.sender.from_ else config.newsletter.name
        self._zone = ZoneInfo(config.newsletter.timezone)
        self._wording = Wording.read(folders)
        self._templates = open_page_templates(folders)
        self._css = next(path.read_bytes() for folder in folders if (path := folder / "site.css").is_file())

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages there are."""
        return self._wording.languages

    def language(self, request: Request, lang: str | None = None) -> str:
        """Return the language to answer in: the one asked for, the reader's own, the browser's, ours."""
        return choose_language(
            self._wording.languages,
            (request.query_params.get("lang"), lang),
            request.headers.get("accept-language", ""),
            self._lang,
        )

    def show(
        self,
        request: Request,
        page: str,
        *,
        status: int = 200,
        lang: str | None = None,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response:
        """Return the page `page`; `lang` is the language the reader chose, `values` what it shows."""
        chosen = self.language(request, lang)
        answer = HTMLResponse(self._html(request, page, chosen, values), status, headers)
        answer.headers["Content-Language"] = chosen
        answer.headers["Vary"] = "Accept-Language"
        return answer

    def error(
        self, request: Request, kind: str, status: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return the page that says what went wrong."""
        return self.show(request, "error", status=status, headers=headers, kind=kind)

    async def stylesheet(self, _request: Request) -> Response:
        """Answer with the one stylesheet."""
        return Response(self._css, media_type="text/css", headers={"Cache-Control": _DAY})

    def _html(self, request: Request, page: str, lang: str, values: Mapping[str, Any]) -> str:
        names = [(one, self._wording.text(one, "language.name")) for one in self._wording.languages]

        def say(key: str, **words: object) -> Markup:
            """Return the sentence `key`, with `words` put in, escaped."""
            text = self._wording.text(lang, key)
            return Markup(text).format_map({"name": self._name, **words})  # noqa: S704 (our own wording)

        def date(day: day_type) -> str:
            """Return a day, or the day of a moment, as people write it."""
            here = day.astimezone(self._zone) if isinstance(day, datetime) else day
            return date_text(here, DateForm.LONG, lang)

        return self._templates.get_template(f"{page}.html.j2").render(
            say=say,
            date=date,
            lang=lang,
            languages=[one for one in names if one[0] != lang],
            all_languages=names,
            here=self.prefix + quote(_own_path(request)),
            prefix=self.prefix,
            newsletter=self._name,
            **values,
        )


def _own_path(request: Request) -> str:
    """Return the path without the prefix, whether or not the proxy took it off.

    It begins with one slash: what begins with two leads to another host (RFC 3986 4.2).
    """
    path: str = request.scope["path"]
    return "/" + path.removeprefix(request.scope.get("root_path", "")).lstrip("/")
