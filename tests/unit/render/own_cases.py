"""MJML documents of our own for the known divergences of mjml-python, each with what has to come of it."""

from __future__ import annotations

from dataclasses import dataclass

from own_documents import HOME, PIXEL, document, in_column

__all__ = ["CASES", "Case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A document and its outcome: what the HTML holds and lacks, or how the validator refuses it."""

    name: str
    mjml: str
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    refused: str = ""


def _alt(name: str, value: str, *holds: str) -> Case:
    mjml = in_column(f'<mj-image src="{PIXEL}" alt="{value}" />')
    return Case(name=f"D1 {name}", mjml=mjml, holds=holds, lacks=("\\u{", "\\n", "\\t", '\\"'))


def _text(name: str, inner: str, *holds: str) -> Case:
    return Case(name=f"D2 {name}", mjml=in_column(f"<mj-text>{inner}</mj-text>"), holds=holds)


def _refused(name: str, mjml: str, what: str) -> Case:
    return Case(name=name, mjml=mjml, refused=what)


_COLUMN = "<mj-column><mj-text>Dag</mj-text></mj-column>"
_IMAGE = f'<mj-column><mj-image src="{PIXEL}" padding="0px" /></mj-column>'
_CLASSES = (
    '<mj-attributes><mj-class name="a" color="red" /><mj-class name="b" color="blue" /></mj-attributes>'
)
_GREEN = '<mj-style inline="inline">p { color: green }</mj-style>'

CASES = (
    _alt("soft hyphen", "voor\u00adbeeld", "voor&#173;beeld"),
    _alt("line break", "een\ntwee", 'alt="een twee"'),
    _alt("tab", "een\ttwee", 'alt="een twee"'),
    _alt("backslash", "C:\\map", "C:&#92;map"),
    _alt("no-break space", "10\u00a0km", "10&#160;km"),
    _alt("emoji joined", "👩‍🔬", "&#128105;&#8205;&#128300;"),
    _alt("combining accent", "e\u0301", "e&#769;"),
    _alt("quotes", "&quot;zo&quot;", "&quot;zo&quot;"),
    Case(
        name="D1 style over two lines",
        mjml=in_column('<mj-text><p style="color:red;\n font-size:20px">x</p></mj-text>'),
        holds=('style="color:red;  font-size:20px"',),
        lacks=("\\n",),
    ),
    Case(
        name="D1 address with an accent",
        mjml=in_column(f'<mj-button href="{HOME}café">x</mj-button>'),
        holds=("caf&#233;",),
    ),
    _text("bold before italic", "<b>a</b>\n<i>b</i>", "<b>a</b>&#10;<i>b</i>"),
    _text("links", '<a href="/">a</a>\n  <a href="/">b</a>', "</a>&#10;  <a"),
    _text("lines of code", "<pre><i>a</i>\n\n<i>b</i></pre>", "</i>&#10;\n<i>"),
    _text("a line break tag", "a<br>\n<b>b</b>", "&#10;<b>b</b>"),
    _text("in a paragraph", "<p><b>a</b>\n<i>b</i></p>\n<p>c</p>", "</b>&#10;<i>", "</p>&#10;<p>"),
    Case(
        name="D2 in a button",
        mjml=in_column(f'<mj-button href="{HOME}"><b>a</b>\n<i>b</i></mj-button>'),
        holds=("</b>&#10;<i>",),
    ),
    Case(
        name="D2 in raw HTML",
        mjml=in_column("<mj-raw><p><b>a</b>\n<i>b</i></p></mj-raw>"),
        holds=("</b>&#10;<i>",),
    ),
    Case(
        name="D2 in a table",
        mjml=in_column("<mj-table><tr><td><b>a</b>\n<i>b</i></td></tr></mj-table>"),
        holds=("</b>&#10;<i>",),
    ),
    Case(
        name="D3 section",
        mjml=document(f'<mj-section padding="0 20px">{_IMAGE}</mj-section>'),
        holds=('width="560"',),
    ),
    Case(
        name="D3 column",
        mjml=document(
            f'<mj-section padding="0"><mj-column padding="0 30px"><mj-image padding="0" src="{PIXEL}" />'
            "</mj-column></mj-section>"
        ),
        holds=('width="540"',),
    ),
    Case(
        name="D3 wrapper",
        mjml=document(
            f'<mj-wrapper padding="0 10px"><mj-section padding="0">{_IMAGE}</mj-section></mj-wrapper>'
        ),
        holds=('width="580"',),
    ),
    Case(
        name="D3 defaults",
        mjml=document(
            f"<mj-section>{_IMAGE}</mj-section>",
            '<mj-attributes><mj-section padding="0 25px" /></mj-attributes>',
        ),
        holds=('width="550"',),
    ),
    Case(
        name="D4 a sheet to inline",
        mjml=in_column("<mj-text><p>x</p></mj-text>", _GREEN),
        holds=('<p style="color:green">x</p>',),
        lacks=("p { color: green }",),
    ),
    Case(
        name="D4 a sheet to keep",
        mjml=in_column("<mj-text><p>x</p></mj-text>", "<mj-style>p > b { color: green }</mj-style>"),
        holds=("p > b { color: green }", "<p>x</p>"),
    ),
    _refused(
        "D5 html attributes",
        in_column("<mj-text>x</mj-text>", "<mj-html-attributes></mj-html-attributes>"),
        "<mj-html-attributes> cannot be used here",
    ),
    _refused(
        "D5 file start",
        document('<mj-raw position="file-start">x</mj-raw>'),
        '"position" on <mj-raw> would have no effect',
    ),
    _refused(
        "D5 elements in a class",
        in_column("", '<mj-attributes><mj-class name="a"><mj-text /></mj-class></mj-attributes>'),
        "<mj-class> takes no elements",
    ),
    _refused(
        "D6 gap",
        document(f'<mj-wrapper gap="9px"><mj-section>{_COLUMN}</mj-section></mj-wrapper>'),
        '"gap" on <mj-wrapper> would have no effect',
    ),
    _refused(
        "D6 gap by a class",
        document(
            '<mj-wrapper mj-class="ruim"></mj-wrapper>',
            '<mj-attributes><mj-class name="ruim" gap="9px" /></mj-attributes>',
        ),
        'mj-class "ruim" sets gap, which would have no effect on <mj-wrapper>',
    ),
    _refused(
        "D6 gutter",
        document(f'<mj-section gutter="9px">{_COLUMN}</mj-section>'),
        '"gutter" on <mj-section> would have no effect',
    ),
    Case(
        name="D7 raw in a wrapper",
        mjml=document(
            f"<mj-wrapper><mj-raw><p>voor</p></mj-raw><mj-section>{_COLUMN}</mj-section>"
            f"<mj-raw><p>en</p></mj-raw><mj-raw><i>na</i></mj-raw><mj-section>{_COLUMN}</mj-section>"
            "</mj-wrapper>"
        ),
        holds=("<![endif]--><p>voor</p><!--[if mso | IE]>", "<p>en</p>", "<i>na</i>"),
    ),
    Case(
        name="D7 nothing but raw in a wrapper",
        mjml=document("<mj-wrapper><mj-raw>hier</mj-raw></mj-wrapper>"),
        holds=("<![endif]-->hier<!--[if mso | IE]>",),
    ),
    _refused(
        "D8 sizes",
        in_column(f'<mj-image src="{PIXEL}" sizes="9px" />'),
        '"sizes" on <mj-image> would have no effect',
    ),
    _refused(
        "D8 one border",
        in_column(f'<mj-image src="{PIXEL}" border-top="1px solid red" />'),
        '"border-top" on <mj-image> would have no effect',
    ),
    _refused(
        "D8 title of a button",
        in_column('<mj-button title="x">x</mj-button>'),
        '"title" on <mj-button> would have no effect',
    ),
    _refused(
        "D8 title of a picture with a link",
        in_column(f'<mj-image src="{PIXEL}" title="Toelichting" href="{HOME}" />'),
        '"title" on an <mj-image> with a link would have no effect on the link',
    ),
    _refused(
        "D8 title of a picture with a link, by a class",
        in_column(
            f'<mj-image src="{PIXEL}" mj-class="uit" href="{HOME}" />',
            '<mj-attributes><mj-class name="uit" title="Toelichting" /></mj-attributes>',
        ),
        '"title" on an <mj-image> with a link would have no effect on the link',
    ),
    Case(
        name="D8 title of a picture",
        mjml=in_column(f'<mj-image src="{PIXEL}" title="Toelichting" />'),
        holds=('title="Toelichting"',),
    ),
    Case(
        name="D9 whole widths",
        mjml=document(
            '<mj-section padding="0"><mj-column width="47.3%">'
            f'<mj-image padding="0" src="{PIXEL}" /></mj-column></mj-section>'
        ),
        holds=(' width="283"', "width:283px"),
    ),
    Case(
        name="D9 a third of the width, written out",
        mjml=document(
            f'<mj-section><mj-column width="33.33333333333333%"><mj-image src="{PIXEL}" /></mj-column>'
            f'<mj-column width="66.66666666666666%"><mj-image src="{PIXEL}" /></mj-column></mj-section>'
        ),
        holds=(' width="149"', ' width="349"'),
    ),
    _refused(
        "D11 two classes",
        in_column('<mj-text mj-class="a b">x</mj-text>', _CLASSES),
        'mj-class "a" and "b" both set color',
    ),
    Case(
        name="D11 two classes that do not meet",
        mjml=in_column(
            '<mj-text mj-class="a b">x</mj-text>',
            '<mj-attributes><mj-class name="a" color="red" /><mj-class name="b" align="right" />'
            "</mj-attributes>",
        ),
        holds=("color:red", "text-align:right"),
    ),
    _refused(
        "D12 twice", in_column('<mj-text color="red" color="blue">x</mj-text>'), '<mj-text> has "color" twice'
    ),
    _refused(
        "D13 accordion",
        in_column(
            '<mj-accordion><mj-accordion-element><mj-accordion-title font-weight="700">x</mj-accordion-title>'
            "</mj-accordion-element></mj-accordion>"
        ),
        '"font-weight" on <mj-accordion-title> would have no effect',
    ),
    _refused(
        "D13 fluid hero",
        document('<mj-hero mode="fluid-height"><mj-text>x</mj-text></mj-hero>'),
        'mode="fluid-height" on <mj-hero> would come out otherwise',
    ),
    _refused(
        "D13 full width",
        document(f'<mj-section full-width="false">{_COLUMN}</mj-section>'),
        'full-width="false" on <mj-section> would come out otherwise',
    ),
    _refused(
        "D13 social",
        in_column('<mj-social><mj-social-element border="1px solid red">F</mj-social-element></mj-social>'),
        '"border" on <mj-social-element> would have no effect',
    ),
    _refused(
        "D13 table",
        in_column('<mj-table cellspacing="9"><tr><td>x</td></tr></mj-table>'),
        '"cellspacing" on <mj-table> would have no effect',
    ),
    Case(
        name="D14 important",
        mjml=in_column(
            '<mj-text><p style="color:blue;margin:2px">x</p></mj-text>',
            '<mj-style inline="inline">p { color: red !important } div p { color: green }</mj-style>',
        ),
        holds=("margin:2px; color:red",),
        lacks=("green",),
    ),
    Case(
        name="D15 fonts",
        mjml=in_column('<mj-text font-family="Ubuntu">x</mj-text><mj-social></mj-social>'),
        lacks=("googleapis", "@import"),
    ),
    Case(
        name="D17 short colours",
        mjml=in_column(f'<mj-button background-color="#abc" color="#123" href="{HOME}">x</mj-button>'),
        holds=('bgcolor="#aabbcc"', "color:#112233"),
    ),
    _refused(
        "D18 owa",
        '<mjml owa="desktop"><mj-body></mj-body></mjml>',
        '"owa" on <mjml> would have no effect',
    ),
    Case(
        name="D19 defaults of the body",
        mjml=document(
            f"<mj-section>{_COLUMN}</mj-section>",
            '<mj-attributes><mj-body background-color="#ff8800" width="480px" /></mj-attributes>',
        ),
        holds=("background-color:#ff8800", "max-width:480px"),
    ),
    Case(
        name="D20 a space in a social element",
        mjml=in_column(
            f'<mj-social><mj-social-element src="{PIXEL}" href="{HOME}"> </mj-social-element></mj-social>'
        ),
        lacks=("padding:4px 4px 4px 0",),
    ),
    Case(
        name="Outlook's own text",
        mjml=in_column(
            "<mj-text>a<!--[if mso]><b>mso</b><![endif]-->"
            "<!--[if !mso]><!--><i>web</i><!--<![endif]-->z</mj-text>"
        ),
        holds=("<!--[if mso]><b>mso</b><![endif]-->", "<!--[if !mso]><!--><i>web</i><!--<![endif]-->"),
    ),
    Case(
        name="D1 for Outlook",
        mjml=in_column('<mj-raw><!--[if mso]><p title="a\u00a0b\nc">x</p><![endif]--></mj-raw>'),
        holds=('<!--[if mso]><p title="a&#160;b c">x</p><![endif]-->',),
        lacks=("\\u{", "\\n"),
    ),
    Case(
        name="D2 for Outlook",
        mjml=in_column("<mj-text><!--[if mso]><b>a</b>\n<i>b</i><![endif]--></mj-text>"),
        holds=("<b>a</b>&#10;<i>b</i><![endif]-->",),
    ),
    _refused(
        "a comment for Outlook between components",
        in_column("<!--[if mso]><p>x</p><![endif]-->"),
        "a conditional comment cannot stand in <mj-column>",
    ),
    _refused(
        "a comment for Outlook in a table",
        in_column("<mj-table><tr><td>x</td></tr><!--[if mso]>y<![endif]--></mj-table>"),
        "a conditional comment cannot stand in <mj-table>",
    ),
    Case(
        name="an author's comment",
        mjml=in_column("<mj-text>a<!-- geheim -->b</mj-text>"),
        holds=("ab",),
        lacks=("geheim",),
    ),
    Case(
        name="a menu's own signs",
        mjml=in_column(
            '<mj-navbar hamburger="hamburger" ico-open="open" ico-close="dicht">'
            '<mj-navbar-link href="/">Start</mj-navbar-link></mj-navbar>'
        ),
        holds=("open", "dicht", "Start"),
    ),
    _refused(
        "a tag in the title of an accordion",
        in_column(
            "<mj-accordion><mj-accordion-element><mj-accordion-title><b>x</b></mj-accordion-title>"
            "</mj-accordion-element></mj-accordion>"
        ),
        "<mj-accordion-title> takes text only",
    ),
    _refused(
        "two titles",
        in_column("", "<mj-title>a</mj-title><mj-title>b</mj-title>"),
        "there is a second <mj-title>",
    ),
)
