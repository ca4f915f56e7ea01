"""MJML with faults is refused at its line; MJML without comes out as the author wrote it."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.errors import ContentError
from newsletter.render.linemap import mark_tags, strip_marks
from newsletter.render.mjml.compile import Compiled, compile_mjml

PATH = "templates/t.mjml.j2"


def compiled(mjml: str) -> Compiled:
    return compile_mjml(strip_marks(mark_tags(mjml, PATH, 1)))


def letter(content: str, head: str = "") -> str:
    return (
        f"<mjml><mj-head>{head}</mj-head>\n<mj-body>\n<mj-section><mj-column>\n{content}\n"
        "</mj-column></mj-section></mj-body></mjml>"
    )


def problems(mjml: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        compiled(mjml)
    return [f"{problem.place}: {problem.what}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<mj-text kleur="red">x</mj-text>', '<mj-text> has no attribute "kleur"'),
        ("<mj-txt>x</mj-txt>", "<mj-txt> is not an MJML element"),
        ("<mj-section></mj-section>", "<mj-section> cannot stand in <mj-column>"),
        ('<mj-text color="red" color="blue">x</mj-text>', '<mj-text> has "color" twice'),
        ('<mj-text font-size="groot">x</mj-text>', '"groot" is not a value for font-size of <mj-text>'),
        ('<mj-button align="middle">x</mj-button>', '"middle" is not a value for align of <mj-button>'),
        ('<mj-include path="x.mjml" />', "<mj-include> cannot be used here"),
        ('<mj-button title="x">x</mj-button>', '"title" on <mj-button> would have no effect'),
        ('<mj-image src="x.png" sizes="1px" />', '"sizes" on <mj-image> would have no effect'),
        ("<mj-text><p>x</mj-text>", "<p> is not closed"),
        ("<mj-text><b>x</i></b></mj-text>", "</i> closes nothing"),
        ("<mj-text>1 < 2</mj-text>", "a < that starts no tag"),
        ("<mj-text><![CDATA[x]]></mj-text>", "CDATA cannot stand in a template"),
        ("<mj-text><p style='p'>x</p></mj-text>", 'style="p" is not CSS'),
        ("<mj-text><mj-image /></mj-text>", "<mj-image> cannot stand in <mj-text>"),
        ("<mj-text><script>x</script></mj-text>", "a script never runs in a mail"),
        ("los", '"los" stands loose in <mj-column>'),
        ('<mj-text mj-class="weg">x</mj-text>', 'there is no mj-class "weg"'),
    ],
)
def test_a_fault_is_named_with_the_line_of_the_template(content: str, expected: str) -> None:
    assert f"{PATH}:4: {expected}" in problems(letter(content))


@pytest.mark.parametrize(
    ("mjml", "expected"),
    [
        ("<mjml></mjml>", "the template has no <mj-body>"),
        ("", "None: the template has no <mjml>"),
        ("<mjml><mj-body></mj-body><mj-body></mj-body></mjml>", "there is a second <mj-body>"),
        ("<p>x</p>", "a template starts with <mjml>"),
        ("<mjml><mj-body", "the tag <mj-body has no >"),
        ("<mjml><!-- x <mj-body></mj-body></mjml>", "a comment that starts here has no end"),
        ('<mjml><mj-body a="x></mj-body></mjml>', "<mj-body> has an attribute that is not well formed"),
        (
            '<mjml><mj-body><mj-wrapper gap="10px"></mj-wrapper></mj-body></mjml>',
            '"gap" on <mj-wrapper> would have no effect',
        ),
    ],
)
def test_a_fault_in_the_shape_is_named(mjml: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(mjml))


@pytest.mark.parametrize(
    ("mjml", "what", "fix"),
    [
        (
            '<mjml version="3.3.3"><mj-body></mj-body></mjml>',
            '<mjml> has no attribute "version"',
            "leave it out",
        ),
        (
            '<mjml><mj-body><mj-section align="left"></mj-section></mj-body></mjml>',
            '<mj-section> has no attribute "align"',
            'did you mean "text-align"?',
        ),
        (
            '<mjml><mj-body><mj-section padding-top="20"></mj-section></mj-body></mjml>',
            '"20" is not a value for padding-top of <mj-section>',
            'write padding-top="20px"',
        ),
        (
            '<mjml><mj-body><mj-spacer height="9px" /></mj-body></mjml>',
            "<mj-spacer> stands in <mj-body>, outside every section",
            "give a section padding instead",
        ),
        (
            "<mjml><mj-body><mj-section>los</mj-section></mj-body></mjml>",
            '"los" stands loose in <mj-section>',
            "put it in an <mj-text>",
        ),
        (
            '<mjml><mj-head><mj-style inline="inline">p { margin: 0 }; b { color: red }</mj-style></mj-head>'
            "<mj-body></mj-body></mjml>",
            "the rule after this ; is passed over",
            "take the ; out",
        ),
    ],
)
def test_what_the_official_compiler_passes_over_too_is_noted_with_its_line(
    mjml: str, what: str, fix: str
) -> None:
    (note,) = compiled(f"\n{mjml}").notes

    assert (f"{PATH}:2", what, fix) == (str(note.place), note.what, note.fix)


@pytest.mark.parametrize("value", ["20 10", "groot", "-5"])
def test_a_measure_that_compilers_read_differently_is_refused(value: str) -> None:
    found = problems(letter(f'<mj-text padding="{value}">x</mj-text>'))

    assert [f'{PATH}:4: "{value}" is not a value for padding of <mj-text>'] == found


def test_loose_text_between_columns_is_shown_there() -> None:
    column = "<mj-column><mj-text>x</mj-text></mj-column>"

    html = compiled(f"<mjml><mj-body><mj-section>{column}los{column}</mj-section></mj-body></mjml>").html

    assert "<![endif]-->los<!--[if mso | IE]>" in html


def test_every_fault_is_named_at_once_in_the_order_of_the_text() -> None:
    found = problems(letter('<mj-text a="1">x</mj-text>\n<mj-foo />\n<mj-text b="2">x</mj-text>'))

    assert [f"{PATH}:{line}" for line in (4, 5, 6)] == [problem.partition(": ")[0] for problem in found]


def test_a_near_name_is_offered() -> None:
    with pytest.raises(ContentError) as caught:
        compiled(letter('<mj-text colour="red">x</mj-text>'))

    assert caught.value.problems[0].fix == 'did you mean "color"?'


@pytest.mark.parametrize("element", ["div", "mj-wrapper", "mj-section"])
@pytest.mark.parametrize("depth", [65, 1_000, 10_000])
def test_deep_nesting_is_refused_before_it_can_crash_the_compiler(element: str, depth: int) -> None:
    nested = f"<{element}>" * depth + f"</{element}>" * depth

    assert any(
        "nested more than 64 deep" in problem for problem in problems(letter(f"<mj-text>{nested}</mj-text>"))
    )


def test_a_letter_without_end_is_refused() -> None:
    assert "over 300,000 characters" in problems(letter("<mj-text>" + "x" * 300_000 + "</mj-text>"))[0]


def test_a_letter_that_swells_while_it_is_compiled_is_refused() -> None:
    (found,) = problems(letter("<mj-divider />" * 3_000))

    assert re.search(r"the letter is 1,\d{3},\d{3} characters of HTML", found)


def test_classes_that_set_the_same_attribute_are_refused() -> None:
    head = '<mj-attributes><mj-class name="a" color="red"/><mj-class name="b" color="blue"/></mj-attributes>'

    found = problems(letter('<mj-text mj-class="a b">x</mj-text>', head))

    assert [f'{PATH}:4: mj-class "a" and "b" both set color'] == found


@pytest.mark.parametrize(
    "css",
    [
        "@media print { p { color: red } }",
        "@import url(https://example.org/x.css);",
        'a[href^="https:"] { color: red }',
        "* { color: red }",
        "a:hover { color: red }",
        "p { color red }",
        "p { color: red",
        "p > > a { color: red }",
    ],
)
def test_css_that_cannot_be_inlined_is_refused(css: str) -> None:
    found = problems(letter("<mj-text>x</mj-text>", f'<mj-style inline="inline">{css}</mj-style>'))

    assert all(f"{PATH}:1" in problem and "cannot be inlined" in problem for problem in found)


@pytest.mark.parametrize("css", ["p { color: red };", "p { color: red };\n", "td[class] { margin: 0 }", ""])
def test_css_that_can_be_inlined_is_taken_without_a_word(css: str) -> None:
    result = compiled(letter("<mj-text>x</mj-text>", f'<mj-style inline="inline">{css}</mj-style>'))

    assert () == result.notes


def test_inline_style_sheets_are_taken_out_and_the_others_stay() -> None:
    head = (
        '<mj-style inline="inline">p.x, li > a:first-child { margin: 0 } /* y */</mj-style>'
        "<mj-style>@media print { a > b { color: red !important } }</mj-style>"
    )

    result = compiled(letter("<mj-text>x</mj-text>", head))

    assert result.inline_css == ("p.x, li > a:first-child { margin: 0 } ",)
    assert "@media print { a > b { color: red !important } }" in result.html
    assert "p.x" not in result.html


@pytest.mark.parametrize(
    "value", ["voor\u00adbeeld", "regel\neinde", "👩‍🔬", "e\u0301", "a\\b", "tab\tx", "“q” \u00a0"]
)
def test_attribute_values_are_not_printed_as_program_text(value: str) -> None:
    html = compiled(letter(f'<mj-image src="x.png" alt="{value}" />')).html

    assert not re.search(r"\\u\{|\\n|\\t|\\\"|\\\\", html)
    assert "&#" in html or value == "regel\neinde" or value == "tab\tx"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<b>a</b>\n<i>b</i>", "<b>a</b>&#10;<i>b</i>"),
        ("<p>a</p>\n  <p>b</p>", "<p>a</p>&#10;  <p>b</p>"),
        ("<pre><span>a</span>\n\n<span>b</span></pre>", "<span>a</span>&#10;\n<span>b</span>"),
        ("a<br>b<BR/>c", "a<br />b<br />c"),
        ("<a href='x\"y'>a</a>", '<a href="x&quot;y">a</a>'),
        ("<P title='a>b'>a</P>", '<p title="a>b">a</p>'),
        ("<p hidden>a</p>", '<p hidden="">a</p>'),
        ("<a href=https://x.nl/>a</a>", '<a href="https://x.nl/">a</a>'),
        ("a &amp; b & c &nbsp;", "a &amp; b & c &nbsp;"),
        ("<!--[if mso]><b>x</b><![endif]-->", "<!--[if mso]><b>x</b><![endif]-->"),
        ("<!--[if !mso]><!--><b>x</b><!--<![endif]-->", "<!--[if !mso]><!--><b>x</b><!--<![endif]-->"),
    ],
)
def test_html_in_a_component_comes_out_as_written(written: str, expected: str) -> None:
    assert f">{expected}</div>" in re.sub(
        r"<(/?)pre>", "", compiled(letter(f"<mj-text>{written}</mj-text>")).html
    ).replace("<br/>", "<br />")


def test_comments_of_the_author_stay_home() -> None:
    assert "geheim" not in compiled(letter("<!-- geheim --><mj-text>a<!-- geheim -->b</mj-text>")).html


def test_a_bare_zero_in_padding_gets_its_unit() -> None:
    html = compiled(
        "<mjml><mj-body><mj-section padding='0 20px'><mj-column><mj-image src='x.png' padding='0'/>"
        "</mj-column></mj-section></mj-body></mjml>"
    ).html

    assert 'width="560"' in html


def test_short_colours_are_written_out() -> None:
    html = compiled(letter('<mj-button background-color="#abc" href="https://x.nl">x</mj-button>')).html

    assert 'bgcolor="#aabbcc"' in html


def test_widths_of_pictures_are_whole_numbers() -> None:
    mjml = (
        '<mjml><mj-body><mj-section padding="0px"><mj-column width="47.3%"><mj-image padding="0px" '
        'src="x.png" /></mj-column></mj-section></mj-body></mjml>'
    )

    assert re.search(r'<img[^>]* width="283"', compiled(mjml).html)


def test_no_font_is_fetched_from_anywhere() -> None:
    assert "fonts.g" not in compiled(letter("<mj-text>x</mj-text>")).html


@pytest.mark.parametrize("text", ["\u2028> ", "é>", "→ >", "]]>", "é]]>"])
def test_signs_that_break_the_compiler_are_written_another_way(text: str) -> None:
    head = f"<mj-title>{text}</mj-title><mj-preview>{text}</mj-preview><mj-style>{text}</mj-style>"

    html = compiled(letter(f"<mj-text>{text}</mj-text><mj-raw><tr><td>{text}</td></tr></mj-raw>", head)).html

    assert html.count(text.replace(">", "&gt;")) >= 4


MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<mjml>",
                "</mjml>",
                "<mj-body>",
                "</mj-body>",
                "<mj-section>",
                "</mj-section>",
                "<mj-text>",
                "</mj-text>",
            ),
            *(
                "<mj-column>",
                "</mj-column>",
                "<p>",
                "</p>",
                "<br>",
                "<mj-style>",
                "</mj-style>",
                "<!--",
                "-->",
                "<",
                ">",
            ),
            *(
                '"',
                "'",
                " a=",
                "b",
                "&",
                "\n",
                "{",
                "}",
                "/*",
                "*/",
                "<mj-raw>",
                "</mj-raw>",
                "<mj-style inline='inline'>",
            ),
            *(
                "é",
                "\0",
                "\x01",
                "<![CDATA[",
                "]]>",
                "<?xml?>",
                "<mj-include path='x'/>",
                "/",
                "nlph00000000q",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@given(
    st.one_of(
        MARKUP,
        st.one_of(MARKUP, st.text()).map(lambda text: letter(f"<mj-text>{text}</mj-text>")),
        st.one_of(MARKUP, st.text()).map(lambda text: letter("", f"<mj-style>{text}</mj-style>")),
        st.text().map(lambda text: letter(f'<mj-text><a title="{text}">x</a></mj-text>')),
    )
)
@example(letter('<mj-text><a title=""0>x</a></mj-text>'))
@example(letter("<mj-text>" + "<" * 5_000 + "</mj-text>"))
@example(letter("<mj-text>" + "<a '" * 5_000 + "</mj-text>"))
@example(letter("<mj-text>" + "<!-- " * 5_000 + "</mj-text>"))
@example(letter("<mj-text>x</mj-text>", "<mj-style inline='inline'>" + "a{" * 5_000 + "</mj-style>"))
@settings(max_examples=300, deadline=2_000)
def test_anything_compiles_or_is_refused(text: str) -> None:
    try:
        outcome = compiled(text).html
    except ContentError as error:
        outcome = str(error)

    assert "<html" in outcome or "compile" not in outcome


WORDS = st.lists(
    st.sampled_from(["a", "é", " ", "\n", "<b>", "</b>", "<i>", "</i>", "<br>", "👩‍🔬", "&amp;", "\u00ad"]),
    max_size=30,
).map("".join)


@given(WORDS)
@settings(deadline=2_000)
def test_visible_text_is_the_same_in_and_out(text: str) -> None:
    try:
        html = compiled(letter(f"<mj-text><p>{text}</p></mj-text>")).html
    except ContentError:
        return

    inner = html[html.index("<p>") : html.rindex("</p>")].replace("&#10;", "\n")

    assert _words(text) == _words(inner)


def _words(html: str) -> str:
    return " ".join(re.sub(r"</?[a-z]+ ?/?>", "", html).split())
