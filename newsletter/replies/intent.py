"""What a person asks for about their own subscription, found in their own words.

A request needs the form of a request, about the writer and about this letter. That somebody leaves another
service, asks for others, sets a condition or says *not* makes it none: to let somebody go who wants to stay
is worse than one request that the author has to see for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from newsletter.domain.inbound import FoundIntent, Intent
from newsletter.replies.intent_address import Masked, address_change, masked
from newsletter.replies.intent_composed import COMPOSED, composed_intent
from newsletter.replies.intent_context import (
    BARE,
    CHANGED_MIND,
    CLAUSE_END,
    CONDITION,
    CONDITION_AFTER,
    ELSEWHERE,
    FOR_WHAT,
    NARRATED,
    NEGATION,
    NOT_ME,
    ONLY_THOUGHT,
    OTHERS,
    OWN,
    POLITE,
    SHORT,
    STAYS_AFTER,
    clause_around,
    is_reported,
    without_quotations,
)
from newsletter.replies.intent_doubt import (
    TO_ASK,
    is_doubtful,
    is_joke,
    is_plain,
    is_quoted,
    without_compounds,
)
from newsletter.replies.intent_parts import parts_intent
from newsletter.replies.intent_rules import Rule, rules
from newsletter.replies.subjects import without_answer_marks

__all__ = ["intents"]

_LONGEST_TEXT: Final = 12_000
_MOST_SENTENCES: Final = 300
_LONGEST_SENTENCE: Final = 600
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_SENTENCE = re.compile(r"[^.!?]{1,600}[.!?]{0,3}")
_DENIED = re.compile(
    rf"\b(?:{BARE.pattern})\b[^.?!\n]{{0,40}}[?!…]\W{{0,5}}(?:nee|neen|nooit|never|no|niet|echt niet|mooi"
    r" niet|ik niet|welnee"
    r"|geen (?:haar|sprake|denken)|dat nooit|nicht|nie|jamais|nunca)\b"
)
_REFUSED = re.compile(
    r"\W{0,3}(?:nee|neen|nooit|never|no|nein|nie|jamais|non|nunca|welnee|geen haar|dat nooit)\b"
)
_KEPT_DOT: Final = "\x04"
_DOTTED = re.compile(
    r"\b(?:(?:[^\W\d_]\.){1,3}[^\W\d_]|(?P<title>dhr|mevr|mw|mej|drs?|ir|ing|prof|mr|mrs|ms|hr|fr|frau"
    r"|herr|sra?|st)"
    r"|bijv|bv|evt|incl|excl|resp|ca|nr|tel|vgl|jl|zgn|nl|bzw|ggf|evtl|inkl|approx)\.(?=\s+[^\W\d_]|$)",
    re.IGNORECASE,
)
_EXCERPT: Final = 200
_WHOLE: Final = ("bare", "subject")  # these are plain by themselves
_OF_READERS = re.compile(
    r"\b((?:adressen|mail|lezers)?bestand|(?:mail|verzend|adres|mailing)?lijst|list) (?:met|van|voor|of"
    r"|with) (?:alle |je |jullie |uw "
    r"|de |your |the |all )?(?:lezers?|abonnees?|ontvangers?|geadresseerden|readers?|subscribers?"
    r"|recipients?)\b"
)
_MARK = re.compile(r"\x02\d{1,3}\x03")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_FOREIGN: Final = 0.1
_FEW_WORDS: Final = 40
_FEWEST_WORDS: Final = 4


def intents(text: str, lang: str | None = None, *, subject: str = "") -> tuple[FoundIntent, ...]:
    """Return what the writer of `text` asks for, each kind once, the surest of its kind.

    `text` is a person's own, without quotes (`reply_text`). `lang` is the language the letter is in, such as
    "nl": requests in it are a little surer. `subject` counts when it is a request by itself and the text says
    little else.
    """
    found: dict[Intent, FoundIntent] = {}
    hidden = masked(text[:_LONGEST_TEXT])
    for one in _all_requests(hidden, lang, subject):
        known = found.get(one.intent)
        if known is None or one.confidence > known.confidence:
            found[one.intent] = one
    return tuple(
        replace(found[intent], excerpt=hidden.shown(found[intent].excerpt)[:_EXCERPT])
        for intent in Intent
        if intent in found
    )


def _all_requests(hidden: Masked, lang: str | None, subject: str) -> Iterator[FoundIntent]:
    """Yield every request, with the words as they were written for an excerpt."""
    text = without_quotations(hidden.text)
    written = [(_folded(one), one.replace(_KEPT_DOT, ".")) for one in _sentences(text)]
    as_written = {folded[:_EXCERPT]: one[:_EXCERPT] for folded, one in reversed(written)}
    for found in _requests_in([folded for folded, _ in written], text, hidden, lang, subject):
        is_sure = found.confidence <= TO_ASK or not _is_to_ask(found, text)
        yield replace(
            found,
            confidence=found.confidence if is_sure else TO_ASK,
            excerpt=as_written.get(found.excerpt, found.excerpt),
        )


def _is_to_ask(found: FoundIntent, text: str) -> bool:
    """Tell whether a request whose form is certain is for the author all the same."""
    is_formed = found.intent is Intent.UNSUBSCRIBE and found.rule not in _WHOLE
    return is_doubtful(found.excerpt, text) or (is_formed and not is_plain(found.excerpt))


def _requests_in(
    sentences: Sequence[str], text: str, hidden: Masked, lang: str | None, subject: str
) -> Iterator[FoundIntent]:
    is_short = len(_WORD.findall(text[:200])) <= _FEWEST_WORDS
    is_denied = _DENIED.search(text[:_LONGEST_TEXT].lower()) is not None
    for sentence, following in pairwise([*sentences, ""]):
        if sentence.endswith("?") and _REFUSED.match(following):
            continue
        if is_joke(sentence, following) or ONLY_THOUGHT.search(sentence):
            continue
        if STAYS_AFTER.match(following) and CHANGED_MIND.search(f"{sentence} {following}"):
            continue
        yield from _requests(sentence, lang)
        plain = without_compounds(sentence)
        asked = composed_intent(plain) or (None if is_denied else parts_intent(plain))
        if asked is not None:
            yield _found(asked, COMPOSED, "parts", sentence)
        change = address_change(sentence, following, hidden)
        if change is not None:
            yield change
    for piece in (*sentences, *text.split("\n")[:_MOST_SENTENCES]):
        if not is_denied and _is_bare(piece, is_short=is_short):
            yield _found(Intent.UNSUBSCRIBE, 0.9, "bare", piece)
    topic = without_answer_marks(masked(subject.strip()[:200]).text)
    if (
        _is_bare(topic, is_short=True)
        and len(_WORD.findall(text[:2000])) <= _FEW_WORDS
        and not OTHERS.search(text.lower())
    ):
        yield _found(Intent.UNSUBSCRIBE, 0.9, "subject", _MARK.sub("…", topic))


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences, on one line each; a dot that ends none is `_KEPT_DOT`."""
    count = 0
    for paragraph in _PARAGRAPH.split(text):
        line = _DOTTED.sub(_keep_dots, " ".join(paragraph.split()))
        for match in _SENTENCE.finditer(line):
            sentence = match[0].strip()
            if sentence:
                count += 1
                yield sentence[:_LONGEST_SENTENCE]
            if count == _MOST_SENTENCES:
                return


def _keep_dots(match: re.Match[str]) -> str:
    """Return an abbreviation such as "s.v.p." with dots that end no sentence, but for one that does."""
    following = match.string[match.end() : match.end() + 2].strip()[:1]
    is_end = following.isupper() and not match["title"]
    kept = match[0].replace(".", _KEPT_DOT)
    return f"{kept[:-1]}." if is_end else kept


def _folded(sentence: str) -> str:
    """Return a sentence as the rules look at it: in lower case, without the dots of abbreviations."""
    return _OF_READERS.sub(r"\1", sentence.replace(_KEPT_DOT, "").lower().replace("’", "'"))


def _requests(sentence: str, lang: str | None) -> Iterator[FoundIntent]:
    for rule in rules():
        match = rule.pattern.search(sentence)
        if match is None or _is_no_request(rule, sentence, match):
            continue
        confidence = rule.confidence - (_FOREIGN if lang and not lang.startswith(rule.lang) else 0.0)
        yield _found(rule.intent, confidence, f"{rule.lang}:{rule.name}", sentence)


def _is_no_request(rule: Rule, sentence: str, match: re.Match[str]) -> bool:
    """Tell whether something in the sentence takes the request back."""
    clause = clause_around(sentence, match)
    if (
        is_reported(sentence, match)
        or is_quoted(sentence, match)
        or CHANGED_MIND.search(sentence)
        or NARRATED.search(sentence)
    ):
        return True
    if CONDITION_AFTER.search(sentence, match.end()):
        return True
    if CONDITION.search(sentence[: match.start()]) or OTHERS.search(clause) or NOT_ME.search(clause):
        return True
    # What is not wanted has to stand in one clause: "no Facebook any more, but your letter".
    if CLAUSE_END.search(match[0]) if rule.is_negative else NEGATION.search(clause):
        return True
    is_own = bool(OWN.search(clause))
    if rule.needs_own and not is_own:
        return True
    if is_own or rule.intent is Intent.FORGET:
        return not is_own and bool(ELSEWHERE.search(clause))
    return bool(ELSEWHERE.search(clause) or FOR_WHAT.search(clause))


def _is_bare(line: str, *, is_short: bool) -> bool:
    """Tell whether a line is one word of leaving and nothing else but courtesy.

    A word such as "stop" stands alone in other texts too, and only counts when the text `is_short`.
    """
    if not line or len(line) > 100:
        return False
    words = [word.lower() for word in _WORD.findall(_MARK.sub(" ", line))]
    left = [word for word in words if not POLITE.fullmatch(word)]
    if len(left) != 1 or BARE.fullmatch(left[0]) is None:
        return False
    return is_short or SHORT.fullmatch(left[0]) is None


def _found(intent: Intent, confidence: float, rule: str, excerpt: str) -> FoundIntent:
    return FoundIntent(
        intent=intent, confidence=round(confidence, 2), rule=rule, excerpt=excerpt.strip()[:_EXCERPT]
    )
