"""Runs one rule over one example of `cases/CODE.toml`, in a project of its own."""

from __future__ import annotations

import sys
import tomllib
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pictures import draw_picture

from newsletter.audience.conditions import condition_problems, key_of, read_condition
from newsletter.audience.evaluate import Facts
from newsletter.audience.names import Names
from newsletter.checks.context import CheckContext, Posting
from newsletter.checks.runner import run_checks
from newsletter.config.reader import load_config
from newsletter.domain.address import address_key
from newsletter.domain.campaign import Campaign, Digests, Member
from newsletter.domain.delivery import CampaignState
from newsletter.domain.finding import CheckReport
from newsletter.domain.issue import Issue
from newsletter.domain.mailing import Mailing
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.receipt import templates_digest
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import Problem, UsageError
from newsletter.protocols import VariantReaders

sys.path.insert(0, str(Path(__file__).parent))
from told_world import told_outside

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SEGMENT = "alle"

_CONFIG = """
[newsletter]
name = "Helder bestuur"
lang = "nl"
postal_address = "Renata de Wit, Kade 12, 8011 AB Zwolle"
base_url = "https://brief.example"

[sender]
from = "Renata <renata@brief.example>"

[fields.first_name]

[fields.role]
fallback = "collega"

[segments.alle]
where = "lang:nl"

[segments.gemeenten]
where = "tag:gemeente"
"""

_TEMPLATE = """<mjml lang="{{ lang }}" dir="{{ dir }}">
  <mj-head><mj-title>{{ subject }}</mj-title><mj-preview>{{ preheader }}FILL</mj-preview>AIR</mj-head>
  <mj-body>
    {{ content }}
    <mj-section><mj-column><mj-text>
      {{ newsletter.postal_address }}
      <a href="{{ slot('unsubscribe_url') }}">Uitschrijven</a>
    </mj-text></mj-column></mj-section>
  </mj-body>
</mjml>
""".replace("FILL", "&#847;&zwnj;&nbsp;" * 60).replace(
    "AIR", '<mj-attributes><mj-text line-height="1.5" /></mj-attributes>'
)

# One grey pixel.
_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)

_UNSUBSCRIBE = Hole(slot=Slot(name="unsubscribe_url"), context=SlotContext.HEADER)
_HEADERS = {
    "List-Id": SlottedText.fixed("Helder bestuur <helder-bestuur.brief.example>"),
    "List-Unsubscribe": SlottedText(("<", _UNSUBSCRIBE, ">")),
    "List-Unsubscribe-Post": SlottedText.fixed("List-Unsubscribe=One-Click"),
}


@dataclass(frozen=True)
class Example:
    """One example of a rule: what is in the project, and the lines of the findings to expect."""

    code: str
    name: str
    passes: bool
    body: str = "Beste lezer,\n\nDit is een brief.\n"
    repeat: int = 1
    issue: str | None = None
    file_name: str = "2026-11-24-brief.md"
    config: str = _CONFIG
    config_change: Sequence[str] = ("", "")
    template: str = _TEMPLATE
    template_change: Sequence[str] = ("", "")
    template_footer: str = ""
    template_style: int = 0
    files: Sequence[str] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    readers: Sequence[Mapping[str, Any]] | None = None
    segment: str = SEGMENT
    sent: Sequence[Mapping[str, Any]] = ()
    planned: int = 0
    tried: str | None = None
    headers: Mapping[str, str] | None = None
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    provider: Mapping[str, str] = field(default_factory=dict)
    seen: Sequence[Mapping[str, Any]] = ()
    spam: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[int] | None = None
    severity: str | None = None
    says: str | None = None

    def __str__(self) -> str:
        return f"{self.code}-{'pass' if self.passes else 'fail'}-{self.name.replace(' ', '_')}"


def read_examples(path: Path) -> Iterator[Example]:
    """Yield the examples in a case file."""
    cases = tomllib.loads(path.read_text())
    for kind in ("pass", "fail"):
        for case in cases.get(kind, []):
            yield Example(code=path.stem, passes=kind == "pass", **case)


def run_example(example: Example, root: Path) -> CheckReport:
    """Lay out the project of `example` in `root` and run all rules over its issue."""
    return run_checks(make_context(example, root))


def make_context(example: Example, root: Path) -> CheckContext:
    """Lay out the project of `example` in `root` and return the context of its issue."""
    (root / "newsletter.toml").write_text(_config(example))
    for name, text in (
        ("templates/letter.mjml.j2", _template(example)),
        (
            f"issues/{example.file_name}",
            example.issue or f"---\nsubject: Kort nieuws\n---\n{example.body * example.repeat}",
        ),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for name in example.files:
        picture = root / "issues" / name
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(_PNG)
    for name, text in example.others.items():
        (root / "issues" / name).write_text(text)
    for name, text in example.texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name, recipe in example.pictures.items():
        draw_picture(root / "issues" / name, recipe)
    audience = None
    if example.readers is not None or example.sent or example.planned:
        audience = ListedAudience(
            readers=[_member(number, reader) for number, reader in enumerate(example.readers or (), 1)],
            sent=[_campaign(**campaign) for campaign in example.sent],
            planned=example.planned,
        )
    config = load_config(root / "newsletter.toml", environment={})
    names = Names.of(config)
    if audience is not None:
        audience.names = names
    context = CheckContext(
        path=root / "issues" / example.file_name,
        config=config,
        now=NOW,
        audience=audience,
        segment=example.segment or None,
        posting=_posting(example.headers, names),
        outside=told_outside(example),
    )
    if audience is not None and example.tried is not None:
        is_same = example.tried == "this template"
        audience.tried = frozenset({templates_digest(context.rendered.inputs) if is_same else "other"})
    return context


def _config(example: Example) -> str:
    """Return the configuration, with a text replaced, or something added behind it."""
    old, new = example.config_change
    assert old in example.config
    return example.config.replace(old, new) if old else f"{example.config}\n{new}"


def _template(example: Example) -> str:
    """Return the template, with a text replaced, something before its footer, or a long style sheet."""
    text = example.template
    if example.template_change[0]:
        assert example.template_change[0] in text
        text = text.replace(*example.template_change)
    if example.template_footer:
        column = f"<mj-section><mj-column>{example.template_footer}</mj-column></mj-section>"
        text = text.replace("{{ content }}", "{{ content }}" + column)
    if example.template_style:
        rules = "".join(
            f".a{number} {{ color: #123456; }}\n" for number in range(example.template_style // 20)
        )
        text = text.replace("</mj-head>", f"<mj-style>{rules}</mj-style></mj-head>")
    return text


@dataclass
class ListedAudience:
    """An audience that is a list: every segment of the project has all readers, others do not exist."""

    readers: Sequence[Member]
    sent: Sequence[Campaign] = ()
    planned: int = 0
    tried: frozenset[str] = frozenset()
    known: frozenset[str] = field(default=frozenset({SEGMENT, "gemeenten"}))
    names: Names = field(default_factory=Names)

    def members(self, segment: str, conditions: Sequence[str] = ()) -> Iterator[Member]:
        if segment not in self.known:
            raise UsageError(Problem(what=f'there is no segment "{segment}"', fix="did you mean alle?"))
        asked = [read_condition(one, self.names) for one in conditions]
        return (one._replace(variant=key_of(asked, _subscriber(one), Facts())) for one in self.readers)

    def pages(self, segment: str, conditions: Sequence[str] = ()) -> Iterator[MemberColumns]:
        return MemberColumns.pages(self.members(segment, conditions))

    def variants(
        self, segment: str, conditions: Sequence[str], issue: str | None
    ) -> Mapping[str, VariantReaders]:
        assert issue is None, "checks look at everybody in the segment"
        found: dict[str, list[str]] = {}
        for member in self.members(segment, conditions):
            found.setdefault(member.variant, []).append(member.email)
        return {key: VariantReaders(count=len(all_), example=all_[0]) for key, all_ in found.items()}

    def campaigns(self, issue: str) -> Sequence[Campaign]:
        return [campaign for campaign in self.sent if campaign.issue == issue]

    def already_planned(self, issue: str, segment: str) -> int:
        return self.planned

    def tried_templates(self) -> frozenset[str]:
        return self.tried


def _subscriber(member: Member) -> Subscriber:
    return Subscriber(
        id=member.subscriber_id,
        email=member.email,
        key=member.key,
        status=SubscriberStatus.ACTIVE,
        fields=member.values,
    )


def _member(number: int, reader: Mapping[str, Any]) -> Member:
    values = {name: value for name, value in reader.items() if name != "email"}
    return Member(
        subscriber_id=number, email=reader["email"], key=address_key(reader["email"]), values=values
    )


def _campaign(*, segment: str, state: str, total: int = 3, issue: str = "brief") -> Campaign:
    return Campaign(
        id="c1",
        issue=issue,
        issue_path="issues/2026-11-24-brief.md",
        segment=segment,
        provider="outbox",
        sender="renata@brief.example",
        digests=Digests(content="", template="", config="", audience=""),
        state=CampaignState(state),
        total=total,
        created_at=NOW,
    )


def _posting(headers: Mapping[str, str] | None, names: Names) -> Posting:
    given = _HEADERS if headers is None else {n: SlottedText.fixed(v) for n, v in headers.items()}

    def mailing(issue: Issue, rendered: RenderedIssue) -> Mailing:
        assert issue.sender is not None
        return Mailing(
            campaign_id="c1",
            rendered=rendered,
            sender=issue.sender,
            reply_to=issue.sender,
            date=NOW,
            message_domain="brief.example",
            headers=given,
        )

    return Posting(
        mailing=mailing,
        text=lambda _issue, _name, value: str(value).strip(),
        judge=lambda conditions: condition_problems(conditions, names),
    )
