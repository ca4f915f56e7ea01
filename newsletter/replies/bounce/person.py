"""What shows that a person wrote a mail, whatever its address: they greet, say "I", sign, ask and answer."""

from __future__ import annotations

import re
from typing import Final

from newsletter.domain.read_mail import ReadMail
from newsletter.replies.subjects import is_answer
from newsletter.replies.ticket_lines import is_answer_above

__all__ = ["greets", "own_text", "person_points"]

_MOST_LINES: Final = 100
_MOST_CHARACTERS: Final = 5000
_BELOW = re.compile(
    r"\W{0,10}(?:-{2,}\s?(?:original|oorspronkelijk|urspr|message d'orig|mensaje orig|messaggio orig"
    r"|doorgestuurd"
    r"|forwarded|weitergeleitet|message transf|mensaje reenv|messaggio inolt|begin )"
    r"|begin (?:doorgestuurd|forwarded)|d(?:é|e)but du message"
    r"|(?:op|on|am|le|el|il|em) .{4,80}(?:schreef|heeft|wrote|schrieb|a écrit|escribió|ha scritto"
    r"|escreveu))",
    re.IGNORECASE,
)
_RETURNED = re.compile(r"(?:received|return-path|dkim-signature|mime-version):", re.IGNORECASE)
_TO_ANYBODY: Final = (  # how machines address whoever it is
    r"(?:afzender|verzender|klant|gebruiker|relatie|abonnee|lezer"
    r"|(?:heer\b|mevrouw|meneer)(?! (?:(?:van|de|der|den|ten|ter) ){0,2}(?-i:[A-ZÀ-Ý])\w)|sender|user"
    r"|customer|sir|madam"
    r"|client|subscriber|e-?mail|absender|kund|nutzer|damen|exp[ée]diteur|utilisateur|abonn[ée]|madame,"
    r"|monsieur,"
    r"|remitente|usuari|cliente|mittente|utente|remetente|utilizador|postmaster|there\b|herr/|frau/"
    r"|afsender|bruger"
    r"|anv(?:ä|ae)ndare)"
)
_GREETING = re.compile(
    r"\W{0,5}(?:hoi|ha|hey|hé|hallo|dag|lieve|beste|geachte|hi|hello|dear|liebe[rs]?|sehr geehrte\w?"
    r"|bonjour|bonsoir"
    r"|ch[èe]re?|hola|querid[oa]|estimad[oa]|ciao|car[oa]|gentile|ol[áa]|car[oa]|prezad[oa]|hej|kære"
    r"|goede(?:morgen"
    r"|middag|navond|ndag)|good (?:morning|afternoon|evening)|guten (?:tag|morgen|abend)|moin|servus|buenos"
    r"|buenas|buongiorno|bom dia|boa tarde|szanown\w{1,3}|dzie[ńn] dobry)\b[ ,]{0,2}(?:\(?\w{1,12}\)? )?",
    re.IGNORECASE,
)
_TO_ANY = re.compile(rf"\W{{0,4}}(?:\w{{1,12}}\W{{1,3}})?{_TO_ANYBODY}", re.IGNORECASE)
_NOBODY = re.compile(r"\W*(?:\n|$)")
_TEMPLATE = re.compile(  # questions that a machine puts into its reader's mouth
    r"\b(?:wat|hoe|waarom|what|how|why|who|was|wie|warum|comment|pourquoi|que|qu[ée]|c[óo]mo|cosa|come"
    r"|perch[ée])\b"
    r"[^.?!\n]{0,100}\?"
    r"|(?:vragen|questions?|fragen|need help|hulp nodig|preguntas|domande)\s?\?|https?://[^\s<>]{1,500}",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:ik|mijn|mij|mezelf|ikzelf|i'm|i've|i'll|i'd|myself|ich|mir|mich|mein(?:e[nrms]?)?|j'\w|j’\w"
    r"|yo|estoy|gracias a"
    r"|eu|meu|minha|mio|mia|miei|jeg|jag|min|mig)\b"
    r"|\b(?-i:I)\s(?!am (?:sorry|afraid)|was(?:n't| not) able|could(?:n't| not)|have been unable|tried"
    r"|gave|give)\b\w"
    r"|\bmy (?!apolog)\w|\bje (?:suis|serai|n'|ne|l'|l’|vous|te|t'|m'|lis|peux|voulais|viens|sais|crois"
    r"|pense|trouve|reste)\b"
    r"|\b(?:mon|ma|mes) \w{3,20}\b|\bmi (?:\w{3,20})\b|\b(?:me|lo) (?:ha|he|gust|encant)\w{1,8}\b"
    r"|\bho \w{3,20}[ot]\b",
    re.IGNORECASE,
)
_IS_PROGRAM = re.compile(
    r"\bprogram(?:ma|me|m)?\b|\bqmail\b|\bpostfix\b(?!/)|\bmailer\b(?![-_. ]?da)|\bthis is the mail\b"
    r"|\bdelivery status\b",
    re.IGNORECASE,
)
_SIGNS = re.compile(
    r"\b(?:groet(?:en|jes)?|gr\.|liefs|mvg|cheers|best|regards|thanks|gr(?:ü|ue)(?:ß|ss)en?|lg|vg|bises"
    r"|cordialement"
    r"|amiti[ée]s|saludos|abrazo|un abbraccio|saluti|abra[çc]o|hilsen|h(?:ä|ae)lsningar"
    r"|pozdraw\w{0,4})\b[^\n]{0,20}\n?"
    r"\s{0,3}(?:van )?[A-ZÀ-Ý][\w'’-]{1,20}(?: [A-ZÀ-Ýa-z][\w'’.-]{0,20}){0,2}\s*(?:$|\n|,|\()"
    r"|\bgroet(?:en|jes)? van (?:een|jullie|je|uw)\b|\bgr(?:ü|ue)(?:ß|ss)e von (?:einem|einer)\b"
    r"|\bregards from an?\b",
    re.IGNORECASE,
)
_TEAM = re.compile(  # who signs for a company
    r"\b(?:het|the|ihr|das|votre|su|tu|il|[eo])\s(?:[\w.-]{1,20} ){0,2}(?:team|equipo|équipe|equipe)\b"
    r"|\bl'[ée]quipe\b"
    r"|\bde (?:mailserver|postmaster|systeembeheerder)\b|\b(?:ihr|the) (?:mailserver|mail system"
    r"|e-mail-system)\b",
    re.IGNORECASE,
)
_CLIENTS: Final = ("user-agent", "x-mailer")
_CLIENT = re.compile(
    r"thunderbird|outlook|apple mail|iphone|ipad|k-9|roundcube|mutt|evolution|kmail|horde|squirrel|claws"
    r"|mailmate"
    r"|microsoft mail|airmail|spark|android",
    re.IGNORECASE,
)
_FRIENDLY = re.compile(r";-?\)|:-?\)|\bhaha|\bgrapje\b|\blol\b|[🙂😊😀😉❤👍]", re.IGNORECASE)


def own_text(mail: ReadMail) -> str:
    """Return the first lines of a mail above what it quotes, forwards or sends back."""
    kept: list[str] = []
    left = _MOST_CHARACTERS
    for line in mail.text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if left <= 0 or _BELOW.match(line[:300]) or _RETURNED.match(line[:50]):
            break
        if not line.lstrip().startswith((">", "|")) and not is_answer_above(line):
            kept.append(line[:left].rstrip())
            left -= len(line) + 1
    return "\n".join(kept).strip()


def greets(text: str) -> bool:
    """Tell whether a text begins with a greeting, whoever is greeted."""
    return _GREETING.match(text[:100]) is not None


def person_points(mail: ReadMail, own: str, *, is_automatic: bool) -> int:
    """Return how much speaks for a person; `own` are the mail's own words.

    An answer counts only where no field says that a machine gave it.
    """
    said = _TEMPLATE.sub(" ", own)
    points = 0 if is_automatic or not is_answer(mail.subject) else 2
    points += 1 if mail.in_reply_to and not is_automatic else 0
    if not _IS_PROGRAM.search(said[:300]):
        points += min(_greeting_points(own), 1 if _is_merged(mail, own) else 2)
        points += 2 if _SPEAKS.search(said) else 0
    points += 1 if _SIGNS.search(said[-300:]) and not _TEAM.search(said[-300:]) else 0
    points += 1 if "?" in said else 0
    points += 2 if _FRIENDLY.search(said) else 0
    points += 2 if any(_CLIENT.search((mail.header(name) or "")[:200]) for name in _CLIENTS) else 0
    return points


def _is_merged(mail: ReadMail, own: str) -> bool:
    """Tell whether a greeting has the whole name that stands in the header, as mail merges write it."""
    names = [one.name.strip().lower() for one in mail.to if " " in one.name.strip()]
    return any(name in own[:150].lower() for name in names)


def _greeting_points(own: str) -> int:
    """Return 2 where somebody is greeted, 1 where it is not said who, 0 where it is anybody or nobody."""
    greeting = _GREETING.match(own[:100])
    if greeting is None:
        return 0
    word_end = re.match(
        r"\W{0,5}\w+(?: tag| morgen| abend| morning| afternoon| evening| dia| tarde)?", own[:40]
    )
    rest = own[word_end.end() if word_end else greeting.end() :][:80]
    if _TO_ANY.match(rest):
        return 0
    return 1 if _NOBODY.match(rest) else 2
