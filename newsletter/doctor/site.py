"""The public site, looked at as a reader's browser and mail program do; asking for a page changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from newsletter.doctor.ailment import Ailment, fine
from newsletter.doctor.ailments import site as ailments
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.page_seen import PageSeen

__all__ = ["look_at_site"]

_SUBJECT = "site"
_FEW_DAYS = 14
_MADE_UP = f"{'0' * 32}.{'A' * 22}"
"""A token of the right form that nobody signed, so that it can change nothing for anybody."""

_ONLY_POSTED = 405  # RFC 9110, 15.5.6
_SHOWN = (200, 400, 404, 410)
"""What the page to leave may answer to a token that is not for it."""


def look_at_site(
    base_url: str, visit: Callable[[str], PageSeen], now: datetime, reporter: str | None = None
) -> Iterator[Diagnosis]:
    """Yield how the site at `base_url` stands; `reporter` is the provider whose reports come in there.

    Raises CannotAsk.
    """
    if not base_url:
        yield ailments.SITE_MISSING.found(_SUBJECT, "base_url is not set")
        return
    if urlsplit(base_url).scheme != "https":
        yield ailments.SITE_INSECURE.found(_SUBJECT, f"{base_url} is not https")
        return
    base = base_url.rstrip("/")
    health = visit(f"{base}/health")
    unseen = _unseen(health)
    if unseen:
        yield unseen.found(_SUBJECT, f"{base}: {health.fault}", evidence=[f"GET {health.url}"])
        return
    found = [*_manners(health, now), *_works(health), *_leaving(visit(f"{base}/unsubscribe/{_MADE_UP}"))]
    if reporter and not found:
        found += _reports(visit(f"{base}/hooks/{reporter}"))
    yield from found or [fine(_SUBJECT, f"{base} works, and readers can leave", *_days(health, now))]


def _unseen(page: PageSeen) -> Ailment | None:
    """Return why the page could not be seen at all."""
    if page.is_private:
        return ailments.SITE_PRIVATE
    if page.is_untrusted:
        return ailments.SITE_UNTRUSTED
    return ailments.SITE_UNREACHABLE if page.fault else None


def _manners(page: PageSeen, now: datetime) -> Iterator[Diagnosis]:
    if page.certificate_ends is not None and (page.certificate_ends - now).days < _FEW_DAYS:
        what = f"the certificate ends on {page.certificate_ends:%Y-%m-%d}, in {_days(page, now)[0]}"
        yield ailments.SITE_CERTIFICATE_ENDS.found(_SUBJECT, what)
    if not page.strict_transport and not page.moved_to:
        yield ailments.SITE_NOT_STRICT.found(_SUBJECT, "there is no Strict-Transport-Security")


def _works(page: PageSeen) -> Iterator[Diagnosis]:
    evidence = [f"GET {page.url}: {page.status}"]
    if page.moved_to:
        there = urljoin(page.url, page.moved_to)
        yield ailments.SITE_MOVED.found(_SUBJECT, f"it sends visitors on to {there}", evidence=evidence)
    elif page.status is not None and page.status >= 500:
        yield ailments.SITE_FAILING.found(_SUBJECT, f"it answers {page.status}", evidence=evidence)
    elif page.status != 200 or page.text.strip() != "ok":
        yield ailments.SITE_OTHER.found(_SUBJECT, "something else answers there", evidence=evidence)


def _leaving(page: PageSeen) -> Iterator[Diagnosis]:
    if page.status in _SHOWN:
        return
    evidence = [f"GET {page.url}: {page.status or page.fault}"]
    what = page.fault or f"the page to leave answers {page.status}"
    if page.status is not None and page.status >= 500:
        yield ailments.SITE_FAILING.found("page to leave", what, evidence=evidence)
    else:
        yield ailments.LEAVE_REFUSED.found("page to leave", what, evidence=evidence)


def _reports(page: PageSeen) -> Iterator[Diagnosis]:
    """Yield that reports do not come in: a page that is only posted to answers 405 when it is asked for."""
    if page.status != _ONLY_POSTED:
        evidence = [f"GET {page.url}: {page.status or page.fault}"]
        what = page.fault or f"the page for reports answers {page.status}"
        yield ailments.HOOK_CLOSED.found("reports", what, evidence=evidence)


def _days(page: PageSeen, now: datetime) -> list[str]:
    """Return how long the certificate is still good for, in words."""
    return [f"{(page.certificate_ends - now).days} days"] if page.certificate_ends else []
