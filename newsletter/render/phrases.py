"""The few sentences of a letter that its author does not write, in the issue's language."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["direction", "phrase", "phrases_for"]

_FALLBACK_LANGUAGE = "en"
"""Language of the phrases where the issue's own is not among `_PHRASES`."""

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "why": "Je krijgt deze brief omdat je je hebt ingeschreven voor {newsletter}.",
        "unsubscribe": "Uitschrijven",
        "preferences": "Voorkeuren aanpassen",
        "online": "Lees online",
        "number": "Nummer",
        "reply": "Antwoord gewoon op deze mail; ik lees alles.",
        "question": "Mijn vraag aan jou",
        "note": "Terzijde",
    },
    "en": {
        "why": "You get this letter because you signed up for {newsletter}.",
        "unsubscribe": "Unsubscribe",
        "preferences": "Change preferences",
        "online": "Read online",
        "number": "Number",
        "reply": "Just reply to this mail; I read everything.",
        "question": "My question to you",
        "note": "An aside",
    },
}
"""Language (BCP 47 primary subtag), key, phrase; `{newsletter}` becomes the newsletter's name."""

_RIGHT_TO_LEFT = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ps", "sd", "ug", "ur", "yi"])


def phrases_for(lang: str) -> Mapping[str, str]:
    """Return the phrases for `lang` (BCP 47, such as `nl-NL`), in English where there are none."""
    return _PHRASES.get(lang.partition("-")[0].lower(), _PHRASES[_FALLBACK_LANGUAGE])


def phrase(lang: str, key: str, newsletter: str) -> str:
    """Return the phrase `key` in `lang` with the newsletter's name filled in. Raises KeyError."""
    return phrases_for(lang)[key].replace("{newsletter}", newsletter)


def direction(lang: str) -> str:
    """Return `rtl` for languages written from right to left, else `ltr` (HTML's `dir`)."""
    return "rtl" if lang.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"
