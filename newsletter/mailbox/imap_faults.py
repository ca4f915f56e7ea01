"""What goes wrong with an IMAP server, in words the author understands."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import IMAPClientError

from newsletter.domain.mailbox_address import ImapFolder
from newsletter.errors import InboundError, Problem

__all__ = ["imap_fault", "said"]

_BYTES = re.compile(r"""\bb(['"])(.*?)\1""", re.DOTALL)


def said(error: Exception) -> str:
    """Return the words of a server in `error`, which IMAPClient has as Python writes bytes."""
    return _BYTES.sub(r"\2", str(error)).removeprefix("* ")[:300]


@contextmanager
def imap_fault(where: ImapFolder) -> Iterator[None]:
    """Turn whatever server and network raise into an InboundError that names the server."""
    try:
        yield
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        raise InboundError(
            Problem(
                what=f"{where.host} is not talked to: its encryption cannot be trusted",
                why=str(reason),
                fix="look at server name and port in [replies] mailbox; imaps:// is port 993, imap:// 143",
            )
        ) from error
    except socket.gaierror as error:
        what = f"there is no server called {where.host}"
        raise InboundError(Problem(what=what, why=str(error.strerror), fix=_FIX)) from error
    except TimeoutError as error:
        raise InboundError(Problem(what=f"{where.host} does not answer in time", fix=_FIX)) from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InboundError(
            Problem(what=f"{where.host}, port {where.port}, cannot be reached", why=why, fix=_FIX)
        ) from error
    except IMAPClientError as error:
        raise InboundError(Problem(what=f"{where.host} refuses: {said(error)}", fix=_FIX)) from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        # What IMAPClient trips over in an answer it did not expect.
        what = f"{where.host} answers what no mail server should"
        raise InboundError(Problem(what=what, why=said(error) or None, fix=_FIX)) from error


_FIX = "look at [replies] mailbox, or try again"
