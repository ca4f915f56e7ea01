from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree
from mjml import mjml2html

from newsletter.config.schema import Config, NewsletterConfig
from newsletter.content.document import Document
from newsletter.errors import ContentError
from newsletter.render.components import to_mjml
from newsletter.render.pictures.fitting import fit_pictures
from newsletter.render.pictures.letter import read_pictures
from newsletter.render.plain_text import to_text

BASE = "https://brief.example/"
CLASSES = '<mj-class name="question" padding="1px" /><mj-class name="note" padding="1px" />'


MARKED = '<span style="white-space:nowrap;">{}<sup>[1]</sup></span>'
CONFIG = Config(root=Path(), newsletter=NewsletterConfig(base_url=BASE))


def mjml(document: Document) -> str:
    return to_mjml(document, read_pictures(document, CONFIG).shown if not document.problems else {})


def compiled(document: Document) -> str:
    head = f"<mj-head><mj-attributes>{CLASSES}</mj-attributes></mj-head>"
    html = str(mjml2html(f"<mjml>{head}<mj-body>{mjml(document)}</mj-body></mjml>", fonts={}))
    return fit_pictures(html, read_pictures(document, CONFIG).shown.values())


def words(markup: str) -> list[str]:
    without_head = re.sub(r"(?s)<head.*?</head>|<!--.*?-->", "", markup)
    return unescape(re.sub(r"<[^>]*>", " ", without_head)).split()


def test_consecutive_text_is_one_component(parse: Callable[..., Document]):
    assert mjml(parse("# A\n\nb\n\n- c\n\n> d")) == (
        '<mj-section>\n<mj-column>\n<mj-text css-class="prose">'
        '<h1 id="section-1">A</h1><p>b</p><ul><li>c</li></ul><blockquote><p>d</p></blockquote>'
        "</mj-text>\n</mj-column>\n</mj-section>"
    )


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("*a* **b** ~~c~~ `d < e`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d &lt; e</code></p>"),
        ("een lange regel van zeker meer dan veertig\ntekens  \nc", "veertig tekens<br />c</p>"),
        ('a & b <c> "d"', "<p>a &amp; b &lt;c&gt; “d”</p>"),
        ('[a](https://x.nl/?a=b&c="d")', '<a href="https://x.nl/?a=b&amp;c=%22d%22">a</a>'),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- a\n\n  b\n- c", "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>"),
        (
            "```\na\n\n  b<\n\tc\n```",
            "<pre>a<br /><br />\u00a0\u00a0b&lt;<br />\u00a0\u00a0\u00a0\u00a0c</pre>",
        ),
        ("> ---", "<blockquote><hr /></blockquote>"),
        ("a[^1]\n\n[^1]: b\n\n    c", 'css-class="footnotes"><h2>Bronnen</h2><p>[1] b</p><p>c</p>'),
        ("a[^1]\n\n[^1]:\n    - b", 'css-class="footnotes"><h2>Bronnen</h2><p>[1] </p><ul><li>b</li></ul>'),
        ("> a\n> — Jan", '<blockquote><p>a</p><p class="attribution">—\u00a0Jan</p></blockquote>'),
        ("> a\n>\n> --- Jan", '<blockquote><p>a</p><p class="attribution">—\u00a0Jan</p></blockquote>'),
        ("> a\n> - Jan", "<blockquote><p>a</p><ul><li>Jan</li></ul></blockquote>"),
        ("> — a", "<blockquote><p>— a</p></blockquote>"),
        (
            "[a][b] [c][B]\n\n[b]: https://x.nl 'T & d'",
            '<sup>[1]</sup> <a href="https://x.nl">c</a><sup>[1]</sup>',
        ),
        (
            "[a][b]\n\n[b]: https://x.nl 'T & d'",
            '<h2>Bronnen</h2><p>[1] <a href="https://x.nl">T &amp; d</a></p>',
        ),
        ("[a][b]\n\n[b]: https://x.nl", '<p><a href="https://x.nl">a</a></p></mj-text>\n</mj-column>'),
        (
            "a[^1] [b][c]\n\n[^1]: d\n\n[c]: https://x.nl 'e'",
            '<p>[1] d</p><p>[2] <a href="https://x.nl">e</a></p>',
        ),
        (
            "a[^1]\n\n---\n\n[^1]: b",
            f'<p>{MARKED.format("a")}</p></mj-text>\n<mj-text css-class="footnotes">',
        ),
        ("een *b*[^1]\n\n[^1]: c", "<p>een <em>b</em><sup>[1]</sup></p>"),
        ("een twee&[^1]\n\n[^1]: c", "<p>een twee&amp;<sup>[1]</sup></p>"),
        ("een twee.[^1]\n\n[^1]: c", f"<p>een {MARKED.format('twee.')}</p>"),
        ("a[^1] b[^1]\n\n[^1]: c", f"<p>{MARKED.format('a')} {MARKED.format('b')}</p>"),
        ("- | a |\n  |---|\n  | b |", '<li><table class="data" cellpadding="0" cellspacing="0"><thead>'),
        ("---", '<mj-divider css-class="rule" />'),
        ("::: signature\na\nb\n:::", '<mj-text css-class="signature"><p>a<br />b</p></mj-text>'),
        (
            "::: button https://x.nl/?a&b\n*Lees*\n:::",
            'css-class="cta" href="https://x.nl/?a&amp;b"><em>Lees</em></mj-button>',
        ),
        ("::: question\na\n:::", '<mj-section mj-class="question" css-class="question">'),
        ("::: note\na\n:::", '<mj-section mj-class="note" css-class="note">'),
    ],
)
def test_each_block_becomes_its_component(parse: Callable[..., Document], body: str, html: str):
    assert html in mjml(parse(body))


def test_a_table_has_marked_headers_and_aligned_cells(parse: Callable[..., Document]):
    body = "| | a |\n|---|--:|\n| b | c |"

    assert (
        '<mj-table css-class="data"><thead><tr><td></td>'
        '<th scope="col" align="right" style="text-align:right;">a</th></tr></thead>'
        '<tbody><tr><td>b</td><td align="right" style="text-align:right;">c</td></tr></tbody></mj-table>'
    ) in mjml(parse(body))


def test_directives_with_a_background_have_their_own_section_and_none_is_empty(
    parse: Callable[..., Document],
):
    result = mjml(
        parse(
            "::: question\na\n:::\n\n::: note\nb\n:::\n\nc\n\n"
            "::: columns\n::: column\nd\n:::\n::: column\ne\n:::\n:::"
        )
    )

    assert re.findall(r"<mj-section([^>]*)>", result) == [
        ' mj-class="question" css-class="question"',
        ' mj-class="note" css-class="note"',
        "",
        ' css-class="columns"',
    ]
    assert result.count("<mj-column>") == 5
    assert "<mj-column>\n\n" not in result


@pytest.mark.parametrize(
    ("source", "width"),
    [("klein.png", 120), ("groot.png", 2400), ("kade@2x.png", 251), ("gedraaid.jpg", 80)],
)
def test_a_picture_alone_gets_the_width_it_is_shown_at(
    parse: Callable[..., Document], source: str, width: int
):
    result = mjml(parse(f'![Een "ka\u00adde"]({source})'))

    stem, _, ending = source.partition(".")
    address = rf"https://brief\.example/issues/brief/{stem}\.[0-9a-f]{{12}}\.{ending}"
    assert re.search(
        rf'<mj-image css-class="picture" src="{address}" alt="Een “kade”" width="{width}px" />', result
    )


def test_a_picture_in_a_link_is_clickable(parse: Callable[..., Document]):
    assert 'width="120px" href="https://x.nl" />' in mjml(parse("[![a](klein.png)](https://x.nl)"))


def test_a_picture_in_a_sentence_stays_in_it(parse: Callable[..., Document]):
    result = mjml(parse("a ![b](klein.png)"))

    assert re.search(
        r'<p>a <img src="https://brief\.example/issues/brief/klein\.[0-9a-f]{12}\.png" alt="b" width="120"',
        result,
    )


def test_a_question_in_a_column_is_set_apart_with_all_that_is_in_it(parse: Callable[..., Document]) -> None:
    box = "::: question\n## Kop\n\nWat?\n::: button https://x.nl/?a=1&b=2\nZeg *het*\n:::\n:::"

    written = mjml(parse(f"::: columns\n::: column\nvoor\n\n{box}\n:::\n::: column\nb\n:::\n:::"))

    assert (
        '<mj-text css-class="prose"><p>voor</p><div class="question"><h2 id="section-1">Kop</h2><p>Wat?</p>'
        '<p><a class="button" href="https://x.nl/?a=1&amp;b=2">Zeg <em>het</em></a></p></div></mj-text>'
    ) in written


def test_mjml_narrows_a_wide_picture_to_its_column(parse: Callable[..., Document]):
    picture = "![a](groot.png)"
    html = compiled(parse(f"{picture}\n\n::: columns\n::: column\n{picture}\n:::\n::: column\na\n:::\n:::"))

    assert re.findall(r'<img width="(\d+)" height="(\d+)"', html) == [("550", "18"), ("250", "8")]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("weg.png", "the picture weg.png is not there"),
        ("klein.png/a.png", "is not there"),
        ("tekst.png", "not a PNG, JPEG or GIF"),
        ("afgebroken.png", "afgebroken.png is damaged or cut off"),
        (".", "is not a file"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_told_with_its_line(
    parse: Callable[..., Document], source: str, what: str
):
    with pytest.raises(ContentError, match=what) as caught:
        mjml(parse(f"a\n\n![b]({source})"))

    assert str(caught.value.problems[0].place) == "issues/brief.md:3"


def test_all_missing_pictures_are_told_at_once(parse: Callable[..., Document]):
    with pytest.raises(ContentError) as caught:
        mjml(parse("![a](1.png) ![b](2.png)\n\n![c](3.png)"))

    assert len(caught.value.problems) == 3


def test_a_picture_needs_an_address_to_be_fetched_from(parse: Callable[..., Document]):
    with pytest.raises(ContentError, match="base_url"):
        read_pictures(parse("![a](klein.png)"), Config(root=Path()))


def test_a_picture_from_the_web_has_no_width(parse: Callable[..., Document]):
    assert 'src="https://x.nl/a.png" alt="a" />' in mjml(parse("![a](https://x.nl/a.png)"))


def test_a_document_with_problems_is_refused(parse: Callable[..., Document]):
    with pytest.raises(ContentError, match="leads nowhere"):
        mjml(parse("[a](b)"))
    with pytest.raises(ContentError, match="leads nowhere"):
        to_text(parse("[a](b)"))


KITCHEN = """# Kop

Een *a* **b** `c d` en "meer"
op een *x* **y** regel[^1].

```
def f():

    return "\\u{ad}"
```

1. een
   - twee

     drie
2. vier

| a | b |
|:-:|---|
| *c* **d** | `e` |

::: note
> citaat

![plaatje](klein.png)
:::

Groet,
Renata

[^1]: Bron.
"""


def test_mjml_loses_no_word(parse: Callable[..., Document]):
    document = parse(KITCHEN)

    assert words(compiled(document)) == words(mjml(document))
    assert '<pre>def f():<br /><br />\u00a0\u00a0\u00a0\u00a0return "' in compiled(document)


@given(st.text(alphabet="ab *_`#>-+()[]!\\&;<\n\t1.\"'|:", max_size=100))
def test_any_sound_document_is_wellformed_and_says_the_same_in_both_parts(
    parse: Callable[..., Document], body: str
):
    document = parse(body)
    assume(not document.problems and not document.images)

    result = mjml(document)

    etree.fromstring(f"<mjml>{result}</mjml>")
    assert words(result) == words(compiled(document))
    if not document.links:
        assert _letters(" ".join(words(result))) == _letters(to_text(document))


def _letters(text: str) -> str:
    """Return the letters and quotes of a text: what layout (marks of lists, lines of tables) leaves alone."""
    return "".join(char for char in text if char in "ab&;<\"'’‘“”")


_PIECES = [
    *("# a\n", "- a\n", "  - b\n", "> ", "1. ", "---\n", "    ", "\t", "\n", "\n\n", "```\n"),
    *("::: note\n", ":::\n", "::: columns\n", "::: column\n", "::: button https://x.nl\n"),
    *("a b ", "'s ", "*", "**", "~~", "`", "\\", "<b>", "你", "{{ a }}", "|a|b|\n|-|-|\n"),
    *("[a](https://x.nl)", "<https://x.nl>", "[^1]", "[^1]: x\n", "![a](klein.png)"),
]


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_any_pieces_that_make_a_sound_document_make_sound_mjml(parse: Callable[..., Document], body: str):
    document = parse(body)
    assume(not document.problems)

    result = mjml(document)

    etree.fromstring(f"<mjml>{result}</mjml>")
    assert words(result) == words(compiled(document))
    assert "<mj-column>\n\n</mj-column>" not in result
    assert to_text(document).strip() or not words(result)
