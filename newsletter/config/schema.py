"""Every key of `newsletter.toml`, with its type, default and meaning; the reference page is made from it.

The text behind a field in its metadata is what the author reads in the reference; a field without a
default is required only where a stage needs it, and that stage says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.config.archive import ArchiveConfig
from newsletter.config.keys import key as _key
from newsletter.config.replies import RepliesConfig
from newsletter.config.secrets import Secret
from newsletter.config.telemetry import TelemetryConfig
from newsletter.config.theme import DarkConfig, LightConfig, ThemeConfig
from newsletter.domain.address import Mailbox
from newsletter.domain.picture import PictureDelivery
from newsletter.domain.subscriber import FieldType

__all__ = [
    "ArchiveConfig",
    "ChecksConfig",
    "Config",
    "DarkConfig",
    "EventsConfig",
    "FieldConfig",
    "ImagesConfig",
    "LightConfig",
    "NewsletterConfig",
    "OutboxConfig",
    "PostmarkConfig",
    "PrivacyConfig",
    "ProviderConfig",
    "RepliesConfig",
    "SegmentConfig",
    "SendConfig",
    "SenderConfig",
    "SendgridConfig",
    "SesConfig",
    "SiteConfig",
    "SmtpConfig",
    "StoreConfig",
    "TelemetryConfig",
    "ThemeConfig",
    "TypographyConfig",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterConfig:
    """`[newsletter]`: what it is called and where it lives."""

    name: str = _key("The newsletter's name, shown in the footer and in List-Id.", "Newsletter")
    lang: str = _key("Language of issues that name none (BCP 47), such as `nl` or `en`.", "en")
    timezone: str = _key("IANA time zone for dates without one, such as `Europe/Amsterdam`.", "UTC")
    postal_address: str = _key("Postal address in the footer; required before sending.", "")
    base_url: str = _key("Public https address of the site; links to leave and to choose start with it.", "")
    template: str = _key("Template of issues that name none.", "letter")


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderConfig:
    """`[sender]`: who it comes from and where answers go."""

    from_: Mailbox | None = _key("`Name <address>` that readers see; required before sending.")
    reply_to: Mailbox | None = _key("Address for answers; defaults to `from`.")
    domain: str | None = _key("Domain you may send from; defaults to the domain of `from`.")
    list_id: str | None = _key("List-Id (RFC 2919), such as `brief.example.org`; defaults to `domain`.")
    rate: str | None = _key("Most messages from this sender, such as `20/m`, whatever the provider allows.")
    monitored: tuple[str, ...] = _key(
        "Addresses somebody reads, beside `reply_to`; nothing reads this key yet.", ()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldConfig:
    """`[fields.NAME]`: an attribute of a subscriber, for slots and segments."""

    name: str
    type: FieldType = _key("`text`, `number`, `date` or `boolean`.", FieldType.TEXT)
    fallback: str | None = _key("Text used in a slot when a reader has no value.")
    description: str = _key("What it is, for people.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentConfig:
    """`[segments.NAME]`: a named query over subscribers.

    `line` is where it stands in the file.
    """

    name: str
    where: str = _key("A segment expression, such as `tag:gemeente lang:nl`.", "")
    description: str = _key("Who they are, for people.", "")
    topic: bool = _key(
        "Readers may choose it on the site; `where` is then one tag, such as `tag:kern`.", default=False
    )
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxConfig:
    """`[provider.outbox]`: mails become `.eml` files."""

    dir: str = _key("Directory for the files, relative to the project.", "outbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfig:
    """`[provider.smtp]`: any mail server."""

    host: str = _key("Server name.", "")
    port: int = _key("Port; 587 for STARTTLS, 465 for implicit TLS.", 587)
    security: str = _key("`starttls`, `tls` or `none`.", "starttls")
    username: str | None = _key("User name, if the server asks for one.")
    password: Secret | None = _key("Password, as `env:NAME` or `keyring:service/user`.")
    token: Secret | None = _key(
        "OAuth 2 access token in place of a password (XOAUTH2), as `env:NAME` or `keyring:service/user`."
    )
    token_command: tuple[str, ...] = _key(
        "Program that prints an access token, with its arguments; asked again when the server refuses one.",
        (),
    )
    bounce_address: str | None = _key(
        "Address that gets what cannot be delivered, such as `bounces+{delivery}@example.org`; "
        "`{delivery}` becomes the id of each delivery. Defaults to the sender."
    )
    timeout_s: float = _key("Longest wait for the server, in seconds.", 60.0)
    connections: int = _key("Most connections to the server at once.", 4)
    messages_per_connection: int | None = _key(
        "Messages after which a connection is replaced; no limit when absent."
    )
    dkim_selector: str | None = _key("Selector of the DKIM key in the DNS of the sender's domain.")
    dkim_key: Secret | None = _key(
        "Private DKIM key (PEM), as `env:NAME` or `keyring:service/user`, where the server does not sign."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SendgridConfig:
    """`[provider.sendgrid]`: Twilio SendGrid's v3 API."""

    api_key: Secret | None = _key("API key with Mail Send, as `env:NAME` or `keyring:service/user`.")
    region: str = _key("`global` or `eu`.", "global")
    host: str | None = _key("Another API host, for tests and proxies.")
    timeout_s: float = _key("Longest wait for an answer, in seconds.", 60.0)
    fence: bool = _key(
        "Let mail wait at SendGrid, so that a batch nobody answered is called back and sent again.",
        default=False,
    )
    fence_lead_minutes: int = _key("How long mail waits with `fence`, in minutes.", 20)
    event_key: str | None = _key(
        "Public key of the signed Event Webhook, as SendGrid shows it; without it reports are refused."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SesConfig:
    """`[provider.ses]`: Amazon SES, API v2."""

    region: str = _key("Region of AWS that holds your identities, such as `eu-west-1`.", "")
    access_key: Secret | None = _key("Access key id, as `env:NAME` or `keyring:service/user`.")
    secret_key: Secret | None = _key("Secret access key, as `env:NAME` or `keyring:service/user`.")
    session_token: Secret | None = _key("Session token, with temporary keys; as `env:NAME`.")
    configuration_set: str | None = _key("Configuration set that publishes events; the default one if none.")
    topic: str | None = _key("ARN of the SNS topic through which events come in.")
    connections: int = _key("Mails handed over side by side.", 8)
    host: str | None = _key("Another API host, for tests and proxies.")
    timeout_s: float = _key("Longest wait for an answer, in seconds.", 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmarkConfig:
    """`[provider.postmark]`: Postmark's API."""

    server_token: Secret | None = _key("Token of the server, as `env:NAME` or `keyring:service/user`.")
    stream: str = _key("Message stream the mail goes through.", "broadcast")
    webhook_login: Secret | None = _key(
        "`name:password` with which webhooks log in, as `env:NAME` or `keyring:service/user`."
    )
    host: str | None = _key("Another API host, for tests and proxies.")
    timeout_s: float = _key("Longest wait for an answer, in seconds.", 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypographyConfig:
    """`[typography]`: how running text is set, beside what its language asks for."""

    hyphenate: bool = _key("Put soft hyphens in long words of the HTML, for narrow screens.", default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """`[provider]`: how mail goes out.

    `others` are the tables of installed providers that this schema does not know, as TOML gives them.
    """

    name: str = _key("`outbox`, `smtp`, `sendgrid`, `ses` or `postmark`.", "outbox")
    rate: str | None = _key("Most messages a second, minute or hour, such as `10/s` or `600/h`.")
    concurrency: int | None = _key("Most submissions under way at once; defaults to the provider's own.")
    outbox: OutboxConfig = field(default_factory=OutboxConfig)
    smtp: SmtpConfig = field(default_factory=SmtpConfig)
    sendgrid: SendgridConfig = field(default_factory=SendgridConfig)
    ses: SesConfig = field(default_factory=SesConfig)
    postmark: PostmarkConfig = field(default_factory=PostmarkConfig)
    others: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """`[store]`: where subscribers and the ledger are kept."""

    url: str = _key(
        "The database: `sqlite:///FILE`, `postgresql://…`, or `env:NAME` for a URL with a password.",
        "sqlite:///.newsletter/newsletter.db",
    )
    backups: str = _key("Folder for backups, relative to the project.", ".newsletter/backups")
    backups_kept: int = _key("How many backups stay in that folder; the oldest make room.", 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksConfig:
    """`[checks]`: which rules run and what blocks."""

    select: tuple[str, ...] = _key("Codes or prefixes to run; all when empty.", ())
    ignore: Mapping[str, str] = _key("Codes not to run, each with the reason.", {})
    fail_on: str = _key("`error`, `warning` or `info`: what makes `check` exit 1.", "error")
    rules: str | None = _key(
        "Python file with rules of your own, such as `checks.py`; it is run. None unless named."
    )
    spamd: str = _key("Where SpamAssassin's daemon listens, for `check --spam`.", "127.0.0.1:783")
    dkim_selectors: tuple[str, ...] = _key("Selectors your mail is signed with, for `check --network`.", ())
    dictionaries: str | None = _key(
        "Folder with hunspell dictionaries of your own, such as `dictionaries`, for `nl_NL.aff` and `.dic`; "
        "those of the system come after it."
    )
    clients: tuple[str, ...] = _key(
        "Mail clients your readers use, such as `outlook-classic`, or families such as `gmail`; "
        "when empty, the common ones: `gmail-web gmail-app outlook-classic outlook-new outlook-com "
        "apple-mail apple-ios`.",
        (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SendConfig:
    """`[send]`: what has to be there before a letter leaves, beside a check that passed."""

    network: bool = _key(
        "Ask links and the sender's domain once more before mail leaves this machine.", default=True
    )
    sync: bool = _key(
        "Before each letter take over whom the provider does not mail: `newsletter subscribers sync`.",
        default=False,
    )
    approval: bool = _key(
        "Nothing leaves without an approval of the letter as it is: `newsletter approve ISSUE`.",
        default=False,
    )
    undo: str = _key(
        "How long a letter can be taken back after the yes at a terminal, unless it goes to the outbox; `0`:"
        " not at all.",
        "30s",
    )
    late: str = _key(
        "How much later than planned a letter may still leave by itself; after that it is held until"
        " `resume --late`.",
        "1h",
    )
    canary: str = _key(
        "How many readers go first, to see what becomes of their mail: `300`, `5%`, `off`, or `auto` (one in"
        " a hundred, at least 200, at most 5,000; nobody from a list under 2,000).",
        "off",
    )
    canary_wait: str = _key("How long to look at the first readers' mail before the others go.", "45m")
    warmup_from: str | None = _key(
        "The day on which this sender mailed for the first time, such as `2026-12-01`: few leave on the first"
        " days."
    )
    warmup: tuple[int, ...] = _key(
        "How many may leave on each of those days; twice as many every day from 50 up to 100,000 when empty.",
        (),
    )
    subject_share: str = _key("How many readers try each of two subjects (`subject_b` in the letter).", "10%")
    subject_wait: str = _key("How long to wait for what they do before one subject is chosen.", "4h")
    subject_metric: str = _key(
        "What decides: `replies`, `clicks` (only with `[privacy] click_tracking`), or `none`: you, else the"
        " first.",
        "replies",
    )
    subject_difference: str = _key(
        "How far apart the shares must be; nearer than that, and without any reaction, it is the first.", "1%"
    )
    quiet: str = _key("Hours in which nothing leaves, such as `21:00-08:00`.", "")
    zone_field: str | None = _key(
        "The field that names a reader's time zone, such as `Asia/Tokyo`; `--at` and `quiet` go by it."
    )
    domains: Mapping[str, str] = _key(
        'Rates of recipient domains, such as `{ "outlook.com" = "100/m" }`; the others do not wait for them.',
        {},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesConfig:
    """`[images]`: how pictures reach readers, and how large they may be."""

    delivery: PictureDelivery = _key(
        "`hosted`: fetched from `base_url` when a letter is opened; `embedded`: inside each message.",
        PictureDelivery.HOSTED,
    )
    max_width_px: int = _key("Widest file in pixels; wider pictures are made smaller, with a note.", 1200)
    max_bytes: int = _key("Heaviest file in bytes; heavier pictures are made smaller, with a note.", 500_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyConfig:
    """`[privacy]`: what is measured, and how long it is kept."""

    open_tracking: bool = _key("Let the provider add a pixel.", default=False)
    click_tracking: bool = _key("Let the provider rewrite links.", default=False)
    log_addresses: bool = _key(
        "Write whole addresses in the log of `serve` and other commands, instead of `r…@example.org`.",
        default=False,
    )
    retention_months: int | None = _key(
        "Months to keep details of letters and people who left; `subscribers retain` removes older ones."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsConfig:
    """`[events]`: what providers tell after they took mail."""

    secret: Secret | None = _key(
        "Signs reports in the plain JSON format (Standard Webhooks), as `env:NAME` or `keyring:service/user`."
    )
    keep_days: int = _key("How many days reports that came in are kept as they came, to be read again.", 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteConfig:
    """`[site]`: the public pages, see `newsletter serve`."""

    host: str = _key("Address to listen on.", "127.0.0.1")
    port: int = _key("Port to listen on.", 8080)
    base_url: str | None = _key("Public https address; defaults to `[newsletter] base_url`.")
    trusted_proxies: tuple[str, ...] = _key(
        "Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.", ()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All of `newsletter.toml`.

    `root` is the absolute directory of the project, `shown_path` the file as the author would type it,
    `digest` the SHA-256 (hex) of what shapes a letter: everything but secrets, store and provider.
    `quotes_dir` is where `quotes.toml` is looked for when that is not `root`.
    """

    root: Path
    quotes_dir: Path | None = None
    shown_path: str = "newsletter.toml"
    digest: str = ""
    newsletter: NewsletterConfig = field(default_factory=NewsletterConfig)
    sender: SenderConfig = field(default_factory=SenderConfig)
    theme: ThemeConfig = field(default_factory=ThemeConfig)
    typography: TypographyConfig = field(default_factory=TypographyConfig)
    fields: Mapping[str, FieldConfig] = field(default_factory=dict)
    segments: Mapping[str, SegmentConfig] = field(default_factory=dict)
    provider: ProviderConfig = field(default_factory=ProviderConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    checks: ChecksConfig = field(default_factory=ChecksConfig)
    send: SendConfig = field(default_factory=SendConfig)
    images: ImagesConfig = field(default_factory=ImagesConfig)
    privacy: PrivacyConfig = field(default_factory=PrivacyConfig)
    events: EventsConfig = field(default_factory=EventsConfig)
    replies: RepliesConfig = field(default_factory=RepliesConfig)
    site: SiteConfig = field(default_factory=SiteConfig)
    telemetry: TelemetryConfig = field(default_factory=TelemetryConfig)
    archive: ArchiveConfig = field(default_factory=ArchiveConfig)

    @property
    def fallbacks(self) -> dict[str, str]:
        """Return the fallback of every field that has one, by the field's name."""
        return {
            name: declared.fallback for name, declared in self.fields.items() if declared.fallback is not None
        }
