"""Correcting a letter that is going out, or went out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.content.siblings import split_name
from newsletter.delivery.correction import find_faulty, refuse_notice, refuse_same
from newsletter.delivery.plan import LeftOut
from newsletter.delivery.wish import NO_WISH, Wish
from newsletter.domain.campaign import Campaign
from newsletter.domain.correction import Correction, CorrectionKind, FaultyReaders
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.variant import split_key
from newsletter.errors import AnotherRunner, Problem, UsageError
from newsletter.project.sending.campaigns import Prepared
from newsletter.project.sending.judgement import Judgement

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Correcting", "CorrectionPlan"]

_SLICE_S = 0.25
_STOPPED_BY = {
    # Nothing has left, and a process may be counting down to send it: that heeds a cancel alone.
    CampaignState.PLANNED: CampaignEvent.CANCEL,
    CampaignState.RUNNING: CampaignEvent.PAUSE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPlan:
    """What a correction will do: how the faulty campaign stands, and what goes to whom.

    `prepared` and `judgement`, what the gate says, are None when nobody is left to be mailed; then only the
    archive gets the mended letter, whose digest is `content`.
    """

    faulty: Campaign
    standing: FaultyReaders
    correction: Correction
    content: str
    prepared: Prepared | None = None
    judgement: Judgement | None = None


class Correcting:
    """What can be done about a fault in a letter that is out."""

    def __init__(self, project: Project) -> None:
        """Work on the campaigns of `project`."""
        self._project = project

    def find(self, issue: Path, campaign: str | None = None) -> Campaign:
        """Return the faulty campaign of the issue at `issue`: the newest, or the one named.

        Raises UsageError when there is none, or several are going out and none is named.
        """
        slug = self._project.issues.load(issue).slug
        if campaign is not None:
            return find_faulty(slug, [self._project.sending.find(campaign)])
        return find_faulty(slug, self._project.list_store.ledger.campaigns(slug))

    def stop(self, faulty: Campaign, wait_s: float = 60.0) -> None:
        """Let nothing more of a faulty letter leave, and wait until what was under way is settled.

        The campaign is paused: it goes on as it was when the correction is given up. One of which nothing
        left yet is cancelled. Raises AnotherRunner when the process that sends it has not stopped within
        `wait_s` seconds, or a worker has some of it under way still.
        """
        ledger, clock = self._project.store.ledger, self._project.clock
        event = _STOPPED_BY.get(ledger.campaign(faulty.id).state)
        if event is not None:
            ledger.change(faulty.id, event, "its letter is being corrected")
        deadline = clock.monotonic() + wait_s
        while True:
            try:
                with ledger.runner(faulty.id):
                    ledger.lose_orphans(faulty.id)
                    self._refuse_under_way(faulty)
                    return
            except AnotherRunner:
                if clock.monotonic() >= deadline:
                    raise
                clock.sleep(_SLICE_S)

    def _refuse_under_way(self, faulty: Campaign) -> None:
        """Raise AnotherRunner while workers have readers under way, who may yet come back unmailed."""
        held = self._project.sending.held(faulty.id)
        if held:
            readers = sum(one.readers for one in held)
            raise AnotherRunner(
                Problem(
                    what=f"campaign {faulty.id} still has {readers} reader{'s' * (readers != 1)} under way",
                    why=", ".join(one.name for one in held),
                    fix="it is paused; type this again when they are settled, or with a longer --wait",
                )
            )

    def language(self, name: str, lang: str | None) -> str | None:
        """Return in which language the faulty letter is: `lang`, or that of the file that `name` names.

        None for all, and for an issue in one language. Raises UsageError for a language the issue is not in.
        """
        files = self._project.issues.find_all(name)
        letters = self._project.issues.sibling_letters(files[0])
        if lang is not None:
            return letters.lang_called(lang) or None
        is_file = letters.has_languages and len(files) == 1
        return split_name(files[0].name)[1] if is_file else None

    def plan(  # noqa: PLR0913 (one option of the command each)
        self,
        issue: Path,
        faulty: Campaign,
        *,
        notice: Path | None = None,
        includes_unknown: bool = False,
        lang: str | None = None,
        wish: Wish = NO_WISH,
        tell: Callable[[str], None] = lambda _text: None,
    ) -> CorrectionPlan:
        """Return what correcting `faulty` would do; changes nothing.

        Without `notice` the issue at `issue`, mended, goes to who was not mailed; else the issue at `notice`
        goes to who has the faulty letter; with `lang`, in that language. It is checked now, for exactly
        these readers.
        Raises as `Sending.prepare` does, and DeliveryRefused for a correction that makes no sense.
        """
        told = _told_language(faulty, lang) if notice else None  # a mended one goes to all who wait for it
        standing = self._project.store.corrections.standing(faulty.id, told)
        kind = CorrectionKind.NOTICE if notice else CorrectionKind.REPLACE
        correction = Correction(campaign=faulty.id, kind=kind, includes_unknown=includes_unknown, lang=told)
        path = notice or issue
        letters = self._project.issues.sibling_letters(path)
        if notice:
            refuse_notice(faulty, standing, letters.lead, includes_unknown=includes_unknown)
            segment = f"received:{faulty.issue}"
            content = letters.render_any(faulty.variants).digest
        else:
            segment = faulty.segment
            content = letters.render_keys(faulty.variants).digest
            refuse_same(faulty, content)
        view = self._project.store.correction_view(correction, self._project.audience.expression)
        wanted = standing.accepted if notice else standing.unmailed
        wanted += standing.unknown if includes_unknown else 0
        plan = CorrectionPlan(faulty=faulty, standing=standing, correction=correction, content=content)
        if not wanted:
            return plan
        made = self._project.sending.prepare(
            path, segment=segment, wish=wish, view=view, correction=correction
        )
        gone = LeftOut(count=wanted - made.plan.count, reason="left since, or may not be mailed")
        left_out = (gone,) if gone.count else ()
        return replace(
            plan,
            prepared=replace(made, plan=replace(made.plan, left_out=left_out)),
            judgement=self._project.gate.judge(path, segment, tell, view=view),
        )

    def note(self, plan: CorrectionPlan) -> None:
        """Write down that the archive is to show the mended letter, though nobody is left to be mailed."""
        self._project.store.corrections.note(plan.faulty.id, plan.content)


def _told_language(faulty: Campaign, lang: str | None) -> str | None:
    """Return `lang` where the faulty campaign has it among others. Raises UsageError when it has it not."""
    langs = {split_key(key)[0] for key in faulty.variants} - {""}
    if lang is None or not langs:
        return None
    if lang not in langs:
        raise UsageError(
            Problem(
                what=f'nobody was to get campaign {faulty.id} in "{lang}"',
                why=f"it went out in: {', '.join(sorted(langs))}",
                fix="name one of these with --lang",
            )
        )
    return lang
