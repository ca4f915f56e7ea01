"""Whether a machine tells that a letter was not delivered: who speaks, weighed with what is said.

No sign is enough alone. People are postmaster, sit at a help desk, and tell of letters that were stopped;
programs have addresses of their own, and greet. So signs of a machine and of a notice have to outweigh those
of a person, and the words have to say that something was not delivered.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final

from newsletter.domain.bounce_reasons import reason_class
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.automatic import automatic_fields, says_no_machine
from newsletter.replies.bounce.letter import returned_header
from newsletter.replies.bounce.person import own_text, person_points
from newsletter.replies.bounce.phrases import DELAYED
from newsletter.replies.bounce.undelivered import is_turned_away, is_undelivered, sentences
from newsletter.replies.subjects import is_answer

__all__ = [
    "is_automatic",
    "is_likely_a_person",
    "is_plainly_a_person",
    "is_told_by_machine",
    "notice_signs",
    "shows_only_a_person",
]

_ENOUGH: Final = 3
_ALL_BY_SHAPE: Final = 3  # where the sender shows nothing
_A_PERSON: Final = 2  # where nothing but the return path says that it is a machine
_OF_NOTICES: Final = frozenset(
    (*("undelivered", "turned away", "code", "names a reader", "fields", "header returned"), "still trying")
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MOST_ADDRESSES: Final = 20
_BULK = re.compile(r"\s*(?:bulk|junk)\b", re.IGNORECASE)
_CODE = re.compile(r"(?<![\w.])[45]\d\d[ -](?:#?\d\.\d|\w)|(?<![\d.])#?[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_FIELD = re.compile(r"^[ \t*>-]{0,8}[^\W\d][^\n:@,.!?]{1,30}:(?!//)", re.MULTILINE)
_ITSELF = re.compile(
    r"\b(?:this is|dit is|hier spricht) (?:an? |een )?(?:bot|robot|program|machine)\b"
    r"|"
    r"\bautomat(?:isch|ed|ic|ically|ique|iquement|is[ée]e?|icamente|ico|isert|iskt)\b"
    r"|\bautom[áa]tic\w{1,6}\b"
    r"|\b(?:do not|niet|nicht|ne pas|no|non) (?:reply|antwoorden|reageren|antworten|r[ée]pondre|responda"
    r"|rispondere)\b",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"[^:]{0,40}\b(?:auto|reply|antwo|r[ée]ponse|respuesta|risposta|resposta|abwesen|afwezig"
    r"|out of)\w{0,10}\b[^:]{0,20}(?::|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(  # for a sign of life: a challenge
    r"captcha|\brob(?:ots?|[ôo])\b|\bspammers?\b|\b(?:real|echte|wirkliche|vraie) person|\bhuman being\b"
    r"|\bverify (?:that )?you"
    r"|\bconfirm (?:that )?you|\bvous authentifier\b|\bcliquez\b|\bhaz clic\b|\brequest my permission\b"
    r"|\bseñal de vida\b|\bidentificar|\bpincha|\bhaga clic\b"
    r"|\bclic(?:ca|chi)\b"
    r"|\b(?:klik|click|klicken)\b[^.!?]{0,80}\b(?:deliver|release|bevestig|bezorg|freigeb|zustell"
    r"|best(?:ä|ae)tig)",
    re.IGNORECASE,
)


@cache
def _speakers() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """Return how much a name counts, and the names, the surest first."""
    content = files("newsletter.replies.bounce").joinpath("speakers.toml").read_text("utf-8")
    names = tomllib.loads(content)
    certain = "|".join((*names["certain"], *(rf"\b{one}\b" for one in names["deaf"])))
    strong = rf"^\W{{0,3}}(?:{'|'.join(names['first'])})\b|\b(?:{'|'.join(names['programs'])})\b"
    strong += rf"|\b(?:{'|'.join(names['of_mail'])})[-_. ]?(?:{'|'.join(names['that_does'])})\b"
    weak = rf"\b(?:{'|'.join(names['perhaps'])})\b"
    told = ((3, certain), (2, strong), (1, weak))
    return tuple((points, re.compile(pattern, re.IGNORECASE)) for points, pattern in told)


def is_told_by_machine(mail: ReadMail) -> bool:
    """Tell whether `mail` says that a letter was not delivered, and sounds more like a machine than not."""
    automatic = is_automatic(mail)
    name = _name_points(mail)
    if automatic and name == 1:  # a mailbox may well be called so, and its owner be away
        name = 0
    is_null = mail.return_path == ""
    own = own_text(mail)
    said = sentences(own)
    in_subject = _tells_in_subject(mail)
    if _is_ruled_out(mail) or _ASKS.search(own):
        return False
    if name == 0 and automatic:  # of a mailbox, which is `classify.gone`'s, unless its subject says it too
        return (
            in_subject
            and is_turned_away((mail.subject[:200],))
            and is_turned_away(said)
            and not _ANSWERED.match(mail.subject[:200])
        )
    names_reader = _names_a_reader(mail, own)
    is_told = is_undelivered(said, strictly=name == 0 and is_null and not in_subject and not names_reader)
    if not is_told and not (name > 0 and (in_subject or DELAYED.search(own))):
        return False
    machine = max(3 if automatic or is_null else 0, name)
    shape = _shape_points(mail, own, in_subject=in_subject, is_first=is_undelivered(said[:3]))
    person = person_points(mail, own, is_automatic=automatic)
    if machine == 0:
        return shape >= _ALL_BY_SHAPE and person == 0
    return machine + shape - person >= _ENOUGH and (name > 0 or person < _A_PERSON)


def _is_ruled_out(mail: ReadMail) -> bool:
    """Tell whether a mail says that no machine sent it, or that it is a report of another kind."""
    other = ("message/disposition-notification", "message/feedback-report")
    return says_no_machine(mail) or any(part.content_type in other for part in mail.parts)


def is_likely_a_person(mail: ReadMail) -> bool:
    """Tell whether a mail with an empty return path (RFC 5321 4.5.5) or of a postmaster is a person's."""
    if is_automatic(mail):
        return False
    is_named = _name_points(mail) > 0
    points = person_points(mail, own_text(mail), is_automatic=False)
    if is_named and mail.return_path == "":
        return is_answer(mail.subject) and points >= 2 * _A_PERSON
    return points >= _A_PERSON + is_named


def is_plainly_a_person(mail: ReadMail) -> bool:
    """Tell whether a person wrote `mail`, whatever the sender is called: no words of a notice are in it."""
    if not mail.return_path or is_automatic(mail) or not notice_signs(mail).isdisjoint(_OF_NOTICES):
        return False
    own = own_text(mail)
    gives_no_reason = reason_class("", own) is None
    return gives_no_reason and person_points(mail, own, is_automatic=False) >= 2 * _A_PERSON


def shows_only_a_person(mail: ReadMail) -> bool:
    """Tell whether anything in `mail` shows a person, and neither field, name nor path shows a machine."""
    if mail.return_path == "" or is_automatic(mail) or _name_points(mail) > 0:
        return False
    return person_points(mail, own_text(mail), is_automatic=False) > 0


def notice_signs(mail: ReadMail) -> frozenset[str]:
    """Return the names of what makes `mail` look like a notice that a letter was not delivered."""
    own = own_text(mail)
    said = sentences(own)
    name = _name_points(mail)
    signs = {
        "undelivered": is_undelivered(said),
        "turned away": is_turned_away(said),
        "undelivered subject": _tells_in_subject(mail),
        "code": _CODE.search(own) is not None,
        "names a reader": _names_a_reader(mail, own),
        "fields": len(_FIELD.findall(own)) >= 2,
        "header returned": bool(returned_header(mail)),
        "still trying": DELAYED.search(own) is not None,
        f"sender is a program, {name}": name > 0,
    }
    return frozenset(sign for sign, is_so in signs.items() if is_so)


def is_automatic(mail: ReadMail) -> bool:
    """Tell whether a field says that a machine sent `mail` of itself, or whom it could not reach."""
    return mail.header("x-failed-recipients") is not None or any(True for _ in automatic_fields(mail))


def _name_points(mail: ReadMail) -> int:
    """Return how much the sender's name, or its address before the sign, is that of a program."""
    path = (mail.return_path or "").rpartition("@")[0]
    names = [path]
    if mail.from_ is not None:
        names += [mail.from_.name, mail.from_.address.rpartition("@")[0]]
    for points, wanted in _speakers():
        if any(wanted.search(name[:200]) for name in names):
            return points
    return 0


def _tells_in_subject(mail: ReadMail) -> bool:
    return not is_answer(mail.subject) and is_undelivered(sentences(mail.subject[:300]))


def _names_a_reader(mail: ReadMail, own: str) -> bool:
    """Tell whether an address is written out that is neither the sender's nor one that was written to."""
    known = {one.address.lower() for one in (*mail.to, *mail.cc, *([mail.from_] if mail.from_ else []))}
    found = islice(_ADDRESS.finditer(f"{mail.subject[:300]} {own}"), _MOST_ADDRESSES)
    return any(match[0].lower() not in known for match in found)


def _shape_points(mail: ReadMail, own: str, *, in_subject: bool, is_first: bool) -> int:
    """Return how much a mail looks like a notice."""
    signs = (
        in_subject,
        is_first,
        _CODE.search(own) is not None,
        _names_a_reader(mail, own),
        is_turned_away([one for one in sentences(own)[:3] if "@" in one]),
        len(_FIELD.findall(own)) >= 2 or bool(returned_header(mail)),
        _ITSELF.search(own) is not None,
        _BULK.match(mail.header("precedence") or "") is not None,
    )
    return sum(signs)
