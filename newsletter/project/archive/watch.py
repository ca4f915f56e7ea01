"""Letters looked through for anything of one reader, for files on disk and for the public site alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from newsletter.archive.edition import ArchiveFile
from newsletter.archive.privacy import has_own_link, mail_addresses, personal_problems, shown_braces
from newsletter.domain.issue import Issue
from newsletter.errors import Problem

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.project.archive.choice import Chosen

__all__ = ["PrivacyWatch", "written_traces"]


class PrivacyWatch:
    """Says what must not be read by everybody, because it belongs to one reader."""

    def __init__(self, project: Project) -> None:
        """Watch over the letters of `project`; the addresses of its own sender are everybody's."""
        self._project = project
        sender = project.config.sender
        own = {one.email.lower() for one in (sender.from_, sender.reply_to) if one}
        self._own = frozenset(own | {address.lower() for address in sender.monitored})

    def is_reader(self, address: str) -> bool:
        """Say whether `address`, in small letters, is that of somebody on the list."""
        if address in self._own or not self._project.has_store:
            return False
        return self._project.audience.member_or_none(address) is not None

    def problems(self, files: Iterable[ArchiveFile], chosen: Iterable[Chosen]) -> list[Problem]:
        """Return what of one reader is in `files`, made of the letters `chosen`, a problem for each place."""
        issues = [issue for one in chosen for issue in one.issues]
        text = "\n".join([self._project.config.archive.description, *map(_written_text, issues)])
        return personal_problems(
            files,
            mail_addresses(text) | self._own,
            self.is_reader,
            shown_braces(text),
            lambda: {issue.shown_path: issue.path.read_text("utf-8", "replace") for issue in issues},
        )


def _written_text(issue: Issue) -> str:
    """Return what the author of `issue` wrote for people to read."""
    return "\n".join(filter(None, (issue.body, issue.subject, issue.preheader, issue.title)))


def written_traces(issue: Issue) -> tuple[bool, frozenset[str]]:
    """Return whether a link of one reader's own is written in `issue`, and the mail addresses in it."""
    text = _written_text(issue)
    return has_own_link(text), mail_addresses(text)
