"""What servers and lawyers add goes, above and below; what people say of the same things stays."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from newsletter.replies.mime import read_mail
from newsletter.replies.strip import strip

_OWN = "Mag ik hieruit twee regels overnemen?\n\nGroet,\nBas"
_QUOTE = "Op wo 7 okt 2026 16:04 schreef Renske <renske@a.example>:\n> Beste lezer,\n> Wat is jouw bank?"


def _reply(text: str) -> str:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Bas <bas@post.example>"
    mail.set_content(text, cte="quoted-printable")
    return strip(read_mail(mail.as_bytes())).reply_text


@pytest.mark.parametrize(
    "notice",
    [
        "Deze e-mail is versleuteld verzonden met PostSlot.",
        "Op onze berichten is een disclaimer van toepassing: www.dorp.example/disclaimer",
        "Disclaimer: https://dorp.example/d",
        "Het waterschap aanvaardt geen aansprakelijkheid voor schade door elektronisch verzenden van mail.",
        "Think before you print.",
        "Disclaimer\n\nDit bericht is alleen bestemd voor de geadresseerde."
        " Heeft u het ten onrechte ontvangen, dan verzoeken wij u het te vernietigen.",
    ],
)
@pytest.mark.parametrize("place", ["above the quote", "below the quote"])
def test_a_notice_goes_wherever_it_stands(notice: str, place: str) -> None:
    parts = [_OWN, notice, _QUOTE] if place == "above the quote" else [_OWN, _QUOTE, notice]

    assert _reply("\n\n".join(parts)) == _OWN


@pytest.mark.parametrize(
    "banner",
    [
        "LET OP: deze e-mail komt van een externe afzender. Klik niet zomaar op een link.",
        "Externe e-mail: pas op voor phishing.",
        "This message was sent from outside your organisation. Be careful with links.",
        "Let op: dit bericht komt van buiten. Twijfel? Bel de helpdesk over deze mail en klik op niets.",
        "[EXTERN] Deze mail komt van buiten Waterschap Zee. Wees voorzichtig met links en bijlagen.",
        "ATTENTION : ce message provient d'un expéditeur externe. Ne cliquez pas sur les liens.",
        "This message came from outside your organization.",
        "U krijgt niet vaak e-mail van renske@a.example. Meer informatie over waarom dit belangrijk is",
        "You don't often get email from renske@a.example. Learn why this is important",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_banner_goes_with_or_without_a_gap_below(banner: str, gap: str) -> None:
    assert _reply(f"{banner}{gap}{_OWN}\n\n{_QUOTE}") == _OWN


@pytest.mark.parametrize(
    "own",
    [
        "Attentie: de wethouder komt van buiten.\nDe organisatie moet daaraan wennen.\n\nBas",
        "Let op! Externe adviseurs lezen deze mail ook, dus zet er geen wachtwoord in.\nMooie brief.\n\nBas",
        "U krijgt niet vaak e-mail van mij, dus meer informatie volgt.\n\nBas",
        "Disclaimer\n\nDe wethouder is een vriend van me.\n\nBas",
        "Dag,\n\nDisclaimer: dit is geen juridisch advies.\n\nBas",
        "Dag,\n\nVeilig verzonden is nog niet veilig gelezen!\n\nBas",
        "Dag,\n\nIn onze brieven staat sinds kort geen disclaimer meer.",
        "Let op: de link naar het rapport werkt niet van buiten de organisatie. De mail leest prima.\n\nJan",
        "Waarschuwing: jullie e-mail komt hier binnen als externe mail, met dode links.\n\nJan",
        "Attention: outside the city your email links do not open.\n\nAnn",
        "Caution! The email's second link points outside the site.\n\nAnn",
        'Warning: typo in your email, "outside organisation". The link is broken too.\n\nBob',
        "Achtung, Fehler: in der E-Mail führt der Link nach außerhalb der Seite.\n\nUte",
        "Attention : le lien de ce message mène à l'extérieur du site.\n\nLuc",
        "U ontvangt niet vaak mail van boeren, dus hier meer informatie: jan@boer.example.\n\nJan",
        "Dag,\n\nDisclaimer: we werken zelf bij de gemeente. Zie www.dorp.example voor de mail.",
        "Dag,\n\nDe mail werd door onze antivirus tegengehouden, stuur hem nog eens.",
        "Dag,\n\nPaper is patient, but we print this email every week.",
        "Bijlage: het vertrouwelijke rapport, bestemd voor de raad en per ongeluk hier beland.\n\nKees",
        "Dag,\n\nDeze e-mail is vertrouwelijk en alleen bestemd voor de redactie:"
        " de wethouder weet het niet.\nVerspreiding mag niet.",
        "Waarschuwing: lang verhaal. Wilde de helpdesk mijn mail niet, omdat hij van buiten kwam?\n\nBas",
    ],
)
def test_what_people_say_of_such_things_stays(own: str) -> None:
    assert _reply(f"{own}\n\n{_QUOTE}") == own
