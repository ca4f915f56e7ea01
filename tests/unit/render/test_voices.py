"""A reader's words stand in a letter with consent, or the letter is not built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.config.schema import Config, NewsletterConfig
from newsletter.content.loader import load_issue
from newsletter.domain.rendered import RenderedIssue
from newsletter.errors import ContentError
from newsletter.render.pipeline import render_issue

REGISTER = """\
[quotes.17]
name = "Sanne d'Hondt, 's-Hertogenbosch"
consent = "named"
granted = 2026-11-20

[quotes.18]
name = "Piet"
consent = "anonymous"
granted = 2026-11-20

[quotes.19]
consent = "asked"
[quotes.20]
consent = "refused"
[quotes.21]
consent = "none"
"""
HEAD = "---\nsubject: a\nlang: {lang}\n---\n"
Render = Callable[..., RenderedIssue]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    config = Config(root=tmp_path, digest="0" * 64, newsletter=NewsletterConfig(base_url="https://a.example"))
    (tmp_path / "quotes.toml").write_text(REGISTER, encoding="utf-8")

    def render(body: str, lang: str = "nl", register: str | None = None) -> RenderedIssue:
        path = tmp_path / "brief.md"
        path.write_text(HEAD.format(lang=lang) + body, encoding="utf-8")
        if register is not None:
            (tmp_path / "quotes.toml").write_text(register, encoding="utf-8")
        return render_issue(load_issue(path, config), config)

    return render


def told(render: Render, body: str, **more: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        render(body, **more)
    return [str(problem) for problem in caught.value.problems]


def test_a_named_reader_stands_below_the_words_in_both_parts(render: Render) -> None:
    rendered = render("::: reader 17\nWij *appen* alles.\n\nEcht.\n:::")

    html, text = rendered.html.fill({}), rendered.text.fill({})
    assert "Echt.\n> — Sanne d’Hondt, ’s-Hertogenbosch\n" in text
    assert "> Wij appen alles.\n>\n> Echt." in text
    assert 'class="reader"' in html
    assert "—\u00a0Sanne d’Hondt, ’s-Hertogenbosch</p></blockquote>" in html


@pytest.mark.parametrize(
    ("lang", "phrase"),
    [("nl", "een lezer"), ("en", "a reader"), ("de-CH", "eine Stimme"), ("fr", "une lectrice")],
)
def test_a_reader_without_a_name_is_a_reader_in_the_letters_language(
    render: Render, lang: str, phrase: str
) -> None:
    rendered = render("::: reader 18\nJa.\n:::", lang)

    assert f"> Ja.\n> — {phrase}" in rendered.text.fill({})
    assert "Piet" not in rendered.html.fill({}) + rendered.text.fill({})


@pytest.mark.parametrize(
    ("reply", "what", "fix"),
    [
        (
            "19",
            'was asked and has not answered: quotes.toml:11 says consent = "asked"',
            "wait for the answer",
        ),
        ("20", 'does not want to be quoted: quotes.toml:13 says consent = "refused"', "take the block out"),
        ("21", "was not asked", "ask the reader"),
        ("170", 'quotes.toml does not know the reply "170"', "did you mean ::: reader 17?"),
        ("x", 'quotes.toml does not know the reply "x"', "add [quotes.x] with name"),
    ],
)
def test_without_consent_the_letter_is_not_built(render: Render, reply: str, what: str, fix: str) -> None:
    (problem,) = told(render, f"a\n\n::: reader {reply}\nb\n:::")

    assert problem.startswith("brief.md:7")
    assert what.partition(":")[0] in problem
    assert what.partition(": ")[2] in problem
    assert fix in problem


def test_every_missing_consent_and_every_slip_in_the_register_is_told(render: Render) -> None:
    body = "::: reader 19\na\n:::\n\n::: reader 20\nb\n:::"

    assert len(told(render, body)) == 2
    assert told(render, body, register="[quotes.19]\n")[0].startswith("quotes.toml:1")


def test_readers_stand_in_questions_notes_columns_and_conditions(render: Render) -> None:
    inside = "::: reader 17\nJa.\n:::\n"
    body = (
        f"::: question\n{inside}:::\n::: note\n{inside}:::\n::: only tag:a\n{inside}:::\n"
        f"::: columns\n::: column\n{inside}:::\n::: column\nx\n:::\n:::\n"
    )

    assert render(body).text.fill({}).count("— Sanne") == 4


def test_a_reader_cannot_stand_in_a_signature_and_needs_a_reply(render: Render) -> None:
    assert "cannot stand inside ::: signature" in told(render, "::: signature\n::: reader 17\na\n:::\n:::")[0]
    assert "::: reader has no reply" in told(render, "::: reader\na\n:::")[0]
    assert "::: reader is empty" in told(render, "::: reader 17\n:::")[0]


def test_the_letter_depends_on_the_entries_it_uses_and_on_no_others(render: Render) -> None:
    body = "::: reader 17\na\n:::"
    before = render(body).inputs["quotes.toml"]

    assert render(body, register=REGISTER.replace("refused", "asked")).inputs["quotes.toml"] == before
    assert render(body, register=REGISTER.replace("11-20", "11-22")).inputs["quotes.toml"] != before
    assert "quotes.toml" not in render("a").inputs


def test_without_a_register_the_reader_is_told_what_to_write(render: Render, tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").unlink()

    (problem,) = told(render, "::: reader 5\na\n:::")

    assert '[quotes.5] with name = "…", consent = "named" and granted = 2026-11-20' in problem
