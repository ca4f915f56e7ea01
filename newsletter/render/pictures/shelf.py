"""Pictures processed before, kept in memory: a studio builds the same letter over and over."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from newsletter.render.pictures.faults import PictureFault
from newsletter.render.pictures.process import Order, Processed, process

__all__ = ["Shelf"]

_Key = tuple[str, Order]


class Shelf:
    """Results by content and order, the longest unused thrown away first. For any number of threads."""

    def __init__(self, most_bytes: int = 64_000_000) -> None:
        """Keep results of at most `most_bytes` bytes together."""
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[_Key, Processed | PictureFault] = OrderedDict()
        self._lock = Lock()

    def process(self, data: bytes, order: Order) -> Processed:
        """Return what `process` makes of `data`, from memory when it did before. Raises PictureFault."""
        key = (sha256(data).hexdigest(), order)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
        if known is None:
            known = self._fresh(data, order)
            self._keep(key, known)
        if isinstance(known, PictureFault):
            raise PictureFault(known.what, known.fix)
        return known

    def _fresh(self, data: bytes, order: Order) -> Processed | PictureFault:
        try:
            return process(data, order)
        except PictureFault as fault:
            return PictureFault(fault.what, fault.fix)  # without the traceback, which holds the file

    def _keep(self, key: _Key, result: Processed | PictureFault) -> None:
        with self._lock:
            if key not in self._kept:
                self._bytes += _weight(result)
            self._kept[key] = result
            while self._bytes > self._most and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= _weight(dropped)


def _weight(result: Processed | PictureFault) -> int:
    return 1000 + (len(result.data) if isinstance(result, Processed) else 0)
