"""What a writer quotes, lists or shows themselves is theirs, also where it looks like what programs add."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.domain.read_mail import MailAddress, ReadMail
from newsletter.replies.strip import strip

_LETTER = (Path(__file__).parent / "mails" / "letter-nl.txt").read_text("utf-8").strip()
_LINES = _LETTER.split("\n")
_QUOTED = "\n".join(f"> {line}".rstrip() for line in _LINES)
_WROTE = "Op 24-11-2026 om 09:31 schreef Renata de Vries:\n"
_HEADER = (
    "Van: Renata de Vries <renata@brief.example>\nVerzonden: dinsdag 24 november 2026 09:31\n"
    "Aan: Jan Jansen <j.jansen@gemeente.example>\nOnderwerp: Antwoord je op een boze reactie?\n\n"
)


def _reply(text: str, *, html: str = "") -> str:
    mail = ReadMail(
        from_=MailAddress(name="Jan Jansen", address="j.jansen@gemeente.example"),
        text=text,
        html=html,
        has_plain_text=not html,
    )
    return strip(mail, sent_text=_LETTER).reply_text


@pytest.mark.parametrize(
    "own",
    [
        "Een wijkagent vertelde:\n\n> De stoep weet alles.\n> Je moet er wel gaan staan.\n\nZo is het.",
        "Bij het koffieapparaat hoorde ik\n> Wie zwijgt, krijgt ook post.\nen daar zit wat in.",
    ],
)
def test_a_quote_of_somebody_else_below_the_letter_is_the_writers(own: str) -> None:
    assert _reply(f"{_WROTE}{_QUOTED}\n\n{own}\n") == own


def test_without_the_letter_a_colon_says_that_the_writer_cites_somebody() -> None:
    cited = "Op de markt hoorde ik dit:\n\n> Vis praat niet."
    mail = ReadMail(text=f"{_WROTE}> Hoe doen jullie dat?\n\n{cited}\n", has_plain_text=True)
    answered = ReadMail(text=f"{_WROTE}> Ja?\n\nJe schreef ook:\n> Nee?\n\nDat klopt.", has_plain_text=True)

    assert strip(mail).reply_text == cited
    assert strip(answered).reply_text == "Je schreef ook:\n\nDat klopt."


def test_a_quote_in_a_longer_exchange_is_not_the_writers() -> None:
    text = f"{_WROTE}> Dank je, Jan! Wie doet dat dan?\n\nDat doet Bea.\n\n> En in de zomer?\n\nDan Omar.\n"

    assert _reply(text) == "Dat doet Bea.\n\nDan Omar."


@pytest.mark.parametrize(
    "own",
    [
        "We houden een spreekuur.\n\nVan: 10.00 uur\nAan: de balie\n\nLoop je binnen?",
        "We houden een spreekuur.\n\nDatum: 8 december 2026\nVan: 10.00 tot 11.00\nOnderwerp: post\n\nKom?",
        "Op de deur stond:\nDatum: 9-12\nVan: de straat\nAan: allen\nOnderwerp: soep\n\nEr kwam er een.",
        "Dit bericht komt van buiten: ik zit op de stoep.\n\nJan",
        "Dit schrijven wij terug:\n\n--\nDank u wel.\n--\n\nMeer niet.\n\nJan",
        "Boven alle post staat:\n\nLet op: deze e-mail komt van buiten de organisatie.\n\nRaar?",
        "Onze wethouder sluit zo af:\n\nVerstuurd vanaf mijn iPhone\n\nWat zegt dat, denk je?",
    ],
)
def test_what_looks_like_a_header_a_signature_or_a_footer_is_kept(own: str) -> None:
    assert _reply(own) == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"{_HEADER}{'%s'}", "Bij ons vier."),
        ("%s", "Bij ons vier."),
    ],
)
def test_a_few_words_where_lines_of_the_letter_were_cut_out_are_kept(text: str, own: str) -> None:
    letter = "\n".join((*_LINES[2:4], own, *_LINES[7:9]))

    assert _reply(f"Zie onder.\n\n{text % letter}") == f"Zie onder.\n\n{own}"


def test_a_few_words_between_quoted_blocks_of_html_are_kept() -> None:
    quoted = [f"<blockquote class='gmail_quote'><div>{line}</div></blockquote>" for line in _LINES[2:10:4]]
    html = "<div class='gmail_quote'>" + "<div>Bij ons vier.</div>".join(quoted) + "</div>"

    assert _reply("", html=html) == "Bij ons vier."


@pytest.mark.parametrize(
    "added",
    [
        "LET OP: Deze e-mail is afkomstig van buiten de organisatie. Open geen bijlagen van onbekenden.",
        "[EXTERNAL] This message originated from outside your organization. Do not click links.",
        "Achtung: Diese E-Mail kommt von außerhalb. Klicken Sie nicht auf Links.",
    ],
)
def test_a_warning_of_the_writers_own_server_is_removed(added: str) -> None:
    assert _reply(f"{added}\n\nBij ons wel.\n\nJan\n\n{_HEADER}{_LETTER}") == "Bij ons wel.\n\nJan"


@pytest.mark.parametrize(
    "attribution",
    [
        "Op\u00a024\u00a0nov.\u00a02026 om 09:31 schreef Renata de Vries <renata@brief.example>:",
        "On Nov 24, 2026, at 9:31\u202fAM, Renata de Vries <renata@brief.example> wrote:",
        "* Renata de Vries <renata@brief.example> [2026-11-24 09:31]:",
    ],
)
def test_attributions_are_found_whatever_their_spaces_are(attribution: str) -> None:
    assert _reply(f"Bij ons wel.\n\n{attribution}\n{_QUOTED}") == "Bij ons wel."


def test_an_empty_paragraph_of_outlook_is_an_empty_line() -> None:
    html = "<p class=MsoNormal>Dag,</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Wij wel.</p>"

    assert _reply("", html=html) == "Dag,\n\nWij wel."


@pytest.mark.parametrize("own", ["Altijd op vrijdag", "Wij wel!", "Nooit (echt)"])
def test_what_a_device_glues_to_the_last_word_is_cut_off(own: str) -> None:
    assert _reply(f"{own}Verstuurd vanaf mijn iPhone\n\n{_WROTE}{_QUOTED}") == own


@pytest.mark.parametrize(
    "banner",
    [
        "LET OP: Deze e-mail is afkomstig van buiten de organisatie.",
        "[EXTERNAL] This message came from outside.<br>Do not click links you do not trust.",
        "Achtung: Diese E-Mail kommt von außerhalb. Klicken Sie nicht<br>auf Links.",
    ],
)
@pytest.mark.parametrize("own", ["Hoi,", "Wat een mooi stuk.", "Ik open elke brief van je, met link en al"])
def test_the_line_right_below_a_banner_in_html_is_the_writers(banner: str, own: str) -> None:
    html = f"<div>{banner}</div><div>{own}</div><div>Bij ons wel.</div>"

    assert _reply("", html=html) == f"{own}\nBij ons wel."


@pytest.mark.parametrize(
    "banner",
    [
        "Let op: externe e-mail",
        "Let op! Deze e-mail is afkomstig van een externe afzender. Klik niet op links!",
        "WAARSCHUWING<br>Deze e-mail komt van buiten de organisatie. Klik niet op links!",
    ],
)
@pytest.mark.parametrize("own", ["Hoi,", "Wat een mooi stuk.", "Ik open elke brief van je"])
def test_what_is_hardly_told_as_a_banner_takes_nothing_of_the_writer_with_it(banner: str, own: str) -> None:
    html = f"<div>{banner}</div><div>{own}</div><div>Bij ons wel.</div>"

    assert _reply("", html=html).endswith(f"{own}\nBij ons wel.")
