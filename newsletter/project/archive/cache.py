"""What was made of a letter before, kept by what it was made from, so that nothing is made twice."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import newsletter
from newsletter.replacing import make_private_folder

__all__ = ["RenderCache"]

_DIGEST_BYTES = 32
_LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "pillow")
_STAGES = ("archive", "config", "content", "domain", "render")


class RenderCache:
    """Keeps bytes in a folder, each by the digest of everything they follow from.

    It is an aid alone: what cannot be read, or is not as it was written, is made again, and a folder that
    cannot be written keeps nothing. What a build did not ask for is thrown away when it ends.
    """

    def __init__(self, folder: Path, *, is_kept: bool = True) -> None:
        """Keep in `folder`, unless `is_kept` is false: then what is there is used, and nothing changes."""
        self._folder = folder
        self._is_kept = is_kept
        self._used: set[str] = set()

    def find(self, parts: Iterable[str]) -> bytes | None:
        """Return what was put for the same `parts` by the same program, None when nothing was."""
        name = _name(parts)
        self._used.add(name)
        try:
            kept = (self._folder / name).read_bytes()
        except OSError:
            return None
        digest, data = kept[:_DIGEST_BYTES], kept[_DIGEST_BYTES:]
        return data if sha256(data).digest() == digest else None

    def put(self, parts: Iterable[str], data: bytes) -> None:
        """Keep `data` for `parts`."""
        name = _name(parts)
        self._used.add(name)
        if not self._is_kept:
            return
        with contextlib.suppress(OSError):
            make_private_folder(self._folder)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as draft:
                draft.write(sha256(data).digest() + data)
            Path(draft.name).replace(self._folder / name)

    def tidy(self) -> None:
        """Throw away what nobody asked for."""
        if self._is_kept:
            with contextlib.suppress(OSError):
                for path in list(self._folder.iterdir()):
                    if path.name not in self._used:
                        path.unlink()


def _name(parts: Iterable[str]) -> str:
    return sha256("\0".join((_program(), *parts)).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _program() -> str:
    """Return what changes with the program: its version, its own files, and the libraries it makes with."""
    root = Path(newsletter.__file__).parent
    files = sorted(path for stage in _STAGES for path in (root / stage).rglob("*.*") if path.suffix != ".pyc")
    stamps = [(str(path.relative_to(root)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return repr((newsletter.__version__, [(name, version(name)) for name in _LIBRARIES], stamps))
