"""Whether a server at Postmark is set up so that mail leaves, and readers leave at our door.

Source: "Message Streams API" in Postmark's developer documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.config.schema import PostmarkConfig
from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.outcome import OutcomeKind
from newsletter.providers.json_answers import one_line, read_object
from newsletter.providers.postmark.answers import read_stream
from newsletter.providers.postmark.client import PostmarkClient
from newsletter.providers.wire import AnswerLost, NeverLeft

__all__ = ["examine"]


def examine(client: PostmarkClient, settings: PostmarkConfig) -> Iterator[Diagnosis]:
    """Yield what was found about token, stream, leaving and events; sends nothing."""
    try:
        answer = client.get_stream()
    except (NeverLeft, AnswerLost) as error:
        fix = "look at the network, and at [provider.postmark] host"
        yield Diagnosis(subject="stream", health=Health.PROBLEM, what=str(error), fix=fix)
        return
    outcome = read_stream(answer.status, answer.headers, answer.body)
    if outcome.kind is not OutcomeKind.ACCEPTED:
        fix = "look at [provider.postmark] server_token and stream"
        yield Diagnosis(subject="stream", health=Health.PROBLEM, what=outcome.detail, fix=fix)
        return
    stream = read_object(answer.body)
    yield _kind(settings.stream, one_line(stream.get("MessageStreamType")))
    yield _leaving(stream.get("SubscriptionManagementConfiguration"))
    yield _events(settings)


def _kind(name: str, kind: str) -> Diagnosis:
    if kind == "Broadcasts":
        return Diagnosis(subject="stream", health=Health.FINE, what=f"mail may go through {name}")
    what = f"{name} is a stream for {kind.lower()} mail, and Postmark wants newsletters in a broadcast stream"
    fix = 'make one at Postmark and write its id: stream = "broadcast"'
    return Diagnosis(subject="stream", health=Health.WARNING, what=what, fix=fix)


def _leaving(handling: object) -> Diagnosis:
    kind = one_line(handling.get("UnsubscribeHandlingType")) if isinstance(handling, dict) else ""
    if kind != "Postmark":
        return Diagnosis(
            subject="leaving", health=Health.FINE, what="the letter's own links are the only ones"
        )
    what = "Postmark adds its own link to leave, and its own List-Unsubscribe in the place of ours"
    fix = "ask Postmark to let you manage unsubscribes on your own, then set it in the stream"
    return Diagnosis(subject="leaving", health=Health.WARNING, what=what, fix=fix)


def _events(settings: PostmarkConfig) -> Diagnosis:
    if settings.webhook_login is not None:
        return Diagnosis(subject="events", health=Health.FINE, what="webhooks have a login")
    what = "[provider.postmark] has no webhook_login, so no report is believed"
    fix = "see Hear what happened to your letter, in Send with Postmark"
    return Diagnosis(subject="events", health=Health.WARNING, what=what, fix=fix)
