"""Why a file cannot be shown as a picture, in the author's words."""

from __future__ import annotations

import struct
import zlib

from PIL import Image

__all__ = ["DAMAGE", "PictureFault"]

DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow raises on a file that is damaged or made to harm: its readers trust what a file says."""


class PictureFault(Exception):
    """The file will not do. `what` follows the name of the picture, `fix` says what to type or do."""

    def __init__(self, what: str, fix: str) -> None:
        """Keep the reason and the mend."""
        super().__init__(what)
        self.what, self.fix = what, fix
