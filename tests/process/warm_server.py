"""Runs commands by forking from a process that has already imported what they use: the same, but sooner.

It has also rehearsed: it made a newsletter, checked and sent its letter, so that dictionaries, grammars,
compiled patterns and compiled SQL are in memory, as in any process that has been at work for a while.

Every line on standard input is a request in JSON: `{"argv": […], "cwd": …, "env": {…}, "files": [three paths
for input, output and errors], "largest_file": bytes or null}`. The answer is `{"pid": …}` and, when the
command has ended, `{"code": …}`, negative for a signal.
"""

import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
import tempfile
import threading
import time
import traceback
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

from newsletter.store.database import postgres_database, sqlite_database
from tests.kept_statements import KeptStatements, keeping

PRELOADED = (
    "newsletter.cli",
    "newsletter.checks.rules",
    "newsletter.project",
    "newsletter.providers",
    "newsletter.render",
    "newsletter.store",
)


def preload() -> None:
    """Import the packages with all that is in them."""
    for name in PRELOADED:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if "migrations" not in found.name:  # Alembic runs those itself
                importlib.import_module(found.name)


REHEARSED = (
    ("init", ".", "--name", "Brief"),
    ("subscribers", "import", "list.csv", "--apply"),
    ("check", "first"),
    ("send", "first", "--yes"),
    ("status", "--json"),
)


def rehearse() -> None:
    """Do once what most tests do, in a newsletter that goes away, and leave nothing open."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("NEWSLETTER_")}
    os.environ["NEWSLETTER_SEND_NETWORK"] = "false"
    with tempfile.TemporaryDirectory() as directory, chdir(directory), open(os.devnull, "w") as nowhere:
        Path("list.csv").write_text("email\nr@x.example\n")
        for words in REHEARSED:
            sys.argv = ["newsletter", *words]
            with redirect_stdout(nowhere), redirect_stderr(nowhere):
                try:
                    importlib.import_module("newsletter.cli").main()
                except SystemExit as end:
                    assert not end.code, words  # noqa: PT017  # the server does not start, and says why
        descriptors = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:-1]]
        assert not [one for one in descriptors if one.startswith(directory)], descriptors
    assert threading.active_count() == 1, "a fork copies one thread alone"
    for number, handler in handlers.items():
        signal.signal(number, handler)
    del os.environ["NEWSLETTER_SEND_NETWORK"]
    os.environ.update(kept)


def become(request: dict) -> int:
    """Become the command of `request` and return its exit code."""
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_APPEND, os.O_WRONLY | os.O_APPEND)
    for number, (path, flag) in enumerate(zip(request["files"], flags, strict=True)):
        file = os.open(path, flag)
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    if request["largest_file"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest_file"],) * 2)
    sys.argv = ["newsletter", *request["argv"]]
    try:
        importlib.import_module("newsletter.cli").main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a forked child must never return into the loop of its parent
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Serve requests until standard input ends."""
    preload()
    kept = KeptStatements()
    for module in (postgres_database, sqlite_database):
        module.create_engine = keeping(module.create_engine, kept)
    rehearse()
    while line := sys.stdin.readline():
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = become(request)
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        print(json.dumps({"pid": pid}), flush=True)
        _, status = os.waitpid(pid, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
