"""Issues of a project: found, loaded, rendered, shown, checked, built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.content.loader import find_issues, load_issue
from newsletter.content.siblings import split_name
from newsletter.domain.finding import CheckReport
from newsletter.domain.issue import Issue
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.picture import PictureFile
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.subscriber import FieldValue
from newsletter.errors import Problem
from newsletter.project.issues.empty_slots import empty_slots
from newsletter.project.issues.finding import find_files_of
from newsletter.project.issues.letters import Letters, ShownVariant
from newsletter.project.issues.new_language import NewLanguage, start_language
from newsletter.project.issues.sibling_letters import SiblingLetters
from newsletter.project.issues.starting import Notes, new_issue

if TYPE_CHECKING:
    from newsletter.checks.context import CheckContext, Posting
    from newsletter.checks.outside import Outside
    from newsletter.checks.registry import Rule
    from newsletter.project import Project
    from newsletter.project.issues.mending import Mended
    from newsletter.protocols import AudienceView

__all__ = ["BuiltIssue", "Issues", "ShownLetter"]

_NOBODY = "reader@example.org"
_EPOCH = datetime.fromisoformat(
    "2000-01-01T00:00:00+00:00"
)  # a build without date has the same bytes each day


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLetter:
    """One letter as one reader gets it, under `subject` or, where two are tried, under `subject_b`.

    `pictures` are the files its HTML asks for.
    """

    slug: str
    lang: str
    subject: str
    preheader: str
    sender: str
    html: str
    text: str
    pictures: tuple[PictureFile, ...] = ()
    subject_b: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIssue:
    """The files of a build, the digest of the rendered issue, and warnings.

    `has_every_block` says that it shows conditional blocks to nobody in particular.
    """

    files: tuple[Path, ...]
    digest: str
    notes: tuple[Problem, ...]
    has_every_block: bool = False


class Issues:
    """What can be done with issues."""

    def __init__(self, project: Project) -> None:
        """Work on the issues of `project`."""
        self._project = project
        self._config = project.config

    def all(self) -> tuple[Path, ...]:
        """Return every issue, in order of file name."""
        return find_issues(self._config)

    def drafts(self) -> list[Path]:
        """Return the issues of which no campaign exists, in order of file name; of one, all its languages."""
        if not self._project.has_store:
            return list(self.all())
        root = self._config.root
        sent = {_whole(root / campaign.issue_path) for campaign in self._project.store.ledger.campaigns()}
        return [path for path in self.all() if _whole(path) not in sent]

    def find(self, name: str) -> Path:
        """Return the issue meant by `name`: a path, a file name, or a slug, also one from front matter.

        Of an issue in several languages that is the file for readers whom none fits, unless one is named.
        Raises UsageError with the nearest name when there is none.
        """
        return find_files_of(self._project, name)[0]

    def find_all(self, name: str) -> tuple[Path, ...]:
        """Return the file that is named, or every language of the issue with that slug. Raises UsageError."""
        return find_files_of(self._project, name)

    def load(self, path: Path, data: bytes | None = None) -> Issue:
        """Read the issue at `path`, or `data` as if it stood there. Raises UsageError, ContentError."""
        return load_issue(path, self._config, data)

    def render(self, issue: Issue) -> RenderedIssue:
        """Render `issue` with every conditional block in it. Raises ContentError."""
        return self.letters(issue).render()

    def letters(self, issue: Issue) -> Letters:
        """Return what can be made of `issue`: its variants, each rendered."""
        return Letters(self._project, issue)

    def sibling_letters(self, path: Path) -> SiblingLetters:
        """Return what can be made of the issue that the file at `path` belongs to, in all its languages."""
        return SiblingLetters(self._project, path)

    def view_of(self, path: Path, view: AudienceView | None = None) -> AudienceView:
        """Return who gets the letter in the file at `path`, of the list or of `view`. Raises StoreError."""
        letters = self.sibling_letters(path)
        return letters.view_of(split_name(path.name)[1], view or self._project.audience.view())

    def variants(
        self, path: Path, segment: str | None = None, *, data: bytes | None = None
    ) -> tuple[ShownVariant, ...]:
        """Return the variants of the issue that occur in `segment` (default: its own), most blocks first.

        None when it has no conditional blocks, there is no list, or no segment is named. `data` is a text
        not saved yet. Raises UsageError, ContentError.
        """
        issue = self.load(path, data)
        return self.letters(issue).shown(segment or issue.segment)

    def new(self, subject: str, *, lang: str | None = None, notes: Notes | None = None) -> Path:
        """Start an issue about `subject`, with `notes` for the author, and return its path.

        Raises UsageError.
        """
        sender = self._config.sender.from_
        return new_issue(
            self._config.root / "issues",
            subject=subject,
            lang=lang or self._config.newsletter.lang,
            sender=sender.name if sender else "",
            today=self._project.clock.now().astimezone().date(),
            notes=notes,
        )

    def new_language(self, original: str, subject: str, lang: str) -> NewLanguage:
        """Start the issue called `original` in another language. Raises UsageError, ContentError."""
        return start_language(self._project, original, subject, lang)

    def preview(
        self, path: Path, *, as_email: str | None = None, data: bytes | None = None, is_marked: bool = False
    ) -> ShownLetter:
        """Return the letter as `as_email` would get it, or with every fallback and block when None.

        `data` is a text not saved yet, instead of the file's; `is_marked` marks each block of the HTML with
        its line. Raises what loading and rendering raise.
        """
        issue = self.load(path, data)
        letters = self.letters(issue)
        rendered = letters.render(letters.key_of(as_email), is_marked=is_marked)
        rendered = self._in_archive(issue, rendered)
        values = self._recipient(issue, rendered, as_email).values
        return ShownLetter(
            slug=issue.slug,
            lang=issue.lang,
            subject=rendered.subject.fill(values),
            subject_b=rendered.subject_b.fill(values) if rendered.subject_b else None,
            preheader=rendered.preheader.fill(values),
            sender=str(issue.sender or ""),
            html=rendered.html.fill(values),
            text=rendered.text.fill(values),
            pictures=rendered.pictures,
        )

    def builds(self, name: str, directory: Path, as_email: str | None) -> list[tuple[Path, Path]]:
        """Return which files to build for the issue called `name`, each with the folder to build it in.

        One that is named, or the one in the language of the reader at `as_email`, goes into `directory`; else
        every language goes into a folder of its own there. Raises UsageError.
        """
        paths = self.find_all(name)
        if len(paths) == 1:
            return [(paths[0], directory)]
        if as_email is not None:
            letters = self.sibling_letters(paths[0])
            return [(letters.paths[letters.lang_for(as_email)], directory)]
        return [(path, directory / split_name(path.name)[1]) for path in paths]

    def build(self, path: Path, directory: Path, *, as_email: str | None = None) -> BuiltIssue:
        """Write HTML, text, mail and manifest of the issue into `directory`; same input, same bytes.

        As `as_email` gets it, or with every fallback and every conditional block when None. A slot that stays
        empty is among the warnings. Raises ContentError, also for a slot that is no field, ConfigError when
        there is no sender, UsageError for a reader who is not on the list or a directory that cannot be
        written.
        """
        from newsletter.render.artefacts import BuiltVariant, write_build

        issue = self.load(path)
        letters = self.letters(issue)
        key = letters.key_of(as_email)
        rendered = letters.render_known(key)
        mailing = self.mailing(issue, rendered, "build", issue.date or _EPOCH)
        recipient = self._recipient(issue, rendered, as_email)
        choice = BuiltVariant(
            conditions=letters.conditions,
            key=key,
            readers=tuple((one.key, one.count) for one in letters.shown(issue.segment)),
        )
        return BuiltIssue(
            files=write_build(mailing, recipient, directory, choice),
            digest=rendered.digest,
            notes=(*rendered.notes, *empty_slots(rendered, recipient.values, as_email)),
            has_every_block=bool(letters.conditions) and key is None,
        )

    def message(self, path: Path, *, as_email: str | None = None, data: bytes | None = None) -> bytes:
        """Return the mail of the issue as `as_email` gets it (RFC 5322): what `build` writes, to the byte.

        `data` is a text not saved yet. Raises what `build` raises.
        """
        from newsletter.render.message import MessageTemplate

        issue = self.load(path, data)
        letters = self.letters(issue)
        rendered = letters.render_known(letters.key_of(as_email))
        mailing = self.mailing(issue, rendered, "build", issue.date or _EPOCH)
        return MessageTemplate(mailing).build(self._recipient(issue, rendered, as_email))

    def mailing(self, issue: Issue, rendered: RenderedIssue, campaign_id: str, date: datetime) -> Mailing:
        """Return `rendered` ready for a provider. Raises ConfigError when there is no sender."""
        from newsletter.delivery.mailing import make_mailing

        return make_mailing(self._in_archive(issue, rendered), campaign_id, self._config, issue, date)

    def _in_archive(self, issue: Issue, rendered: RenderedIssue) -> RenderedIssue:
        """Return `rendered` with a link to the archive's page in its language.

        The first language of an issue has the address of the issue itself, as has an issue in one.
        """
        if issue.path.absolute() == next(iter(self.sibling_letters(issue.path).paths.values())):
            return rendered
        home = self._config.newsletter.base_url.rstrip("/")
        return rendered.settled("archive_url", f"{home}/archive/{issue.slug}/{issue.lang.lower()}")

    def check(  # noqa: PLR0913 (one option of the command each)
        self,
        path: Path,
        *,
        segment: str | None = None,
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        strict: bool = False,
        data: bytes | None = None,
        outside: Outside | None = None,
        view: AudienceView | None = None,
        examined: Callable[[CheckContext, CheckReport], object] | None = None,
    ) -> CheckReport:
        """Run every rule on the issue at `path`; rules on the list are skipped when there is no database.

        `data` is a text not saved yet, checked instead of the file's. `outside` is what `Project.outside`
        gave, for the rules on request; without it they do not run. `view` says who the readers are; by
        default all of the list. `examined` is told what was looked at.
        Raises UsageError for an unknown code.
        """
        from newsletter.checks.context import CheckContext
        from newsletter.checks.outside import NOTHING_OUTSIDE
        from newsletter.checks.runner import run_checks

        context = CheckContext(
            path=path,
            config=self._config,
            now=self._project.clock.now(),
            audience=self.view_of(path, view) if view or self._project.has_store else None,
            segment=segment,
            posting=self.posting,
            data=data,
            outside=outside or NOTHING_OUTSIDE,
        )
        report = run_checks(context, select=select, ignore=ignore, strict=strict)
        if examined is not None:
            examined(context, report)
        return report

    def rules(self) -> Mapping[str, Rule]:
        """Return every rule that holds here, by code. Raises ConfigError when one cannot be loaded."""
        from newsletter.checks.extensions import rules_for

        return rules_for(self._config)

    def mend(self, path: Path, check: Callable[[], CheckReport], *, unsafe: bool) -> Mended:
        """Mend what `check` finds in the issue at `path`; one that was sent is left as it is.

        Raises UsageError when the file cannot be written.
        """
        from newsletter.project.issues.mending import Mended, mend_file

        if path.absolute() not in self.drafts() and path.absolute() in self.all():
            return Mended(count=0, report=check())
        return mend_file(path, check, unsafe=unsafe)

    @property
    def posting(self) -> Posting:
        """Return how messages are made, for rules that look at whole messages."""
        from newsletter.checks.context import Posting

        return Posting(
            mailing=self._checked_mailing,
            text=self._field_text,
            judge=self._project.audience.condition_problems,
        )

    def _checked_mailing(self, issue: Issue, rendered: RenderedIssue) -> Mailing:
        return self.mailing(issue, rendered, "check", issue.date or _EPOCH)

    def _field_text(self, issue: Issue, name: str, value: FieldValue) -> str:
        from newsletter.delivery.recipients import field_text

        return field_text(value, self._config.fields.get(name), issue.lang)

    def _recipient(self, issue: Issue, rendered: RenderedIssue, as_email: str | None) -> Recipient:
        from newsletter.delivery.recipients import frozen_values
        from newsletter.domain.links import SAMPLE_SECRET, ReaderLinks
        from newsletter.domain.token import delivery_id

        values: dict[str, str] = {}
        email = _NOBODY
        if as_email:
            member = self._project.audience.member(as_email)
            email = member.email
            values = frozen_values(member, rendered.slots, self._config.fields, rendered.lang)
        identity = delivery_id(SAMPLE_SECRET, issue.slug, email)
        links = ReaderLinks.make(SAMPLE_SECRET, self._config.newsletter.base_url, issue.slug, rendered.slots)
        return Recipient(
            position=0,
            delivery_id=identity,
            email=email,
            values={**values, **links.of(identity)},
            message_id=links.message_ids([identity])[0],
        )


def _whole(path: Path) -> tuple[Path, str, bool]:
    """Return what all files of one issue have in common."""
    key, lang = split_name(path.name)
    return path.parent, key, bool(lang)
