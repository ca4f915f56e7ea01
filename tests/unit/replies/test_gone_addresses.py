"""An automatic answer that says that its mailbox is no more is a bounce, and one that says less is none."""

from __future__ import annotations

import pytest

from newsletter.domain.inbound import Classified, InboundKind, SubKind
from newsletter.domain.provider_event import BounceClass
from newsletter.replies.classify import classify
from newsletter.replies.mime import read_mail


def _classified(text: str) -> Classified:
    raw = (
        "From: Ton <ton@bedrijf.example>\r\nSubject: Re: Onze brief\r\nAuto-Submitted: auto-replied\r\n"
        f"In-Reply-To: <l1@brief.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    return classify(read_mail(raw.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "Deze mailbox bestaat niet meer. Mail voortaan naar het loket.",
        "Het e-mailadres ton@bedrijf.example is per 1 mei vervallen.",
        "Dit mailadres wordt niet langer gebruikt.",
        "Deze postbus is opgeheven.",
        "The account is no longer active and your message was not read.",
        "This inbox has been decommissioned.",
        "Diese E-Mail-Adresse ist nicht mehr gültig.",
        "Dieses Postfach wurde aufgelöst.",
        "Cette adresse n'est plus utilisée.",
        "Esta dirección ya no existe.",
    ],
)
def test_a_mailbox_that_is_no_more_bounces_hard(text: str) -> None:
    found = _classified(text)

    assert (found.kind, found.sub_kind) == (InboundKind.BOUNCE, SubKind.HARD)
    (fact,) = found.bounces
    assert (fact.recipient, fact.bounce) == ("ton@bedrijf.example", BounceClass.HARD)
    assert fact.message_id == "l1@brief.example"


@pytest.mark.parametrize(
    "text",
    [
        "Deze mailbox wordt per 1 januari opgeheven.",
        "Deze mailbox wordt niet gelezen; antwoorden heeft geen zin.",
        "Ton werkt niet meer bij ons, en zijn mailbox is opgeheven.",
        "This address is not monitored.",
        "Ik ben met verlof en lees dit adres niet.",
        "This mailbox will be closed next month.",
        "Diese Adresse wird bald gelöscht.",
    ],
)
def test_one_that_goes_on_or_whose_owner_left_does_not(text: str) -> None:
    assert _classified(text).kind is not InboundKind.BOUNCE


def test_a_person_may_say_so_of_another_mailbox() -> None:
    raw = b"From: Ton <ton@bedrijf.example>\r\nSubject: Re: Brief\r\n\r\nDat oude adres is opgeheven!\r\n"

    assert classify(read_mail(raw)).kind is InboundKind.HUMAN
