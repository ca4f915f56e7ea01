"""Characters from bytes in whatever character set a mail claims; always an answer, in linear time."""

from __future__ import annotations

import codecs
import re

__all__ = ["decode_text", "one_line"]

# What mail calls one thing and means the wider other (WHATWG Encoding, 4.2).
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "cp950",
    "tis-620": "cp874",
}
# No character sets of mail: slow by nature, or code rather than characters.
_REFUSED = {"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
_CONTROL = re.compile("[\\0-\\x08\\x0b\\x0e-\\x1f\\x7f\\ufeff\\ud800-\\udfff]")
_BREAKS = re.compile(r"[\r\n\v\x85\u2028\u2029]")


def decode_text(content: bytes, charset: str) -> str:
    """Return `content` as characters without control characters, line ends as LF.

    A charset that is unknown, or that `content` does not keep to, gives way to UTF-8 if that fits, and
    to Windows-1252 if not.
    """
    codec = _codec(charset)
    text = _strict(content, codec)
    if text is None:
        text = _strict(content, "utf-8")
    if text is None:
        text = content.decode("cp1252" if codec in ("utf-8", "cp1252") else codec, "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text.replace("\f", "\n"))


def one_line(text: str) -> str:
    """Return `text` without line breaks and without space around it."""
    return _BREAKS.sub(" ", text).strip()


def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'")
    if not _NAME.fullmatch(name):
        return "utf-8"
    try:
        info = codecs.lookup(name)
        "".encode(info.name)  # refuses what turns bytes into bytes
    except (LookupError, ValueError, UnicodeError):
        return "utf-8"
    if info.name in _REFUSED or info.name.replace("_", "-") in _REFUSED:
        return "utf-8"
    return _WIDER.get(info.name, info.name)


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None
