"""Lines to quote: sentences a stranger understands."""

from __future__ import annotations

import pytest

from newsletter.replies.digest.language import digest_language
from newsletter.replies.digest.quotable import quotable_lines


def _lines(text: str, code: str = "nl") -> list[str]:
    return list(quotable_lines(text, digest_language(code)))


def test_a_whole_sentence_that_stands_alone_can_be_quoted() -> None:
    text = "Hoi,\n\nBij ons noemt de persdienst op vrijdag één naam.\n\nGroet,\nJan"

    assert ["Bij ons noemt de persdienst op vrijdag één naam."] == _lines(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dat hebben wij vorig jaar ook al eens geprobeerd in de raad.",  # hangs on what was before
        "Ons laatste besluit staat in een groep van negen mensen, denk je ook niet?",  # a question
        "Wij vragen ons af wat je moet doen met oude telefoons.",  # a question in words
        "Wij vergaderen nooit.",  # too short
        "Wij hebben dit " + "heel " * 60 + "lang gedaan.",  # too long
        "Onze afspraken staan allemaal op https://intranet.example/afspraken en verder nergens.",
        "Wij zijn op werkdagen altijd bereikbaar op 038 000 00 00 voor vragen.",
        "Hartelijk dank voor je mooie brief, ik heb er van genoten.",
        "Onder ons gezegd heeft de wethouder alle berichten gewist.",
        "wij hebben dat helemaal zonder hoofdletter opgeschreven in ons dossier.",
        "Wij hebben het dossier (van vorig jaar dan nog een keer bekeken.",
        "Wij hebben het dossier van vorig jaar nog een keer bekeken",  # not whole
        "Volgens dhr. Jansen van Informatiebeheer is dat helemaal niet nodig.",  # names somebody
    ],
)
def test_what_does_not_stand_alone_is_left_out(text: str) -> None:
    assert [] == _lines(text)
