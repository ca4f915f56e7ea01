"""What a digest says in the newsletter's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.domain.quote import QuoteConsent

__all__ = ["DigestWording", "wording_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWording:
    """The sentences of a digest; names in braces are filled in."""

    title: str
    none: str
    one_reply: str
    replies: str
    one_reader: str
    readers: str
    strangers: str
    between: str
    on: str
    share_of_one: str
    share: str
    who: str
    others: str
    questions: str
    no_questions: str
    themes: str
    no_themes: str
    theme: str
    quotes: str
    no_quotes: str
    ask: str
    consent: Mapping[QuoteConsent, str]
    promises: str
    promised: str
    answered: str
    quoted: str
    led_to: str
    take_away: str


_DUTCH = DigestWording(
    title="Antwoorden op “{subject}”",
    none="Er zijn nog geen antwoorden op deze brief.",
    one_reply="1 antwoord",
    replies="{count} antwoorden",
    one_reader="van 1 lezer",
    readers="van {count} lezers",
    strangers="{count} van iemand die niet op de lijst staat",
    between="tussen {first} en {last}",
    on="op {first}",
    share_of_one="De brief ging naar 1 lezer; {share} % antwoordde.",
    share="De brief ging naar {mailed} lezers; {share} % antwoordde.",
    who="Wie",
    others="anderen",
    questions="Vragen",
    no_questions="Niemand stelde een vraag.",
    themes="Waar het over ging",
    no_themes="Geen woord springt eruit.",
    theme="in {count} antwoorden: {numbers}",
    quotes="Regels om te citeren",
    no_quotes="Geen regel die op zichzelf staat.",
    ask="Vraag het de lezer met: newsletter replies quote NUMMER",
    consent={
        QuoteConsent.NAMED: "mag, met naam: ::: reader {name}",
        QuoteConsent.ANONYMOUS: "mag, zonder naam: ::: reader {name}",
        QuoteConsent.ASKED: "gevraagd, nog geen antwoord",
        QuoteConsent.REFUSED: "mag niet",
        QuoteConsent.NONE: "nog niet gevraagd",
    },
    promises="Beloofd en nog niet gedaan",
    promised="“{words}” ({path}:{line}). Doet deze brief dat, schrijf dan x-keeps: {slug}",
    answered="Al beantwoord",
    quoted="geciteerd in {path}",
    led_to="beantwoord in {path}",
    take_away="beantwoordt deze brief deze antwoorden, haal dan het hekje vooraan weg",
)

_ENGLISH = DigestWording(
    title="Replies to “{subject}”",
    none="There are no replies to this letter yet.",
    one_reply="1 reply",
    replies="{count} replies",
    one_reader="from 1 reader",
    readers="from {count} readers",
    strangers="{count} from somebody who is not on the list",
    between="between {first} and {last}",
    on="on {first}",
    share_of_one="The letter went to 1 reader; {share}% answered.",
    share="The letter went to {mailed} readers; {share}% answered.",
    who="Who",
    others="others",
    questions="Questions",
    no_questions="Nobody asked a question.",
    themes="What it was about",
    no_themes="No word stands out.",
    theme="in {count} replies: {numbers}",
    quotes="Lines to quote",
    no_quotes="No line that stands by itself.",
    ask="Ask the reader with: newsletter replies quote NUMBER",
    consent={
        QuoteConsent.NAMED: "may be quoted by name: ::: reader {name}",
        QuoteConsent.ANONYMOUS: "may be quoted without a name: ::: reader {name}",
        QuoteConsent.ASKED: "asked, no answer yet",
        QuoteConsent.REFUSED: "refused",
        QuoteConsent.NONE: "not asked yet",
    },
    promises="Promised and not kept yet",
    promised="“{words}” ({path}:{line}). If this letter keeps it, write x-keeps: {slug}",
    answered="Answered already",
    quoted="quoted in {path}",
    led_to="answered in {path}",
    take_away="if this letter answers these replies, take away the first #",
)


def wording_of(lang: str) -> DigestWording:
    """Return the words for the tag `lang` (BCP 47): Dutch for Dutch, else English."""
    return _DUTCH if lang.partition("-")[0].lower() == "nl" else _ENGLISH
