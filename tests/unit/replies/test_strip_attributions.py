"""Lines that say who wrote what follows are known in many wordings, and prose is left alone."""

from __future__ import annotations

import textwrap

import pytest

from newsletter.domain.read_mail import ReadMail
from newsletter.replies.strip import strip

_OWN = "Dat is goed hoor. Dinsdag om 3 uur."
_ATTRIBUTIONS = (
    "On Tue, Nov 24, 2026 at 9:31 AM, Jan Jansen <jan@x.nl> wrote:",
    "On Tue, 24 Nov 2026 at 09:31, Jan Jansen via Discuss <discuss@x.nl> wrote:",
    'On Nov 24, 2026 9:31 AM, "Jan Jansen" <jan@x.nl> wrote:',
    "On 24 November 2026 at 09:31 Jan Jansen <jan@x.nl> wrote:",
    "On 24.11.2026 09:31, Jan Jansen wrote:",
    "On 2026-11-24 09:31, Jan Jansen wrote:",
    "On 11/24/2026 9:31 AM, Jan Jansen wrote:",
    "On Tuesday 24 November 2026 09:31:12 Jan Jansen wrote:",
    "On Tue, Nov 24, 2026 at 09:31:12AM +0100, Jan Jansen wrote:",
    "On November 24, 2026 9:31:12 AM GMT+01:00, Jan Jansen <jan@x.nl> wrote:",
    "On 24 Nov 2026, at 09:31, Jan Jansen <jan@x.nl> wrote:",
    "On Tue, 2026-11-24 at 09:31 +0100, Jan Jansen wrote:",
    "Jan Jansen <jan@x.nl> wrote on 24/11/2026 09:31:12:",
    "Jan Jansen <jan@x.nl> wrote:",
    "On Tuesday, Jan Jansen <jan@x.nl> wrote:",
    "24 nov. 2026 kl. 09:31 skrev Jan Jansen <jan@x.nl>:",
    "24. nov. 2026 kl. 09.31 skrev Jan Jansen <jan@x.nl>:",
    "Den tis 24 nov. 2026 kl 09:31 skrev Jan Jansen <jan@x.nl>:",
    "Den 24. november 2026 kl. 09.31.12 CET skrev Jan Jansen <jan@x.nl>:",
    "ti 24. marrask. 2026 klo 9.31 Jan Jansen (jan@x.nl) kirjoitti:",
    "Il giorno mar 24 nov 2026 alle ore 09:31 Jan Jansen <jan@x.nl> ha scritto:",
    "Il 24/11/2026 09:31, Jan Jansen ha scritto:",
    "Il 24 novembre 2026 09:31:12 CET, Jan Jansen <jan@x.nl> ha scritto:",
    "Em ter., 24 de nov. de 2026 às 09:31, Jan Jansen <jan@x.nl> escreveu:",
    "Em 24/11/2026 09:31, Jan Jansen escreveu:",
    "A terça, 24/11/2026, 09:31, Jan Jansen <jan@x.nl> escreveu:",
    "El mar., 24 nov. 2026 9:31, Jan Jansen <jan@x.nl> escribió:",
    "El 24/11/26 a las 09:31, Jan Jansen escribió:",
    "El mar, 24 de nov. de 2026 a la(s) 09:31, Jan Jansen (jan@x.nl) escribió:",
    "Le mar. 24 nov. 2026 09:31, Jan Jansen <jan@x.nl> a écrit :",
    "Le 24/11/2026 à 09:31, Jan Jansen a écrit :",
    "Le mardi 24 novembre 2026 à 09:31, Jan Jansen a écrit :",
    "Am Di., 24. Nov. 2026 um 09:31 Uhr schrieb Jan Jansen <jan@x.nl>:",
    "Am 24.11.26 um 09:31 schrieb Jan Jansen:",
    "Am Dienstag, den 24.11.2026, 09:31 +0100 schrieb Jan Jansen:",
    "Jan Jansen schrieb am 24.11.2026 um 09:31:",
    "Jan Jansen <jan@x.nl> schrieb am Di., 24. Nov. 2026, 09:31:",
    "Jan Jansen <jan@x.nl> schreef op di 24 nov. 2026 09:31:",
    "Op 24-11-2026 09:31 schreef Jan Jansen <jan@x.nl>:",
    'Op 24 nov. 2026 09:31 schreef "Jan Jansen" <jan@x.nl>:',
    "Op di 24 nov. 2026 09:31 schreef Jan Jansen <jan@x.nl>:",
    "Op di 24 nov 2026 om 09:31 schreef Jan Jansen via Nieuwsbrief <jan@x.nl>:",
    "Op 24/11/2026 om 09:31 schreef Jan Jansen:",
    "Op 24-11-26 om 09:31 schreef Jan Jansen:",
    "Op dinsdag 24 november 2026 om 09:31:12 CET schreef Jan Jansen <jan@x.nl>:",
    "Op dinsdag 24 november 2026 09:31 schreef Jan Jansen <jan@x.nl>:",
    "Op 24 nov. 2026, om 09:31 heeft Jan Jansen <jan@x.nl> het volgende geschreven:",
    "Op 24 november 2026 09:31:12 CET schreef Jan Jansen <jan@x.nl>:",
    "Op dinsdag, november 24, 2026 9:31 AM, Jan Jansen <jan@x.nl> schreef:",
    "Op dinsdag 24 november 2026 om 9:31 AM, Jan Jansen <jan@x.nl> schreef:",
    "Op 24 nov. 2026 om 09:31 schreef jan@x.nl:",
    "Op 24-11-2026 heeft Jan Jansen <jan@x.nl> geschreven:",
    "Op dinsdag 24 november 2026 heeft Jan Jansen <jan@x.nl> het volgende geschreven:",
    "Jan Jansen schreef op 24-11-2026 om 09:31:",
    "Jan Jansen via Nieuwsbrief schreef op 24-11-2026 9:31:",
    "Jan Jansen <jan@x.nl> schreef op 24 november 2026 09:31:12 CET:",
    "Jan Jansen heeft op 24-11-2026 09:31 geschreven:",
    "Op 24 nov. 2026 09:31 heeft Jan Jansen <jan@x.nl> geschreven:",
    "W dniu wt., 24 lis 2026 o 09:31 Jan Jansen <jan@x.nl> napisał(a):",
    "wt., 24 lis 2026 o 09:31 Jan Jansen <jan@x.nl> napisał(a):",
    "út 24. 11. 2026 v 9:31 odesílatel Jan Jansen <jan@x.nl> napsal:",
    "2026년 11월 24일 (화) 오전 9:31, Jan Jansen <jan@x.nl>님이 작성:",
    "2026年11月24日(火) 9:31 Jan Jansen <jan@x.nl>:",
    "Jan Jansen <jan@x.nl> 于2026年11月24日周二 09:31写道：",
    "вт, 24 нояб. 2026 г. в 09:31, Jan Jansen <jan@x.nl>:",
    "24.11.2026 09:31, Jan Jansen пишет:",
    "Jan Jansen <jan@x.nl>, 24 Kas 2026 Sal, 09:31 tarihinde şunu yazdı:",
    "At 09:31 24/11/2026, Jan Jansen wrote:",
    "-------- Forwarded Message --------",
    "---- On Tue, 24 Nov 2026 09:31:12 +0100 Jan Jansen <jan@x.nl> wrote ----",
    "---- Op di, 24 nov. 2026 09:31:12 +0100 Jan Jansen <jan@x.nl> schreef ----",
    "------ Oorspronkelijk bericht ------",
    "------ Origineel bericht ------",
    "----- Oorspronkelijk bericht -----",
    "-----Oorspronkelijke afspraak-----",
    "Begin doorgestuurd bericht:",
    "---------- Forwarded message ---------",
    "----------  Doorgestuurd bericht  ---------",
)
_ONLY_ABOVE_QUOTED_LINES = (
    "On Nov 24, Jan Jansen wrote:",
    "Quoting Jan Jansen <jan@x.nl>:",
    "Citeren Jan Jansen <jan@x.nl>:",
    "Zitat von Jan Jansen <jan@x.nl>:",
)
_PROSE = (
    "Op 12 maart 2024 schreef de wethouder aan de raad:",
    "Op dinsdag 12 maart om 10:00 schreef mijn collega het volgende:",
    "Op 12 maart heeft de raad besloten om het volgende te doen:",
    "Op maandag 9 november om 20:10 schreef een raadslid onder ons bericht dat we logen.",
    "On Monday we wrote to the council, and this is what they said:",
    "On 3 May 2024 at 10:00 the mayor said this:",
    "Je kunt me op 3 december 2026 om 10:00 bereiken via a@b.nl, graag met:",
    "Dit schreef ik op 3 december 2026 om 10:00 naar a@b.nl:",
    "Op 3 december 2026 heb ik een mail gestuurd naar jan@x.nl en daarin stond:",
    "In 2024 schreef de minister:",
    "Mijn collega schreef op 3 december:",
    "Wat de wethouder schreef op 12 maart 2024:",
    "Zoals Jan schreef:",
    "Van: mij mag het.",
    "Aan: wie moet ik dit sturen?",
    "Datum: 3 december 2026 om 10:00",
    "Onderwerp: onze afspraak van 3 december",
    "Le maire a écrit ceci :",
    "Am 3. Mai 2024 schrieb der Bürgermeister an alle:",
    "De vergadering is op 24-11-2026 om 09:31 en Jan schreef:",
    "Verzonden: vorige week al, aan jan@x.nl",
    "Sent from the train, so short",
    "Verzonden vanuit mijn hart",
    "Verstuurd vanaf mijn vakantieadres in Zeeland",
    "Mijn telefoon: 06-12345678",
    "Get Outlook for work is what they told me to do",
    "Kort gezegd: Op zijn minst moet er iets gebeuren.",
)


def _left(text: str) -> str:
    return strip(ReadMail(text=text, has_plain_text=True)).reply_text


@pytest.mark.parametrize("tail", ["> aangehaald\n> en meer", "aangehaald\nen meer"])
def test_what_stands_below_an_attribution_is_a_quote(tail: str) -> None:
    wrong = [one for one in _ATTRIBUTIONS if _left(f"{_OWN}\n\n{one}\n\n{tail}") != _OWN]

    assert wrong == []


def test_an_attribution_without_a_date_counts_above_quoted_lines_only() -> None:
    marked = [one for one in _ONLY_ABOVE_QUOTED_LINES if _left(f"{_OWN}\n\n{one}\n\n> aangehaald") != _OWN]
    unmarked = [one for one in _ONLY_ABOVE_QUOTED_LINES if one not in _left(f"{_OWN}\n\n{one}\n\nverder")]

    assert (marked, unmarked) == ([], [])


@pytest.mark.parametrize("width", [50, 70])
def test_an_attribution_may_be_wrapped(width: int) -> None:
    wrapped = [textwrap.fill(one, width) for one in _ATTRIBUTIONS]

    wrong = [one for one in wrapped if _left(f"{_OWN}\n{one}\n\n> aangehaald") != _OWN]

    assert wrong == []


@pytest.mark.parametrize(
    "own",
    [
        "Tot 3 uur",
        "Op 3 december ben ik er.",
        "Ja, op dinsdag 3 december 2026:",
        "Bel 06-12345678",
        "Zie a@b.nl",
    ],
)
def test_a_line_right_above_an_attribution_stays_the_writers(own: str) -> None:
    wrong = [one for one in _ATTRIBUTIONS if _left(f"{own}\n{one}\n\n> aangehaald") != own]

    assert wrong == []


@pytest.mark.parametrize("prose", _PROSE)
def test_a_sentence_that_looks_like_an_attribution_or_header_is_left_alone(prose: str) -> None:
    text = f"{_OWN}\n\n{prose}\nEn dat is wat ik wilde zeggen, niet meer.\n\nJan"

    assert _left(text) == text
