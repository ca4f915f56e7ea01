"""TX007: the dictionary knows the words."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from itertools import islice

from newsletter.checks.context import CheckContext
from newsletter.checks.language import language_of
from newsletter.checks.prose import place_of_word
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.spelling.dictionary import Dictionary, open_dictionary
from newsletter.checks.spelling.likely import looks_like_slip
from newsletter.checks.spelling.unknown import UnknownWord, unknown_words
from newsletter.checks.spelling.word_list import read_word_list
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST = 10
"""Words told in one letter; a letter with more of them is in another language, or needs `words add`."""


@rule(
    code="TX007",
    slug="spelling",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.DICTIONARY),
    blocked_by=("TX008", "EN001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A word is in no dictionary.

    ## What it does
    Looks up every word in the hunspell dictionary of the letter's language and in `words.txt` of the
    project, and tells each unknown one once, ten at most, with the word that was meant. Names,
    abbreviations, quotations, addresses and what stands in another language are left out. A word at the
    start of a sentence that may be a name, one made of two known words, an English one, one used three
    times and one that resembles no word is something to know.

    ## Why it matters
    A slip in the first line is what readers remember.

    ## Example
    ```markdown
    Dat is welleswaar zo.
    ```

    ## Instead
    ```markdown
    Dat is weliswaar zo.
    ```
    """
    yield from (Fault.of(problem) for problem in read_word_list(context.config.root).problems)
    dictionary = open_dictionary(context.config, context.issue.lang)
    if dictionary is not None:
        found = list(islice(unknown_words(context, dictionary), _MOST + 1))
        for unknown in found[:_MOST]:
            is_last = unknown is found[_MOST - 1] if len(found) > _MOST else False
            like = () if unknown.may_be_right else _like(dictionary, unknown.word)
            yield _fault(context, unknown, like, is_last=is_last)


def _like(dictionary: Dictionary, word: str) -> tuple[str, ...]:
    """Return the two words of `dictionary` most like `word`."""
    return tuple([one for one in dictionary.suggest(word) if one != word][:2])


def _fault(context: CheckContext, unknown: UnknownWord, like: Sequence[str], *, is_last: bool) -> Fault:
    word = unknown.word
    language = language_of(context.issue.lang)
    common = language.common if language else frozenset[str]()
    asked = f"did you mean {' or '.join(like)}? " if like else ""
    return Fault(
        what=f'the dictionary does not know "{word}"' + (" … and there are more" if is_last else ""),
        place=place_of_word(context, unknown.passage, unknown.offset, word),
        fix=f"{asked}if it is right: newsletter words add {shlex.quote(word)}",
        severity=None if looks_like_slip(word, like, common) else Severity.INFO,
    )
