"""What programs write in their log while they work: to standard error, with addresses shortened."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from newsletter.domain.masking import mask_addresses

__all__ = ["MaskingFormatter", "set_up_logs"]

_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class MaskingFormatter(logging.Formatter):
    """Shortens every address, also those in the message of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines for `record`."""
        return mask_addresses(super().format(record))


class _OwnHandler(logging.StreamHandler[TextIO]):
    """Known by its class, so that it is replaced when logs are set up again, and nobody else's is."""


def set_up_logs(*, show_addresses: bool, stream: TextIO | None = None) -> None:
    """Write warnings and what is worse to `stream`, standard error by default; addresses only if asked."""
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _OwnHandler)]:
        root.removeHandler(handler)
    own = _OwnHandler(stream or sys.stderr)
    own.setLevel(logging.WARNING)
    own.setFormatter(logging.Formatter(_FORM) if show_addresses else MaskingFormatter(_FORM))
    root.addHandler(own)
