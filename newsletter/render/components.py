"""A document becomes MJML components: the inside of a letter's `mj-body`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from newsletter.content.document import Document
from newsletter.content.tree import Node, grow, lone_picture
from newsletter.render.components_prose import Prose, attribute
from newsletter.render.line_marks import LineMarks
from newsletter.render.phrases import phrases_for
from newsletter.render.pictures.letter import Picture

__all__ = ["to_mjml"]

_OWN_SECTION = ("question", "note", "columns")


def to_mjml(
    document: Document,
    pictures: Mapping[str, Picture],
    *,
    is_marked: bool = False,
    is_hyphenated: bool = True,
) -> str:
    """Return the letter as a row of `mj-section`; `pictures` has what to show for each picture's source.

    Consecutive text becomes one `mj-text css-class="prose"`. Other css-classes a template can style:
    `picture` (a picture alone), `rule` (`---`), `data` (table), `cta` (button), `question` and `note`
    (sections of their own; a template defines an `mj-class` of the same name for their background and
    padding), `columns`, `signature` and `footnotes` (which begins with a heading of its own). Inside text
    there are `reader`, a `blockquote` with a reader's words, `attribution`, the paragraph in a `blockquote`
    that says who said it, and in columns `question` and `note`, each a `div`, with `button`, a link in it.

    `is_marked` marks each block with its line in the file, see `line_marks`; `is_hyphenated` puts soft
    hyphens in the long words of running text, see `hyphenation`.
    Raises ContentError when the document has problems.
    """
    document.require_sound()
    lines = LineMarks(document.issue.body_line if is_marked else None)
    letter = _Letter(document.issue.lang, pictures, lines, is_hyphenated=is_hyphenated)
    return "\n".join(letter.sections(grow(document.tokens)))


class _Letter:
    def __init__(
        self, lang: str, pictures: Mapping[str, Picture], lines: LineMarks, *, is_hyphenated: bool
    ) -> None:
        self._lines = lines
        self._lang = lang
        self._prose = Prose(pictures, lines, lang if is_hyphenated else None)

    def sections(self, nodes: Sequence[Node]) -> list[str]:
        """Return the sections of the letter: flowing blocks share one, some directives have their own."""
        result: list[str] = []
        flow: list[Node] = []
        for node in nodes:
            if node.kind not in _OWN_SECTION:
                flow.append(node)
                continue
            result += self._flow_section(flow)
            flow = []
            result.append(self._own_section(node))
        return [*result, *self._flow_section(flow)]

    def _flow_section(self, nodes: Sequence[Node]) -> list[str]:
        components = self._components(nodes)
        return [f"<mj-section>\n{_column(components)}\n</mj-section>"] if components else []

    def _own_section(self, node: Node) -> str:
        line = self._lines.css_class(node)
        if node.kind == "columns":
            columns = "\n".join(
                _column(self._components(column.children, inside="column")) for column in node.children
            )
            return f'<mj-section css-class="{line}columns">\n{columns}\n</mj-section>'
        classes = f'mj-class="{node.kind}" css-class="{line}{node.kind}"'
        return f"<mj-section {classes}>\n{_column(self._components(node.children))}\n</mj-section>"

    def _components(self, nodes: Sequence[Node], *, inside: str = "") -> list[str]:
        """Return the components of one column; text that follows on text shares an `mj-text`.

        `inside` is "column" for one of several, where themes leave room between them.
        """
        result: list[str] = []
        prose: list[Node] = []
        for node in nodes:
            component = self._component(node)
            if component is None:
                prose.append(node)
                continue
            result += self._text(prose, inside)
            prose = []
            result.append(component)
        return [component for component in [*result, *self._text(prose, inside)] if component]

    def _component(self, node: Node) -> str | None:
        """Return `node` as a component of its own; None when it is prose."""
        if node.kind == "paragraph":
            return self._picture(node)
        if node.kind == "hr":
            return f'<mj-divider css-class="{self._lines.css_class(node)}rule" />'
        if node.kind == "table":
            return f'<mj-table css-class="data">{self._prose.rows(node)}</mj-table>'
        if node.kind == "button":
            href = attribute(str(node.token.meta["argument"]))
            css_class = f"{self._lines.css_class(node)}cta"
            return f'<mj-button css-class="{css_class}" href="{href}">{self._prose.label(node)}</mj-button>'
        if node.kind == "signature":
            inner = self._prose.signature(node)
            return f'<mj-text css-class="signature">{inner}</mj-text>' if inner else ""
        if node.kind == "footnote_block":
            notes = "".join(self._footnote(note) for note in node.children)
            heading = f"<h2>{phrases_for(self._lang)['sources']}</h2>"
            return f'<mj-text css-class="footnotes">{heading}{notes}</mj-text>'
        return None

    def _picture(self, node: Node) -> str | None:
        token = lone_picture(node.inline)
        if token is None:
            return None
        picture, alt = self._prose.image(token)
        attributes = {"css-class": f"{self._lines.css_class(node)}picture", "src": picture.url, "alt": alt}
        if picture.width is not None:
            attributes["width"] = f"{picture.width}px"
        for child in node.inline:
            if child.type == "link_open":
                attributes["href"] = str(child.attrs["href"])
        shown = "".join(f' {name}="{attribute(value)}"' for name, value in attributes.items())
        return f"<mj-image{shown} />"

    def _text(self, nodes: Sequence[Node], inside: str) -> list[str]:
        inner = self._prose.blocks(nodes, inside=inside)
        return [f'<mj-text css-class="prose">{inner}</mj-text>'] if inner else []

    def _footnote(self, note: Node) -> str:
        mark = f"[{int(note.token.meta['id']) + 1}] "
        inner = self._prose.blocks([child for child in note.children if child.kind != "footnote_anchor"])
        opening = re.match("<p[^>]*>", inner)
        return f"{opening[0]}{mark}{inner[opening.end() :]}" if opening else f"<p>{mark}</p>{inner}"


def _column(components: Sequence[str]) -> str:
    inner = "\n".join(components)
    return f"<mj-column>\n{inner}\n</mj-column>"
