"""American spellings and the British ones they stand for; a letter in `en` may have either."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["british"]

_STRESSED_AT_THE_END = "".join(
    f"(?<!{stem})"
    for stem in ("compe", "dispe", "disti", "exce", "expe", "fulfi", "impe", "insti", "prope", "rebe", "repe")
)
"""What stands before an *l* that Americans double too: *compelling*."""

_IN_RE = r"(?:cent|theat|met|lit|fib|calib|lust|meag|sab|somb|spect|sepulch)"
_RESPELLED = tuple(
    (re.compile(pattern), with_)
    for pattern, with_ in (
        (r"or(?=$|'|s$|ed|ing|ful|ite|less|able|al|ist|hood)", "our"),
        (rf"({_IN_RE})er(?=$|s$)", r"\1re"),
        (rf"({_IN_RE})er(?=ed$|ing$)", r"\1r"),
        (r"yz", "ys"),
        (r"og(?=$|s$|ed$|ing$)", "ogue"),
        (r"(def|off|pret|lic)ense", r"\1ence"),
        (rf"{_STRESSED_AT_THE_END}(?<=[aeiu])l(?=ing|ed|er|or|ous|ery|ist)", "ll"),
        (r"^((?:ful|inst|dist)(?:f?i)|enro|enthra|insta)ll(?=$|s$|ment)", r"\1l"),
        (r"^(sk|w)illful", r"\1ilful"),
        (r"^skept", "scept"),
        (r"aging$", "ageing"),
        (r"^mom(?=$|s$|m)", "mum"),
        (r"plow", "plough"),
        (r"^cozy$", "cosy"),
        (r"^pajama", "pyjama"),
        (r"^airplane", "aeroplane"),
        (r"^aluminum", "aluminium"),
        (r"^maneuver", "manoeuvre"),
        (r"^jewelry$", "jewellery"),
        (r"^woolen", "woollen"),
        (r"^sulf", "sulph"),
        (r"^mustache", "moustache"),
        (r"^leuke", "leukae"),
        (r"^(p|an|arch)e(?=di|sthe|olo)", r"\1ae"),
    )
)


def british(word: str) -> Iterator[str]:
    """Yield how `word` would be spelled in Britain if it were American; most of it no word at all."""
    for pattern, with_ in _RESPELLED:
        respelled = pattern.sub(with_, word)
        if respelled != word:
            yield respelled
