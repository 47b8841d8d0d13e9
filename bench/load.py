"""A load of HTTP requests over connections that are kept open, in a process of its own.

    python bench/load.py HOST PORT CONNECTIONS NUMBER < FILE

The file holds whole requests as JSON strings, one a line, which are sent in turn, NUMBER in all;
the answers must have a status of 200. Prints seconds in all, and the median
and the 99th percentile of a request in milliseconds, as JSON, with the bodies of the first round.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from statistics import quantiles

import uvloop


class Caller(asyncio.Protocol):
    """One connection: sends a request, awaits its answer, sends the next."""

    def __init__(self, requests: Iterator[tuple[int, bytes]], load: Load) -> None:
        self._requests = requests
        self._load = load
        self._received = b""
        self._begun = 0.0
        self._number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        body = _body(head, rest) if end else None
        if body is None:
            return
        self._load.times.append(time.perf_counter() - self._begun)
        if not head.startswith(b"HTTP/1.1 200"):
            self._load.done.set_exception(SystemExit((head + body).decode()))
            return
        self._load.bodies.setdefault(self._number, body)
        self._received = b""
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._load.done.done():
            self._load.done.set_exception(SystemExit(f"the connection was closed: {error}"))

    def _next(self) -> None:
        found = next(self._requests, None)
        if found is not None:
            self._number, request = found
            self._begun = time.perf_counter()
            self._transport.write(request)
        elif len(self._load.times) == self._load.number and not self._load.done.done():
            self._load.done.set_result(None)


def _body(head: bytes, rest: bytes) -> bytes | None:
    """The body of an answer, if it is whole (RFC 9112, sections 6.2 and 7.1)."""
    _, stated, length = head.lower().partition(b"content-length:")
    if stated:
        return rest if len(rest) >= int(length.split(b"\r\n", 1)[0]) else None
    body = b""
    while rest:
        size, end, rest = rest.partition(b"\r\n")
        count = int(size, 16) if end else 0
        if end and not count:
            return body
        body += rest[:count]
        rest = rest[count + 2 :]
    return None


class Load:
    """A number of requests, the times they took, and the bodies of the first round."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.times: list[float] = []
        self.bodies: dict[int, bytes] = {}
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


async def run(
    host: str, port: int, connections: int, number: int, texts: list[bytes]
) -> dict[str, object]:
    """Send the requests; returns what is printed."""
    load = Load(number)
    requests = islice(cycle(enumerate(texts)), number)
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    for _ in range(connections):
        await loop.create_connection(lambda: Caller(requests, load), host, port)
    await load.done
    seconds = time.perf_counter() - begun
    cuts = quantiles(load.times, n=100)
    return {
        "seconds": seconds,
        "median": cuts[49] * 1000,
        "p99": cuts[98] * 1000,
        "bodies": [load.bodies[index].decode() for index in sorted(load.bodies)],
    }


def main() -> None:
    """Read the requests, send them, print the figures."""
    host, port, connections, number = sys.argv[1:]
    texts = [json.loads(line).encode() for line in sys.stdin]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(run(host, int(port), int(connections), int(number), texts))))


if __name__ == "__main__":
    main()
