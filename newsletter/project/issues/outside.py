"""Who answers what checks ask on request, put together from the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from newsletter.checks.outside import Outside
from newsletter.checks.registry import Stage
from newsletter.domain.outcome import Outcome

if TYPE_CHECKING:
    from newsletter.probes.names import NameServers
    from newsletter.project import Project
    from newsletter.protocols import LinkProbe

__all__ = ["open_outside"]

_LINKS = "links.json"


@contextmanager
def open_outside(project: Project, stages: Iterable[str], tell: Callable[[str], None]) -> Iterator[Outside]:
    """Yield who answers for `stages`, told by their names, and close what was opened for it."""
    asked = frozenset(Stage(name) for name in stages)
    with ExitStack() as opened:
        names = links = provider = None
        if Stage.NETWORK in asked:
            from newsletter.probes.names import NameServers

            names = NameServers()
            links, provider = _links(project, names, tell), _provider(project, tell)
        pages = spam = None
        if Stage.BROWSER in asked:
            from newsletter.probes.looking import Looker

            pages = Looker.opened(opened, tell)
        if Stage.SPAM in asked:
            from newsletter.probes.spamd import Spamd

            spam = Spamd.at(project.config.checks.spamd, tell)
        yield Outside(asked=asked, names=names, links=links, provider=provider, pages=pages, spam=spam)


def _links(project: Project, names: NameServers, tell: Callable[[str], None]) -> LinkProbe:
    from newsletter.probes.link_memory import LinkMemory
    from newsletter.probes.links import LinkAsker

    memory = LinkMemory(project.config.root / ".newsletter" / _LINKS, project.clock.now())
    return LinkAsker(names=names, memory=memory, tell=tell)


def _provider(project: Project, tell: Callable[[str], None]) -> Callable[[], Outcome]:
    def ask() -> Outcome:
        tell(f"asking {project.config.provider.name} whether it would take mail")
        return project.sending.provider().probe()

    return ask
