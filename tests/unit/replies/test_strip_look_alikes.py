"""Answers in the words of disclaimers, banners, footers and headers stay; the real ones go."""

from __future__ import annotations

import pytest

from newsletter.domain.read_mail import ReadMail
from newsletter.replies.strip import strip

_ATTRIBUTION = "Op wo 7 okt 2026 16:04 schreef Renske <renske@a.example>:"
_LETTER = "Beste lezer,\n\nWelke brief liet jij het laatst dicht, en waarom? Ik lees alles wat je schrijft."
_QUOTE = "\n".join((_ATTRIBUTION, *(f"> {line}".rstrip() for line in _LETTER.split("\n"))))

_ANSWERS = (
    "Disclaimer: geen jurist, maar volgens mij mag dit niet.",
    "Veilig verzonden!",
    "De virusscanner op het werk pakt deze mail altijd.",
    "Let op: ik ben volgende week weg.",
    "Verstuurd via Berichtenbox MijnOverheid.",
    "Bij ons print iedereen elke mail. Een bos aan papier per jaar.",
    "Deze mail is bij de gemeente niet te verwijderen, die staat in het archief.",
    "Waarschuwing: dit bericht komt van buiten de bubbel.",
    "Let op: deze mail komt van buiten de Randstad.",
    "Onze brieven gaan per post.\n--\nVroeger per fax.",
    "Zo gaat dat.\n--\nGroet uit Emmen",
    "Dit bericht is vertrouwelijk.",
    "This message is intended for the person who writes those letters, whoever that is.",
    "Attention: outside the city your email links do not open.",
    "Please do not print. Printing made the letter what it is.",
    "diese E-Mail ist vertraulich wie ein Aushang am Rathaus.",
    "Vorsicht: externe Berater schreiben jetzt die E-Mails der Stadt.",
    "Ce courriel est destiné à ma mairie autant qu'à la vôtre.",
    "Sans virus, mais sans âme : le courriel type de la préfecture.",
    "Enviado por Correos Certificado Urgente.",
    "Este correo es confidencial, como todos los del ayuntamiento.",
    "Verstuurd vanaf mijn iPhone, sorry voor mijn late antwoord.",
    "Deze e-mail mag je openbaar maken, met naam en al.",
    "This email has been read by three people here, and all three went quiet.",
)
_NOTICES = (
    "De gemeente Almelo staat niet in voor de juiste en volledige overbrenging van de inhoud van een"
    " verzonden e-mail, noch voor tijdige ontvangst daarvan.",
    "De Wit & Zoon Advocaten is een maatschap. Iedere aansprakelijkheid is beperkt tot het bedrag dat onze"
    " verzekering uitbetaalt. Op onze diensten zijn onze algemene voorwaarden van toepassing.",
    "Moet deze e-mail echt geprint worden? Denk aan het milieu.",
    "Deze e-mail is gecontroleerd door ESET Mail Security.",
    "Disclaimer: aan de inhoud van dit bericht kunnen alleen rechten ten opzichte van het waterschap worden"
    " ontleend indien zij door ondertekende stukken worden ondersteund.",
    "All email traffic may be recorded and monitored in accordance with relevant legislation. The views"
    " expressed are those of the author.",
    "Save paper - think before you print.",
    "Please don't print this e-mail unless you really need to.",
    "Bitte prüfen Sie, ob diese Mail wirklich ausgedruckt werden muss!",
    "Cet e-mail a été vérifié par le logiciel antivirus d'Avast.",
    "Adoptez l'éco-attitude : n'imprimez ce courriel que si nécessaire.",
    "Este correo electrónico y sus anexos contienen información de carácter confidencial. Queda prohibida su"
    " divulgación a terceros sin la autorización del remitente.",
    "Sent via the Samsung Galaxy S22, an AT&T 5G smartphone",
    "Sent from my iPhone. Please excuse brevity and typos.",
    "Verstuurd vanaf mijn iPhone, excuses voor eventuele typefouten.",
    "Wij gaan zorgvuldig om met uw persoonsgegevens. Lees onze privacyverklaring: www.dorp.example/p.",
    "Uit deze e-mail vloeien geen verplichtingen voort. Besluiten worden uitsluitend schriftelijk genomen.",
    "Deze email is gescand door Symantec Email Security.cloud.",
    "Dit bericht is verstuurd via een beveiligde verbinding met SmartLockr.",
    "Diese E-Mail ist vertraulich. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie bitte.",
    "Ce message est confidentiel. Si vous l'avez reçu par erreur, merci d'en avertir l'émetteur.",
)


def _reply(text: str, *, letter: str | None = None) -> str:
    return strip(ReadMail(text=text, has_plain_text=True), sent_text=letter).reply_text


@pytest.mark.parametrize("answer", _ANSWERS)
@pytest.mark.parametrize(
    "frame", ["{}", "Dag,\n\n{}", "Dag,\n\n{}\n\nWe lezen hem samen.", "{}\n\nGroet,\nBas"]
)
def test_an_answer_in_the_words_of_a_notice_stays(answer: str, frame: str) -> None:
    own = frame.format(answer)

    assert _reply(f"{own}\n\n{_QUOTE}") == own


def test_a_request_below_a_line_of_dashes_is_not_the_foot_of_a_list() -> None:
    assert "unsubscribe me please" in _reply(f"---\nunsubscribe me please\n---\n\n{_QUOTE}")


@pytest.mark.parametrize(
    "wish",
    [
        "Diese E-Mail ist vertraulich und nicht zur Veröffentlichung bestimmt.",
        "Deze e-mail is vertrouwelijk en dus niet bestemd voor publicatie.",
        "This message is confidential and not intended for publication.",
        "P.S. Dit bericht is vertrouwelijk en alleen bestemd voor de geadresseerde.",
        "Bij ons print iedereen elke mail. Een bos aan papier per jaar.",
        "Papier ist geduldig, die Umwelt nicht. Trotzdem druckt das Amt jede E-Mail aus.",
        "Hinweis am Rande: Der externe Dienstleister druckt E-Mails aus und scannt sie wieder ein.",
        "Print jij deze mails eigenlijk uit?",
    ],
)
def test_a_wish_below_the_writers_name_stays(wish: str) -> None:
    own = f"Mag ik hieruit twee regels overnemen?\n\nGroet,\nBas\n\n{wish}"

    assert _reply(f"{own}\n\n{_QUOTE}") == own


@pytest.mark.parametrize("notice", _NOTICES)
@pytest.mark.parametrize("place", ["above the quote", "below the quote"])
def test_a_notice_below_the_writers_name_goes(notice: str, place: str) -> None:
    own = "Mag ik hieruit twee regels overnemen?\n\nGroet,\nBas"
    parts = (own, notice, _QUOTE) if place == "above the quote" else (own, _QUOTE, notice)

    assert _reply("\n\n".join(parts)) == own


@pytest.mark.parametrize(
    "banner",
    [
        "Deze mail is verzonden door een afzender buiten onze organisatie. Ken je de afzender niet? Open dan"
        " geen bijlagen en klik niet op links.",
        "CAUTION! This message comes from outside the Council. Be wary of links and attachments.",
        "[EXTERN] Diese Nachricht wurde von einem externen Absender verschickt. Bitte öffnen Sie Links und"
        " Anhänge nur, wenn Sie dem Absender vertrauen.",
        "EXTERNAL SENDER - take care with links and attachments.",
        "Wees voorzichtig: deze e-mail komt van buiten onze organisatie. Klik niet zomaar op links.",
        "LET OP: deze e-mail komt van een afzender buiten de gemeente. Controleer het adres voordat u op een"
        " link klikt.",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_banner_above_the_answer_goes(banner: str, gap: str) -> None:
    assert (
        _reply(f"{banner}{gap}Hoe heet die gemeente?\n\nBas\n\n{_QUOTE}") == "Hoe heet die gemeente?\n\nBas"
    )


@pytest.mark.parametrize(
    "own",
    [
        "Let op: externe mail! Klik jij op links van een onbekende afzender?",
        "Attention : je ne clique jamais sur les liens d'un expéditeur externe, votre message compris.",
        "Wees voorzichtig met wat je belooft, van buiten en van binnen.",
        "Be careful what you open: the sender of mine was outside my door.",
        "Let op: bij ons komt elke mail van buiten in de map met spam. Klik daar dus eens.",
    ],
)
def test_what_only_begins_like_a_banner_above_the_answer_stays(own: str) -> None:
    assert _reply(f"{own}\n\nMooie brief.\n\nBas\n\n{_QUOTE}") == f"{own}\n\nMooie brief.\n\nBas"


@pytest.mark.parametrize("tag", ["[EXTERN]", "[EXTERNAL]", "[External Sender]", "[EXTERNE]", "{EXTERNAL}"])
def test_a_mark_of_the_server_above_the_answer_goes(tag: str) -> None:
    assert _reply(f"{tag}\n\nMooie brief.\n\nBas\n\n{_QUOTE}") == "Mooie brief.\n\nBas"


@pytest.mark.parametrize("tag", ["[Externe adviseur hier]", "[extern]e brieven", "[zucht]"])
def test_words_in_brackets_above_the_answer_stay(tag: str) -> None:
    assert _reply(f"{tag}\n\nMooie brief.\n\nBas\n\n{_QUOTE}") == f"{tag}\n\nMooie brief.\n\nBas"


@pytest.mark.parametrize(
    "own",
    [
        "Onderwerp: zie boven. Datum: gisteren. Inhoud: nul.",
        "Van: de wijkagent\nVerzonden: nooit\nOnderwerp: overlast",
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n________________________________\n"])
def test_lines_like_a_header_right_above_a_header_stay(own: str, gap: str) -> None:
    header = "Van: Renske <renske@a.example>\nVerzonden: woensdag 7 oktober 2026 16:04\nOnderwerp: Brief"

    assert _reply(f"{own}{gap}{header}\n\n{_LETTER}") == own


@pytest.mark.parametrize("frame", ["{quote}\n\n{own}", "{own}\n\n{quote}", "{own}"])
def test_a_line_with_a_quote_sign_that_begins_the_answer_stays(frame: str) -> None:
    own = "> is voor mij een teken van groter dan\nDus: brief > envelop."

    assert _reply(frame.format(own=own, quote=_QUOTE), letter=_LETTER) == own


@pytest.mark.parametrize(
    "own", ["En mijn buurman ook, die heeft er wel twintig liggen. " * 20, "Zie https://dorp.example"]
)
def test_what_is_no_letter_below_the_line_of_a_device_stays_without_the_letter_at_hand(own: str) -> None:
    assert _reply(f"Ja!\n\nVerstuurd vanaf mijn iPhone\n\n{own}").endswith(own.strip())
