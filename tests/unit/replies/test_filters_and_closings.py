"""Filters that turn a letter away, and servers that close a mailbox, say so; people say so too."""

from __future__ import annotations

import pytest

from newsletter.domain.bounce_reasons import reason_class
from newsletter.domain.inbound import InboundKind, SubKind
from newsletter.domain.provider_event import BounceClass
from newsletter.replies.classify import classify
from newsletter.replies.intent import intents
from newsletter.replies.mime import read_mail


def _mail(sender: str, subject: str, text: str, *fields: str) -> bytes:
    head = (f"From: {sender}", f"Subject: {subject}", *fields, "Content-Type: text/plain; charset=utf-8")
    return "\r\n".join((*head, "", text, "")).encode()


@pytest.mark.parametrize(
    ("sender", "subject", "text", "fields"),
    [
        (
            "Spamfilter <filter@dorp.example>",
            "E-mail geweigerd",
            "De e-mail aan jan@dorp.example is geweigerd op grond van DMARC.",
            (),
        ),
        (
            "Mailwacht <wacht@dorp.example>",
            "Uw bericht is geblokkeerd",
            "Uw bericht aan jan@dorp.example werd geblokkeerd: SPF klopt niet.",
            ("Return-Path: <>",),
        ),
        (
            "Mail Gateway <noreply@dorp.example>",
            "Message stopped",
            "A message to jan@dorp.example was stopped by our spam policy.",
            (),
        ),
        (
            "Mail Security <noreply@dorp.example>",
            "Message rejected",
            "Your message to jan@dorp.example was rejected by our policy.",
            (),
        ),
        (
            "Spamfilter <filter@dorp.example>",
            "Nachricht abgewiesen",
            "Ihre Nachricht an jan@dorp.example wurde abgewiesen (DMARC).",
            (),
        ),
    ],
)
def test_what_a_filter_turns_away_is_a_bounce_by_policy(
    sender: str, subject: str, text: str, fields: tuple[str, ...]
) -> None:
    found = classify(read_mail(_mail(sender, subject, text, *fields)))

    assert (found.kind, found.sub_kind) == (InboundKind.BOUNCE, SubKind.BLOCKED)
    assert [one.recipient for one in found.bounces] == ["jan@dorp.example"]


@pytest.mark.parametrize(
    ("sender", "subject", "text", "fields"),
    [
        (
            "Jan <jan@dorp.example>",
            "Bericht tegengehouden",
            "Je bericht werd bij ons geweigerd door SPF.",
            (),
        ),
        (
            "Jan <jan@dorp.example>",
            "Mail geblokkeerd",
            "Hoi, je mail werd geblokkeerd, ik vond hem in de map.",
            ("Return-Path: <>",),
        ),
        (
            "Jan van Spamfilter BV <jan@dorp.example>",
            "Re: Bericht geweigerd",
            "Mooi stuk over een bericht dat werd geweigerd.",
            (),
        ),
        (
            "Luc <luc@dorp.example>",
            "Re: lettre",
            "Votre message est en attente de réponse, pardon. Je ne suis pas un robot !",
            (),
        ),
        ("Mail Security <info@dorp.example>", "Een vraag over de brief", "Is je bericht ooit geweigerd?", ()),
    ],
)
def test_who_tells_of_a_letter_that_was_stopped_is_a_person(
    sender: str, subject: str, text: str, fields: tuple[str, ...]
) -> None:
    assert classify(read_mail(_mail(sender, subject, text, *fields))).kind is InboundKind.HUMAN


@pytest.mark.parametrize(
    "reason",
    [
        "De postbussen van Dorpsnet zijn sinds 3 maart 2025 opgeheven.",
        "Dit adres ontvangt geen mail meer.",
        "This mailbox at our old provider was, as of 12 January 2026, closed.",
        "Diese Adresse empfängt keine Nachrichten mehr.",
        "Cette boîte ne reçoit plus de courriels.",
    ],
)
def test_a_date_does_not_hide_that_an_address_is_no_more(reason: str) -> None:
    assert reason_class("", reason) is BounceClass.HARD


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meine Adresse ist nicht mehr gültig.", InboundKind.BOUNCE),
        ("Mijn mailbox bij Dorpsnet is opgeheven.", InboundKind.BOUNCE),
        ("Notre adresse n'est plus valide.", InboundKind.BOUNCE),
        ("E-mails aan dit adres worden niet langer bezorgd.", InboundKind.BOUNCE),
        ("Messages to this address are no longer delivered.", InboundKind.BOUNCE),
        ("Let op: mijn oude adres is niet meer geldig. Ik ben tot 3 mei weg.", InboundKind.OUT_OF_OFFICE),
        ("Ik ben weg. Het adres ton@vroeger.example is opgeheven.", InboundKind.OUT_OF_OFFICE),
        ("Mails werden nicht mehr gelesen, ich bin im Urlaub.", InboundKind.OUT_OF_OFFICE),
        (
            "Votre message à ton@b.example est en attente. Prouvez que vous n'êtes pas un robot.",
            InboundKind.CHALLENGE,
        ),
        ("Resuelva el captcha: su mensaje está en espera.", InboundKind.CHALLENGE),
        ("Bedankt voor uw bijdrage aan de krant! Wij lezen alles.", InboundKind.ACKNOWLEDGEMENT),
        ("Merci de votre contribution au journal.", InboundKind.ACKNOWLEDGEMENT),
        ("Thanks for your submission. We're on holiday until May.", InboundKind.OUT_OF_OFFICE),
    ],
)
def test_an_automatic_answer_is_what_its_words_say(text: str, expected: InboundKind) -> None:
    raw = _mail(
        "Ton <ton@b.example>", "Automatisch antwoord: Onze brief", text, "Auto-Submitted: auto-replied"
    )

    assert classify(read_mail(raw)).kind is expected


@pytest.mark.parametrize(
    "text",
    [
        "Vragen moeten voortaan naar loket@dorp.example, dacht ik.",
        "Our invoices should go to money@dorp.example from now on.",
        "Forget me not, said the flower.",
        "Forget me nots were all over the garden.",
        "Vergeet mij niet te bellen.",
        "Verwijder ik mijn gegevens bij de bank, dan krijg ik een brief.",
        "Ik had me bijna afgemeld van de lijst.",
        "I almost unsubscribed from this list.",
    ],
)
def test_things_for_others_flowers_and_what_was_almost_done_ask_nothing(text: str) -> None:
    assert intents(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Willen jullie ons er even uit halen?", "unsubscribe"),
        ("Gij moogt mij van uw lijst schrappen.", "unsubscribe"),
        ("Zorg dat dit mijn laatste brief was.", "unsubscribe"),
        ("Please make sure this is my last letter.", "unsubscribe"),
        ("Mag de brief naar mijn thuisadres? Dat is a@b.example.", "change_address"),
        ("Wis alles wat jullie over mij hebben.", "forget"),
        ("Please forget me.", "forget"),
    ],
)
def test_requests_in_other_words_are_found(text: str, expected: str) -> None:
    assert [str(one.intent) for one in intents(text)] == [expected]


def test_what_else_goes_to_an_address_is_never_certain() -> None:
    found = intents("De facturatie kan voortaan naar geld@dorp.example.")

    assert [one for one in found if one.confidence >= 0.75] == []
