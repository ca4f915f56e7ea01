"""What a value of `newsletter.toml` must satisfy beyond its type, one small function a kind.

Each returns the value as the program wants it, or raises RuleBroken with the reason and the mend; `told` says
of it what JSON Schema can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from newsletter.config.rule import Rule, RuleBroken, between, each, one_of, shaped, sound, told
from newsletter.config.theme import COLOURS
from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.bounce_address import bounce_problem
from newsletter.domain.canary import canary_size
from newsletter.domain.client import Client, client_family
from newsletter.domain.colour import Colour, ColourError
from newsletter.domain.duration import parse_duration_s
from newsletter.domain.mailbox_address import after_problem, mailbox_problem
from newsletter.domain.nearest import nearest
from newsletter.domain.network import network_problem
from newsletter.domain.quiet import QuietHours

__all__ = [
    "FIELD_NAME",
    "RESERVED_FIELDS",
    "RESERVED_SEGMENTS",
    "RULES",
    "SEGMENT_NAME",
]

FIELD_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
SEGMENT_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")

RESERVED_FIELDS = frozenset(
    {
        *("tag", "lang", "status", "email", "domain", "joined", "confirmed", "source"),
        *("received", "replied", "bounced", "clicked", "sample", "segment"),
        *("unsubscribe_url", "preferences_url", "archive_url"),
        *("date", "number", "subject", "preheader"),
    }
)
"""Names that mean something in segments or in letters already, so that no field may have them."""

RESERVED_SEGMENTS = frozenset({"all", "any", "none"})
"""Names that would read as something else on the command line."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # BCP 47, without its private corners
_PERCENTAGE = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?%")
_RATE = re.compile(r"[1-9][0-9]{0,8}/[smh]")
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.(?!-)[A-Za-z0-9_-]{1,63})*")
_FAMILY = re.compile(r"-?[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z0-9-]+)*|'[A-Za-z0-9][A-Za-z0-9 -]{0,60}'")
_GENERIC_FONTS = ("serif", "sans-serif", "monospace")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@told(pattern=f"^(?:{_LANGUAGE.pattern})$")
def _language(value: object) -> object:
    if _LANGUAGE.fullmatch(str(value)):
        return value
    raise RuleBroken(f'"{value}" is not a language tag', 'write a tag such as "nl", "en" or "en-GB"')


@Rule
def _time_zone(value: object) -> object:
    import zoneinfo  # reads files, and only where a zone is named

    try:
        zoneinfo.ZoneInfo(str(value))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = nearest(str(value).replace(" ", "_"), zoneinfo.available_timezones())
        raise RuleBroken(
            f'there is no time zone "{value}"',
            f'write "{near}"' if near else 'write a name such as "Europe/Amsterdam"',
        ) from None
    return value


@told(pattern=r"^(?:$|[Hh][Tt][Tt][Pp][Ss]?://\S+$)")
def _public_url(value: object) -> object:
    text = str(value)
    if not text:
        return text
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise RuleBroken(f'"{text}" is not a web address: {error}') from None
    if not host or re.search(r"\s", text) or parts.scheme not in ("http", "https"):
        raise RuleBroken(f'"{text}" is not a web address', 'write it in full: "https://brief.example.org"')
    if parts.scheme == "http" and host not in _LOCAL_HOSTS:
        raise RuleBroken(f'"{text}" is not https', f'write "https://{text.partition("://")[2]}"')
    if parts.username or parts.query or parts.fragment:
        raise RuleBroken(
            f'"{text}" has a user, a ? or a #', "links are made by adding to it: leave these out"
        )
    return text.rstrip("/")


@told(pattern=":[0-9]{1,5}$")
def _server(value: object) -> str:
    host, colon, port = str(value).rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise RuleBroken(f'"{value}" is no host and port', "write it as 127.0.0.1:783")
    _address(host.removeprefix("[").removesuffix("]"))
    return str(value)


@told(pattern=f"^(?:{_RATE.pattern})$")
def _rate(value: object) -> object:
    if _RATE.fullmatch(str(value)):
        return value
    raise RuleBroken(f'"{value}" is not a rate', 'write "10/s", "600/m" or "600/h"')


@told(pattern=r"^\s*[0-9]{1,6}\s*[smhd]?\s*$")
def _duration(value: object) -> object:
    try:
        parse_duration_s(str(value))
    except ValueError as error:
        raise RuleBroken(str(error), 'write "30s", "45m", "1h" or "2d"') from None
    return value


@Rule
def _canary(value: object) -> object:
    try:
        canary_size(str(value), 1)
    except ValueError as error:
        raise RuleBroken(str(error), 'write "5%", "300", "auto" or "off"') from None
    return value


@told(pattern=r"^(?:$|\s*[0-9]{1,2}:[0-9]{2}\s*-\s*[0-9]{1,2}:[0-9]{2}\s*$)")
def _quiet(value: object) -> object:
    try:
        return str(QuietHours.parse(str(value))) if value else value
    except ValueError as error:
        raise RuleBroken(str(error), 'write for example "21:00-08:00"') from None


@told(pattern=f"^(?:{_PERCENTAGE.pattern})$")
def _percentage(value: object) -> object:
    if _PERCENTAGE.fullmatch(str(value)):
        return value
    raise RuleBroken(f'"{value}" is not a percentage below 100', 'write "10%"')


@told(pattern="^[0-9W-]{7,10}$")
def _day(value: object) -> object:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise RuleBroken(f'"{value}" is not a day', 'write it as "2026-12-01"') from None


@told(items={"minimum": 1})
def _growing(values: object) -> object:
    table = values if isinstance(values, tuple) else ()
    if any(one < 1 for one in table) or list(table) != sorted(table):
        raise RuleBroken("the numbers have to be 1 or more, and grow", "write [50, 100, 200, 400]")
    return values


@told(additionalProperties={"pattern": f"^(?:{_RATE.pattern})$"})
def _domain_rates(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    return {_domain(domain): _rate(rate) for domain, rate in value.items()}


@told(pattern=f"^(?:(?:{_HOST.pattern})?)$")
def _host_name(value: object) -> object:
    if not value or _HOST.fullmatch(str(value)):
        return value
    raise RuleBroken(f'"{value}" is not the name of a host', 'write it bare: "brief.example.org"')


@Rule
def _domain(value: object) -> object:
    try:
        return normalise_address(f"x@{value}").removeprefix("x@")
    except AddressError as error:
        raise RuleBroken(
            f'"{value}" is not a domain: {error}', 'write it bare: "brief.example.org"'
        ) from None


@Rule
def _address(value: object) -> object:
    return _host_name(value) if network_problem(str(value)) else value


@told(pattern="@")
def _mail_address(value: object) -> object:
    try:
        return normalise_address(str(value))
    except AddressError as error:
        raise RuleBroken(f'"{value}" is not a mail address: {error}') from None


@told(items={"enum": [*dict.fromkeys(map(client_family, Client)), *map(str, Client)]})
def _mail_clients(values: object) -> object:
    """Return the clients named, where the name of a family, such as `gmail`, stands for all of it."""
    found: dict[str, None] = {}
    for value in values if isinstance(values, tuple) else ():
        members = [str(client) for client in Client if value in (client, client_family(client))]
        if not members:
            known = (*dict.fromkeys(map(client_family, Client)), *Client)
            near = nearest(str(value), known)
            raise RuleBroken(
                f'"{value}" is no mail client the checks know',
                f'did you mean "{near}"?' if near else f"known are: {', '.join(known)}",
            )
        found.update(dict.fromkeys(members))
    return tuple(found)


@told(pattern=r"^[^\n]*$")
def _one_line(value: object) -> object:
    if "\n" in str(value):
        raise RuleBroken("the text has more than one line", "write it on one line")
    return value


@told(additionalProperties={"pattern": r"\S"})
def _with_reasons(value: object) -> object:
    if isinstance(value, Mapping):
        for code, reason in value.items():
            if not str(reason).strip():
                raise RuleBroken(f"{code} is ignored without a reason", f'write {code} = "why"')
    return value


@told(pattern=r"^\s*#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\s*$")
def _colour(value: object) -> object:
    try:
        return str(Colour.parse(str(value).strip()))
    except ColourError as error:
        raise RuleBroken(
            str(error), 'write it in hexadecimal: "#1f5f5b"; mail programs differ in what else they read'
        ) from None


@told(pattern=rf"(?:^|,)\s*(?:{'|'.join(_GENERIC_FONTS)})\s*$")
def _font_stack(value: object) -> object:
    families = [part.strip().replace('"', "'") for part in str(value).split(",")]
    for family in families:
        if not _FAMILY.fullmatch(family):
            raise RuleBroken(
                f'"{family[:60]}" is not the name of a font',
                "put commas between names, and names with spaces in single quotes",
            )
    if families[-1] not in _GENERIC_FONTS:
        raise RuleBroken(
            f'"{families[-1]}" is not on every device',
            f'end with serif, sans-serif or monospace: "{", ".join(families)}, serif"',
        )
    return ", ".join(families)


@told(pattern=r"^(?![A-Za-z][A-Za-z0-9+.-]+:)(?![/~])[^\\]+$")
def _project_path(value: object) -> object:
    text = str(value)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text) or text.startswith(("/", "~")) or "\\" in text or not text:
        raise RuleBroken(f'"{text[:60]}" is not a path in this project', 'write it as "img/logo.png"')
    return text


@Rule
def _database_url(value: object) -> object:
    if not re.match(r"[a-z][a-z0-9+]*://|env:\w", str(value)):
        raise RuleBroken(
            "this is not the URL of a database",
            'write "sqlite:///.newsletter/newsletter.db", "postgresql://…" or "env:NAME"',
        )
    return value


RULES: Mapping[str, Rule] = {
    "newsletter.name": _one_line,
    "newsletter.lang": _language,
    "newsletter.timezone": _time_zone,
    **dict.fromkeys(("newsletter.base_url", "site.base_url", "archive.subscribe_url"), _public_url),
    "newsletter.template": _one_line,
    "sender.domain": _domain,
    "sender.list_id": _host_name,
    "sender.monitored": each(_mail_address),
    "theme.width": between(480, 640, "px"),
    **dict.fromkeys(("theme.logo", "archive.font"), _project_path),
    "theme.logo_alt": _one_line,
    "theme.logo_width": between(16, 560, "px"),
    "theme.signature_image": _project_path,
    "theme.signature_width": between(16, 560, "px"),
    "theme.text_font": _font_stack,
    "theme.title_font": _font_stack,
    "theme.small_font": _font_stack,
    "theme.code_font": _font_stack,
    **{f"theme.{scheme}.{name}": _colour for scheme in ("light", "dark") for name in COLOURS},
    "provider.rate": _rate,
    "send.undo": _duration,
    "send.late": _duration,
    "send.canary": _canary,
    "send.canary_wait": _duration,
    "send.quiet": _quiet,
    "send.subject_share": _percentage,
    "send.subject_wait": _duration,
    "send.subject_metric": one_of("replies", "clicks", "none"),
    "send.subject_difference": _percentage,
    "send.warmup_from": _day,
    "send.warmup": _growing,
    "send.domains": _domain_rates,
    "replies.mailbox": sound(mailbox_problem, 'such as "imaps://you@mail.example.org/INBOX"'),
    "replies.after": sound(after_problem, 'write "keep", "flag" or "move:FOLDER"'),
    "replies.since": _day,
    "provider.concurrency": between(1, 1000, "submissions"),
    "provider.smtp.host": _address,
    "provider.smtp.port": between(1, 65535, ""),
    "provider.smtp.security": one_of("starttls", "tls", "none"),
    "provider.smtp.bounce_address": sound(
        bounce_problem, 'write an address, such as "bounces+{delivery}@example.org"'
    ),
    "provider.smtp.connections": between(1, 100, "connections"),
    "provider.smtp.messages_per_connection": between(1, 1_000_000, "messages"),
    "provider.sendgrid.region": one_of("global", "eu"),
    "provider.ses.region": shaped(
        r"[a-z]{2}(?:-[a-z]+)+-[1-9]", "a region of AWS", 'write one such as "eu-west-1"'
    ),
    "provider.ses.configuration_set": shaped(
        r"[A-Za-z0-9_-]{1,64}",
        "the name of a configuration set",
        "copy the name from the SES console, without the ARN before it",
    ),
    "provider.ses.topic": shaped(
        r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
        "the ARN of a topic",
        'copy it from the SNS console: "arn:aws:sns:eu-west-1:123456789012:brief"',
    ),
    "provider.postmark.stream": shaped(
        r"[a-z][a-z0-9-]{0,29}", "the id of a message stream", 'copy it from Postmark, such as "broadcast"'
    ),
    "provider.ses.connections": between(1, 100, "connections"),
    **{
        f"{section}.timeout_s": between(0.01, 3600, "seconds")
        for section in ("provider.smtp", "provider.sendgrid", "provider.ses", "provider.postmark", "replies")
    },
    "store.url": _database_url,
    "store.backups_kept": between(1, 10_000, "backups"),
    "checks.fail_on": one_of("error", "warning", "info"),
    "checks.ignore": _with_reasons,
    "checks.spamd": _server,
    "checks.dkim_selectors": each(_host_name),
    "checks.clients": _mail_clients,
    "checks.dictionaries": _project_path,
    "events.keep_days": between(1, 3650, "days"),
    "images.max_width_px": between(100, 4000, "pixels"),
    "images.max_bytes": between(10_000, 10_000_000, "bytes"),
    **dict.fromkeys(("privacy.retention_months", "replies.raw_months"), between(1, 1200, "months")),
    "telemetry.metrics": _server,
    "telemetry.traces": shaped(
        r"https?://[^\s/?#]+(?:/[^\s?#]*[^\s?#/])?",
        "the address of a collector",
        'write "http://127.0.0.1:4318"',
    ),
    "telemetry.traces_wait_s": between(0, 60, "seconds"),
    "site.host": _address,
    "site.port": between(1, 65535, ""),
    "site.trusted_proxies": each(sound(network_problem, 'write it in numbers: "127.0.0.1" or "10.0.0.0/8"')),
}
"""Rules by dotted key; keys without one only need to have the right type."""
