"""The files for systemd and for an image do what their comments say, as far as that shows without either."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import click
import pytest

from newsletter.cli import cli

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "examples" / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
PROGRAM = "/opt/newsletter/bin/newsletter"


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, delimiters=("=",), strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds capitals
    parser.read_string(path.read_text("utf-8"))
    return parser


def parses(arguments: list[str]) -> None:
    """Let the command line read `arguments`, without doing anything."""
    command: click.Command = cli
    context = click.Context(cli, info_name="newsletter")
    while isinstance(command, click.Group):
        found = command.get_command(context, arguments.pop(0))
        assert found is not None
        command = found
    command.make_context("newsletter", arguments, parent=context)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_a_command_that_exists(path: Path) -> None:
    program, *arguments = shlex.split(unit(path)["Service"]["ExecStart"])

    assert program == PROGRAM
    parses(arguments)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_writes_only_where_it_keeps_things(path: Path) -> None:
    service = unit(path)["Service"]

    assert service["ProtectSystem"] == "strict"
    assert service["User"] == "newsletter"
    assert service["UMask"] == "0077"
    assert all(one.startswith(("/srv/newsletter/", "/var/")) for one in service["ReadWritePaths"].split())


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_starts_a_service_that_ends_by_itself(path: Path) -> None:
    service = unit(path.with_suffix(".service"))["Service"]

    assert service["Type"] == "oneshot"
    assert unit(path)["Timer"]["OnCalendar"]


def test_systemd_takes_every_unit_and_finds_it_shut_in(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None and os.environ.get("NEWSLETTER_REQUIRE_TOOLS") != "1":
        pytest.skip("systemd-analyze is not installed")
    assert analyze is not None
    for path in (*SERVICES, *TIMERS):
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace(PROGRAM, "/bin/true"))
    units = [str(one) for one in sorted(tmp_path.iterdir())]

    verified = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    judged = [
        subprocess.run(
            [analyze, "security", "--offline=true", "--no-pager", tmp_path / path.name],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for path in SERVICES
    ]

    assert (verified.returncode, verified.stderr) == (0, "")
    levels = [re.findall(r"Overall exposure level for \S+: ([0-9.]+)", one) for one in judged]
    assert [len(one) for one in levels] == [1] * len(SERVICES)
    assert all(float(one[0]) < 2 for one in levels)


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with what follows, comments and line ends taken out."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word]


def of(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def argument(name: str) -> str:
    """Return what the Dockerfile takes for `--build-arg NAME` when nothing is given."""
    return dict(one.split("=", 1) for one in of("ARG"))[name]


def test_the_image_begins_with_a_named_version_and_ends_without_root() -> None:
    known = {
        "FROM",
        "ARG",
        "WORKDIR",
        "COPY",
        "RUN",
        "ENV",
        "USER",
        "EXPOSE",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }

    assert {word for word, _ in instructions()} <= known
    assert [one.partition(" ")[0] for one in of("FROM")] == ["${BASE}", "${BASE}"]
    assert re.fullmatch(r"\S+:\d+\.\d+-\S+", argument("BASE"))
    assert of("USER") == ["10001:10001"]
    assert [word for word, _ in instructions()].index("USER") < [w for w, _ in instructions()].index(
        "ENTRYPOINT"
    )


def test_what_the_image_runs_is_sound_shell_and_leaves_no_lists() -> None:
    for command in of("RUN"):
        shell = re.sub(r"^--mount=\S+ ", "", command)
        done = subprocess.run(["sh", "-n", "-c", shell], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), command
        if "apt-get install" in command:
            assert "--no-install-recommends" in command
            assert command.endswith("rm -rf /var/lib/apt/lists/*")
        if "pip install" in command:
            assert "--no-cache-dir" in command
            assert "--constraint" in command


def test_what_the_image_runs_is_there_when_it_runs() -> None:
    base = {"python", "apt-get", "rm"}
    made: set[str] = set()
    for command in of("RUN"):
        for one in command.split(" && "):
            words = [word for word in shlex.split(one) if not word.startswith("--mount=")]
            if words[:3] == ["python", "-m", "venv"]:
                made |= {f"{words[3]}/bin/pip", f"{words[3]}/bin/newsletter"}
            assert words[0] in base | made, one


def test_pip_is_lent_its_settings_and_keeps_none() -> None:
    (install,) = [one for one in of("RUN") if "pip install" in one]

    assert "--mount=type=secret,id=pip,target=/etc/pip.conf" in install
    assert not any(word in text for _, text in instructions() for word in ("PIP_", "index-url", "trusted"))


def test_what_the_image_copies_is_there() -> None:
    made = {one.split()[-1] for one in of("RUN") if one.startswith("python -m venv")}
    for one in of("COPY"):
        *options, source, _ = one.split()
        if options == ["--from=build"]:
            assert source in made
        else:
            assert options == []
            assert (ROOT / source).exists()


def test_the_image_is_given_the_locked_versions_by_a_command_that_works() -> None:
    command = next(one for one in of("RUN") if "--constraints" in one).partition(" > ")[0]

    done = subprocess.run(
        [sys.executable, *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert "click==" in done.stdout


def test_the_image_installs_extras_that_exist() -> None:
    extras = argument("EXTRAS").split(",")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert set(extras) <= set(project["optional-dependencies"])


def test_everything_the_package_is_built_from_reaches_the_image() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    needed = {
        *hatch["wheel"]["packages"],
        *hatch["wheel"]["force-include"],
        *hatch["wheel"]["shared-data"],
        *("pyproject.toml", "README.md", "LICENSE", "uv.lock", ".ci/setup.py"),
    }

    assert needed - let_in == set()
    assert "*" in ignored
    assert all((ROOT / one).exists() for one in let_in)


def test_the_image_runs_commands_that_exist() -> None:
    entry, command = json.loads(of("ENTRYPOINT")[0]), json.loads(of("CMD")[0])

    assert entry == ["newsletter"]
    parses(list(command))


@pytest.fixture(params=[200, 503])
def site(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """Serve one status on a port of 127.0.0.1."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield request.param, server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_image_is_healthy_when_the_site_says_so(site: tuple[int, int]) -> None:
    status, port = site
    command = json.loads(of("HEALTHCHECK")[0].partition(" CMD ")[2])
    code = command[-1].replace("127.0.0.1:8080", f"127.0.0.1:{port}")

    done = subprocess.run([sys.executable, *command[1:-1], code], capture_output=True, check=False)

    assert (done.returncode == 0) == (status == 200)
