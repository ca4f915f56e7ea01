"""What people ask about their own subscription is found in their words, and nothing else is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_files import KnownMail, known_mails

from newsletter.domain.inbound import FoundIntent, Intent
from newsletter.replies.intent import intents
from newsletter.replies.mime import read_mail

_PEOPLE = [mail for mail in known_mails("human.txt", "harder.txt", "held_out.txt") if mail.kind == "human"]


def _intents_of(mail: KnownMail) -> tuple[FoundIntent, ...]:
    read = read_mail(mail.raw)
    own = "\n".join(line for line in read.text.split("\n") if not line.startswith(">"))
    return intents(own, "nl", subject=read.subject)


def _facts(found: tuple[FoundIntent, ...]) -> set[str]:
    named = ((str(one.intent), one.old and f"old={one.old}", one.new and f"new={one.new}") for one in found)
    return {fact for facts in named for fact in facts if fact}


def test_what_a_person_asks_is_found() -> None:
    expected = [(mail.name, set(mail.facts)) for mail in _PEOPLE]

    found = [(mail.name, _facts(_intents_of(mail))) for mail in _PEOPLE]

    assert expected == found


@pytest.mark.parametrize("file", ["requests.toml", "requests_in_batches.toml"])
def test_each_wording_of_a_request_is_found_and_of_none_is_not(file: str) -> None:
    table = tomllib.loads(Path(__file__).with_name(file).read_text("utf-8"))
    rows = [
        (text, set() if wanted == "nothing" else {wanted})
        for wanted, texts in table.items()
        for text in texts
    ]

    wrong = [
        (text, found)
        for text, wanted in rows
        if (found := {str(one.intent) for one in intents(text, "nl")}) != wanted
    ]

    assert wrong == []


def test_a_request_told_by_its_parts_alone_is_less_sure_than_one_in_a_known_form() -> None:
    parts, form = intents("Doe mij maar uit de lijst."), intents("Wilt u mij uitschrijven?")

    assert ([one.rule for one in parts], parts[0].confidence < 0.75 < form[0].confidence) == (["parts"], True)


@pytest.mark.parametrize(
    "text",
    [
        "Ik wil me niet afmelden.",
        "Meld me niet af!",
        "Please never unsubscribe me.",
        "Als ik je niet meer leuk vind, meld ik me af.",
        "Wil je mij afmelden voor de workshop?",
        "Kun je me uitschrijven bij de bibliotheek?",
        "Ik wil mijn account op X opzeggen.",
        "Wij willen onze leden van de lijst halen.",
        "Mijn gegevens kloppen niet.",
        "Ik wil al mijn gegevens van Facebook verwijderen.",
        "Mijn nieuwe collega heet Jan, jan@gemeente.example.",
        "Het adres van het gemeentehuis wordt Dorpsstraat 1.",
        "Stop met TikTok, zeg ik.",
    ],
)
def test_words_alone_are_no_request(text: str) -> None:
    assert intents(text, "nl") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ik lees hem niet meer, dus graag uitschrijven.", {"unsubscribe"}),
        ("Als het kan, wil je mij dan uitschrijven?", {"unsubscribe"}),
        ("Wij zijn gestopt met Facebook, en ik wil ook je brief niet meer ontvangen.", {"unsubscribe"}),
        ("Dag,\nGraag uitschrijven\nGroet, Piet", {"unsubscribe"}),
        ("UITSCHRIJVEN AUB", {"unsubscribe"}),
        ("Mail me voortaan op a.b@nieuw.example.", {"change_address", "new=a.b@nieuw.example"}),
        (
            "Please change my address from old@a.example to new@b.example.",
            {"change_address", "old=old@a.example", "new=new@b.example"},
        ),
    ],
)
def test_a_request_in_other_company_is_one(text: str, expected: set[str]) -> None:
    assert _facts(intents(text, "nl")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Zou je willen stoppen met die lange brieven?",
        "Ik heb geen behoefte aan nog een brief over X.",
        "Doe mij maar uit de lijst.",
    ],
)
def test_words_that_may_mean_something_else_are_never_sure_enough_to_act(text: str) -> None:
    assert [one for one in intents(text, "nl") if one.confidence >= 0.75] == []


def test_a_request_about_the_writers_own_letter_is_none() -> None:
    assert intents("Ik wil stoppen met mijn eigen nieuwsbrief.", "nl") == ()


def test_an_address_in_a_subject_changes_no_request() -> None:
    (found,) = intents("Groet", subject="Afmelden: jan@a.example")
    odd = intents("Groet", subject="Afmelden \x027\x03")

    assert (found.rule, found.excerpt, odd) == ("subject", "Afmelden: …", ())


def test_addresses_stand_in_the_words_of_a_request() -> None:
    (found,) = intents("Graag jan@a.example uitschrijven van de lijst, en mij ook.", "nl")

    assert found.excerpt == "Graag jan@a.example uitschrijven van de lijst, en mij ook."


def test_a_subject_counts_when_the_text_says_little() -> None:
    long = "Wat een mooi stuk over de gemeente en haar inwoners. " * 5

    alone, beside = intents("Groet", subject="Re: Afmelden"), intents(long, subject="Afmelden")

    assert [one.rule for one in alone] == ["subject"]
    assert beside == ()


def test_a_request_says_by_which_rule_and_in_which_words() -> None:
    (found,) = intents("Hoi. Wilt u mij uitschrijven? Dank.", "nl")

    assert found == FoundIntent(
        intent=Intent.UNSUBSCRIBE,
        confidence=0.9,
        rule="nl:wil-uitschrijven",
        excerpt="Wilt u mij uitschrijven?",
    )


def test_a_request_in_another_language_is_a_little_less_sure() -> None:
    (found,) = intents("I no longer wish to receive your newsletter.", "nl")

    assert found.confidence == 0.8


_WORDS = st.sampled_from(
    [
        "wil",
        "mij",
        "me",
        "uitschrijven",
        "niet",
        "van",
        "lijst",
        "mijn",
        "adres",
        "a@b.example",
        "nieuw",
        "gegevens",
        "verwijder",
        ".",
        "?",
        "\n",
        ",",
        "ontvangen",
        "brief",
        "unsubscribe",
        "\x02",
        "0",
        "\x03",
    ]
)


@given(st.one_of(st.text(), st.lists(_WORDS, max_size=60).map(" ".join)), st.text(max_size=40))
def test_any_text_is_read(text: str, subject: str) -> None:
    found = intents(text, "nl", subject=subject)

    assert len({one.intent for one in found}) == len(found)
    assert all(0 < one.confidence <= 1 and one.excerpt for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Ik wilde me uitschrijven, maar deze editie trok me over de streep.",
        "I wanted to unsubscribe, but this one made me stay.",
        "Ik krijg je brief niet meer, terwijl ik hem graag lees.",
        "Ik geef mijn abonnement op de krant op, maar jouw brief blijf ik lezen.",
        "Remove me? Never!",
        "Je ne reçois plus votre lettre, que se passe-t-il ?",
    ],
)
def test_who_changed_their_mind_or_misses_the_letter_does_not_leave(text: str) -> None:
    assert intents(text) == ()


def test_the_dots_of_an_abbreviation_end_no_sentence() -> None:
    assert [one.intent for one in intents("Haal mij s.v.p. uit je systeem.")] == [Intent.UNSUBSCRIBE]


@pytest.mark.parametrize(
    "text",
    [
        "Kunt u mij s.v.p. uitschrijven van de nieuwsbrief?",
        "Wilt u mij, bijv. vandaag nog, uitschrijven van deze Nieuwsbrief?",
        "Kunt u dhr. De Wit, dat ben ik, van de lijst halen en mij uitschrijven?",
    ],
)
def test_a_request_is_shown_as_it_was_written(text: str) -> None:
    assert [one.excerpt for one in intents(text, "nl")] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Hoe kan ik mij uitschrijven?",
        "Mail me niet meer op mijn werk, maar blijf vooral sturen.",
        "Graag uitschrijven in hoofdletters.",
        "Stop mailing me drafts, the final one will do.",
        "Mocht het niet anders kunnen, wilt u mij dan uitschrijven?",
        "Hij zei dat ik mij moest afmelden, dus wil je mij uitschrijven?",
        "How can I unsubscribe me from this list?",
        "Ik heb bijna gevraagd: wil je mij uitschrijven?",
        "Wil je mij uitschrijven? Ik twijfel nog.\n\n" + "Het was een lang verhaal over ons dorp. " * 20,
    ],
)
def test_what_may_be_a_question_a_condition_or_a_story_is_never_done_by_itself(text: str) -> None:
    assert [one for one in intents(text, "nl") if one.confidence >= 0.75] == []


@pytest.mark.parametrize(
    "text",
    [
        "Op de poster stond 'graag uitschrijven voor vrijdag' en niemand snapte het.",
        "Wil je mij uitschrijven? Grapje!",
        "Ze riepen “schrijf mij uit” en bleven toch.",
    ],
)
def test_words_in_quotation_marks_and_jokes_ask_nothing(text: str) -> None:
    assert intents(text, "nl") == ()
