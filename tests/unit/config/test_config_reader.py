"""Reading `newsletter.toml`: what is accepted, and that every fault is named with its line, all at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.expression import BUILT_IN_NAMES, HistoryKind
from newsletter.config.reader import find_config, load_config
from newsletter.config.rules import RESERVED_FIELDS
from newsletter.config.schema import Config
from newsletter.domain.address import Mailbox
from newsletter.domain.slot import LINK_SLOTS
from newsletter.domain.subscriber import FieldType
from newsletter.errors import ConfigError, Problem, UsageError

COMPLETE = """\
[newsletter]
name = "Helder bestuur"
lang = "nl"
timezone = "Europe/Amsterdam"
postal_address = "Kade 12"
base_url = "https://brief.example/"

[sender]
from = "Renata de Wit <renata@Brief.example>"
monitored = ["team@brief.example"]

[fields.first_name]
fallback = "lezer"

[fields.score]
type = "number"

[segments.gemeenten]
description = "Iedereen"
where = "tag:gemeente"

[provider]
name = "smtp"
rate = "10/s"
concurrency = 2
[provider.smtp]
host = "127.0.0.1"
port = 2525
security = "none"
password = "env:MAIL_PASSWORD"
timeout_s = 5

[checks]
ignore = { TX004 = "a quotation" }
fail_on = "warning"
clients = ["apple", "thunderbird"]

[privacy]
open_tracking = false

[site]
trusted_proxies = ["10.0.0.0/8", "::1"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "newsletter.toml").write_text(COMPLETE, encoding="utf-8")
    return tmp_path


def load(
    directory: Path, text: str | bytes, environment: dict[str, str] | None = None, **overrides: object
) -> Config:
    path = directory / "newsletter.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    return load_config(path, environment=environment or {}, overrides=dotted)


def problems(directory: Path, text: str | bytes, **environment: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load(directory, text, environment)
    return caught.value.problems


def test_every_section_is_read_into_its_type(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE)

    assert config.root == tmp_path
    assert config.newsletter.base_url == "https://brief.example"
    assert config.sender.from_ == Mailbox(name="Renata de Wit", email="renata@brief.example")
    assert config.sender.monitored == ("team@brief.example",)
    assert config.fields["score"].type is FieldType.NUMBER
    assert config.fields["first_name"].fallback == "lezer"
    assert (config.segments["gemeenten"].where, config.segments["gemeenten"].line) == ("tag:gemeente", 20)
    assert config.provider.smtp.port == 2525
    assert config.provider.smtp.timeout_s == 5.0
    assert str(config.provider.smtp.password.place).endswith("newsletter.toml:30")
    assert config.checks.ignore == {"TX004": "a quotation"}
    assert config.checks.clients == ("apple-mail", "apple-ios", "thunderbird")
    assert config.site.trusted_proxies == ("10.0.0.0/8", "::1")


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, "")

    assert config.provider.name == "outbox"
    assert config.store.url == "sqlite:///.newsletter/newsletter.db"


def test_a_file_of_notepad_is_read(tmp_path: Path) -> None:
    assert load(tmp_path, b'\xef\xbb\xbf[newsletter]\r\nname = "X"\r\n').newsletter.name == "X"


def test_an_option_wins_from_the_environment_and_that_from_the_file(tmp_path: Path) -> None:
    environment = {"NEWSLETTER_PROVIDER_SMTP_PORT": "25", "NEWSLETTER_PROVIDER_NAME": "sendgrid"}

    config = load(tmp_path, COMPLETE, environment, provider__name="outbox", newsletter__lang=None)

    assert config.provider.smtp.port == 25
    assert config.provider.name == "outbox"
    assert config.newsletter.lang == "nl"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("NEWSLETTER_NEWSLETTER_NAME", "Brief", lambda c: c.newsletter.name == "Brief"),
        ("NEWSLETTER_SENDER_FROM", "A <a@b.example>", lambda c: c.sender.from_.name == "A"),
        ("NEWSLETTER_SENDER_MONITORED", "a@b.example, c@d.example", lambda c: len(c.sender.monitored) == 2),
        ("NEWSLETTER_PRIVACY_OPEN_TRACKING", "yes", lambda c: c.privacy.open_tracking),
        ("NEWSLETTER_PROVIDER_SMTP_TIMEOUT_S", "1.5", lambda c: c.provider.smtp.timeout_s == 1.5),
        ("NEWSLETTER_STORE_URL", "postgresql://a:geheim@h/d", lambda c: "geheim" in c.store.url),
        ("NEWSLETTER_STORE_URL", "", lambda c: c.store.url.startswith("sqlite")),
        ("NEWSLETTER_REQUIRE_TOOLS", "1", lambda c: True),
        ("NEWSLETTER_SMTP_PASSWORD", "x", lambda c: True),
    ],
)
def test_the_environment_sets_keys_of_every_type(tmp_path: Path, name: str, text: str, found: object) -> None:
    assert found(load(tmp_path, COMPLETE, {name: text}))


def test_a_variable_that_holds_a_secret_named_in_the_file_is_left_alone(tmp_path: Path) -> None:
    text = COMPLETE.replace("env:MAIL_PASSWORD", "env:NEWSLETTER_PROVIDER_KEY")

    assert load(tmp_path, text, {"NEWSLETTER_PROVIDER_KEY": "x"})


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("NEWSLETTER_PROVIDER_SMTP_PROT", "25", "did you mean NEWSLETTER_PROVIDER_SMTP_PORT?"),
        ("NEWSLETTER_PROVIDER_SMTP_PORT", "abc", "environment variable NEWSLETTER_PROVIDER_SMTP_PORT: "),
        ("NEWSLETTER_PRIVACY_OPEN_TRACKING", "misschien", "is not true or false"),
        ("NEWSLETTER_CHECKS_IGNORE", "TX004", "cannot hold a table"),
        ("NEWSLETTER_PROVIDER_SENDGRID_API_KEY", "SG.geheim", "in plain text"),
        ("NEWSLETTER_NEWSLETTER_NAME", "caf\udce9", "not UTF-8"),
        ("NEWSLETTER_SITE_PORT", "0", "outside 1 to 65535"),
    ],
)
def test_a_faulty_variable_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    (problem,) = problems(tmp_path, COMPLETE, **{name: text})

    assert said in str(problem)
    assert "geheim" not in str(problem)


def test_an_unknown_option_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"did you mean provider\.name\?"):
        load(tmp_path, COMPLETE, provider__nam="smtp")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[newsletter]\nnaem = 'x'", 2, 'did you mean "name"'),
        ("[newsleter]\nname = 'x'", 1, 'did you mean "newsletter"'),
        ("name = 'x'", 1, "it belongs in [newsletter]"),
        ("[newsletter]\nfrom = 'x'", 2, "it belongs in [sender]"),
        ("newsletter = 'x'", 1, "newsletter is a table"),
        ("[newsletter]\nname = 3", 2, "text belongs here, not a number"),
        ("[newsletter]\nname = 'a'\nlang = 'dutch!'", 3, "language tag"),
        ("[newsletter]\ntimezone = 'Europe/Amsterdm'", 2, 'write "Europe/Amsterdam"'),
        ("[newsletter]\ntimezone = 'Europe'", 2, "no time zone"),
        ("[newsletter]\ntimezone = '../etc/passwd'", 2, "no time zone"),
        ("[newsletter]\nbase_url = 'http://brief.example'", 2, 'write "https://brief.example"'),
        ("[newsletter]\nbase_url = 'brief.example'", 2, "is not a web address"),
        ("[newsletter]\nbase_url = 'https://[brief'", 2, "is not a web address"),
        ("[newsletter]\nbase_url = 'https://brief.example:x'", 2, "is not a web address"),
        ("[newsletter]\nbase_url = 'https://brief.example/?a=b'", 2, "leave these out"),
        ('[newsletter]\nname = """a\nb"""', 2, "more than one line"),
        ('[newsletter]\nname = "a\\u0000b"', 2, "control character"),
        ("[newsletter]\nname = 1979-05-27", 2, "not a date"),
        ("[sender]\nfrom = 'Renata'", 2, "not a mailbox"),
        ("[sender]\nfrom = 'Renata <renata@brief>'", 2, "the domain has no dot"),
        ("[sender]\nmonitored = 'a@b.example'", 2, "a list belongs here"),
        ("[sender]\nmonitored = ['a@b.example', 'x']", 2, "not a mail address"),
        ("[sender]\nlist_id = '<a.b>'", 2, "name of a host"),
        ("[fields.first_name]\ntype = 'txt'", 2, 'write "text"'),
        ("[fields.First-Name]\ntype = 'text'", 1, "cannot be a name"),
        ("[fields.email]\ntype = 'text'", 1, "meaning of its own"),
        ("[fields]\nfirst_name = 'text'", 2, "write [fields.first_name]"),
        ("[segments.all]\nwhere = 'tag:a'", 1, "meaning of its own"),
        ("[segments.'de gemeenten']\nwhere = 'tag:a'", 1, "cannot be a name"),
        ("[segments.gemeenten]\ndescription = 'x'", 1, "does not say who"),
        ("[segments.gemeenten]\nwhere = 3", 2, "text belongs here"),
        ("[provider]\nrate = '10 per second'", 2, 'write "10/s"'),
        ("[provider]\nconcurrency = true", 2, "not true or false"),
        ("[provider]\nconcurrency = 0", 2, "outside 1 to 1000"),
        ("[provider.smtp]\nsecurity = 'ssl'", 2, '"starttls", "tls", "none"'),
        ("[provider.smtp]\ntimeout_s = nan", 2, "outside"),
        ("[provider.smtp]\npassword = 'geheim'", 2, "in plain text"),
        ("[provider.smtp]\npassword = 3", 2, "text belongs here"),
        ("[provider.smtp]\ntoken = 'ya29.geheim'", 2, "in plain text"),
        ("[provider.smtp]\nconnections = 0", 2, "outside 1 to 100"),
        ("[provider.smtp]\nmessages_per_connection = 0", 2, "outside"),
        ("[provider.smtp]\nbounce_address = 'b+{id}@b.example'", 2, "only {delivery}"),
        ("[provider.sendgrid]\napi_key = 'SG.geheim'", 2, "in plain text"),
        ("[store]\nurl = 'postgresql://a:geheim@h/d'", 2, "NEWSLETTER_STORE_URL"),
        ("[store]\nurl = 'newsletter.db'", 2, "not the URL of a database"),
        ("[checks]\nignore = ['TX004']", 2, "a table belongs here"),
        ("[checks.ignore]\nTX004 = ''", 1, "without a reason"),
        ("[checks]\nfail_on = 'eror'", 2, 'write "error"'),
        ("[checks]\nclients = ['outlok-classic']", 2, 'did you mean "outlook-classic"?'),
        ("[site]\ntrusted_proxies = ['10.0.0.0/99']", 2, "no address or network"),
        ("[site]\ntrusted_proxies = ['proxy.example']", 2, "write it in numbers"),
        ("[site]\ntrusted_proxies = ['0.0.0.0/0']", 2, "every address there is"),
        ("[site]\ntrusted_proxies = ['::/0']", 2, "every address there is"),
        ("[newsletter\nname = 'x'", 1, "this is not TOML"),
        ("[newsletter]\nname = x", 2, "this is not TOML"),
        ("[newsletter]\nname = 'x'\nname = 'y'", 3, "this is not TOML"),
        ("[newsletter]\nname = '''x", 2, "this is not TOML"),
        (b"[newsletter]\nname = 'caf\xe9'", 2, "not UTF-8"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str | bytes, line: int, said: str) -> None:
    (problem,) = problems(tmp_path, text)

    assert said in str(problem)
    assert "geheim" not in str(problem)
    assert problem.place is not None
    assert problem.place.line == line


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "a" + ".a" * 3000 + " = 1"])
def test_a_monstrous_file_is_an_error_and_not_a_crash(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


def test_all_faults_are_named_at_once_in_the_order_of_sections(tmp_path: Path) -> None:
    text = "[newsletter]\nlang = 3\nx = 1\n[sender]\nfrom = ''\n[provider.smtp]\nport = 0\n"

    found = problems(tmp_path, text, NEWSLETTER_STORE_UR="x")

    assert [problem.place and problem.place.line for problem in found] == [None, 2, 3, 5, 7]


def test_lines_are_right_behind_strings_and_lists_of_many_lines(tmp_path: Path) -> None:
    text = '''# [sender]
newsletter.postal_address = """
[x]
from = "]" """  # "
[sender]
monitored = [
  "a@b.example", # ]
  'c@d.example',
]
"from" = "x"
[ provider . "smtp" ]
port = "x"
'''

    found = problems(tmp_path, text)

    assert [problem.place and problem.place.line for problem in found] == [10, 12]


def test_the_file_is_found_from_a_directory_below(project: Path) -> None:
    below = project / "issues" / "img"
    below.mkdir(parents=True)

    assert find_config(below) == project / "newsletter.toml"


def test_outside_a_newsletter_the_way_to_start_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="newsletter init"):
        find_config(tmp_path)


def test_a_file_that_cannot_be_read_is_a_configuration_error(tmp_path: Path) -> None:
    circle = tmp_path / "circle.toml"
    circle.symlink_to(circle)

    for path in (tmp_path, circle, tmp_path / "missing.toml"):
        with pytest.raises(ConfigError, match="cannot be read"):
            load_config(path, environment={})


def test_the_digest_changes_with_what_shapes_a_letter_and_with_nothing_else(tmp_path: Path) -> None:
    digest = load(tmp_path, COMPLETE).digest

    assert len(digest) == 64
    for same in ("port = 2525", "port = 26"), ("tag:gemeente", "tag:x"), ('name = "smtp"', 'name = "outbox"'):
        assert load(tmp_path, COMPLETE.replace(*same)).digest == digest, same
    for other in (
        ("lezer", "vriend"),
        ("Kade 12", "Kade 13"),
        ("open_tracking = false", "open_tracking = true"),
    ):
        assert load(tmp_path, COMPLETE.replace(*other)).digest != digest, other


def test_no_field_may_take_a_name_that_segments_or_letters_use() -> None:
    used = {*BUILT_IN_NAMES, *(str(kind) for kind in HistoryKind), *LINK_SLOTS, "sample", "segment"}
    used |= {"date", "number", "subject", "preheader"}  # words of the issue itself

    assert used == RESERVED_FIELDS


def test_reading_the_configuration_loads_nothing_heavy(project: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from newsletter.config.reader import load_config;"
        "load_config(Path('newsletter.toml'), environment={});"
        "print(sorted({'email_validator', 'lark', 'sqlalchemy', 'jinja2', 'idna'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


@given(
    st.text(alphabet="[]{}=\"'#.\\\n abnewsltr_31", max_size=80)
    | st.text(max_size=60)
    | st.binary(max_size=60)
)
def test_any_file_is_a_configuration_or_a_configuration_error(
    tmp_path_factory: pytest.TempPathFactory, text: str | bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    places = [None]

    try:
        load_config(path, environment={})
    except ConfigError as error:
        places = [problem.place for problem in error.problems]

    assert places
