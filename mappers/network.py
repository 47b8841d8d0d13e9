"""Connections under a deadline, to addresses that have been looked at (the inside of the door)."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import httpcore

from mappers.errors import DeniedError, SourceFailedError

Resolver = Callable[[str, int], tuple[str, ...]]
"""Host name and port to IP addresses; raises OSError where there is none."""

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def system_addresses(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of a host as the system resolves them, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_global(address: str) -> bool:
    """Whether an IP address belongs to the public network, an IPv4 address within it included."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is None and parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_global(str(inner))
    return parsed.is_global and not parsed.is_multicast


class Deadline:
    """A moment by which all must be done; `seconds` is the time given at the start."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; raises httpcore.TimeoutException if there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException
        return left


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects to checked addresses, and gives every read and write what is left of the time."""

    def __init__(self, deadline: Deadline, addresses_of: Resolver) -> None:
        self._deadline = deadline
        self._addresses_of = addresses_of
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers; all addresses must be allowed."""
        addresses = self._checked(host, port)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port)
            except httpcore.ConnectError:
                continue
        return self._connect(addresses[-1], port)

    def _connect(self, address: str, port: int) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(address, port, timeout=self._deadline.left())
        return _DeadlineStream(stream, self._deadline)

    def _checked(self, host: str, port: int) -> tuple[str, ...]:
        bare = host.strip("[]")
        if _is_address(bare):
            # The list of origins names this very address.
            return (bare,)
        try:
            addresses = self._addresses_of(bare, port)
        except OSError as error:
            raise SourceFailedError(f"The address of {host} is not known: {error}.") from error
        if not addresses:
            raise SourceFailedError(f"The address of {host} is not known.")
        for address in addresses:
            if not is_global(address):
                raise DeniedError(
                    f"{host} stands for {address}, which is not an address of the public network.",
                    way_out="List the address itself if it is meant.",
                )
        return addresses

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Refused: the door leads to the network only."""
        raise DeniedError(f"The socket {path} is refused: only http and https are spoken.")

    def sleep(self, seconds: float) -> None:
        """Wait, at most until the deadline."""
        time.sleep(min(seconds, self._deadline.left()))


class _DeadlineStream(httpcore.NetworkStream):
    """A stream whose every operation ends at the deadline, however slowly bytes drip."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout=self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
