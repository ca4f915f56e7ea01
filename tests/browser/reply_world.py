"""Mail for the studio's inbox: readers who answer, and one mail that would do harm if it could."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from newsletter.domain.inbox import InboundState
from newsletter.project import Project

__all__ = ["HOSTILE", "add_mails", "hostile_html", "make_unread"]

HOSTILE = 4
"""The number of the mail that would do harm."""

QUOTED = "\n\nOp 24 nov. 2026 om 09:30 schreef Renata <renata@brief.example>:\n> Laat je het me weten?\n"


def add_mails(root: Path, elsewhere: str) -> None:
    """Put four mails into the inbox of the project at `root`.

    1 is a reader's answer in two paragraphs with the letter quoted below, 2 an answer with markup in it,
    3 written by a machine, and 4 has HTML that asks for things at the address `elsewhere`.
    """
    mails = [
        _mail(
            "Wilma Jansen <wilma@meerdijk.example>",
            "Re: Vierendertig groepen",
            f"Beste Renata,\n\nWij hebben er veertien, en de helft is stil.\n\nGroet, Wilma{QUOTED}",
        ),
        _mail(
            "Sjoerd <sjoerd@waterschap.example>",
            "Antw: groepen",
            "# Geen idee\n\n::: note\n{{ first_name }}\n:::",
        ),
        _machine(),
        _hostile(elsewhere),
    ]
    with Project.open(root, environment={}) as project:
        for number, mail in enumerate(mails, 1):
            project.replies.ingest(mail.as_bytes(), "eml", str(number))
        project.replies.read_waiting()


def make_unread(root: Path) -> None:
    """Put all mails of `add_mails` back as they came in."""
    with Project.open(root, environment={}) as project:
        project.replies.move([1, 2, 3, HOSTILE], InboundState.NEW)


def _mail(sender: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "renata@brief.example", subject
    mail["Date"], mail["Message-ID"] = "Thu, 26 Nov 2026 09:00:00 +0100", f"<{len(subject)}@x.example>"
    mail.set_content(text)
    return mail


def _machine() -> EmailMessage:
    mail = _mail("Anna <anna@gouda.example>", "Automatisch antwoord: afwezig", "Ik ben er maandag weer.")
    mail["Auto-Submitted"] = "auto-replied"
    return mail


def _hostile(elsewhere: str) -> EmailMessage:
    mail = _mail("Mallory <m@evil.example>", "</title><script>alert(1)</script>", "Kijk eens.")
    mail.add_alternative(hostile_html(elsewhere), subtype="html")
    mail.add_attachment(
        b"<script>alert(1)</script>", maintype="text", subtype="html", filename="open-mij.html"
    )
    return mail


def hostile_html(elsewhere: str) -> str:
    """Return a page that loads something from `elsewhere` in every way we know of, with words in between."""
    return f"""<!doctype html><html><head><title>x</title><base href="{elsewhere}/base/">
<meta http-equiv="refresh" content="0;url={elsewhere}/refresh">
<link rel="stylesheet" href="{elsewhere}/link.css"><link rel="icon" href="{elsewhere}/icon.png">
<link rel="preload" as="image" href="{elsewhere}/preload.png">
<link rel="prefetch" href="{elsewhere}/prefetch">
<style>@import "{elsewhere}/import.css"; body {{ background: url({elsewhere}/style.png) }}
@font-face {{ font-family: f; src: url({elsewhere}/font.woff) }} p {{ font-family: f }}</style>
<script src="{elsewhere}/script.js"></script></head>
<body background="{elsewhere}/body.png" onload="new Image().src='{elsewhere}/onload.png'">
<script>fetch("{elsewhere}/fetch"); top.location = "{elsewhere}/top";
parent.document.title = "hacked"</script>
<p style="background-image: url({elsewhere}/inline.png); color: #a3241b">Gevaarlijke woorden</p>
<img src="{elsewhere}/pixel.gif" srcset="{elsewhere}/set.gif 2x"
onerror="fetch('{elsewhere}/onerror')" alt="">
<picture><source srcset="{elsewhere}/source.png"><img src="{elsewhere}/picture.png" alt=""></picture>
<svg width="9" height="9"><image href="{elsewhere}/svg.png" width="9" height="9"/>
<script>fetch("{elsewhere}/svg-script")</script></svg>
<form action="{elsewhere}/form" method="post"><input name="a" value="b" autofocus>
<button>Verstuur</button></form>
<script>document.forms[0].submit()</script>
<iframe src="{elsewhere}/frame"></iframe><object data="{elsewhere}/object"></object>
<embed src="{elsewhere}/embed">
<video src="{elsewhere}/video" poster="{elsewhere}/poster.png" autoplay></video>
<audio src="{elsewhere}/audio" autoplay></audio><input type="image" src="{elsewhere}/input.png" alt="">
<table background="{elsewhere}/table.png">
<tr><td style="list-style: url({elsewhere}/list.png)">Tabel</td></tr></table>
<a href="{elsewhere}/link" ping="{elsewhere}/ping">Een link</a>
</body></html>"""
