"""Takes mail in and kills the process at random, again and again; then tells what became of the mails.

Usage: kill_inbound.py SOURCE KILLS SEED FOLDER [MAILBOX-URL]; SOURCE is eml, mbox, maildir, imap or post.
Each round some mails arrive, a process forks off and takes them in, and is killed after a random time. At
the end one is let finish. What is told, as JSON: how many mails there were, are, are lost, double, differ.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from newsletter.domain.inbound_mail import InboundFilter
from newsletter.domain.inbox import InboundState
from newsletter.project import Project
from newsletter.project.replies.fetching import Fetching

_USER, _PASSWORD = "renata", "test-only"
_SECRET = "a-long-secret"
_EACH_ROUND = 3
_KEEP_ALIVE = 20.0


def _raw(number: int, chance: random.Random) -> bytes:
    body = bytes(chance.choices(range(1, 256), k=chance.choice([20, 400, 9_000])))
    body = body.replace(b"\r", b"").replace(b"\n", b"\r\n")
    return b"From: r%d@b.nl\r\nMessage-ID: <%d@b.nl>\r\nSubject: mail %d\r\n\r\n%s\r\n" % (
        number,
        number,
        number,
        body,
    )


class Post:
    """The mails that arrive, and the places they arrive at."""

    def __init__(self, source: str, folder: Path, url: str) -> None:
        self.source, self.folder, self.url = source, folder, url
        self.place = folder / "arrived"
        self.sent: dict[str, bytes] = {}
        self.unanswered: list[bytes] = []
        if source == "maildir":
            for name in ("new", "cur", "tmp"):
                (self.place / name).mkdir(parents=True)
        elif source != "mbox":
            self.place.mkdir()

    def deliver(self, raws: list[bytes]) -> None:
        for raw in raws:
            digest = sha256(raw).hexdigest()
            self.sent[digest] = raw
            if self.source == "eml":
                (self.place / f"{len(self.sent)}.eml").write_bytes(raw)
            elif self.source == "maildir":
                (self.place / "new" / f"{len(self.sent)}.host").write_bytes(raw)
            elif self.source == "mbox":
                with self.place.open("ab") as file:
                    quoted = b"\n".join(
                        b">" + line if line.lstrip(b">").startswith(b"From ") else line
                        for line in raw.split(b"\n")
                    )
                    file.write(b"From x Tue Nov 24 09:30:00 2026\n" + quoted + b"\n")
            elif self.source == "post":
                self.unanswered.append(raw)
        if self.source == "imap":
            from imapclient import IMAPClient

            host, port = self.url.rpartition("@")[2].partition("/")[0].split(":")
            with IMAPClient(host, port=int(port), ssl=False, timeout=60) as client:
                client.login(_USER, _PASSWORD)
                for raw in raws:
                    client.append("INBOX", raw)

    def take(self) -> None:
        """Take in what arrived; this is what gets killed."""
        with Project.open(self.folder) as project:
            if self.source == "imap":
                Fetching(project).fetch()
            else:
                project.replies.import_paths([self.place])


def _killed(work: Callable[[], None], delay_s: float) -> bool:
    """Fork off `work` and kill it after a time; say whether it was killed before its end."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            work()
        finally:
            os._exit(0)
    deadline = time.monotonic() + delay_s
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return False
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _serve(folder: Path, listening: socket.socket) -> None:
    """Be the site until killed."""
    import uvicorn

    from newsletter.site import make_app

    with Project.open(folder) as project:
        uvicorn.Server(uvicorn.Config(make_app(project), log_level="critical")).run(sockets=[listening])


def _post_all(post: Post, port: int, kill: Callable[[], None], chance: random.Random) -> None:
    """Post what is unanswered until the server dies; what was answered with 200 is not posted again."""
    boundary = "xYzZYxYzZY"
    quits_at = time.monotonic() + chance.uniform(0, 0.12)
    while post.unanswered:
        raw = post.unanswered[0]
        body = (
            b'--%s\r\nContent-Disposition: form-data; name="email"\r\n\r\n' % boundary.encode()
            + raw
            + b"\r\n--%s--\r\n" % boundary.encode()
        )
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_KEEP_ALIVE)
        try:
            if time.monotonic() >= quits_at:
                kill()
            headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
            connection.request("POST", f"/inbound/{_SECRET}", body, headers)
            if time.monotonic() >= quits_at:
                kill()
            if connection.getresponse().status == 200:
                post.unanswered.pop(0)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


def _posting_round(post: Post, chance: random.Random, *, is_last: bool = False) -> bool:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        port = int(listening.getsockname()[1])
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            try:
                _serve(post.folder, listening)
            finally:
                os._exit(0)

        listening.close()  # so that nobody answers once the server is dead

        def kill() -> None:
            if not is_last:
                os.kill(child, signal.SIGKILL)

        _post_all(post, port, kill, chance)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return True


def _told(post: Post, kills: int) -> MappingProxyType[str, object]:
    with Project.open(post.folder) as project:
        project.replies.read_waiting()
        project.replies.reclassify()  # also what is parked because it was killed again and again
        mails = project.replies.find(InboundFilter())
        kept = [mail.sha256 for mail in mails]
        differ = [mail.id for mail in mails if project.replies.raw(mail.id) != post.sent.get(mail.sha256)]
        unread = [mail.id for mail in mails if mail.state is not InboundState.NEW]
        path = project.store.database.path
    with closing(sqlite3.connect(path)) as database:
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    return MappingProxyType(
        {
            "kills": kills,
            "sent": len(post.sent),
            "kept": len(kept),
            "lost": len(set(post.sent) - set(kept)),
            "double": len(kept) - len(set(kept)),
            "differ": len(differ),
            "unread": len(unread),
            "sound": sound,
        }
    )


def main() -> None:
    source, kills, seed, place = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    url = sys.argv[5] if len(sys.argv) > 5 else ""
    os.environ["MAILBOX_PASSWORD"], os.environ["POST_SECRET"] = _PASSWORD, _SECRET
    (place / "newsletter.toml").write_text(
        '[newsletter]\nname = "Brief"\nbase_url = "https://brief.example"\n'
        '[replies]\npassword = "env:MAILBOX_PASSWORD"\npost_secret = "env:POST_SECRET"\n'
        'since = "2020-01-01"\n' + (f'mailbox = "{url}"\n' if url else "")
    )
    chance = random.Random(seed)
    post = Post(source, place, url)
    post.deliver([_raw(0, chance)])
    started = time.monotonic()
    if source == "post":
        _posting_round(post, chance, is_last=True)
    else:
        post.take()  # makes the database, and warms up what is imported on the way
        started = time.monotonic()
        post.deliver([_raw(1, chance)])
        post.take()
    typical_s = time.monotonic() - started
    done, number = 0, 2
    while done < kills:
        post.deliver([_raw(number + one, chance) for one in range(_EACH_ROUND)])
        number += _EACH_ROUND
        if source == "post":
            done += _posting_round(post, chance)
        else:
            done += _killed(post.take, chance.uniform(0, typical_s * 2))
    if source == "post":
        _posting_round(post, chance, is_last=True)
    else:
        post.take()
    print(json.dumps(dict(_told(post, done))))


if __name__ == "__main__":
    main()
