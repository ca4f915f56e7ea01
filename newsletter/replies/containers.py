"""How mail programs mark in HTML what is quoted, said about the quote, signed or added: one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["Mark", "mark_of"]


class Mark(StrEnum):
    """What the markup says of a line. Nothing is taken away for it alone; `strip` decides."""

    QUOTE = "quote"  # inside what a program uses for quotes only
    BLOCKQUOTE = "blockquote"  # inside a bare blockquote: a quote, or one of the writer's own
    CITED = "cited"  # the same in a blockquote with a class that Gmail gives to both
    ATTRIBUTION = "attribution"  # the line that says who wrote what is quoted
    BELOW = "below"  # from this line on all is quoted
    SIGNATURE = "signature"
    RULE = "rule"  # a horizontal rule, drawn or as a border


# Attribute and value as they are, without the x_ Outlook puts before names in what it quotes → mark.
_EXACT: dict[tuple[str, str], Mark] = {
    ("class", "gmail_attr"): Mark.ATTRIBUTION,
    ("class", "moz-cite-prefix"): Mark.ATTRIBUTION,
    ("class", "moz-email-headers-table"): Mark.BELOW,
    ("class", "moz-forward-container"): Mark.QUOTE,
    ("class", "moz-signature"): Mark.SIGNATURE,
    ("class", "moz-txt-sig"): Mark.SIGNATURE,
    ("class", "gmail_signature"): Mark.SIGNATURE,
    ("class", "gmail_signature_prefix"): Mark.SIGNATURE,
    ("class", "protonmail_quote"): Mark.QUOTE,
    ("class", "protonmail_signature_block"): Mark.SIGNATURE,
    ("class", "yahoo_quoted"): Mark.QUOTE,
    ("class", "tutanota_quote"): Mark.QUOTE,
    ("class", "zmail_extra"): Mark.QUOTE,
    ("class", "missive_quote"): Mark.QUOTE,
    ("class", "missive_signature"): Mark.SIGNATURE,
    ("class", "front-signature"): Mark.SIGNATURE,
    ("class", "front-blockquote"): Mark.QUOTE,
    ("class", "k9mail-signature"): Mark.SIGNATURE,
    ("class", "ms-outlook-mobile-signature"): Mark.SIGNATURE,
    ("class", "OutlookMessageHeader"): Mark.BELOW,
    ("class", "ms-outlook-mobile-reference-message"): Mark.BELOW,
    ("class", "AppleOriginalContents"): Mark.QUOTE,
    ("class", "freebirdsignature"): Mark.SIGNATURE,
    ("id", "reply-intro"): Mark.ATTRIBUTION,
    ("id", "divRplyFwdMsg"): Mark.BELOW,
    ("id", "divRpF"): Mark.BELOW,
    ("id", "appendonsend"): Mark.BELOW,
    ("id", "stopSpelling"): Mark.BELOW,
    ("id", "zwchr"): Mark.BELOW,
    ("id", "OLK_SRC_BODY_SECTION"): Mark.BELOW,
    ("id", "mail-editor-reference-message-container"): Mark.BELOW,
    ("id", "ms-outlook-mobile-body-separator-line"): Mark.RULE,
    ("id", "Signature"): Mark.SIGNATURE,
    ("id", "signature"): Mark.SIGNATURE,
    ("id", "ms-outlook-mobile-signature"): Mark.SIGNATURE,
    ("id", "AppleMailSignature"): Mark.SIGNATURE,
    ("id", "lineBreakAtBeginningOfSignature"): Mark.SIGNATURE,
    ("id", "composer_signature"): Mark.SIGNATURE,
    ("id", "_rc_sig"): Mark.SIGNATURE,
    ("id", "protonmail_mobile_signature_block"): Mark.SIGNATURE,
    ("class", "sh-quoted-content"): Mark.QUOTE,
    ("class", "airmail_on"): Mark.ATTRIBUTION,
    ("class", "clean_bq"): Mark.QUOTE,
    ("class", "gmail_quote_attribution"): Mark.ATTRIBUTION,
    ("id", "isReplyContent"): Mark.QUOTE,
    ("id", "isForwardContent"): Mark.QUOTE,
    ("name", "quote"): Mark.QUOTE,
    ("name", "quoted-content"): Mark.QUOTE,
    ("name", "messageReplySection"): Mark.QUOTE,
    ("name", "messageSignatureSection"): Mark.SIGNATURE,
    ("data-marker", "__QUOTED_TEXT__"): Mark.QUOTE,
    ("data-marker", "__HEADERS__"): Mark.BELOW,
    ("data-marker", "__DIVIDER__"): Mark.BELOW,
    ("data-marker", "__SIG_PRE__"): Mark.SIGNATURE,
    ("data-marker", "__SIG_POST__"): Mark.SIGNATURE,
}
_BEGINNING: tuple[tuple[str, str, Mark], ...] = (
    ("id", "yahoo_quoted_", Mark.QUOTE),
    ("id", "apple-mail-signature", Mark.SIGNATURE),
    ("id", "ymail_android_signature", Mark.SIGNATURE),
    ("id", "AOLMsgPart", Mark.QUOTE),
    ("id", "divRpF", Mark.BELOW),
)
_SIGNATURES = (
    "signature",
    "emailsignature",
    "mailsignature",
    "htmlsig",
    "wisestamp",
    "exclaimer",
    "codetwosig",
)
_QUOTES = ("quote", "quoted")  # as the last word of a class with a program's name before it
_NO_QUOTES = ("gmail", "pull", "block", "end", "un")
_CITING_CLASSES = {"cite", "iwcQuote"}
# The lines Word and Outlook draw above what they quote.
_BORDERS = ("border-top:solid#e1e1e1", "border-top:solid#b5c4df", "border-top:#e1e1e1", "border-top:#b5c4df")


def mark_of(tag: str, attributes: Mapping[str, str]) -> Mark | None:
    """Return what an element says of the lines in it; None when it says nothing."""
    if tag == "hr":
        return _named(attributes) or Mark.RULE
    found = _named(attributes) if attributes else None
    if tag == "blockquote":
        return found or _blockquote(attributes)
    if found is not None or not attributes:
        return found
    style = attributes.get("style", "")
    if "border-top" in style:
        squeezed = style[:500].lower().replace(" ", "").replace("\n", "").replace("windowtext", "")
        if any(border in squeezed for border in _BORDERS):
            return Mark.RULE
    return None


def _named(attributes: Mapping[str, str]) -> Mark | None:
    for name in ("class", "id", "name", "data-marker"):
        value = attributes.get(name, "")[:500]
        if not value:
            continue
        for word in value.split() if name == "class" else (value,):
            found = _EXACT.get((name, word.removeprefix("x_"))) or _by_words(word.removeprefix("x_"))
            if found is not None:
                return found
        for attribute, beginning, mark in _BEGINNING:
            if attribute == name and value.removeprefix("x_").startswith(beginning):
                return mark
    return None


def _by_words(name: str) -> Mark | None:
    """Return what a name says by its words: "sh-signature", "acme_quote"."""
    words = name.lower().replace("_", "-").split("-")
    if words[-1] in _SIGNATURES:
        return Mark.SIGNATURE
    is_quote = len(words) > 1 and words[-1] in _QUOTES and words[-2] not in _NO_QUOTES
    return Mark.QUOTE if is_quote else None


def _blockquote(attributes: Mapping[str, str]) -> Mark:
    classes = {word.removeprefix("x_") for word in attributes.get("class", "")[:500].split()}
    if attributes.get("type", "").lower() == "cite" or "cite" in attributes or classes & _CITING_CLASSES:
        return Mark.QUOTE
    return Mark.CITED if "gmail_quote" in classes else Mark.BLOCKQUOTE
