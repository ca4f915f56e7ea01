"""Takes out of a letter what the data says a mail client does not support."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml.etree import _Element

from newsletter.domain.client import Client
from newsletter.render.clients.css import (
    AtRule,
    Declaration,
    Rule,
    change_sheet,
    media_features,
    read_sheet,
    selector_features,
    write_sheet,
)
from newsletter.render.clients.images_off import picture_box
from newsletter.render.clients.losses import LossKind
from newsletter.render.clients.page import Page
from newsletter.render.clients.support import Support, property_feature, support
from newsletter.render.clients.tree import drop, set_style, style_of, swap, unwrap
from newsletter.render.clients.values import picture_feature, value_features

__all__ = ["apply_support"]

_HEIGHT_QUERY = re.compile(r"\(\s*(?:m(?:in|ax)-)?height")
_WORD_ATTRIBUTE = re.compile(r"\[\s*[\w-]+\s*~=")


def apply_support(page: Page, client: Client) -> None:
    """Change `page` to what `client` keeps of it: styles, elements and pictures."""
    for style in page.styles():
        _apply_to_sheet(page, style, client)
    for element in page.elements():
        if element.get("style"):
            kept = [one for one in style_of(element) if _is_kept(page, one, client, element)]
            set_style(element, kept)
        if element.tag == "img":
            _apply_to_picture(page, element, client)
        elif support(client, f"html-{element.tag}") is Support.NO and element.tag != "style":
            _leave_out(page, element)


def _apply_to_sheet(page: Page, style: _Element, client: Client) -> None:
    def rule(one: Rule) -> Rule | None:
        for feature in sorted(_needed(one)):
            if support(client, feature) is Support.NO or _is_beyond(feature, one, client):
                page.losses.add(LossKind.SELECTOR, _unknown_part(feature, one), style)
                return None
        kept = tuple(each for each in one.declarations if _is_kept(page, each, client, style))
        return replace(one, declarations=kept)

    def at_rule(one: AtRule) -> AtRule | None:
        asked = media_features(one.prelude) if one.name == "media" else {f"css-at-{one.name}"}
        is_out = any(support(client, feature) is Support.NO for feature in asked)
        if is_out or (one.name == "media" and _is_height_in_gmail(one, client)):
            page.losses.add(LossKind.AT_RULE, f"@{one.name} {one.prelude}", style)
            return None
        return one

    nodes = read_sheet(style.text or "")
    changed = change_sheet(nodes, rule, at_rule)
    if changed == nodes:
        return
    if changed:
        style.text = write_sheet(changed)
    else:
        drop(style)


def _unknown_part(feature: str, rule: Rule) -> str:
    """Return what of the selectors the client does not know: the part, or the first selector with it."""
    guilty = next(one for one in rule.selectors if feature in selector_features(one))
    if feature == "css-selector-attribute":
        return guilty[guilty.find("[") : guilty.find("]") + 1] or guilty
    if feature.startswith("css-pseudo-"):
        return f":{feature.removeprefix('css-pseudo-').partition('-')[2]}"
    return guilty


def _needed(rule: Rule) -> frozenset[str]:
    return frozenset().union(*(selector_features(one) for one in rule.selectors))


def _is_beyond(feature: str, rule: Rule, client: Client) -> bool:
    """Say whether Gmail, which knows `[name~=word]` only, meets another attribute selector."""
    if feature != "css-selector-attribute" or client not in (Client.GMAIL_WEB, Client.GMAIL_APP):
        return False
    return any("[" in one and not _WORD_ATTRIBUTE.search(one) for one in rule.selectors)


def _is_height_in_gmail(rule: AtRule, client: Client) -> bool:
    return client in (Client.GMAIL_WEB, Client.GMAIL_APP) and bool(_HEIGHT_QUERY.search(rule.prelude))


def _is_kept(page: Page, declaration: Declaration, client: Client, element: _Element) -> bool:
    if support(client, property_feature(declaration.name)) is Support.NO:
        page.losses.add(LossKind.PROPERTY, declaration.name, element)
        return False
    if any(support(client, one) is Support.NO for one in value_features(declaration.value)):
        page.losses.add(LossKind.PROPERTY, f"{declaration.name}: {declaration.value}", element)
        return False
    return True


def _apply_to_picture(page: Page, image: _Element, client: Client) -> None:
    address = image.get("src", "")
    feature = picture_feature(address)
    if support(client, feature) is Support.NO:
        page.losses.add(LossKind.PICTURE, address.rpartition("/")[2], image)
        swap(image, picture_box(image))


def _leave_out(page: Page, element: _Element) -> None:
    if element.getparent() is None:
        return
    page.losses.add(LossKind.ELEMENT, f"<{element.tag}>", element)
    if element.tag in ("svg", "audio", "video"):
        drop(element)
    else:
        unwrap(element)
