"""A letter as some mail clients show it: simulated from data, never the client itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from newsletter.domain.client import Client
from newsletter.render.clients.apply import apply_support
from newsletter.render.clients.conditional import apply_conditionals
from newsletter.render.clients.dark import Inversion, force_dark
from newsletter.render.clients.gmail import clip, limit_styles, mark_cut, replace_body
from newsletter.render.clients.images_off import turn_images_off
from newsletter.render.clients.losses import Loss, LossKind
from newsletter.render.clients.outlook_classic import apply_word
from newsletter.render.clients.page import Page
from newsletter.render.clients.tree import drop

__all__ = ["Simulated", "Simulation", "simulate"]


class Simulation(StrEnum):
    """What can be simulated.

    `GMAIL_DARK` is Gmail's app on an iPhone, which turns every colour; `OUTLOOK_DARK` is Outlook's app,
    which turns what is light and lets the letter answer.
    """

    IMAGES_OFF = "images-off"
    GMAIL = "gmail"
    GMAIL_NON_GOOGLE = "gmail-non-google"
    GMAIL_DARK = "gmail-dark"
    OUTLOOK_CLASSIC = "outlook-classic"
    OUTLOOK_DARK = "outlook-dark"

    @property
    def scheme(self) -> str:
        """Return what the client answers when the letter asks for the colour scheme: light or dark."""
        return "dark" if self is Simulation.OUTLOOK_DARK else "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The letter as the client would show it, and what it leaves out."""

    html: str
    losses: tuple[Loss, ...]


def simulate(html: str, simulation: Simulation, *, own: Collection[str] = ()) -> Simulated:
    """Return `html` as the client of `simulation` would show it.

    `own` has the addresses of the letter's own pictures; nothing else is ever loaded, and no script is left.
    Takes any text and never raises for what is in it.
    """
    page = _CHANGES[simulation](html, own)
    return Simulated(html=page.write(), losses=page.losses.all())


def _images_off(html: str, own: Collection[str]) -> Page:
    page = Page(html, own)
    turn_images_off(page)
    return page


def _gmail(html: str, own: Collection[str]) -> Page:
    return _in_gmail(html, own, Client.GMAIL_WEB)


def _in_gmail(html: str, own: Collection[str], client: Client) -> Page:
    cut = clip(html)
    page = Page(cut.shown, own)
    limit_styles(page)
    apply_support(page, client)
    replace_body(page)
    if cut.lost:
        mark_cut(page, cut.lost)
    return page


def _gmail_non_google(html: str, own: Collection[str]) -> Page:
    page = Page(html, own)
    for style in page.styles():
        page.losses.add(LossKind.STYLES, "<style>", style)
        drop(style)
    apply_support(page, Client.GMAIL_NON_GOOGLE)
    replace_body(page)
    return page


def _gmail_dark(html: str, own: Collection[str]) -> Page:
    page = _in_gmail(html, own, Client.GMAIL_APP)
    force_dark(page, Inversion.FULL)
    return page


def _outlook_classic(html: str, own: Collection[str]) -> Page:
    page = Page(apply_conditionals(html), own)
    apply_word(page)
    apply_support(page, Client.OUTLOOK_CLASSIC)
    return page


def _outlook_dark(html: str, own: Collection[str]) -> Page:
    page = Page(html, own)
    apply_support(page, Client.OUTLOOK_APP)
    force_dark(page, Inversion.PARTIAL)
    return page


_CHANGES = {
    Simulation.IMAGES_OFF: _images_off,
    Simulation.GMAIL: _gmail,
    Simulation.GMAIL_NON_GOOGLE: _gmail_non_google,
    Simulation.GMAIL_DARK: _gmail_dark,
    Simulation.OUTLOOK_CLASSIC: _outlook_classic,
    Simulation.OUTLOOK_DARK: _outlook_dark,
}
