"""The configuration of a newsletter that comes from another program, as far as its export tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from newsletter.domain.address import AddressError, parse_mailbox
from newsletter.domain.slot import LINK_SLOTS
from newsletter.project.moving.moved import Moved
from newsletter.replacing import replace_file

__all__ = ["configure"]

_FALLBACKS = {"nl": "lezer", "en": "reader"}
_NOT_FIELDS = {*LINK_SLOTS, "date"}


def configure(path: Path, moved: Moved, slots: Iterable[str], lang: str, program: str) -> None:
    """Write what `moved` tells of sender, address and fields into the fresh `newsletter.toml` at `path`.

    What it does not tell keeps its example, which `newsletter doctor` names until the author has decided.
    """
    text = path.read_text("utf-8")
    sender = _mailbox(moved.sender)
    if sender:
        text = _set(text, "from", sender, f"as {program} had it")
        text = _set(text, "reply_to", sender, f"as {program} had it")
    if moved.base_url:
        text = _set(text, "base_url", moved.base_url, f"the address of your {program} pages")
    wanted = dict.fromkeys(name for name in (*moved.fields, *slots) if name not in _NOT_FIELDS)
    wanted.pop("first_name", None)  # the starter has it
    used = set(slots)
    fields = "".join(_field(name, program, lang, is_used=name in used) for name in wanted)
    text = text.replace("[segments.everyone]", f"{fields}[segments.everyone]", 1)
    replace_file(path, text.encode())


def _mailbox(text: str) -> str:
    try:
        parse_mailbox(text)
    except AddressError:
        return ""
    return text


def _set(text: str, key: str, value: str, why: str) -> str:
    line = f"{key} = {json.dumps(value, ensure_ascii=False)} # {why}"
    return re.sub(rf"^{key} = .*$", lambda _match: line, text, count=1, flags=re.MULTILINE)


def _field(name: str, program: str, lang: str, *, is_used: bool) -> str:
    fallback = ""
    if is_used:
        word = _FALLBACKS.get(lang, "reader") if name in ("name", "last_name") else "…"
        fallback = f'fallback = "{word}" # for readers of whom it is not known; choose your own word\n'
    return f'[fields.{name}]\n{fallback}description = "From {program}"\n\n'
