"""Questions readers ask, found in made-up replies in Dutch and English (`replies/*.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter.replies.digest.language import digest_language, told_language
from newsletter.replies.digest.questions import find_questions, plain_words

_HERE = Path(__file__).parent / "replies"


@dataclass(frozen=True)
class _Score:
    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))


def _asked(text: str, code: str = "nl") -> list[str]:
    return [one.text for one in find_questions(text, digest_language(code))]


def _score(name: str) -> _Score:
    right: list[str] = []
    wrong: list[str] = []
    missed: list[str] = []
    for reply in tomllib.loads((_HERE / name).read_text("utf-8"))["reply"]:
        found = [one.text for one in find_questions(reply["text"], told_language(reply["text"], "nl"))]
        expected: Sequence[str] = reply["questions"]
        right += [one for one in found if one in expected]
        wrong += [one for one in found if one not in expected]
        missed += [one for one in expected if one not in found]
    return _Score(len(right), tuple(wrong), tuple(missed))


def test_every_question_of_the_replies_the_rules_were_tuned_on_is_found() -> None:
    score = _score("tuned.toml")

    assert ((), ()) == (score.wrong, score.missed)


def test_questions_of_replies_the_rules_never_saw_are_found_nine_times_in_ten() -> None:
    score = _score("held_out.toml")

    assert score.precision >= 0.9, score.wrong
    assert score.recall >= 0.9, score.missed


def test_hard_questions_are_found_nine_times_in_ten_since_the_rules_were_tuned_on_them_too() -> None:
    score = _score("harder.toml")

    assert score.precision >= 0.9, score.wrong
    assert score.recall >= 0.9, score.missed


def test_questions_nobody_thought_of_are_found_nine_times_in_ten_since_the_rules_learned_from_them() -> None:
    score = _score("fresh.toml")

    assert score.precision >= 0.9, score.wrong
    assert score.recall >= 0.9, score.missed


def test_of_replies_no_rule_was_changed_for_four_questions_in_five_are_found_and_none_invented() -> None:
    score = _score("last.toml")

    assert () == score.wrong
    assert score.recall >= 0.8, score.missed


@pytest.mark.parametrize("name", ["tuned.toml", "held_out.toml", "harder.toml", "fresh.toml", "last.toml"])
def test_the_language_of_a_reply_is_told_by_its_small_words(name: str) -> None:
    replies = tomllib.loads((_HERE / name).read_text("utf-8"))["reply"]

    told = [told_language(reply["text"], "nl").code for reply in replies]

    assert [reply["lang"] for reply in replies] == told


def test_a_language_nobody_wrote_data_for_is_read_as_the_first_one() -> None:
    assert told_language("Ĉu vi parolas?", "eo").code == "nl"


def test_a_question_somebody_else_asked_is_not_asked_of_the_author() -> None:
    assert [] == _asked("De wethouder vroeg: 'Moet dat nou?' Ik vond van wel.")


def test_a_question_about_a_quoted_word_is_one() -> None:
    assert ["Wat bedoel je met 'document'?"] == _asked("Wat bedoel je met 'document'?")


def test_a_question_below_the_sign_off_belongs_to_the_signature() -> None:
    assert [] == _asked("Mooie brief.\n\nGroet,\nAb\nAl lid van onze vereniging?")


def test_lines_wrapped_after_best_of_all_do_not_end_the_letter() -> None:
    text = "We tried all three of them.\nBest of all is\nthe one about lists. Do you have more of those?"

    assert ["Do you have more of those?"] == _asked(text, "en")


def test_who_repeats_the_question_of_the_letter_asks_nothing() -> None:
    ours = {plain_words("Waar staat het laatste besluit?")}

    found = find_questions("Waar staat het laatste besluit? In de app.", digest_language("nl"), ours)

    assert [] == list(found)


def test_who_answers_themselves_asks_nothing() -> None:
    assert [] == _asked("Of dat verstandig is? Nee.")


def test_a_question_says_by_which_rule_it_was_found() -> None:
    found = find_questions("I wonder whether it helps. Does it?", digest_language("en"))

    assert ["wonder", "question-mark"] == [one.rule for one in found]


def test_a_curly_apostrophe_is_an_apostrophe() -> None:
    assert ["I don’t understand why it helps."] == _asked("I don’t understand why it helps.", "en")
