"""Long words may break on a narrow screen; nothing else of a letter knows of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config, NewsletterConfig
from newsletter.content.document import Document
from newsletter.content.typography.languages import LANGUAGES
from newsletter.render.components import to_mjml
from newsletter.render.hyphenation import MIN_LETTERS, SOFT_HYPHEN, hyphenate
from newsletter.render.pictures.letter import read_pictures
from newsletter.render.plain_text import to_text

CONFIG = Config(root=Path(), newsletter=NewsletterConfig(base_url="https://brief.example"))


@pytest.mark.parametrize(
    ("lang", "word", "shown"),
    [
        ("nl", "gemeenteraadsverkiezingen", "gemeente-raads-verkiezingen"),
        ("nl", "Overheidscommunicatie.", "Overheids-communicatie."),
        ("nl", "verantwoordelijkheid", "verant-woor-de-lijk-heid"),
        ("nl", "arbeidsongeschiktheidsverzekering", "arbeids-on-ge-schikt-heids-verzekering"),
        ("de", "Stadtverwaltungsmitarbeiter", "Stadt-verwaltungs-mitarbeiter"),
        ("en-US", "internationalization", "inter-na-tion-al-iza-tion"),
        ("fr", "anticonstitutionnellement", "anti-cons-ti-tu-tion-nel-le-ment"),
        ("nl", "vergadering", "vergadering"),
        ("nl", "OpenOverheidsinformatie", "OpenOverheidsinformatie"),
        (
            "nl",
            "overheidscommunicatie.nl @overheidscommunicatie",
            "overheidscommunicatie.nl @overheidscommunicatie",
        ),
        ("nl", "nlphabcdefabqverantwoordelijk", "nlphabcdefabqverantwoordelijk"),
        ("nl", "verantwoordelijk\u00adheid", "verantwoordelijk-heid"),
        ("pl", "odpowiedzialności", "odpowiedzialności"),
    ],
)
def test_words_break_between_their_parts_and_never_near_an_end(lang: str, word: str, shown: str):
    assert hyphenate(word, lang).replace(SOFT_HYPHEN, "-") == shown


@given(st.text(alphabet="aeinorstéßABC 'x1.@-", max_size=80), st.sampled_from([*LANGUAGES, "pl"]))
def test_only_long_words_get_soft_hyphens_and_keep_four_letters_on_each_side(text: str, lang: str):
    result = hyphenate(text, lang)

    assert result.replace(SOFT_HYPHEN, "") == text
    for part in result.split(SOFT_HYPHEN)[1:-1]:
        assert part
    for word in result.split():
        pieces = word.split(SOFT_HYPHEN)
        if len(pieces) > 1:
            assert len(word) - len(pieces) + 1 >= MIN_LETTERS
            assert min(len(pieces[0]), len(pieces[-1])) >= 4


LONG = "overheidscommunicatie"


@pytest.mark.parametrize(
    "body",
    [
        f"## {LONG}\n\na",
        f"[{LONG}](https://x.nl/{LONG})",
        f"`{LONG}`\n\n    {LONG}",
        f"![{LONG}](klein.png)",
        f"::: button https://x.nl/{LONG}\n{LONG}\n:::",
        f"::: signature\nRenata\n{LONG}\n:::",
        f"<https://{LONG}.nl>",
    ],
)
def test_headings_links_code_and_names_stay_whole(parse: Callable[..., Document], body: str):
    document = parse(body)

    assert SOFT_HYPHEN not in to_mjml(document, read_pictures(document, CONFIG).shown)


@pytest.mark.parametrize(
    "body", [LONG, f"- {LONG}", f"> *{LONG}*", f"| a |\n|---|\n| {LONG} |", f"::: note\n{LONG}\n:::"]
)
def test_running_text_is_hyphenated_and_the_plain_text_is_not(parse: Callable[..., Document], body: str):
    document = parse(body)

    assert f"overheids{SOFT_HYPHEN}communicatie" in to_mjml(document, {})
    assert SOFT_HYPHEN not in to_mjml(document, {}, is_hyphenated=False)
    assert LONG in to_text(document)
