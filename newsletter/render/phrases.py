"""The few sentences of a letter that its author does not write, in the issue's language."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["LANGUAGES", "direction", "phrase", "phrases_for"]

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
        "sources": "Bronnen",
        "contents": "In deze brief",
        "reader": "een lezer",
        "yes": "ja",
        "no": "nee",
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
        "sources": "Sources",
        "contents": "In this letter",
        "reader": "a reader",
        "yes": "yes",
        "no": "no",
    },
    "de": {
        "why": "Sie bekommen diesen Brief, weil Sie sich für {newsletter} angemeldet haben.",
        "unsubscribe": "Abmelden",
        "preferences": "Einstellungen ändern",
        "online": "Online lesen",
        "number": "Nummer",
        "reply": "Antworten Sie einfach auf diese Mail; ich lese alles.",
        "question": "Meine Frage an Sie",
        "note": "Nebenbei",
        "sources": "Quellen",
        "contents": "In diesem Brief",
        "reader": "eine Stimme aus der Leserschaft",
        "yes": "ja",
        "no": "nein",
    },
    "fr": {
        "why": "Vous recevez cette lettre car votre adresse est inscrite à {newsletter}.",
        "unsubscribe": "Se désinscrire",
        "preferences": "Modifier mes préférences",
        "online": "Lire en ligne",
        "number": "Numéro",
        "reply": "Répondez simplement à ce message\u202f; je lis tout.",
        "question": "Ma question pour vous",
        "note": "En aparté",
        "sources": "Sources",
        "contents": "Dans cette lettre",
        "reader": "une lectrice ou un lecteur",
        "yes": "oui",
        "no": "non",
    },
}
"""Language (BCP 47 primary subtag), key, phrase; `{newsletter}` becomes the newsletter's name.

A new language is a new entry with every key that English has.
"""

LANGUAGES = tuple(_PHRASES)
"""Languages that have their own phrases (BCP 47 primary subtags)."""

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
