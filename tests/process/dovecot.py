"""Dovecot, a real IMAP server, on 127.0.0.1, started for the tests that ask for it, each with its mailbox."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.free_ports import free_ports

__all__ = ["PASSWORD", "Dovecot", "dovecot_reason", "running_dovecot"]

PASSWORD = "test-only"
_PROGRAM = "dovecot"
_CONF = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:{root}/mail/%u
mail_fsync = never
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  client_limit = 1000
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running server: its ports, and the folder with a Maildir for each user."""

    port: int
    tls_port: int
    root: Path

    def maildir(self, user: str) -> Path:
        """Return the Maildir of `user`; it is there once they logged in."""
        return self.root / "mail" / user

    def url(self, user: str, folder: str = "INBOX") -> str:
        """Return what `[replies] mailbox` has for it."""
        return f"imaps://{user}@localhost:{self.tls_port}/{folder}"

    def client(self, user: str) -> IMAPClient:
        """Return a client that is logged in as `user`."""
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=60)
        client.login(user, PASSWORD)
        return client


def dovecot_reason() -> str | None:
    """Return why Dovecot cannot be started here; None when it can."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    if shutil.which(_PROGRAM, path=path) is None:
        return "Dovecot is not installed: apt-get install dovecot-imapd"
    return None if os.geteuid() == 0 else "only root can start Dovecot"


@contextmanager
def running_dovecot(certificate: Path) -> Iterator[Dovecot]:
    """Start a server with `certificate` and its key; it stops at the end, and its mailboxes go."""
    # Not in pytest's own folder, which every session closes to all users but its own.
    with tempfile.TemporaryDirectory(prefix="newsletter-dovecot-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o711)
        yield from _run(root, certificate)


def _run(root: Path, certificate: Path) -> Iterator[Dovecot]:
    user = pwd.getpwnam("mail")
    port, tls_port = free_ports(2)
    for name in ("run", "state", "mail"):
        (root / name).mkdir()
    os.chown(root / "mail", user.pw_uid, user.pw_gid)
    conf = root / "dovecot.conf"
    conf.write_text(
        _CONF.format(
            root=root,
            certificate=certificate,
            password=PASSWORD,
            uid=user.pw_uid,
            gid=user.pw_gid,
            port=port,
            tls_port=tls_port,
        )
    )
    program = shutil.which(_PROGRAM, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    process = subprocess.Popen([str(program), "-F", "-c", str(conf)], stderr=subprocess.PIPE)
    try:
        _wait_for(port, process, root / "log")
        yield Dovecot(port=port, tls_port=tls_port, root=root)
    finally:
        process.terminate()
        process.communicate(timeout=300)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while True:
        with closing(socket.socket()) as one:
            one.settimeout(10)
            if one.connect_ex(("127.0.0.1", port)) == 0 and one.recv(4):
                return
        if process.poll() is not None or time.monotonic() > deadline:
            told = log.read_text(errors="replace") if log.exists() else ""
            raise RuntimeError(f"Dovecot did not start: {told[-2000:]}")
        time.sleep(0.02)
