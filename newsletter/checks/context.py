"""What rules look at: one issue, from its text to the list it goes to, worked out once, when asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from newsletter.checks.language import Language, language_of
from newsletter.checks.letter_set import LetterSet
from newsletter.checks.need import Need
from newsletter.checks.other_issues import OtherIssue, read_other_issues
from newsletter.checks.outside import NOTHING_OUTSIDE, Outside
from newsletter.checks.page import Page, read_markup, read_page
from newsletter.checks.sample import sample_headers
from newsletter.checks.spelling.dictionary import dictionary_lack
from newsletter.checks.step import Step, attempt, given
from newsletter.checks.survey import Survey
from newsletter.checks.translations import Translation, read_translations
from newsletter.config.schema import Config
from newsletter.content.conditions import show_variant
from newsletter.content.document import Document
from newsletter.content.loader import load_issue
from newsletter.content.markdown import parse_markdown
from newsletter.content.siblings import find_siblings
from newsletter.content.slots import TOKEN_PATTERN, ProtectedLine, protect_front_matter
from newsletter.domain.campaign import Campaign, Member
from newsletter.domain.finding import CheckResult
from newsletter.domain.issue import Issue
from newsletter.domain.links import SAMPLE_SECRET, ReaderLinks
from newsletter.domain.mailing import Mailing
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Slot
from newsletter.domain.subscriber import FieldValue
from newsletter.domain.variant import Condition
from newsletter.errors import Problem, UsageError
from newsletter.protocols import AudienceView
from newsletter.render.pipeline import render_issue
from newsletter.render.voices import reader_problems
from newsletter.source import Place, shown_path

__all__ = ["CheckContext", "Posting"]

_LONG_LINE = 5_000
"""Characters beyond which no column is looked for, so that the search stays linear in the file."""

_UNBUILT = {
    Need.ISSUE: "the front matter cannot be read",
    Need.LANGUAGE: "the checks know Dutch and English, not the language of this letter",
    Need.DOCUMENT: "the Markdown cannot be read",
    Need.RENDERED: "the letter cannot be rendered",
    Need.MESSAGE: "no messages are built in this run",
    Need.LIST: "there is no list yet",
    Need.AUDIENCE: "no segment is named",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """How sending makes messages, passed in because checks and delivery know nothing of each other.

    `mailing` turns a rendered issue into what a provider gets, headers included; `text` writes the value
    of the field of that name as readers of the issue see it. `judge` says what is wrong with the
    conditions of blocks.
    """

    mailing: Callable[[Issue, RenderedIssue], Mailing]
    text: Callable[[Issue, str, FieldValue], str]
    judge: Callable[[Sequence[Condition]], Sequence[Problem]]


class CheckContext:
    """One issue on its way to be checked.

    `path` is the issue's file, `now` the moment to judge it at (aware), `audience` the list and ledger to
    ask (None: rules that need them are skipped), `segment` the audience if not the issue's own, and
    `posting` how messages are made (None: rules that need whole messages are skipped). `data` is what the
    file would hold: a text not saved yet. `outside` answers what is asked of the network and other programs.
    Everything else is worked out on first use and kept. Properties named after a Need may only be read by
    a rule that states it.
    """

    def __init__(  # noqa: PLR0913  # keyword-only, one for each thing looked at
        self,
        *,
        path: Path,
        config: Config,
        now: datetime,
        audience: AudienceView | None = None,
        segment: str | None = None,
        posting: Posting | None = None,
        data: bytes | None = None,
        outside: Outside = NOTHING_OUTSIDE,
    ) -> None:
        """Remember where to look; nothing is read yet."""
        self.path = path
        self.config = config
        self.now = now
        self._audience = audience
        self._segment = segment
        self._posting = posting
        self._data = data
        self.outside = outside
        self.variant: str | None = None
        """The key of the variant looked at; None: the letter with every block."""
        self.whole = self
        """The context of the issue itself, where this is the one of a variant."""
        self.reviewed: Sequence[CheckResult] = ()
        """How the rules of the earlier stages ended; filled in by the run before its last stage."""

    # --- what a rule may rely on -------------------------------------------------------------------

    def lacks(self, need: Need) -> str | None:
        """Return why `need` is not met, or None when it is."""
        if need is Need.AUDIENCE:
            return self._lacks_audience()
        if need is Need.DICTIONARY:
            issue = self._loaded.value
            return dictionary_lack(self.config, issue.lang if issue else self.config.newsletter.lang)
        met: dict[Need, Callable[[], object]] = {
            Need.ISSUE: lambda: self._loaded.value,
            Need.LANGUAGE: lambda: self._loaded.value and language_of(self._loaded.value.lang),
            Need.DOCUMENT: lambda: self._parsed.value,
            Need.RENDERED: lambda: self._rendered.value,
            Need.MESSAGE: lambda: self._posting and self._rendered.value,
            Need.LIST: lambda: self._audience,
        }
        return None if met[need]() else _UNBUILT[need]

    def _lacks_audience(self) -> str | None:
        if self._audience is None:
            return _UNBUILT[Need.LIST]
        if self.segment is None:
            return _UNBUILT[Need.AUDIENCE]
        return "the segment cannot be read" if self.segment_problems else None

    # --- the file ----------------------------------------------------------------------------------

    @property
    def shown_path(self) -> str:
        """Return the issue's path as the author would type it."""
        if self._loaded.value is not None:
            return self._loaded.value.shown_path
        return shown_path(self.path.absolute(), self.config.root)

    @cached_property
    def raw(self) -> bytes:
        """Return the bytes of the file: none when it cannot be read."""
        if self._data is not None:
            return self._data
        try:
            return self.path.read_bytes()
        except OSError:
            return b""

    @cached_property
    def lines(self) -> Sequence[str]:
        """Return the lines of the file: none when it cannot be read, what is not UTF-8 replaced."""
        text = self.raw.decode("utf-8-sig", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def locate(self, place: Place, needle: str, *, last: int | None = None) -> Place:
        """Return `place` with the column of `needle`, looked for from its line to `last` (from 1).

        The place comes back as it is when it has a column, or `needle` is not there.
        """
        if place.line is None or place.column is not None or not needle:
            return place
        for number in range(place.line, (last or place.line) + 1):
            line = self.lines[number - 1] if number <= len(self.lines) else ""
            column = line.find(needle) if len(line) <= _LONG_LINE else -1
            if column >= 0:
                return Place(path=place.path, line=number, column=column + 1)
        return place

    # --- the issue ---------------------------------------------------------------------------------

    @cached_property
    def _loaded(self) -> Step[Issue]:
        return attempt(lambda: load_issue(self.path, self.config, self._data))

    @property
    def issue(self) -> Issue:
        """Return the issue as loaded (Need.ISSUE)."""
        return given(self._loaded)

    @property
    def load_problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the file and its front matter."""
        return self._loaded.problems

    @cached_property
    def _parsed(self) -> Step[Document]:
        if self._loaded.value is None:
            return Step(value=None)
        document = parse_markdown(self.issue, fallbacks=self.config.fallbacks)
        return Step(value=document, problems=document.problems)

    @cached_property
    def document(self) -> Document:
        """Return the body, understood as far as it can be, as this variant has it (Need.DOCUMENT)."""
        whole = given(self._parsed)
        return whole if self.variant is None else show_variant(whole, self.variant)

    @cached_property
    def _lines_read(self) -> Sequence[ProtectedLine]:
        return protect_front_matter(self.issue, self.config.fallbacks)

    @property
    def line_problems(self) -> Sequence[Problem]:
        """Return what is wrong with the slots of subject, preheader and title (Need.ISSUE)."""
        return [problem for line in self._lines_read for problem in line.problems]

    @property
    def slot_uses(self) -> Sequence[Slot]:
        """Return the slots of subject, preheader and title, then those of the body (Need.DOCUMENT)."""
        in_lines = [slot for line in self._lines_read for slot in line.slots.values()]
        return (*in_lines, *self.document.slot_uses)

    def readable(self, text: str, most: int = 80) -> str:
        """Return `text` of the document for people: slots as `{{ name }}`, cut to `most` characters."""
        slots = self.document.slots

        def name_of(match: re.Match[str]) -> str:
            slot = slots.get(match[0].lower())
            return f"{{{{ {slot.name} }}}}" if slot else match[0]

        shown = TOKEN_PATTERN.sub(name_of, text[: 4 * most])
        return shown if len(shown) <= most else f"{shown[:most]}…"

    @property
    def language(self) -> Language:
        """Return what the checks know about the issue's language (Need.LANGUAGE)."""
        language = language_of(self.issue.lang)
        if language is None:
            raise LookupError("the rule does not state Need.LANGUAGE")
        return language

    @property
    def letter_day(self) -> date:
        """Return the day of the letter where its author lives, today when it has none (Need.ISSUE)."""
        moment = self.issue.date or self.now.astimezone(ZoneInfo(self.config.newsletter.timezone))
        return moment.date()

    @cached_property
    def other_issues(self) -> Sequence[OtherIssue]:
        """Return the other issues of the project that can be read."""
        return read_other_issues(self.path, self.config)

    @cached_property
    def languages(self) -> Sequence[Translation]:
        """Return the other languages of the issue, those that can be read."""
        return read_translations(self.path, self.config)

    @property
    def has_languages(self) -> bool:
        """Say whether the issue is there in other languages too."""
        return find_siblings(self.path).has_languages

    @cached_property
    def reader_problems(self) -> Sequence[Problem]:
        """Return what keeps readers' words out of the letter, such as no consent (Need.DOCUMENT)."""
        return reader_problems(self.document, self.config.quotes_dir or self.config.root)

    @cached_property
    def condition_problems(self) -> Sequence[Problem]:
        """Return what is wrong with the conditions of blocks (Need.DOCUMENT)."""
        conditions = self.document.conditions
        return self._posting.judge(conditions) if self._posting and conditions else ()

    @cached_property
    def letters(self) -> LetterSet:
        """Return the letters that occur, one for each variant (Need.DOCUMENT)."""
        return LetterSet(self, self._audience)

    # --- the letter --------------------------------------------------------------------------------

    @cached_property
    def _rendered(self) -> Step[RenderedIssue]:
        if self._parsed.value is None or self._parsed.problems:
            return Step(value=None)
        if self.condition_problems:
            return Step(value=None)
        return attempt(lambda: render_issue(self.issue, self.config, self.document, variant=self.variant))

    @property
    def rendered(self) -> RenderedIssue:
        """Return the letter with its slots open, of one variant or with every block (Need.RENDERED)."""
        return given(self._rendered)

    @property
    def render_problems(self) -> tuple[Problem, ...]:
        """Return what keeps the letter from being rendered, where its front matter and Markdown are sound."""
        return self._rendered.problems

    @cached_property
    def sample_links(self) -> dict[str, str]:
        """Return links as one reader gets them, as long as the real ones (Need.ISSUE)."""
        return self._links.of("0" * 32)

    @property
    def _links(self) -> ReaderLinks:
        base_url = self.config.newsletter.base_url.rstrip("/")
        return ReaderLinks(secret=SAMPLE_SECRET, base_url=base_url, slug=self.issue.slug)

    @cached_property
    def page(self) -> Page:
        """Return the letter as a browser has it, with sample values (Need.RENDERED)."""
        return read_page(self.markup)

    @cached_property
    def markup(self) -> HtmlElement:
        """Return the root of the letter's HTML, with sample values (Need.RENDERED)."""
        return read_markup(self.rendered, self.sample_links)

    @cached_property
    def mailing(self) -> Mailing:
        """Return the letter as a provider gets it (Need.MESSAGE)."""
        if self._posting is None:
            raise LookupError("the rule does not state Need.MESSAGE")
        return self._posting.mailing(self.issue, self.rendered)

    @cached_property
    def sample_headers(self) -> Sequence[Mapping[str, str]]:
        """Return the header fields of the messages to two made-up readers (Need.MESSAGE)."""
        return sample_headers(self.mailing, self._links)

    def text_of(self, name: str, value: FieldValue) -> str:
        """Return the `value` of field `name` as a reader sees it; "" where the fallback would speak."""
        return self._posting.text(self.issue, name, value) if self._posting else str(value).strip()

    # --- the list ----------------------------------------------------------------------------------

    @property
    def segment(self) -> str | None:
        """Return the segment the letter is for, a name or an expression; None when nobody named one."""
        if self._segment is not None:
            return self._segment
        return self._loaded.value.segment if self._loaded.value else None

    @property
    def segment_place(self) -> Place | None:
        """Return where the issue names its segment; None when it was named elsewhere."""
        return None if self._segment is not None else self.issue.place("segment")

    @cached_property
    def segment_problems(self) -> tuple[Problem, ...]:
        """Return why the segment cannot be read (Need.LIST); nothing when nobody named one."""
        try:
            self.has_readers  # noqa: B018 asking is what finds the problems
        except UsageError as error:
            return error.problems
        return ()

    @cached_property
    def has_readers(self) -> bool:
        """Say whether the segment has at least one reader (Need.AUDIENCE)."""
        if self._audience is None or self.segment is None:
            return False
        return bool(self._audience.variants(self.segment, (), None))  # counts, and sorts nobody

    def members(self, conditions: Sequence[str] = ()) -> Iterator[Member]:
        """Yield the readers of the segment, asking the list again each time (Need.AUDIENCE).

        The variant of each says which of `conditions` hold.
        """
        if self._audience is None:
            raise LookupError("the rule does not state Need.LIST")
        if self.segment is None:
            return iter(())
        return chain.from_iterable(self._audience.pages(self.segment, conditions))

    def campaigns(self, slug: str | None = None) -> Sequence[Campaign]:
        """Return the campaigns of this issue, or of the one called `slug`, newest first (Need.LIST)."""
        return self._audience.campaigns(slug or self.issue.slug) if self._audience else ()

    def tried_templates(self) -> frozenset[str]:
        """Return the digests of the templates something was sent with, also as a test (Need.LIST)."""
        return self._audience.tried_templates() if self._audience else frozenset()

    @cached_property
    def already_planned(self) -> int:
        """Return how many readers of the segment already have a delivery of this issue (Need.AUDIENCE)."""
        if self._audience is None or self.segment is None:
            return 0
        return self._audience.already_planned(self.issue.slug, self.segment)

    @cached_property
    def survey(self) -> Survey:
        """Return what merging does to every reader (Need.RENDERED and Need.AUDIENCE)."""
        letters = self.whole.letters
        return letters.survey() if self.variant is None else letters.surveys[self.variant]
