"""How each language sets running text: one entry a language, and a new language is a new entry.

After CLDR's delimiters; for Dutch the Woordenlijst and Taaladvies, for German Duden and DIN 5008, for
French the Lexique of the Imprimerie nationale, for English Hart's Rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

__all__ = ["LANGUAGES", "NBSP", "THIN_NBSP", "Language", "language_of"]

NBSP = "\u00a0"
"""A space at which no line breaks."""

THIN_NBSP = "\u202f"
"""The narrow one, which French puts before ; ! and ?."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What the typography of one language needs to know; words are in lower case.

    `double` and `single` are the quotation marks of the first and second level, opening and closing, with
    the spaces inside them. `elided` are words that begin with an apostrophe, as a regular expression.
    A line does not break between a number and one of `units` or `months` behind it, between one of
    `numbered` or `months` and a number, between one of `titles` and a name, and inside `spelled`.
    `spaced_marks` says which space stands before a mark. `groups_digits` is for 10 000, `has_postcodes`
    for 8011 AB, `keeps_elided` for ’s avonds. `hyphenation` names Pyphen's dictionary (None: no soft
    hyphens); `parts` are what long compounds often end in, so that they break there first.
    """

    double: tuple[str, str] = ("“", "”")
    single: tuple[str, str] = ("‘", "’")
    elided: str = ""
    units: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    spelled: frozenset[tuple[str, str]] = frozenset()
    spaced_marks: Mapping[str, str] = field(default_factory=dict)
    groups_digits: bool = False
    has_postcodes: bool = False
    keeps_elided: bool = False
    hyphenation: str | None = None
    parts: tuple[str, ...] = ()


def language_of(lang: str) -> Language:
    """Return the typography of `lang` (BCP 47): of the region when it has its own, else of the language.

    A language without an entry gets curly quotation marks, dashes and what holds everywhere.
    """
    tag = lang.lower()
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.partition("-")[0]) or _OTHER


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OTHER = Language()

_DUTCH = Language(
    elided="s|t|n|k|m|r|ns|er|ie|em|[0-9]{2}",
    units=_words("euro cent procent promille uur miljoen miljard duizend graden"),
    numbered=_words(
        "art. artikel artikelen lid p. pag. blz. pagina bladzijde nr. nrs. nummer hfst. hoofdstuk"
        " par. paragraaf fig. figuur tabel bijlage ca. circa a° jrg."
    ),
    titles=_words("dhr. mevr. mw. dr. drs. prof. mr. ir. ing. ds. fam. st."),
    months=_words(
        "januari februari maart april mei juni juli augustus september oktober november december"
        " jan. feb. mrt. apr. jun. jul. aug. sept. okt. nov. dec."
    ),
    has_postcodes=True,
    keeps_elided=True,
    hyphenation="nl",
    parts=(
        *("informatie", "maatschappij", "telefoon", "telefoons", "werkzaamheden", "aanvragen", "adviseurs"),
        *("aanbesteding", "aanpak", "aanvraag", "adviseur", "afdeling", "ambtenaar", "ambtenaren"),
        *("behandeling", "beheer", "beleid", "beperking", "bericht", "berichten", "bestuur"),
        *("bestuurder", "beveiliging", "bewoners", "bijeenkomst", "commissie", "communicatie"),
        *("controle", "dienst", "diensten", "doelstelling", "gegevens", "gemeente", "gemeenten"),
        *("gesprek", "gesprekken", "handhaving", "houding", "instelling", "kaders", "kamer", "leden"),
        *("maatregel", "maatregelen", "medewerker", "medewerkers", "middelen", "ministerie"),
        *("ondersteuning", "onderzoek", "ontwikkeling", "organisatie", "organisaties", "overheid"),
        *("overleg", "plannen", "planning", "procedure", "project", "provincie", "raad"),
        *("raadslid", "rapportage", "regeling", "registratie", "schap", "schappen", "stukken"),
        *("systeem", "toets", "toezicht", "vergadering", "vergunning", "verkiezing", "verkiezingen"),
        *("verslag", "verzekering", "verzoek", "verzoeken", "voorlichter", "voorlichting"),
        *("voorziening", "voorzieningen", "waarden", "wethouder", "zitting"),
    ),
)

_ENGLISH = Language(
    elided=r"tis|twas|em|til|cause|bout|n'(?=\s)|n|[0-9]{2}s?",
    units=_words("euros pounds dollars percent million billion thousand a.m. p.m. am pm hours"),
    numbered=_words(
        "art. article section sect. p. pp. page pages no. nos. number chapter chap. fig. figure"
        " table vol. appendix c. ca."
    ),
    titles=_words("mr mrs ms mx dr prof st mr. mrs. ms. mx. dr. prof. st."),
    months=_words(
        "january february march april may june july august september october november december"
        " jan. feb. mar. apr. jun. jul. aug. sept. oct. nov. dec."
    ),
    hyphenation="en_GB",
)

_GERMAN = Language(
    double=("„", "“"),
    single=("‚", "‘"),
    elided="s|n|ne|nen|nem|ner|ran|rauf|raus|rein|rum|runter|[0-9]{2}er",
    units=_words("euro cent prozent promille uhr million millionen milliarde milliarden tausend grad"),
    numbered=_words(
        "art. artikel abs. absatz s. seite seiten nr. nrn. nummer kap. kapitel abb. abbildung"
        " tab. tabelle anhang bd. ca."
    ),
    titles=_words("hr. fr. herr herrn frau dr. prof. ing. st."),
    months=_words(
        "januar jänner februar märz april mai juni juli august september oktober november dezember"
        " jan. feb. apr. jun. jul. aug. sept. okt. nov. dez."
    ),
    spelled=frozenset(
        [("z.", "b."), ("d.", "h."), ("u.", "a."), ("o.", "ä."), ("u.", "u."), ("i.", "d."), ("s.", "o.")]
    ),
    hyphenation="de",
    parts=(
        *("ausschuss", "behörde", "behörden", "bericht", "berichte", "dienst", "dienste", "einrichtung"),
        *("entwicklung", "förderung", "gesetz", "kommunikation", "leistung", "leistungen", "maßnahme"),
        *("maßnahmen", "mitarbeiter", "ordnung", "organisation", "planung", "programm", "schutz"),
        *("sicherheit", "sitzung", "verfahren", "versammlung", "versicherung", "vertretung"),
        *("verwaltung", "verzeichnis", "vorlage", "wahlen", "wesen"),
    ),
)

_FRENCH = Language(
    double=(f"«{NBSP}", f"{NBSP}»"),
    elided="[0-9]{2}",
    units=_words("euro euros centimes pour heures h million millions milliard milliards mille degrés"),
    numbered=_words(
        "art. article articles p. pp. page pages n° nos numéro chap. chapitre fig. figure tableau"
        " annexe vol. env."
    ),
    titles=_words("m. mm. mme mmes mlle dr pr me st ste"),
    months=_words(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        " janv. févr. avr. juil. sept. oct. nov. déc."
    ),
    single=("“", "”"),
    spaced_marks={":": NBSP, ";": THIN_NBSP, "!": THIN_NBSP, "?": THIN_NBSP},
    groups_digits=True,
    hyphenation="fr",
)

LANGUAGES: Mapping[str, Language] = {
    "nl": _DUTCH,
    "en": _ENGLISH,
    "en-us": replace(_ENGLISH, hyphenation="en_US"),
    "de": _GERMAN,
    "de-ch": replace(_GERMAN, double=("«", "»"), single=("‹", "›")),
    "fr": _FRENCH,
    "fr-ca": replace(_FRENCH, spaced_marks={":": NBSP}),
}
"""Typography by BCP 47 tag in lower case: a language, or a language with a region that differs."""
