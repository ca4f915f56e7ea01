"""The texts people say yes to: files under version control, the project's own or those that come with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.consent import Wording
from newsletter.errors import ContentError, Problem
from newsletter.source import Place, shown_path

if TYPE_CHECKING:
    from newsletter.config.schema import Config

__all__ = ["read_wording", "wording_path"]

_FOLDER = "consent"
_LAST_RESORT = "en"
_NAME_SLOT = "{{ newsletter_name }}"


def wording_path(config: Config, name: str, lang: str) -> tuple[Path, str]:
    """Return the file of the text `name`, and the language it is in.

    The project's own `templates/consent/NAME.LANG.md` wins over the packaged one; a language without the text
    gets it in the newsletter's, else in English. Raises ContentError when there is none at all.
    """
    from newsletter.render.template import template_folders

    wanted = [lang, lang.partition("-")[0], config.newsletter.lang, _LAST_RESORT]
    for one in dict.fromkeys(tag.lower() for tag in wanted if tag.replace("-", "").isalnum()):
        for folder in template_folders(config.root):
            path = folder / _FOLDER / f"{name}.{one}.md"
            if path.is_file():
                return path, one
    raise ContentError(
        Problem(
            what=f'there is no text "{name}" to say yes to',
            fix=f"write it in templates/{_FOLDER}/{name}.{_LAST_RESORT}.md",
        )
    )


def read_wording(config: Config, name: str, lang: str) -> Wording:
    """Return the text `name` as people see it, with the newsletter's name filled in.

    Raises ContentError when there is none, or it cannot be read.
    """
    path, found = wording_path(config, name, lang)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        place = Place(path=shown_path(path, config.root))
        raise ContentError(Problem(what="the text cannot be read", why=why, place=place)) from error
    return Wording(
        name=f"{name}.{found}", lang=found, text=text.replace(_NAME_SLOT, config.newsletter.name).strip()
    )
