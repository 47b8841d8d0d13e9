"""The one door out: every connection that leaves the program goes through `Door.fetch`.

A door knows the origins it may reach, exactly. It looks at the address a name stands for when it
connects, so that a name cannot lead into the local network, and it bounds time and bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import httpcore
import httpx

from mappers.errors import DeniedError, SourceFailedError
from mappers.network import Deadline, DeadlineBackend, Resolver, system_addresses

MAX_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_DEFAULT_PORTS: Final = MappingProxyType({"http": 80, "https": 443})
_BLOCK: Final = 1 << 16
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: `url` after redirects, HTTP `status`, content type, and bytes handed over."""

    url: str
    status: int
    content_type: str
    size: int
    """Bytes given to `on_chunk`, after decompression."""


@dataclass(frozen=True, slots=True)
class Door:
    """A way out to the listed origins (`https://host:port`; the port may be left out) and no other.

    An address that is not global (loopback, private, link-local, multicast) is refused unless the
    origin listed names that address itself, as `http://127.0.0.1:7001` does.
    """

    allowed: frozenset[str]
    addresses_of: Resolver = system_addresses

    def __post_init__(self) -> None:
        origins = frozenset(origin_of(text) for text in self.allowed)
        object.__setattr__(self, "allowed", origins)

    def fetch(
        self,
        url: str,
        *,
        max_bytes: int,
        deadline_seconds: float,
        on_chunk: Callable[[bytes], None],
        start: int = 0,
        on_start: Callable[[int], None] | None = None,
        headers: Mapping[str, str] = _NO_HEADERS,
        content: bytes | None = None,
    ) -> Fetched:
        """GET the URL (POST, where there is `content`) and hand its body over in chunks.

        `start` asks for the bytes from that offset on (RFC 9110, section 14); `on_start` is told,
        before the first chunk, the offset at which the body begins: 0 where the server sends the
        whole again. At most `max_bytes` are handed over, and all is done within
        `deadline_seconds`, name lookup aside, which the system bounds.
        Raises DeniedError for an origin or address that is not allowed, and SourceFailedError for
        every failure of the source, named by its URL.
        """
        deadline = Deadline(deadline_seconds)
        target = self._allowed_target(_parsed(url))
        for _ in range(MAX_REDIRECTS + 1):
            request = _Request(target, max_bytes, start, headers, content)
            outcome = self._once(request, deadline, on_chunk, on_start)
            if isinstance(outcome, Fetched):
                return outcome
            if content is not None:
                raise SourceFailedError(
                    f"{target} answered a POST with a redirect, which is not followed."
                )
            following = self._allowed_target(outcome, came_from=target)
            if origin(following) != origin(target):
                # What is meant for one server, a token say, is not shown to another.
                headers = {
                    name: value
                    for name, value in headers.items()
                    if name.lower() not in ("authorization", "cookie")
                }
            target = following
        raise SourceFailedError(f"{url} redirects more than {MAX_REDIRECTS} times.")

    def _allowed_target(self, url: httpx.URL, *, came_from: httpx.URL | None = None) -> httpx.URL:
        if origin(url) not in self.allowed:
            how = f"{came_from} redirects to {origin(url)}, which" if came_from else origin(url)
            raise DeniedError(
                f"{how} is not among the origins that may be reached.",
                way_out="Only endpoints and sources of the catalogue are contacted.",
            )
        return url

    def _once(
        self,
        request: _Request,
        deadline: Deadline,
        on_chunk: Callable[[bytes], None],
        on_start: Callable[[int], None] | None,
    ) -> Fetched | httpx.URL:
        """One exchange: what came, or where the server sends us."""
        backend = DeadlineBackend(deadline, self.addresses_of)
        context = httpx.create_ssl_context() if request.url.scheme == "https" else None
        try:
            with (
                httpcore.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
                pool.stream(
                    request.method,
                    str(request.url),
                    headers=request.all_headers(),
                    content=request.content,
                ) as response,
            ):
                return _read(request, response, on_chunk, on_start)
        except httpcore.TimeoutException as error:
            raise SourceFailedError(
                f"{request.url} did not answer in full within {deadline.seconds:g} seconds."
            ) from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
        ) as error:
            detail = str(error) or type(error).__name__
            raise SourceFailedError(f"{request.url} could not be reached: {detail}.") from error


@dataclass(frozen=True, slots=True)
class _Request:
    url: httpx.URL
    max_bytes: int
    start: int
    headers: Mapping[str, str]
    content: bytes | None

    @property
    def method(self) -> str:
        return "GET" if self.content is None else "POST"

    def all_headers(self) -> list[tuple[str, str]]:
        own = {"user-agent": "bygraf", "accept": "*/*", "connection": "close"}
        # A range counts the bytes as sent, so that a resumed file must not be compressed.
        own["accept-encoding"] = "identity" if self.start else "gzip, identity"
        if self.start:
            own["range"] = f"bytes={self.start}-"
        own.update((name.lower(), value) for name, value in self.headers.items())
        own["host"] = self.url.netloc.decode("ascii")
        return list(own.items())


def _read(
    request: _Request,
    response: httpcore.Response,
    on_chunk: Callable[[bytes], None],
    on_start: Callable[[int], None] | None,
) -> Fetched | httpx.URL:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
    if response.status in _REDIRECTS and "location" in headers:
        return _parsed(str(request.url.join(headers["location"])))
    if response.status not in (200, 206):
        raise SourceFailedError(f"{request.url} answered {_status_text(response.status)}.")
    begins = _body_start(request, response.status, headers)
    if on_start is not None:
        on_start(begins)
    size = 0
    for chunk in _decoded(response, headers.get("content-encoding", "identity"), request):
        size += len(chunk)
        if size > request.max_bytes:
            raise SourceFailedError(
                f"{request.url} sends more than the {request.max_bytes:,} bytes allowed."
            )
        on_chunk(chunk)
    return Fetched(str(request.url), response.status, headers.get("content-type", ""), size)


def _body_start(request: _Request, status: int, headers: Mapping[str, str]) -> int:
    """The offset at which the body begins, as the server states it."""
    if status == 200:
        return 0
    stated = headers.get("content-range", "")
    if not request.start or not stated.startswith(f"bytes {request.start}-"):
        raise SourceFailedError(
            f"{request.url} sends the range {stated or 'it does not name'!r}, which was not asked."
        )
    return request.start


def _decoded(response: httpcore.Response, encoding: str, request: _Request) -> Iterator[bytes]:
    """The body without its compression, in blocks of a bounded size."""
    if encoding.lower() not in ("identity", "gzip", ""):
        raise SourceFailedError(
            f"{request.url} compresses its answer as {encoding!r}, which was not asked for."
        )
    if encoding.lower() != "gzip":
        yield from response.iter_stream()
        return
    inflate = zlib.decompressobj(wbits=31)
    try:
        for data in response.iter_stream():
            while data:
                # A bounded length, so that a small body cannot become a huge block at once.
                yield inflate.decompress(data, _BLOCK)
                data = inflate.unconsumed_tail
        yield inflate.flush()
    except zlib.error as error:
        raise SourceFailedError(f"{request.url} sends a broken gzip stream: {error}.") from error
    if not inflate.eof:
        raise SourceFailedError(f"{request.url} sends a gzip stream that ends too soon.")


def _status_text(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def origin_of(text: str) -> str:
    """The origin of a URL given as text; raises DeniedError if it is none that can be reached."""
    return origin(_parsed(text))


def origin(url: httpx.URL) -> str:
    """The origin of a URL with its port stated (RFC 6454), the host in lower case."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host.lower()}:{url.port or _DEFAULT_PORTS[url.scheme]}"


def _parsed(text: str) -> httpx.URL:
    """The URL, if it is one that the door can be asked for; raises DeniedError."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise DeniedError(f"{text!r} is not a URL: {error}.") from error
    if url.scheme not in _DEFAULT_PORTS:
        raise DeniedError(f"{text!r} is refused: only http and https are spoken.")
    if url.userinfo:
        raise DeniedError(f"A URL of {url.host!r} is refused: it holds a user name or a password.")
    if not url.host:
        raise DeniedError(f"{text!r} is refused: it names no host.")
    return url.copy_with(fragment=None)
