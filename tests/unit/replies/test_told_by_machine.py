"""Machines with a return path of their own say in many words that nothing was delivered; people do too."""

from __future__ import annotations

import time

import pytest
from worded_mails import is_told, told_mails

from newsletter.domain.inbound import InboundKind, SubKind
from newsletter.replies.classify import classify
from newsletter.replies.mime import read_mail

_AUTO = "Auto-Submitted: auto-replied"


def _mail(sender: str, subject: str, text: str, *fields: str) -> bytes:
    path = sender[sender.find("<") + 1 :].rstrip(">")
    head = (f"Return-Path: <{path}>", f"From: {sender}", f"Subject: {subject}", *fields)
    return "\r\n".join((*head, "Content-Type: text/plain; charset=utf-8", "", text, "")).encode()


@pytest.mark.parametrize(
    ("sender", "subject", "text", "expected"),
    [
        (
            "MDaemon <MDaemon@kerk.example>",
            "MDaemon notification",
            "These users do not exist at this site: kim@kerk.example. The message was discarded.",
            SubKind.HARD,
        ),
        (
            "Inhaltsfilter <postmaster@amt.example>",
            "Mail nicht zugestellt",
            "Die E-Mail an kim@amt.example wurde als Werbung erkannt und nicht zugestellt.",
            SubKind.UNCLEAR,
        ),
        (
            "postmaster@villa.example",
            "Correo devuelto",
            "El mensaje no pudo entregarse: el buzón de kim@villa.example ha superado su cuota.",
            SubKind.SOFT,
        ),
        (
            "MAILER-DAEMON@posta.example",
            "Avviso",
            "Il messaggio per kim@posta.example non è stato consegnato: l'indirizzo non esiste.",
            SubKind.HARD,
        ),
        (
            "Serveur de messagerie <messagerie@ville.example>",
            "Votre envoi",
            "Votre message n'a pas été distribué à kim@ville.example : boîte inexistante.",
            SubKind.HARD,
        ),
        (
            "Correio <postmaster@cidade.example>",
            "Falha na entrega",
            "A mensagem para kim@cidade.example não foi entregue: a caixa está cheia.",
            SubKind.SOFT,
        ),
        (
            "noreply@huis.example",
            "Niet afgeleverd",
            "Beste klant, uw mail aan kim@huis.example is niet afgeleverd. Dit adres komt hier niet voor.",
            SubKind.HARD,
        ),
        (
            "postmaster@by.example",
            "Levering",
            "Meddelelsen kunne ikke leveres til kim@by.example. Modtageren findes ikke.",
            SubKind.HARD,
        ),
        (
            "Barracuda <no-reply@filter.example>",
            "Message you sent was blocked",
            "Your message to kim@dorp.example was blocked and deleted.",
            SubKind.BLOCKED,
        ),
    ],
)
def test_a_program_that_says_not_delivered_bounces(
    sender: str, subject: str, text: str, expected: SubKind
) -> None:
    found = classify(read_mail(_mail(sender, subject, text)))

    assert (found.kind, found.sub_kind) == (InboundKind.BOUNCE, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La cuenta ya no existe y su mensaje no ha sido entregado.", SubKind.HARD),
        ("Questo indirizzo non è più attivo e il messaggio non è stato consegnato.", SubKind.HARD),
        ("Your message was not delivered, because this mailbox is full.", SubKind.SOFT),
        ("Ihre Nachricht wurde nicht zugestellt.", SubKind.UNCLEAR),
    ],
)
def test_an_automatic_answer_that_says_not_delivered_bounces(text: str, expected: SubKind) -> None:
    found = classify(read_mail(_mail("kim@dorp.example", "Auto: brief", text, _AUTO)))

    assert (found.kind, found.sub_kind) == (InboundKind.BOUNCE, expected)


@pytest.mark.parametrize(
    "text",
    [
        "Ich bin im Urlaub bis 3. Mai. Ihre Mail wird nicht zugestellt und gelöscht.",
        "I am on leave until May. Your mail will not be forwarded.",
        "Ik werk hier niet meer. Uw bericht wordt niet doorgestuurd.",
        "Ich bin bis Montag im Urlaub. Ihre E-Mail wird nicht weitergeleitet.",
    ],
)
@pytest.mark.parametrize(
    "sender", ["kim@dorp.example", "Kim <mail@kim.example>", "Admin <admin@dorp.example>"]
)
def test_who_is_away_or_left_has_a_mailbox(sender: str, text: str) -> None:
    found = classify(read_mail(_mail(sender, "Automatic reply: brief", text, _AUTO)))

    assert found.kind is InboundKind.OUT_OF_OFFICE


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        (
            "Kees <postmaster@dorp.example>",
            "Brief niet bezorgd",
            "Dag Renske, je brief was geblokkeerd, ik heb hem vrijgegeven. Groet, Kees",
        ),
        (
            "Beheer <beheer@dorp.example>",
            "Re: de brief",
            "Uw bericht aan Tom is niet bezorgd, zijn mailbox was vol. Kunt u het nog eens sturen?",
        ),
        (
            "Mark <postmaster@uni.example>",
            "Your letter was rejected",
            "Hi Renske, my filter rejected your letter (550 5.7.1). Could you fix SPF?",
        ),
        (
            "Sander <systeembeheer@dorp.example>",
            "Doorst: Undeliverable: brief",
            "Joke is weg, haal haar maar van de lijst.\n\n-----Oorspronkelijk bericht-----\n"
            "Your message did not reach the recipient.",
        ),
        (
            "Anja <helpdesk@dorp.example>",
            "Brief 14",
            "Een collega is met pensioen, haar mailbox is opgeheven. Wij lezen hem graag. Groet, Anja",
        ),
        ("Quarantaine <quarantaine@dorp.example>", "Vraag", "Wordt een bericht van jou weleens geweigerd?"),
    ],
)
def test_a_person_at_such_an_address_stays_a_person(sender: str, subject: str, text: str) -> None:
    assert classify(read_mail(_mail(sender, subject, text))).kind is InboundKind.HUMAN


def test_of_many_mails_each_is_what_it_is() -> None:
    mails = list(told_mails())

    wrong = [
        (mail.name, mail.kind, str(found.kind), str(found.sub_kind))
        for mail in mails
        if not is_told(mail, found := classify(read_mail(mail.raw)))
    ]

    assert wrong == []
    assert len(mails) > 250


@pytest.mark.parametrize(
    "piece",
    [
        "Uw bericht is niet ",
        "not delivered\n",
        "@",
        "a@b.c ",
        '"',
        "550 5.1.1 ",
        "Hoi ",
        "ik ? ",
        "message ",
        ".",
    ],
)
def test_a_megabyte_of_anything_is_read_in_a_second(piece: str) -> None:
    raw = _mail("postmaster@dorp.example", "Not delivered", piece * (1_000_000 // len(piece)))

    started = time.process_time()
    classify(read_mail(raw))

    assert time.process_time() - started < 1
