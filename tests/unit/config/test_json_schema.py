"""What the JSON Schema of newsletter.toml refuses, reading refuses; and the other way round where it can."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletter.config.json_schema import config_schema
from newsletter.config.reader import NAMED, SECTIONS, load_config
from newsletter.errors import ConfigError

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = config_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

KNOWS_MORE = (
    *("newsletter.timezone", "newsletter.base_url", "site.base_url", "store.url", "send.canary"),
    *("send.quiet", "send.warmup", "send.warmup_from", "send.domains", "checks.spamd"),
    *("sender.from", "sender.reply_to", "sender.domain", "sender.monitored", "site.trusted_proxies"),
    *("provider.smtp.host", "provider.smtp.bounce_address", "site.host", "theme.text_font"),
    *("theme.title_font", "theme.small_font", "theme.code_font", "theme.logo", "theme.signature_image"),
    *("theme.light", "theme.dark", "replies.mailbox", "replies.after", "replies.since"),
)
"""Keys of which reading knows more than JSON Schema can say: zones, networks, contrast, days, addresses."""

WORDS = (
    *(
        "",
        "x",
        "nl",
        "smtp",
        "outbox",
        "10/s",
        "600/h",
        "30s",
        "45m",
        "10%",
        "5",
        "eu-west-1",
        "eu",
        "global",
    ),
    *("starttls", "none", "info", "error", "gmail", "apple-mail", "brief.example.org", "https://b.example"),
    *(
        "http://b.example",
        "you@b.example",
        "You <you@b.example>",
        "env:NAME",
        "keyring:a/b",
        "secret",
        "#123456",
    ),
    *(
        "#zzz",
        "img/logo.png",
        "/etc/x",
        "~/x",
        "Georgia, serif",
        "Georgia",
        "21:00-08:00",
        "2026-12-01",
        "auto",
    ),
    *("2026-13-01", "127.0.0.1", "127.0.0.1:783", "10.0.0.0/8", "tag:a", "hosted", "keep", "flag", "text"),
    *("arn:aws:sns:eu-west-1:123456789012:brief", "broadcast", "Europe/Amsterdam", "two\nlines", "TX004"),
)
TEXT = st.sampled_from(WORDS) | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
NUMBER = st.sampled_from((0, 1, 25, 99, 587, 600, 65535, 65536, 500_000, -1, 10**7)) | st.floats(
    0.5, 99.5
).filter(lambda number: not number.is_integer())
VALUE = st.one_of(
    TEXT,
    NUMBER,
    st.booleans(),
    st.lists(TEXT | NUMBER, max_size=3),
    st.dictionaries(TEXT.filter(bool), TEXT | NUMBER, max_size=2),
)


def _keys(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, inner in schema["properties"].items():
        if "properties" in inner:
            yield from _keys(inner, (*path, name))
        elif not path and isinstance(inner.get("additionalProperties"), dict):
            yield from _keys(inner["additionalProperties"], (*path, name, "own"))
        else:
            yield (*path, name)


KEYS = sorted(_keys(SCHEMA))
STRANGE = [
    ("newsletter", "nmae"),
    ("provider", "smtp", "hosts"),
    ("fields", "own", "fallbck"),
    ("sendr", "from"),
]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a newsletter.toml of one to four keys, most of them known."""
    document: dict[str, Any] = {}
    for path in draw(st.lists(st.sampled_from(KEYS * 3 + STRANGE), min_size=1, max_size=4, unique=True)):
        table = document
        for part in path[:-1]:
            table = table.setdefault(part, {})
        table[path[-1]] = draw(VALUE)
    for segment in document.get("segments", {}).values():
        segment.setdefault("where", "tag:a")
    return document


def toml(document: dict[str, Any]) -> str:
    """Write `document` as TOML: every section as a table, what is deeper inline."""
    return "".join(
        f"[{name}]\n" + "".join(f"{key} = {_inline(value)}\n" for key, value in section.items())
        for name, section in document.items()
    )


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_inline(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)


def refusal(folder: Path, text: str) -> str | None:
    """Return what reading says is wrong with `text`, None when nothing is."""
    file = folder / "newsletter.toml"
    file.write_text(text, "utf-8")
    try:
        load_config(file, environment={})
    except ConfigError as error:
        return str(error)
    return None


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_every_section_and_key_is_in_it_with_what_it_means() -> None:
    assert set(SCHEMA["properties"]) == set(SECTIONS)
    assert all(one.get("description") for one in SCHEMA["properties"].values())
    assert {path[0] for path in KEYS} == set(SECTIONS)
    assert len(KEYS) > 100


@given(documents())
@example({"provider": {"rate": "10/s", "smtp": {"port": 587}}})
@example({"fields": {"tag": {}}})
@example({"provider": {"smtp": {"password": "literal"}}})
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_schema_and_reading_agree(tmp_path: Path, document: dict[str, Any]) -> None:
    text = toml(document)

    refused = refusal(tmp_path, text)

    assert tomllib.loads(text) == document
    if not VALIDATOR.is_valid(document):
        assert refused is not None, [error.message for error in VALIDATOR.iter_errors(document)]
    elif refused is not None:
        assert _touches(document, KNOWS_MORE), refused


def _touches(document: dict[str, Any], keys: tuple[str, ...]) -> bool:
    dotted = {".".join(path) for path in _paths(document)}
    return any(one == key or one.startswith(f"{key}.") for one in dotted for key in keys)


def _paths(table: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        yield (*path, key)
        if isinstance(value, dict):
            yield from _paths(value, (*path, key))


@pytest.mark.parametrize(
    "text",
    [
        '[newsletter]\nname = 3\nlang = "zz zz"',
        '[newsletter]\nbase_url = "ftp://brief.example"',
        '[provider]\nrate = "fast"',
        "[provider]\nconcurrency = true",
        '[provider]\nsmtp = "mail.example.org"',
        '[provider.sendgrid]\napi_key = "SG.a.literal.key"',
        '[provider.smtp]\npasword = "env:X"',
        "[provider.smtp]\nport = 70000",
        '[provider.smtp]\nsecurity = "ssl"',
        '[segmnts.a]\nwhere = "tag:a"',
        '[segments.a]\ndescription = "nobody"',
        '[segments.all]\nwhere = "tag:a"',
        '[segments.A]\nwhere = "tag:a"',
        "[fields.tag]",
        "[fields]\nname = 3",
        '[fields.score]\ntype = "integer"',
        '[checks]\nignore = {TX004 = ""}',
        '[checks]\nfail_on = "never"',
        '[checks]\nclients = ["netscape"]',
        '[images]\ndelivery = "attached"',
        '[theme.light]\npaper = "white"',
        '[theme]\ntext_font = "Georgia"',
        '[send]\ndomains = {"outlook.com" = "slowly"}',
        "[send]\nwarmup = [0, 50]",
        "send = true",
    ],
)
def test_what_people_get_wrong_is_refused_by_both(tmp_path: Path, text: str) -> None:
    assert not VALIDATOR.is_valid(tomllib.loads(text))
    assert refusal(tmp_path, text) is not None


def _examples() -> list[tuple[str, str]]:
    found = [("newsletter.toml", (ROOT / "newsletter.toml").read_text("utf-8"))]
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        blocks = re.findall(r"^```toml\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        found += [(f"{page.name}, block {number}", block) for number, block in enumerate(blocks, 1)]
    return found


@pytest.mark.parametrize(("where", "text"), _examples(), ids=lambda one: one if len(one) < 60 else "")
def test_every_example_is_taken(where: str, text: str) -> None:
    document = tomllib.loads(text)
    if not set(document) <= set(SECTIONS):
        pytest.fail(f"{where} is another file") if "newsletter" in document else None
        return

    errors = [error.message for error in VALIDATOR.iter_errors(document)]

    assert _without_plugins(errors) == []


def _without_plugins(errors: list[str]) -> list[str]:
    """Leave out tables of providers that a page of the documentation writes."""
    return [one for one in errors if "'pigeon' was unexpected" not in one]


def test_the_table_of_an_installed_provider_is_left_open() -> None:
    schema = config_schema(["pigeon", "smtp"])

    errors = list(jsonschema.Draft7Validator(schema).iter_errors({"provider": {"pigeon": {"loft": 3}}}))

    assert errors == []
    assert schema["properties"]["provider"]["properties"]["smtp"]["properties"]["port"]["maximum"] == 65535


def test_tables_by_name_stay_tables_by_name() -> None:
    assert all("additionalProperties" in SCHEMA["properties"][name] for name in NAMED)
