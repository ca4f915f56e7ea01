"""What the editor can complete: keys of the front matter, directives, slots of this newsletter."""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.content.directives import directive_examples
from newsletter.content.front_matter import KEYS
from newsletter.domain.slot import LINK_SLOTS

__all__ = ["vocabulary"]


def vocabulary(config: Config) -> dict[str, list[dict[str, str]]]:
    """Return, for the page, every word with what to insert for it and a few words about it."""
    fields = {name: field.description or "" for name, field in config.fields.items()}
    return {
        "keys": [_word(key, f"{key}: ") for key in KEYS],
        "directives": [
            _word(name, f"{name} {example}".rstrip(), example)
            for name, example in directive_examples().items()
        ],
        "slots": [
            *(_word(name, f"{name} }}}}", about) for name, about in fields.items()),
            *(_word(name, f"{name} }}}}") for name in LINK_SLOTS),
        ],
    }


def _word(word: str, insert: str, detail: str = "") -> dict[str, str]:
    return {"word": word, "insert": insert, "detail": detail}
