"""The mail that asks a reader whether their words may be quoted: a text of the project's own, or ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, Problem
from newsletter.source import Place, shown_path

if TYPE_CHECKING:
    from newsletter.config.schema import Config
    from newsletter.domain.quote import QuotedReply

__all__ = ["quote_question"]

_FOLDER = "quote"
_LAST_RESORT = "en"
_SLOT = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")


def quote_question(config: Config, quote: QuotedReply, lang: str) -> str:
    """Return the text that asks for `quote`, in `lang`, else in the newsletter's language, else in English.

    The project's own `templates/quote/named.LANG.txt` or `anonymous.LANG.txt` wins over the packaged one; in
    it `{{ name }}`, `{{ words }}` and `{{ newsletter_name }}` are filled in. Raises ContentError.
    """
    from newsletter.render.template import template_folders

    kind = "anonymous" if quote.wants_anonymous else "named"
    values = {
        "name": quote.shown_name,
        "words": "\n".join(f"> {line}".rstrip() for line in quote.excerpt.split("\n")),
        "newsletter_name": config.newsletter.name,
    }
    wanted = [lang, lang.partition("-")[0], config.newsletter.lang, _LAST_RESORT]
    for tag in dict.fromkeys(one.lower() for one in wanted if one.replace("-", "").isalnum()):
        for folder in template_folders(config.root):
            path = folder / _FOLDER / f"{kind}.{tag}.txt"
            if not path.is_file():
                continue
            place = Place(path=shown_path(path, config.root))
            try:
                text = path.read_text("utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
                raise ContentError(Problem(what="the text cannot be read", why=why, place=place)) from error
            return _filled(text, values, place)
    raise ContentError(Problem(what="there is no text that asks", fix=f"write templates/quote/{kind}.en.txt"))


def _filled(text: str, values: dict[str, str], place: Place) -> str:
    strange = [name for name in _SLOT.findall(text) if name not in values]
    ContentError.raise_if(
        [
            Problem(
                what=f"{{{{ {name} }}}} has no value in this text",
                place=place,
                fix=f"known are: {', '.join(values)}",
            )
            for name in dict.fromkeys(strange)
        ]
    )
    return _SLOT.sub(lambda found: values[found[1]], text).strip() + "\n"
