"""The mail clients that the data on support speak of, by the names an author knows."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Client", "client_family"]


class Client(StrEnum):
    """A mail client by the name an author knows.

    `GMAIL_NON_GOOGLE` is Gmail's app with an account from elsewhere, which throws style sheets away;
    `OUTLOOK_CLASSIC` is Outlook for Windows that draws with Word; `OUTLOOK_NEW` draws like outlook.com.
    """

    GMAIL_WEB = "gmail-web"
    GMAIL_APP = "gmail-app"
    GMAIL_NON_GOOGLE = "gmail-non-google"
    OUTLOOK_CLASSIC = "outlook-classic"
    OUTLOOK_NEW = "outlook-new"
    OUTLOOK_COM = "outlook-com"
    OUTLOOK_MAC = "outlook-mac"
    OUTLOOK_APP = "outlook-app"
    APPLE_MAIL = "apple-mail"
    APPLE_IOS = "apple-ios"
    SAMSUNG = "samsung"
    YAHOO = "yahoo"
    YAHOO_APP = "yahoo-app"
    THUNDERBIRD = "thunderbird"
    PROTON = "proton"
    FASTMAIL = "fastmail"
    GMX = "gmx"


def client_family(client: Client) -> str:
    """Return the name that stands for `client` and its kin, such as `outlook`."""
    return client.partition("-")[0]
