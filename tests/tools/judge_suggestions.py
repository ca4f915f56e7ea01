"""Measure how often the word that was meant is told for slips that people make, and how long that takes.

Usage: `python tests/tools/judge_suggestions.py`. Hunspell's own suggestions stand beside ours, in turn.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hunspell import Hunspell

from newsletter.checks.spelling.dictionary import Dictionary, open_dictionary
from newsletter.config.schema import Config

_HERE = Path(__file__).parent
_FOLDER = "/usr/share/hunspell"
_NAMES = {"nl": "nl_NL", "en": "en_GB"}


def main() -> None:
    """Print a row for each language and judge."""
    for lang, name in _NAMES.items():
        dictionary = open_dictionary(Config(root=Path("/nowhere")), lang)
        assert dictionary is not None, f"install hunspell-{lang}"
        pairs = _pairs(lang, dictionary)
        _judge(f"{lang} ours", dictionary.suggest, pairs)
        _judge(f"{lang} ours, warm", dictionary.suggest, pairs)
        _judge(f"{lang} hunspell", Hunspell(name, hunspell_data_dir=_FOLDER).suggest, pairs)


def _pairs(lang: str, dictionary: Dictionary) -> list[tuple[str, str]]:
    lines = (_HERE / f"misspellings_{lang}.txt").read_text("utf-8").splitlines()
    split = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    return [(slip, meant) for slip, _, meant in split if not dictionary.spell(slip)]


def _judge(name: str, suggest: Callable[[str], Sequence[str]], pairs: Sequence[tuple[str, str]]) -> None:
    places: list[int] = []
    spent: list[float] = []
    for slip, meant in pairs:
        start = time.process_time()
        found = list(suggest(slip))
        spent.append((time.process_time() - start) * 1e3)
        places.append(found.index(meant) if meant in found else len(found) + 99)
    first, two = (sum(place < most for place in places) for most in (1, 2))
    cpu = f"CPU mean {statistics.mean(spent):.1f} ms, most {max(spent):.1f} ms"
    print(f"{name:16} {len(pairs)} slips, first {first}, first two {two}; {cpu}")


if __name__ == "__main__":
    main()
