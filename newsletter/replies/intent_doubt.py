"""What makes a request less than certain, so that the author is asked before anything is done.

A form of a request may stand in a question how, in a joke, in a story or in a long letter; none of these is
taken back by a word beside it, and each may mean something else than what the form says. So a request to
leave is certain only in a sentence made of the words of such requests and no other (`request_words.toml`).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["TO_ASK", "is_doubtful", "is_joke", "is_plain", "is_quoted", "without_compounds"]

TO_ASK: Final = 0.7
"""How sure a request is at most that the author has to see first."""

_MOST_WORDS: Final = 100
_IN_SENTENCE = re.compile(
    # asked how, or whether
    r"\b(?:hoe|waar|waarom|wie|wanneer|hoeveel|how|where|why|who|when|wie|wo|warum|wann|comment|o[uù]"
    r"|pourquoi|quand"
    r"|c[óo]mo|d[óo]nde|cu[áa]ndo|por qu[ée])\b(?=[^.!]*\?)"
    r"|^\W{0,3}(?:hoe|how|comment|c[óo]mo|wie kann|wie k(?:ö|oe)nn\w+|waar|where|wo)\b"
    # of a condition or a time to come
    r"|\b(?:als|indien|wanneer|zodra|mocht\w*|tenzij|misschien|wellicht|eventueel|ooit|ooit eens"
    r"|binnenkort|later"
    r"|if|unless|once|maybe|perhaps|might|someday|eventually|wenn|falls|sobald|vielleicht|eventuell|si"
    r"|peut-[êe]tre"
    r"|cuando|quiz[áa]s?|tal vez)\b"
    # told of the past, or of what was only thought
    r"|\b(?:wilde|wou|wilden|wouden|zou(?:den)? (?:ik|je|we|wij|men|ze|hij)|dacht|overwoog|twijfel\w*"
    r"|bijna|haast|per ongeluk"
    r"|wanted|almost|nearly|considered|thought|meant|accidentally|wollten?|fast|beinahe|versehentlich"
    r"|voulais|failli"
    r"|quer[ií]a|casi)\b"
    # of somebody else
    r"|\b(?:hij|zij (?:wil|vraag|heeft)|ze (?:wil|vraag|heeft)|hem|haar|hen|hun|jullie zelf|he|she|him|her"
    r"|his|they|them|their"
    r"|er (?:will|m(?:ö|oe)chte)|ihn|ihm|elle|leur|ella)\b"
    r"|\b(?:collega|moeder|vader|man|vrouw|zus|broer|vriend|vriendin|buur\w{0,5}|baas|chef|zoon|dochter"
    r"|partner|wethouder"
    r"|burgemeester|colleague|mother|father|husband|wife|sister|brother|friend|neighbou?r|boss|son|daughter"
    r"|kollege|kollegin|mutter|vater|coll[èe]gue|compa[ñn]ero)\b"
    # in words that are not the writer's
    r"|[\"“”„«»]|(?<!\w)'[^']{3,120}'(?!\w)|\b(?:grapje|haha\w*|hihi|lol|just kidding|kidding|joke|gekheid"
    r"|scherts|blague|broma)\b"
    r"|[:;]-?[)D]",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(
    r"\b(?:grapje|just kidding|kidding|scherz|blague|broma)\b"
    r"|\b(?:ik|wij|we) (?:blijf|blijven)\b[^.!?]{0,40}\b(?:lezen|lezer|abonnee|ontvangen|volgen)\b"
    r"|\b(?:maar|but|aber|mais|pero)\b[^.!?]{0,30}\b(?:niet|not|nicht|pas|no) (?:echt|really|wirklich"
    r"|vraiment|de verdad)\b"
    r"|\b(?:collega|moeder|vader|zus|broer|vriend(?:in)?|buurvrouw|buurman|baas|zoon|dochter|opvolger"
    r"|voorganger"
    r"|colleague|mother|father|sister|brother|friend|successor|kolleg(?:e|in)|coll[èe]gue)\b"
    r"|\b(?:ga zo door|keep (?:it|them) (?:up|coming)|laat maar|toch niet|never ?mind|vergeet het maar)\b",
    re.IGNORECASE,
)
_JOKE = re.compile(
    r"[:;]-?\)|\b(?:grapje|geintje|just kidding|kidding|joking|(?:kleiner )?scherz|blague|broma)\b"
)
_JOKE_AFTER = re.compile(
    r"\W{0,3}(?:(?:nee,? )?(?:grapje|geintje|geintje hoor|haha\w*|just kidding|kidding|scherz|blague|broma)\b"
    r"|(?:\w{1,12} ){0,3}(?:ik|i|we|wij) (?:blijf|blijven|stay|will stay|'ll stay)\b)"
)
_QUOTED = re.compile(r"(?<!\w)'[^']{3,120}'(?!\w)|[\"“”„«][^\"“”»]{3,200}[\"“”»]")
_WORD = re.compile(r"[^\W_]+")
_SAID = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*")
_MARK = re.compile(r"\x02\d{1,3}\x03")
_COMPOUND = re.compile(
    r"\b(?:unsubscribe|opt-?out|cancellation|afmeld|uitschrijf)[ -]?(?:buttons?|links?|pages?|rates?"
    r"|forms?|options?"
    r"|process(?:es)?|headers?|flows?|lists?|requests?|mails?|e-?mails?|cijfers?|percentage|knop(?:pen)?"
    r"|pagina'?s?"
    r"|formulier(?:en)?|procedures?|mailtjes?)\b"
)


def is_doubtful(sentence: str, text: str) -> bool:
    """Tell whether a request in `sentence`, of a person's whole `text`, may mean something else."""
    if len(_WORD.findall(text)) > _MOST_WORDS:
        return True
    return any(one is not None for one in (_IN_SENTENCE.search(sentence), _IN_TEXT.search(text)))


def is_plain(sentence: str) -> bool:
    """Tell whether a sentence in lower case is made of words that ask to leave, and of nothing else."""
    words = [one.strip(".") for one in _SAID.findall(_MARK.sub(" ", sentence))]
    return any(all(word in known for word in words) for known in _vocabularies())


@cache
def _vocabularies() -> tuple[frozenset[str], ...]:
    content = files("newsletter.replies.lang").joinpath("request_words.toml").read_text("utf-8")
    return tuple(frozenset(words.split()) for words in tomllib.loads(content).values())


def is_joke(sentence: str, following: str) -> bool:
    """Tell whether a sentence in lower case, or the one after it, says that it is not meant."""
    return bool(_JOKE.search(sentence) or _JOKE_AFTER.match(following))


def is_quoted(sentence: str, match: re.Match[str]) -> bool:
    """Tell whether a request stands in quotation marks, and so is somebody's words and no wish."""
    spans = [one.span() for one in _QUOTED.finditer(sentence)]
    return any(begin <= match.start() and match.end() <= end for begin, end in spans)


def without_compounds(sentence: str) -> str:
    """Return `sentence` without what asks nothing: quotations, and things such as an "unsubscribe button"."""
    return _QUOTED.sub("…", _COMPOUND.sub("…", sentence))
