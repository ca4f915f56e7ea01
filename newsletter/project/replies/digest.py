"""Digests of what readers answered, with what stands in the letters around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.issue import Issue
from newsletter.errors import ConfigError, NewsletterError, Problem, UsageError
from newsletter.replies.digest.digest import AnsweredIn, Digest, KeptWaiting
from newsletter.replies.digest.gathering import Letter, Surroundings, gather

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["ANSWERS", "ReplyDigests"]

ANSWERS = "x-answers"
"""The front-matter key that names the replies a letter answers, by their numbers."""

_QUOTES = re.compile(r"^[ \t]{0,3}:{3,}[ \t]*(?:reader|lezer)[ \t]+(\S{1,64})", re.MULTILINE)


class ReplyDigests:
    """What can be gathered from the replies to an issue."""

    def __init__(self, project: Project) -> None:
        """Work on the letters and the inbox of `project`."""
        self._project = project

    def latest(self) -> str:
        """Return the slug of the issue that was answered last. Raises UsageError when none was."""
        found = self._project.list_store.reply_brief.latest_answered()
        if found is None:
            raise UsageError(
                Problem(what="no reply to an issue came in yet", fix="take them in: newsletter replies fetch")
            )
        return found

    def digest(self, name: str, *, with_names: bool = False) -> Digest:
        """Return what came back on the issue `name`: a path, a file name or a slug.

        `with_names` tells who wrote, and shows kinds of organisations with few readers. Raises UsageError,
        ConfigError for a `kind_field` that is no field, StoreError.
        """
        store, config = self._project.list_store, self._project.config
        issues = [issue for issue in map(self._load, self._project.issues.all()) if issue is not None]
        issue = self._issue(name, issues)
        slug = issue.slug if issue else name
        around = Surroundings(
            issue=slug,
            subject=issue.subject if issue else slug,
            lang=config.newsletter.lang,
            mailed=store.reply_brief.mailed(slug),
            letters=tuple(_letters(issues)),
            promises=tuple(self._promises(issue)),
            answered=tuple(_answered(issues, self._quoted())),
            unsaid=self._unsaid(),
        )
        return gather(store.reply_brief.replies(slug, self._kind_field()), around, with_names=with_names)

    def start_issue(self, name: str | None, *, subject: str | None = None, lang: str | None = None) -> Path:
        """Start the next issue from the replies to `name`, the one answered last when None; return its path.

        What came back stands in it as a comment. Without `subject` it is about the answers to that issue.
        Raises UsageError, ConfigError, StoreError.
        """
        from newsletter.project.issues.starting import Notes
        from newsletter.replies.digest.markdown import as_comment, as_markdown
        from newsletter.replies.digest.wording import wording_of

        digest = self._digest_to_start_from(name, subject)
        wording = wording_of(digest.lang)
        asking = sorted({one.reply for one in digest.questions})
        head = (f"{ANSWERS}: [{', '.join(map(str, asking))}]  # {wording.take_away}",) if asking else ()
        return self._project.issues.new(
            subject if subject is not None else wording.title.format(subject=digest.subject),
            lang=lang,
            notes=Notes(head=head, comment=as_comment(as_markdown(digest))),
        )

    def _digest_to_start_from(self, name: str | None, subject: str | None) -> Digest:
        try:
            return self.digest(name or self.latest())
        except UsageError as error:
            if name is None or subject is not None or not self._project.has_store:
                raise
            said = error.problems[0]
            fix = f'newsletter new "{name}" --from-replies  if that is the subject'
            raise UsageError(replace(said, fix=f"{said.fix}; or {fix}")) from error

    def _issue(self, name: str, issues: Sequence[Issue]) -> Issue | None:
        """Return the issue meant; None when its file is gone and there are replies to it all the same."""
        known = next((one for one in issues if one.slug == name), None)
        if known is not None:  # of several languages, the one for readers whom none fits
            lead = next(iter(self._project.issues.sibling_letters(known.path).paths.values()))
            return next((one for one in issues if one.path == lead), known)
        try:
            return self._project.issues.load(self._project.issues.find(name))
        except UsageError:
            if self._project.list_store.reply_brief.replies(name):
                return None
            raise

    def _quoted(self) -> Callable[[str], int | None]:
        """Return what tells from which reply a quotation is, by its name; None: from none that came in."""
        from newsletter.config.quotes import load_quotes

        config = self._project.config
        by_name = self._project.list_store.reply_brief.quoted()
        by_hand = load_quotes(config.quotes_dir or config.root).quotes

        def number(name: str) -> int | None:
            if name in by_name:
                return by_name[name]
            # A number that names no quotation is that of the reply.
            return int(name) if name.isascii() and name.isdigit() and name not in by_hand else None

        return number

    def _load(self, path: Path) -> Issue | None:
        try:
            return self._project.issues.load(path)
        except NewsletterError:  # what cannot be read is told by the checks of that letter
            return None

    def _promises(self, issue: Issue | None) -> Iterator[KeptWaiting]:
        from newsletter.checks.promises import waiting_promises

        config = self._project.config
        segment, lang = (issue.segment, issue.lang) if issue else (None, config.newsletter.lang)
        for one in waiting_promises(config, segment=segment, lang=lang):
            yield KeptWaiting(words=one.words, path=one.path, line=one.line, slug=one.slug)

    def _kind_field(self) -> str | None:
        config = self._project.config
        named = config.replies.kind_field
        if named is not None and named not in config.fields:
            raise ConfigError(
                Problem(
                    what=f'[replies] kind_field names "{named}", which is no field',
                    fix=f"declare it: [fields.{named}]",
                )
            )
        return named

    def _unsaid(self) -> frozenset[str]:
        """Return the words of the author's and the newsletter's names, in small letters."""
        config = self._project.config
        names = (config.sender.from_.name if config.sender.from_ else "", config.newsletter.name or "")
        return frozenset(re.findall(r"\w+", " ".join(names).lower()))


def _letters(issues: Sequence[Issue]) -> Iterator[Letter]:
    from newsletter.content.comments import strip_comments

    for issue in issues:
        yield Letter(slug=issue.slug, body=strip_comments(issue.body)[0], lang=issue.lang)


def _answered(issues: Sequence[Issue], reply_of: Callable[[str], int | None]) -> Iterator[AnsweredIn]:
    """Yield which replies each letter quotes (`::: reader`) and says it answers (`x-answers`)."""
    from newsletter.content.comments import strip_comments

    for issue in issues:
        names = _QUOTES.findall(strip_comments(issue.body)[0])
        quotes = {number for name in names if (number := reply_of(name)) is not None}
        value = issue.extra.get(ANSWERS)
        listed = value if isinstance(value, list | tuple) else [value]
        answers = {int(str(one)) for one in listed if str(one).isascii() and str(one).isdigit()}
        for number in sorted(quotes | answers):
            yield AnsweredIn(reply=number, slug=issue.slug, path=issue.shown_path, is_quoted=number in quotes)
