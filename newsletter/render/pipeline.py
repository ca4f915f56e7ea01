"""One issue becomes one rendered issue: Markdown, template, MJML, inlining, plain text, slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import jinja2
from markupsafe import Markup

from newsletter.config.schema import Config
from newsletter.content.conditions import every_block, show_variant
from newsletter.content.document import Document
from newsletter.content.issue_date import IssueDate
from newsletter.content.markdown import parse_markdown
from newsletter.content.slots import make_token, protect_line
from newsletter.content.typography import typeset_line
from newsletter.domain.address import Mailbox
from newsletter.domain.issue import Issue
from newsletter.domain.nearest import nearest
from newsletter.domain.picture import PICTURE_INPUT
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import LINK_SLOTS, SLOT_NAME, Slot, SlotContext
from newsletter.errors import ContentError, Problem, reading_order
from newsletter.render.charset import with_safe_charset
from newsletter.render.components import to_mjml
from newsletter.render.contents import linked_headings, read_contents
from newsletter.render.footer import text_footer, text_imprint
from newsletter.render.inline import inline_css
from newsletter.render.linemap import mark, strip_marks
from newsletter.render.mjml.compile import compile_mjml
from newsletter.render.phrases import direction, phrase, phrases_for
from newsletter.render.pictures.fitting import fit_pictures
from newsletter.render.pictures.letter import NO_PICTURES, LetterPictures, read_pictures
from newsletter.render.pictures.theme import LOGO, narrowed, theme_images
from newsletter.render.plain_text import to_text
from newsletter.render.slotting import count_tokens, slot_html, slot_text
from newsletter.render.template import FilledTemplate, fill_template, template_place
from newsletter.render.theme import make_theme
from newsletter.render.voices import Voices, hear_readers

__all__ = ["render_issue"]


def render_issue(
    issue: Issue,
    config: Config,
    document: Document | None = None,
    *,
    variant: str | None = None,
    is_marked: bool = False,
    is_service: bool = False,
) -> RenderedIssue:
    """Render one variant of `issue`, slots still open; `document` saves parsing it again.

    `variant` is the key of the variant (`domain.variant`); None shows every block.
    `is_marked` marks each block of the HTML with its line in the file, for the studio; never for a mail.
    `is_service` is a mail to one person who may not be on the list: without links to leave or to choose.
    The same input gives the same result, to the byte; nothing is asked of the network.
    Raises ContentError with every problem of front matter, Markdown, template and slots at once.
    """
    fallbacks = config.fallbacks
    if document is None:
        document = parse_markdown(issue, fallbacks=fallbacks)
    if not document.problems:  # else only the problems are told
        document = show_variant(document, every_block(document) if variant is None else variant)
    voices = hear_readers(document, config.quotes_dir or config.root)
    return _Job(issue, config, voices, fallbacks, is_marked, is_service).run()


@dataclass(slots=True)
class _Job:
    """One rendering under way: what goes in, and the slots and problems found so far."""

    issue: Issue
    config: Config
    voices: Voices
    fallbacks: Mapping[str, str]
    is_marked: bool
    is_service: bool
    pictures: LetterPictures = NO_PICTURES
    slots: dict[str, Slot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def document(self) -> Document:
        return self.voices.document

    def run(self) -> RenderedIssue:
        issue = self.issue
        self.problems += self.document.problems
        self.slots.update(self.document.slots)
        subject = self._line("subject", issue.subject)
        subject_b = self._line("subject_b", issue.subject_b) if issue.subject_b else None
        preheader = self._line("preheader", issue.preheader)
        title = self._line("title", issue.title) if issue.title else subject
        content = self._content()
        try:
            filled = self._fill(content, subject=subject, preheader=preheader, title=title)
            html, notes = self._html(filled, content)
        except ContentError as error:
            found = (*self.problems, *error.problems)
            raise ContentError(*sorted(found, key=reading_order)) from error
        ContentError.raise_if(sorted(self.problems, key=reading_order))
        contents = linked_headings(filled.marked.replace(content, ""), read_contents(content))
        text = to_text(self.document, contents=contents).rstrip("\n") + "\n\n" + self._footer()
        return RenderedIssue(
            slug=issue.slug,
            lang=issue.lang,
            subject=slot_text(subject, self.slots, SlotContext.HEADER),
            subject_b=slot_text(subject_b, self.slots, SlotContext.HEADER) if subject_b else None,
            preheader=slot_text(str(Markup.escape(preheader)), self.slots, SlotContext.HTML),
            html=slot_html(html, self.slots),
            text=slot_text(text, self.slots, SlotContext.TEXT),
            pictures=tuple(file for file in self.pictures.files if file.url in html),
            inputs=self._inputs(filled),
            notes=(*self.document.notes, *self.pictures.notes, *notes),
        )

    def _inputs(self, filled: FilledTemplate) -> dict[str, str]:
        inputs = {
            "issue": self.issue.digest,
            "config": self.config.digest,
            **filled.inputs,
            **{PICTURE_INPUT + source: digest for source, digest in self.pictures.inputs.items()},
        }
        if self.voices.digest is not None:
            inputs["quotes.toml"] = self.voices.digest
        return inputs

    def _content(self) -> str:
        """Return the body as MJML, nothing when it has problems; its pictures are looked at all the same."""
        is_sound = not self.problems
        try:
            also = theme_images(self.config, self.document)
            found = read_pictures(self.document, self.config, also=also)
            self.pictures = replace(found, shown=narrowed(found.shown, self.config.theme))
            if not is_sound:
                return ""
            return to_mjml(
                self.document,
                self.pictures.shown,
                is_marked=self.is_marked,
                is_hyphenated=self.config.typography.hyphenate,
            )
        except ContentError as error:
            self.problems += error.problems
            return ""

    def _line(self, key: str, text: str) -> str:
        """Return a front-matter line, typeset, with inert tokens for its slots."""
        line = protect_line(text, self.issue.place(key), self.fallbacks, IssueDate.of(self.issue))
        self.slots.update({token: slot for token, slot in line.slots.items() if token not in self.slots})
        self.problems += line.problems
        return typeset_line(line.text, self.issue.lang)

    def _slot(self, name: str, fallback: str | None = None) -> str:
        """Return the inert token for a slot, for `slot(name, fallback)` in a template."""
        if not SLOT_NAME.fullmatch(name):
            raise jinja2.TemplateRuntimeError(f'"{name}" is no name of a slot; names are like first_name')
        if fallback is None and name not in LINK_SLOTS:
            fallback = self.fallbacks.get(name)
        token = make_token(name, fallback)
        place = template_place(self.issue.template)
        self.slots.setdefault(token, Slot(name=name, fallback=fallback, place=place))
        return token

    def _phrase(self, key: str) -> str:
        """Return a phrase in the issue's language, for `t(key)` in a template."""
        try:
            return phrase(self.issue.lang, key, self.config.newsletter.name)
        except KeyError:
            known = phrases_for(self.issue.lang)
            near = nearest(key, known)
            hint = f'did you mean "{near}"?' if near else f"known are: {', '.join(sorted(known))}"
            raise jinja2.UndefinedError(f'there is no phrase "{key}"; {hint}') from None

    def _fill(self, content: str, *, subject: str, preheader: str, title: str) -> FilledTemplate:
        issue, settings = self.issue, self.config.newsletter
        variables: dict[str, object] = {
            # The mark tells faults in the body from faults in the template, and that the body is there.
            "content": Markup(mark(issue.shown_path, 0) + content),  # noqa: S704 (to_mjml escapes)
            "contents": read_contents(content),
            "subject": subject,
            "preheader": preheader,
            "title": title,
            "lang": issue.lang,
            "dir": direction(issue.lang),
            "date": issue.date,
            "number": issue.number,
            "vars": dict(issue.vars),
            "newsletter": {
                "name": settings.name,
                "postal_address": settings.postal_address,
                "base_url": settings.base_url,
            },
            "sender": issue.sender or Mailbox(name=settings.name, email=""),
            "theme": make_theme(self.config.theme, self.pictures.shown.get(LOGO), settings.name),
            "is_service": self.is_service,
            "slot": self._slot,
            "t": self._phrase,
        }
        return fill_template(issue.template, self.config.root, variables, asked=issue.place("template"))

    def _html(self, filled: FilledTemplate, content: str) -> tuple[str, tuple[Problem, ...]]:
        """Compile and inline, with what to note; the body and every slot in it must come through."""
        source = strip_marks(filled.marked)
        if not source.has_origin(self.issue.shown_path):
            place = template_place(self.issue.template)
            raise ContentError(
                Problem(what="the template leaves out the letter", place=place, fix="put {{ content }} in it")
            )
        compiled = compile_mjml(source, body=self.issue.shown_path)
        fitted = fit_pictures(compiled.html, self.pictures.shown.values())
        html = inline_css(fitted, compiled.inline_css)
        kept = count_tokens(html).keys()
        lost = count_tokens(content).keys() - kept
        if lost:
            raise ContentError(
                *(
                    Problem(what=f"{{{{ {slot.name} }}}} got lost in the template", place=slot.place)
                    for token, slot in self.slots.items()
                    if token in lost
                )
            )
        return with_safe_charset(html, has_holes=bool(kept)), compiled.notes

    def _footer(self) -> str:
        if self.is_service:
            return text_imprint(self.config.newsletter)
        return text_footer(self.config.newsletter, self.issue.lang, self._slot)
