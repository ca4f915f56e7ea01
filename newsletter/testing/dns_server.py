"""A name server on 127.0.0.1 that knows one zone, over UDP and TCP, and fails as it is told to."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
from collections.abc import Mapping, Sequence
from enum import StrEnum
from threading import Thread
from types import TracebackType

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

__all__ = ["DnsServer", "DnsTrouble", "Zone"]

_MOST_UDP_BYTES = 512
"""Longest answer over UDP without EDNS (RFC 1035, section 4.2.1); longer ones are asked again over TCP."""

_MOST_CHAIN = 8
_ANYTHING = ("*", "*")
_ROOT = {(".", "NS"): ["a.root-servers.example."]}


class DnsTrouble(StrEnum):
    """What happens in place of an answer."""

    SERVFAIL = "servfail"
    REFUSED = "refused"
    SILENCE = "silence"
    GARBAGE = "garbage"


Zone = Mapping[tuple[str, str], Sequence[str] | DnsTrouble]
"""Values by name and type: host names with a final dot, text of TXT records as it is, without quotes.

A trouble at ("*", "*") meets every question that nothing else is said of.
"""


class DnsServer:
    """Answers questions about `zone`; names that are in no record do not exist.

    `asked` are the names and types that were asked for, `over_tcp` how many of them over TCP. Use it as a
    context manager.
    """

    def __init__(self, zone: Zone, *, knows_internet: bool = True) -> None:
        """Listen on a free port; one that `knows_internet` also knows the servers of the root."""
        self.zone: dict[tuple[str, str], Sequence[str] | DnsTrouble] = {
            **(_ROOT if knows_internet else {}),
            **zone,
        }
        self.asked: list[tuple[str, str]] = []
        self.over_tcp = 0
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port = int(self._tcp.getsockname()[1])
        self._udp.bind(("127.0.0.1", self.port))
        self._stop, self._stopped = socket.socketpair()
        self._thread = Thread(target=self._serve, name="name server")

    @property
    def address(self) -> tuple[str, int]:
        """Return address and port."""
        return "127.0.0.1", self.port

    def __enter__(self) -> DnsServer:
        """Serve from now on."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait for the thread."""
        self._stop.send(b"x")
        self._thread.join()
        for one in (self._tcp, self._udp, self._stop, self._stopped):
            one.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as waiting:
            for one in (self._tcp, self._udp, self._stopped):
                waiting.register(one, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in waiting.select()}
                if self._stopped in ready:
                    return
                with contextlib.suppress(OSError):
                    if self._udp in ready:
                        self._over_udp()
                    if self._tcp in ready:
                        self._over_tcp()

    def _over_udp(self) -> None:
        data, peer = self._udp.recvfrom(65_535)
        reply = self._reply(data)
        if reply is not None and len(reply) > _MOST_UDP_BYTES:
            reply = _cut(data)
        if reply is not None:
            self._udp.sendto(reply, peer)

    def _over_tcp(self) -> None:
        wire, _ = self._tcp.accept()
        with wire:
            wire.settimeout(5)
            length = struct.unpack("!H", _exactly(wire, 2))[0]
            reply = self._reply(_exactly(wire, length))
            self.over_tcp += 1
            if reply is not None:
                wire.sendall(struct.pack("!H", len(reply)) + reply)

    def _reply(self, data: bytes) -> bytes | None:
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        question = query.question[0]
        name, kind = (
            question.name.to_text(omit_final_dot=True).lower() or ".",
            dns.rdatatype.to_text(question.rdtype),
        )
        self.asked.append((name, kind))
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        found = self.zone.get((name, kind), self.zone.get(_ANYTHING))
        if isinstance(found, DnsTrouble):
            return _troubled(reply, found)
        self._answer(reply, name, kind)
        return reply.to_wire()

    def _answer(self, reply: dns.message.Message, name: str, kind: str) -> None:
        """Put in what is known, following aliases as a resolver does."""
        for _ in range(_MOST_CHAIN):
            found = self.zone.get((name, kind))
            if found and not isinstance(found, DnsTrouble):
                reply.answer.append(_rrset(name, kind, found))
                return
            alias = self.zone.get((name, "CNAME"))
            if not alias or isinstance(alias, DnsTrouble):
                break
            reply.answer.append(_rrset(name, "CNAME", alias))
            name = alias[0].rstrip(".").lower()
        if not any(known == name or known.endswith(f".{name}") for known, _ in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)


def _troubled(reply: dns.message.Message, trouble: DnsTrouble) -> bytes | None:
    if trouble is DnsTrouble.SILENCE:
        return None
    if trouble is DnsTrouble.GARBAGE:
        return reply.to_wire()[:7]
    reply.set_rcode(dns.rcode.SERVFAIL if trouble is DnsTrouble.SERVFAIL else dns.rcode.REFUSED)
    return reply.to_wire()


def _rrset(name: str, kind: str, values: Sequence[str]) -> dns.rrset.RRset:
    texts = [_quoted(value) for value in values] if kind == "TXT" else list(values)
    return dns.rrset.from_text_list(f"{name.rstrip('.')}.", 60, "IN", kind, texts)


def _quoted(text: str) -> str:
    data = text.encode()
    pieces = [data[at : at + 255] for at in range(0, len(data), 255)] or [b""]
    return " ".join('"' + "".join(f"\\{byte:03d}" for byte in piece) + '"' for piece in pieces)


def _cut(data: bytes) -> bytes:
    """Return an answer that says: ask again over TCP."""
    reply = dns.message.make_response(dns.message.from_wire(data))
    reply.flags |= dns.flags.TC | dns.flags.RA
    return reply.to_wire()


def _exactly(wire: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = wire.recv(size - len(data))
        if not more:
            raise ConnectionResetError("the question ended early")
        data += more
    return data
