"""Who may ask for the letter, how often: so that nobody fills a stranger's mailbox with our mails."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.domain.network import networks_of
from newsletter.domain.person_hash import person_hash
from newsletter.domain.token import read_token, sign_token
from newsletter.store.people.visit_limits import SqlVisitLimits, VisitLimit

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["FEWEST_SECONDS", "Admission", "abuse_alarm"]

FEWEST_SECONDS = 2.5
"""Nobody reads a form and fills it in faster, in seconds."""

_HOUR = 3600.0
_PER_VISITOR, _PER_NETWORK, _EVERYWHERE = 5, 20, 60
_EVERYBODY = VisitLimit(name="everybody", most=_EVERYWHERE, seconds=_HOUR)
_FORM = "form"
_FORM_LASTS = timedelta(hours=24)
_log = logging.getLogger(__name__)


def abuse_alarm(limits: SqlVisitLimits, now: datetime) -> str | None:
    """Return what the author should know of requests on the site; None: all is quiet. Raises StoreError."""
    if not limits.is_full(_EVERYBODY, now):
        return None
    return (
        f"more than {_EVERYWHERE} people an hour ask for the letter on the site, so no more are asked "
        "to confirm for now; if it goes on, somebody is abusing the form"
    )


class Admission:
    """What stands before a request: a form that was open for a while, and limits by network and in all."""

    def __init__(self, project: Project) -> None:
        """Guard the list of `project`."""
        self._project = project

    def open_form(self) -> str:
        """Return a signed note of when a form was shown, to come back with it."""
        key = self._project.store.signing_keys.read().current
        return sign_token(key, _FORM, f"{int(self._now().timestamp() * 1000):x}")

    def is_filled_in_by_hand(self, note: str) -> bool:
        """Say whether the form with that note was shown long enough ago, and not too long."""
        keys = self._project.store.signing_keys.read().good_for(_FORM, self._now())
        found = read_token(keys, _FORM, note)
        if found is None:
            return False
        shown = datetime.fromtimestamp(int(found, 16) / 1000, self._now().tzinfo)
        return timedelta(seconds=FEWEST_SECONDS) <= self._now() - shown <= _FORM_LASTS

    def admit(self, address: str | None) -> bool:
        """Count a request from that network address; False when there were too many from there, or in all.

        At most 5 an hour from one visitor (an IPv4 address, an IPv6 /64), 20 from the network around it, and
        60 from everybody: then somebody is at work with a list of addresses, which is logged.
        """
        home, around = (person_hash(self._project.store.person_key, one) for one in networks_of(address))
        refused = self._project.store.visit_limits.admit(
            (
                VisitLimit(name=f"visitor:{home}", most=_PER_VISITOR, seconds=_HOUR),
                VisitLimit(name=f"network:{around}", most=_PER_NETWORK, seconds=_HOUR),
                _EVERYBODY,
            ),
            self._now(),
        )
        if refused == _EVERYBODY:
            _log.warning("%s", self.alarm())
        return refused is None

    def alarm(self) -> str | None:
        """Return what the author should know: that requests came in such numbers that no more are taken."""
        return abuse_alarm(self._project.store.visit_limits, self._now())

    def _now(self) -> datetime:
        return self._project.clock.now()
