"""What stands under a writer's words is told from them: devices, disclaimers, signatures, sign-offs."""

from __future__ import annotations

import pytest

from newsletter.domain.read_mail import MailAddress, ReadMail
from newsletter.domain.stripped import PieceKind, Stripped
from newsletter.replies.mime import read_mail
from newsletter.replies.strip import strip

_JAN = MailAddress(name="Jan Jansen", address="j.jansen@gemeente.example")
_CORE = "Wij doen dat met een rooster van drie mensen."
_DEVICES = (
    "Verstuurd vanaf mijn iPhone",
    "Verstuurd vanaf mijn iPad",
    "Verzonden vanaf mijn Galaxy",
    "Verzonden vanaf mijn Samsung Galaxy-smartphone.",
    "Verstuurd vanaf mijn Samsung Galaxy S21",
    "Verzonden vanuit Outlook voor Android",
    "Verzonden vanuit Outlook voor iOS<https://aka.ms/o0ukef>",
    "Outlook voor Android<https://aka.ms/AAb9ysg> downloaden",
    "Outlook voor iOS downloaden",
    "Verzonden met Outlook voor Mac",
    "Verzonden vanuit Mail voor Windows 10",
    "Verzonden vanuit Mail<https://go.microsoft.com/fwlink/?LinkId=550986> voor Windows",
    "Verzonden vanuit Mail voor Windows",
    "Verstuurd vanaf mijn Huawei mobiele telefoon",
    "Verstuurd vanaf mijn mobiel",
    "Verstuurd vanaf mijn telefoon",
    "Verzonden vanaf mijn mobiele telefoon",
    "Verzonden met Proton Mail beveiligde e-mail.",
    "Verzonden met BlueMail voor Android",
    "Verstuurd via Yahoo Mail op Android",
    "Verzonden via Yahoo Mail voor iPhone",
    "Verstuurd met de Yahoo Mail-app",
    "Verstuurd vanaf mijn Android apparaat met K-9 Mail. Excuseer mijn beknoptheid.",
    "Verstuurd met Spark",
    "Verzonden vanaf Android-apparaat",
    "Sent from my iPhone",
    "Sent from my iPad Pro",
    "Sent from my Galaxy",
    "Sent from Samsung Mobile",
    "Sent from my Verizon, Samsung Galaxy smartphone",
    "Sent from my T-Mobile 4G LTE Device",
    "Sent from Mail for Windows 10",
    "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows 10",
    "Sent from Outlook for iOS",
    "Sent from Yahoo Mail on Android",
    "Sent from Yahoo Mail for iPhone",
    "Sent via BlackBerry from T-Mobile",
    "Sent from my BlackBerry 10 smartphone on the Bell network.",
    "Sent from Gmail Mobile",
    "Sent from ProtonMail mobile",
    "Sent with Proton Mail secure email.",
    "Sent with ProtonMail Secure Email.",
    "Sent from my mobile device",
    "Sent from my phone",
    "Sent from a mobile device",
    "Sent from my Windows Phone",
    "Sent from my Xperia™ smartphone",
    "Sent from my Pixel",
    "Sent from Outlook",
    "Sent from [ProtonMail](https://protonmail.com), encrypted email based in Switzerland.",
    "Get Outlook for Android<https://aka.ms/ghei36>",
    "Get Outlook for iOS",
    "Get BlueMail for Android",
    "Sent using the mobile mail app",
    "Von meinem iPhone gesendet",
    "Von meinem Samsung Galaxy Smartphone gesendet.",
    "Gesendet von meinem Samsung Galaxy-Smartphone",
    "Gesendet von Mail für Windows",
    "Gesendet von Outlook für iOS",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Mobiltelefon mit GMX Mail gesendet.",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon smartphone Samsung Galaxy.",
    "Envoyé à partir de Outlook pour Android",
    "Envoyé depuis l'application Mail Orange",
    "Envoyé de mon mobile",
    "Télécharger Outlook pour Android",
    "Enviado desde mi iPhone",
    "Enviado desde Outlook para Android",
    "Enviado desde mi Samsung Mobile de Claro",
    "Obtener Outlook para iOS",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
)
_NO_DEVICES = (
    "Verstuurd vanaf het strand",
    "Sent from my heart",
    "Sent from my desk, is much easier then my mobile phone.",
    "Verstuurd met een knipoog",
    "Verzonden met liefde",
    "Mijn mobiel staat altijd aan.",
    "Sent with love",
    "Sent by our mayor",
    "Verzonden via mijn collega Petra",
    "Outlook voor volgend jaar: somber.",
    "Verstuurd vanaf mijn vakantieadres",
)
_DISCLAIMERS = (
    "Disclaimer: dit bericht is alleen voor de geadresseerde.",
    (
        "Dit e-mailbericht en de eventueel daaraan gehechte bijlagen zijn uitsluitend bestemd voor "
        "de geadresseerde(n)."
    ),
    "De informatie in deze e-mail is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.",
    (
        "Dit bericht kan informatie bevatten die niet voor u is bestemd. Indien u niet de "
        "geadresseerde bent of dit bericht abusievelijk aan u is gezonden, wordt u verzocht dat "
        "aan de afzender te melden en het bericht te verwijderen. De Staat aanvaardt geen "
        "aansprakelijkheid voor schade, van welke aard ook, die verband houdt met risico's "
        "verbonden aan het elektronisch verzenden van berichten."
    ),
    "Aan dit bericht kunnen geen rechten worden ontleend.",
    "Deze e-mail en eventuele bijlagen zijn alleen bedoeld voor de geadresseerde.",
    "Op deze e-mail is een disclaimer van toepassing, zie www.gemeente.example/disclaimer",
    "Bent u niet de beoogde ontvanger, dan verzoeken wij u dit bericht te verwijderen.",
    "Denk aan het milieu: print deze mail alleen als het nodig is.",
    "Please consider the environment before printing this e-mail.",
    (
        "This email and any files transmitted with it are confidential and intended solely for the "
        "use of the individual or entity to whom they are addressed."
    ),
    (
        "The information contained in this message may be confidential and legally privileged. If "
        "you are not the intended recipient, please delete it."
    ),
    "CONFIDENTIALITY NOTICE: This message is for the intended recipient only.",
    "This message (including attachments) may contain privileged information.",
    "This communication is intended only for the addressee and may contain confidential information.",
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen.",
    (
        "Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention "
        "exclusive de ses destinataires."
    ),
    (
        "Este mensaje y sus archivos adjuntos son confidenciales y van dirigidos exclusivamente a "
        "su destinatario."
    ),
    (
        "This message may contain information that is not intended for you. If you are not the "
        "addressee or if this message was sent to you by mistake, you are requested to inform the "
        "sender and delete the message."
    ),
)
_NO_DISCLAIMERS = (
    "Dit bericht is vertrouwelijk, dus citeer mij niet.",
    "Deze e-mail is wat langer dan ik wilde, excuus voor de bijlagen.",
    "Disclaimer: ik ben geen jurist.",
    "De informatie in deze e-mail heb ik van mijn collega, en die is vertrouwelijk.",
    "This message is confidential, please do not quote me.",
    "Denk aan het milieu, zei de wethouder, en toen printte hij alles.",
)
_SIGN_OFFS = (
    "Met vriendelijke groet,\nJan Jansen",
    "Met vriendelijke groet / Kind regards,\nJan Jansen\nAdviseur",
    "Vriendelijke groet,\nJan",
    "Groetjes,\nJan",
    "Groet!\nJan",
    "Groeten Jan",
    "Gr Jan",
    "Hartelijke groet, Jan",
    "Met de hartelijke groeten van\nJan Jansen",
    "Mvg Jan",
    "M.v.g.,\nJan Jansen",
    "Dank alvast!\nJan",
    "Alvast bedankt,\nJan",
    "Alvast hartelijk dank en groeten,\nJan",
    "Bedankt en groet,\nJan",
    "Veel succes en groeten,\nJan",
    "Fijn weekend!\nJan",
    "Fijne dag, groet Jan",
    "Tot ziens,\nJan",
    "Succes!\nJan",
    "Nogmaals dank en hartelijke groet,\nJan",
    "Een hartelijke groet uit Zwolle,\nJan",
    "Lieve groet van Jan en Marie",
    "Groet en tot dinsdag,\nJan",
    "With kind regards,\nJan",
    "Best regards\nJan Jansen\nHead of Things",
    "Many thanks and best wishes,\nJan",
    "Thanks!\nJan",
    "Thank you,\nJan",
    "Best\nJan",
    "Cheers, Jan",
    "Yours,\nJan",
    "Warmly,\nJan",
    "Have a nice day,\nJan",
    "Looking forward to your reply,\nJan",
    "--Jan",
    "- Jan",
    "Jan",
    "Jan Jansen",
    "J.",
    "JJ",
)
_GREETINGS = (
    "Beste Renata,",
    "Hoi Renata",
    "Dag Renata!",
    "Hi!",
    "Renata -",
    "Beste mevrouw De Vries, beste Renata,",
    "Goedemorgen,",
    "Ha die Renata,",
    "Hoi hoi,",
    "Geachte heer/mevrouw,",
    "Hallo allemaal,",
    "Dear Ms de Vries,",
    "Hi there,",
    "Hey Renata :)",
)


def _strip(text: str) -> Stripped:
    return strip(ReadMail(text=text, has_plain_text=True, from_=_JAN))


def test_what_a_device_adds_is_taken_away() -> None:
    wrong = [one for one in _DEVICES if _strip(f"Ja, graag!\n\n{one}\n").reply_text != "Ja, graag!"]

    assert wrong == []


def test_what_a_device_adds_is_taken_away_between_sign_off_and_quote() -> None:
    mails = {one: f"Ja!\n\nGroet,\nJan\n\n{one}\n\n> oud\n> ouder" for one in _DEVICES}

    assert [one for one, mail in mails.items() if _strip(mail).reply_text != "Ja!\n\nGroet,\nJan"] == []


@pytest.mark.parametrize("text", _NO_DEVICES)
def test_what_only_begins_like_a_device_stays(text: str) -> None:
    assert _strip(f"Ja, graag!\n\n{text}\n").reply_text == f"Ja, graag!\n\n{text}"


@pytest.mark.parametrize("text", _DISCLAIMERS)
def test_a_disclaimer_is_taken_away(text: str) -> None:
    assert _strip(f"Ja, graag!\n\nGroet,\nJan\n\n{text}").reply_text == "Ja, graag!\n\nGroet,\nJan"


@pytest.mark.parametrize("text", _NO_DISCLAIMERS)
def test_what_only_begins_like_a_disclaimer_stays(text: str) -> None:
    assert text in _strip(f"Beste Renata,\n\nJa, graag!\n\n{text}\n\nGroet,\nJan").reply_text


@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_a_sign_off_stays_in_the_reply_and_is_not_quoted(gap: str) -> None:
    found = {one: _strip(f"Beste Renata,\n\n{_CORE}{gap}{one}") for one in _SIGN_OFFS}

    assert [one for one, stripped in found.items() if stripped.quote_text != _CORE] == []
    assert [one for one, stripped in found.items() if one not in stripped.reply_text] == []


@pytest.mark.parametrize("greeting", _GREETINGS)
def test_a_greeting_stays_in_the_reply_and_is_not_quoted(greeting: str) -> None:
    stripped = _strip(f"{greeting}\n\n{_CORE}\n\nGroet,\nJan")

    assert stripped.quote_text == _CORE
    assert stripped.reply_text.startswith(greeting)


def test_contact_details_without_a_line_of_dashes_stay_in_the_reply_and_are_not_quoted() -> None:
    contact = "Jan Jansen\nAdviseur\nGemeente Voorbeeld\nT 030-1234567\nwww.voorbeeld.example"

    stripped = _strip(f"{_CORE}\n\nMet vriendelijke groet,\n\n{contact}")

    assert stripped.quote_text == _CORE
    assert stripped.reply_text.endswith(contact)


@pytest.mark.parametrize(
    "closing",
    [
        "Groetjes,\nJan\n\nJan Jansen | medewerker KCC | Gemeente Voorbeeld | 14 0555 | aanwezig: ma-wo-vr",
        "Dank je wel\nJan\n\nJan Jansen\nAdviseur\nGemeente Voorbeeld\nTel 0555 010 1234",
    ],
)
def test_contact_details_under_a_name_of_its_own_are_not_quoted(closing: str) -> None:
    stripped = _strip(f"{_CORE}\n\n{closing}")

    assert stripped.quote_text == _CORE
    assert stripped.reply_text.endswith(closing)


def test_a_postscript_under_the_sign_off_may_be_quoted() -> None:
    stripped = _strip(f"{_CORE}\n\nGroet,\nJan\n\nPS Kom je donderdag?")

    assert stripped.quote_text == f"{_CORE}\n\nPS Kom je donderdag?"


def test_the_line_that_ticket_systems_begin_with_is_no_word_of_the_writer() -> None:
    line = "##- Please type your reply above this line -##"
    said = "Dag Ineke,\n\nMevrouw Bos wil weten of de lamp er nog hangt.\n\n== Boven de lijn =="
    head = (
        b"From: Sanne <hulp@dorp.example>\nSubject: Re: Brief 14\nContent-Type: text/plain; charset=utf-8\n\n"
    )

    found = strip(read_mail(head + f"{line}\n\n{said}\n".encode()))

    assert found.reply_text == said
    assert [(one.kind, one.rule) for one in found.removed] == [(PieceKind.FOOTER, "answer-above")]
