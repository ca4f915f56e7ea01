"""Wording tells machines from people where no rule does, and what it has learned is what the mails teach."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from worded_mails import is_told, raw_of, worded_mails

from newsletter.domain.inbound import WORDING, Evidence, InboundKind, SubKind
from newsletter.replies.classify import classify
from newsletter.replies.classify.weigh import weigh
from newsletter.replies.classify.wording import KINDS, likeness, read_weights
from newsletter.replies.mime import read_mail

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from learn_wording import SMALLEST, TARGET, held_out, learned, lessons, written  # a tool, not a package
from worded_mails import all_mails

_PARODIES = ("i100", "t040", "t063", "t064")
"""What people wrote in the very words of a machine, subject and all."""

_SAID_TO_BE_AUTOMATIC = ("u028",)
"""What a person wrote in a ticket system that calls it `auto-replied`."""

_UNDELIVERED = (InboundKind.BOUNCE, InboundKind.DELAY)

_FOUND_UNSEEN = 0.88
_LOST_UNSEEN = 0.018


_AWAY, _RECEIVED, _VERIFY = (
    InboundKind.OUT_OF_OFFICE,
    InboundKind.ACKNOWLEDGEMENT,
    InboundKind.CHALLENGE,
)


def test_what_speaks_for_different_answers_speaks_for_one_and_not_for_a_notice() -> None:
    def of(*kinds: InboundKind) -> list[Evidence]:
        return [Evidence(kind=kind, weight=0.5, rule="test", excerpt="") for kind in kinds]

    assert weigh(of(_AWAY, _RECEIVED))[0] in (_AWAY, _RECEIVED)
    assert weigh(of(_AWAY, InboundKind.BOUNCE))[0] is InboundKind.HUMAN
    assert weigh(of(_AWAY, _RECEIVED, _VERIFY, InboundKind.BOUNCE))[0] is _VERIFY


def _evidence(subject: str, text: str, *fields: str, path: str = "own") -> tuple[Evidence, ...]:
    raw = raw_of(path, fields, "Kim de Boer <kim@dorp.example>", subject, text)
    return classify(read_mail(raw)).evidence


def test_the_weights_are_what_the_mails_teach() -> None:
    shipped = read_weights(TARGET.read_text("utf-8"))
    taught = read_weights(written(learned(lessons(all_mails()))))
    nothing = (0,) * len(KINDS)

    far = [
        trait
        for trait in shipped.keys() | taught.keys()
        for one, other in zip(shipped.get(trait, nothing), taught.get(trait, nothing), strict=True)
        if abs(one - other) > SMALLEST  # another machine rounds otherwise
    ]

    assert far == []
    assert len(shipped) > 5000


def test_no_mail_of_a_person_among_those_learned_from_is_taken_for_a_machine() -> None:
    lost = [
        mail.name
        for mail in worded_mails()
        if mail.kind == "human"
        and mail.name not in (*_PARODIES, *_SAID_TO_BE_AUTOMATIC)
        and classify(read_mail(mail.raw)).kind is not InboundKind.HUMAN
    ]

    assert lost == []


def test_each_mail_that_was_once_mistaken_is_what_it_is() -> None:
    wrong = [mail.name for mail in worded_mails("mended") if not is_told(mail, classify(read_mail(mail.raw)))]

    assert wrong == []


def test_what_was_learned_from_ordinary_mail_is_told() -> None:
    mails = [mail for mail in worded_mails("ordinary", "ordinary_unmarked") if mail.kind != "human"]
    found = [(mail, classify(read_mail(mail.raw))) for mail in mails]

    assert len(found) > 700
    assert sum(one.kind is not InboundKind.HUMAN for _, one in found) >= 0.998 * len(found)
    assert sum(is_told(mail, one) for mail, one in found) >= 0.99 * len(found)


def test_an_agent_who_answers_through_a_ticket_system_is_a_person() -> None:
    fields = ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "X-Mailer: Zendesk Mailer")
    head = "##- Typ je antwoord boven deze regel -##\n\nKim (Het Dorp)\n27 nov 2026 13:41\n\n"
    by_hand = (
        "Hoi Ineke,\n\nIk heb je brief met plezier gelezen. Mijn oma liet haar gordijnen ook open.\n\nKim\n"
    )
    receipt = "Je aanvraag (48213) is ontvangen. We antwoorden binnen twee werkdagen.\n"
    subject = "[Het Dorp] Re: Brief 14: Het licht in november"

    for text, expected in ((by_hand, InboundKind.HUMAN), (receipt, InboundKind.ACKNOWLEDGEMENT)):
        raw = raw_of("own", fields, "Kim (Het Dorp) <support@dorp.example>", subject, head + text)
        assert classify(read_mail(raw)).kind is expected


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ('auto-generated; owner-email="x"', "-- Reply ABOVE this line --"),
        ("auto-generated (ticket)", "——— Antwoord boven deze regel ———"),
    ],
)
def test_neither_a_comment_in_the_field_nor_the_line_of_a_ticket_system_hides_a_person(
    field: str, line: str
) -> None:
    text = f"{line}\n\nHoi Ineke,\n\nMijn oma liet haar gordijnen ook altijd open. Prachtig.\n\nKim\n"
    raw = raw_of("own", (f"Auto-Submitted: {field}",), "Kim <kim@dorp.example>", "Re: Brief 14", text)

    assert classify(read_mail(raw)).kind is InboundKind.HUMAN


def test_what_only_calls_itself_automatic_is_a_receipt_unless_its_wording_is_of_an_absence() -> None:
    receipt = "Hoi Ineke! Dit is een automatisch bericht. Je mail is er, ik lees alles zelf.\n"
    absence = (
        "Dank voor uw mail. De secretaris is tot 4 december op reis.\n\nDit is een automatisch bericht.\n"
    )
    kinds = (InboundKind.ACKNOWLEDGEMENT, InboundKind.OUT_OF_OFFICE)

    for text, expected in zip((receipt, absence), kinds, strict=True):
        raw = raw_of("own", ("Auto-Submitted: auto-replied",), "Kim <kim@dorp.example>", "Re: Brief 14", text)
        assert classify(read_mail(raw)).kind is expected


def test_the_most_human_sentence_speaks_for_a_person() -> None:
    weights = {"weg": (100, 0, 0, 0, 0, 0), "prachtig": (-100,) * 6}
    found = ("weg", "prachtig")

    whole = likeness(found, weights)
    split = likeness(found, weights, sentences=[("weg",), ("prachtig",)])
    away = likeness(["weg"], weights, sentences=[["weg"]])

    assert whole.kind is InboundKind.OUT_OF_OFFICE
    assert split.kind is InboundKind.HUMAN
    assert away == likeness(["weg"], weights)


def test_a_notice_of_a_daemon_in_the_words_of_a_person_is_still_one() -> None:
    sender = "MAILER-DAEMON <mailer-daemon@dorp.example>"
    notices = (
        (
            "Warning: message delayed",
            "Dear Ineke, I am still trying to deliver your letter.\nRegards, Post\n",
        ),
        ("Undeliverable", "Ik heb je brief weggegooid, want mijn filter zag er spam in.\n"),
    )
    for subject, text in notices:
        raw = raw_of("own", (), sender, subject, text)
        assert classify(read_mail(raw)).kind in _UNDELIVERED


def test_who_is_called_after_a_mailer_daemon_and_writes_as_a_person_is_one() -> None:
    text = "Grapje. Hij is wel bezorgd hoor, ik wilde zien of je schrok.\n\nFijn stuk, Ineke.\n\nMaarten\n"
    notice = "Your letter to <kim@weg.example> could not be delivered: 550 5.1.1 no such user\n"
    sender = "MAILER-DAEMON (Maarten) <m.daemen@dorp.example>"

    for said, expected in ((text, InboundKind.HUMAN), (notice, InboundKind.BOUNCE)):
        raw = raw_of("own", (), sender, "Undeliverable: Brief 14", said)
        assert classify(read_mail(raw)).kind is expected


def test_the_oddest_notices_are_known() -> None:
    files = ("notices", "notices_of_servers", "notices_small_firms")
    found = [(mail, classify(read_mail(mail.raw))) for mail in worded_mails(*files)]
    known = [one for one in found if one[1].kind in _UNDELIVERED]
    told = [mail.is_hard for mail, one in found if one.sub_kind is SubKind.HARD and mail.is_hard is not None]
    hard = [one.sub_kind is SubKind.HARD for mail, one in found if mail.is_hard]

    assert len(found) > 490
    assert len(known) >= 0.99 * len(found)
    assert sum(told) >= 0.95 * len(told)
    assert sum(hard) >= 0.85 * len(hard)


def test_a_notice_known_by_its_wording_alone_names_whom_and_why() -> None:
    text = "Let op!! Onbekend mailadres.\nHet adres winkel2@bakker.example is niet bij ons in gebruik.\n"
    raw = raw_of("own", [], "Bakkerij Toebes <info@bakker.example>", "Re: Brief 14", text)

    found = classify(read_mail(raw))

    assert found.kind is InboundKind.BOUNCE
    assert found.sub_kind is SubKind.HARD
    assert [(fact.recipient, fact.rule) for fact in found.bounces] == [("winkel2@bakker.example", WORDING)]
    assert found.evidence[0].rule == WORDING


def test_most_machines_are_found_and_hardly_a_person_lost_by_what_other_mails_taught() -> None:
    found = held_out(list(all_mails()))

    assert found.machines > 300
    assert found.people > 600
    assert found.found >= _FOUND_UNSEEN * found.machines
    assert found.lost <= _LOST_UNSEEN * found.people


def test_the_words_that_weighed_most_are_kept() -> None:
    (said,) = [one for one in _evidence("Even weg", "Tot 9 december vissen wij.") if one.rule == "wording"]

    assert said.kind is InboundKind.OUT_OF_OFFICE
    assert "subject: weg" in said.excerpt or "<date>" in said.excerpt


def test_who_signs_with_opening_hours_is_not_away() -> None:
    text = "Wat een troost.\n\nKim de Boer\nIk werk niet op woensdag. Ons kantoor is dicht tot 2 januari.\n"

    assert all(one.kind is InboundKind.HUMAN for one in _evidence("Re: Brief 14", text))


def test_a_ticket_system_that_passes_on_a_person_is_a_person() -> None:
    text = (
        "Dag mevrouw Van Loon,\n\nU vroeg wie de avondopenstelling heeft ingevoerd. Ik vroeg het mijn vader,"
        " en die wist het nog: hij zette de lamp aan en de deur open. Belt u hem eens?\n\nGroet, Jeroen\n"
    )
    raw = raw_of(
        "own", ["Auto-Submitted: auto-generated"], "Jeroen <desk@delta.example>", "[#1] Uw vraag", text
    )

    assert classify(read_mail(raw)).kind is InboundKind.HUMAN


@pytest.mark.parametrize("text", ["", "Xqz vlork!", "Ja."])
def test_a_mail_of_which_nothing_is_known_is_a_persons(text: str) -> None:
    assert all(one.kind is InboundKind.HUMAN for one in _evidence("Re: Brief 14", text))
