"""The one door out: where it leads, and what it bounds."""

from __future__ import annotations

import gzip
import time
from http.server import BaseHTTPRequestHandler

import pytest

from mappers.egress import Door, Fetched
from mappers.errors import DeniedError, SourceFailedError
from mappers.network import is_global
from tests.unit.mappers.loopback import send, send_range, serving

TEXT = b"Alexanderplatz\n" * 1000


def fetch(door: Door, url: str, *, limit: int = 1_000_000, seconds: float = 5.0, start: int = 0
          ) -> tuple[Fetched, bytes]:  # fmt: skip
    """What came, and its body."""
    parts: list[bytes] = []
    fetched = door.fetch(
        url, max_bytes=limit, deadline_seconds=seconds, on_chunk=parts.append, start=start
    )
    return fetched, b"".join(parts)


def test_a_listed_origin_is_read() -> None:
    with serving(lambda handler: send(handler, TEXT, Content_Type="text/plain")) as server:
        fetched, body = fetch(Door(frozenset((server.origin,))), server.origin + "/a?b=c")
    assert body == TEXT
    assert fetched == Fetched(server.origin + "/a?b=c", 200, "text/plain", len(TEXT))
    assert server.requests[0][0] == "/a?b=c"
    assert server.requests[0][1]["host"] == server.origin.removeprefix("http://")


def test_content_is_posted_with_its_headers() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, handler.rfile.read(int(handler.headers["Content-Length"])))

    parts: list[bytes] = []
    with serving(answer) as server:
        Door(frozenset((server.origin,))).fetch(
            server.origin,
            max_bytes=100,
            deadline_seconds=5,
            on_chunk=parts.append,
            headers={"Content-Type": "application/sparql-query"},
            content=b"ASK {}",
        )
    assert b"".join(parts) == b"ASK {}"
    assert server.requests[0][1]["content-type"] == "application/sparql-query"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.org/", "https://example.org:443 is not among the origins"),
        ("https://data.example.org:444/", "not among the origins"),
        ("http://data.example.org/", "not among the origins"),
        ("https://data.example.org.evil.test/", "not among the origins"),
        ("https://data.example.org@evil.test/", "a user name or a password"),
        ("https://user:pass@data.example.org/", "a user name or a password"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://data.example.org/", "only http and https"),
        ("//data.example.org/", "only http and https"),
        ("https:///x", "names no host"),
        ("https://data.example.org:x/", "is not a URL"),
    ],
)
def test_any_other_url_is_refused_without_a_connection(url: str, reason: str) -> None:
    def never(host: str, port: int) -> tuple[str, ...]:
        raise AssertionError(host)

    door = Door(frozenset(("https://data.example.org",)), never)
    with pytest.raises(DeniedError, match=reason):
        fetch(door, url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "2002:7f00:1::", "::",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_the_local_network_is_refused(address: str) -> None:
    door = Door(frozenset(("http://data.example.org",)), lambda host, port: ("8.8.8.8", address))
    with pytest.raises(DeniedError, match="not an address of the public network"):
        fetch(door, "http://data.example.org/")
    assert not is_global(address)


def test_a_global_address_is_known_as_one() -> None:
    assert is_global("8.8.8.8")
    assert is_global("2a00:1450:4001:82a::200e")
    assert is_global("64:ff9b::808:808")


def test_the_loopback_name_is_refused_where_its_address_is_not_listed() -> None:
    with serving(lambda handler: send(handler, TEXT)) as server:
        named = server.origin.replace("127.0.0.1", "localhost")
        with pytest.raises(DeniedError, match="stands for"):
            fetch(Door(frozenset((named,))), named)
    assert server.requests == []


def test_a_redirect_is_followed_to_a_listed_origin_only() -> None:
    with serving(lambda handler: send(handler, TEXT)) as target:

        def redirect(handler: BaseHTTPRequestHandler) -> None:
            send(handler, b"", 302, Location=target.origin + "/there")

        with serving(redirect) as first:
            both = Door(frozenset((first.origin, target.origin)))
            assert fetch(both, first.origin)[1] == TEXT
            with pytest.raises(DeniedError, match=f"redirects to {target.origin}, which is not"):
                fetch(Door(frozenset((first.origin,))), first.origin)
    assert len(target.requests) == 1


def test_a_token_is_not_shown_to_another_origin_after_a_redirect() -> None:
    with serving(lambda handler: send(handler, b"")) as target:

        def redirect(handler: BaseHTTPRequestHandler) -> None:
            send(handler, b"", 307, Location=target.origin)

        with serving(redirect) as first:
            Door(frozenset((first.origin, target.origin))).fetch(
                first.origin,
                max_bytes=1,
                deadline_seconds=5,
                on_chunk=lambda chunk: None,
                headers={"Authorization": "Bearer x", "Accept": "text/csv"},
            )
    assert first.requests[0][1]["authorization"] == "Bearer x"
    assert "authorization" not in target.requests[0][1]
    assert target.requests[0][1]["accept"] == "text/csv"


def test_a_ring_of_redirects_ends() -> None:
    with (
        serving(lambda handler: send(handler, b"", 302, Location="/again")) as server,
        pytest.raises(SourceFailedError, match="redirects more than 5 times"),
    ):
        fetch(Door(frozenset((server.origin,))), server.origin)


def test_more_bytes_than_allowed_end_the_reading() -> None:
    with (
        serving(lambda handler: send(handler, TEXT)) as server,
        pytest.raises(SourceFailedError, match="more than the 14,999 bytes allowed"),
    ):
        fetch(Door(frozenset((server.origin,))), server.origin, limit=len(TEXT) - 1)


def test_the_bound_on_bytes_counts_what_a_compressed_body_becomes() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    seen: list[int] = []
    with (
        serving(lambda handler: send(handler, bomb, Content_Encoding="gzip")) as server,
        pytest.raises(SourceFailedError, match="bytes allowed"),
    ):
        Door(frozenset((server.origin,))).fetch(
            server.origin,
            max_bytes=1_000_000,
            deadline_seconds=5,
            on_chunk=lambda chunk: seen.append(len(chunk)),
        )
    assert sum(seen) <= 1_000_000
    assert max(seen) <= 65_536


def test_a_compressed_body_is_read() -> None:
    with serving(
        lambda handler: send(handler, gzip.compress(TEXT), Content_Encoding="gzip")
    ) as server:
        assert fetch(Door(frozenset((server.origin,))), server.origin)[1] == TEXT


def test_a_compressed_body_that_is_cut_off_is_an_error() -> None:
    with (
        serving(
            lambda handler: send(handler, gzip.compress(TEXT)[:-9], Content_Encoding="gzip")
        ) as server,
        pytest.raises(SourceFailedError, match="ends too soon"),
    ):
        fetch(Door(frozenset((server.origin,))), server.origin)


@pytest.mark.parametrize("part", ["head", "body"])
def test_bytes_that_drip_do_not_stretch_the_deadline(part: str) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        if part == "body":
            handler.send_response(200)
            handler.end_headers()
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100:
                handler.wfile.write(bytes((byte,)))
                time.sleep(0.05)
        except OSError:
            return  # the door has closed the connection, as it should

    with serving(drip) as server:
        began = time.monotonic()
        with pytest.raises(SourceFailedError, match=r"did not answer in full within 0.4 seconds"):
            fetch(Door(frozenset((server.origin,))), server.origin, seconds=0.4)
        assert time.monotonic() - began < 2


def test_a_connection_cut_off_is_named() -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")

    with (
        serving(cut) as server,
        pytest.raises(SourceFailedError, match="could not be reached"),
    ):
        fetch(Door(frozenset((server.origin,))), server.origin)


def test_a_server_that_is_not_there_is_named() -> None:
    with serving(lambda handler: None) as server:
        pass
    with pytest.raises(SourceFailedError, match=server.origin):
        fetch(Door(frozenset((server.origin,))), server.origin)


def test_a_name_without_an_address_is_named() -> None:
    def unknown(host: str, port: int) -> tuple[str, ...]:
        raise OSError("no such name")

    door = Door(frozenset(("http://data.example.org",)), unknown)
    with pytest.raises(SourceFailedError, match=r"address of data.example.org is not known"):
        fetch(door, "http://data.example.org/")


def test_an_answer_that_is_no_success_is_named_with_its_status() -> None:
    with (
        serving(lambda handler: send(handler, b"", 404)) as server,
        pytest.raises(SourceFailedError, match="answered 404 Not Found"),
    ):
        fetch(Door(frozenset((server.origin,))), server.origin)


def test_a_range_is_asked_for_and_told() -> None:
    begins: list[int] = []
    parts: list[bytes] = []
    with serving(lambda handler: send_range(handler, TEXT)) as server:
        Door(frozenset((server.origin,))).fetch(
            server.origin,
            max_bytes=1_000_000,
            deadline_seconds=5,
            on_chunk=parts.append,
            on_start=begins.append,
            start=7,
        )
    assert begins == [7]
    assert b"".join(parts) == TEXT[7:]
    assert server.requests[0][1]["accept-encoding"] == "identity"


def test_a_server_without_ranges_begins_at_the_start() -> None:
    begins: list[int] = []
    with serving(lambda handler: send(handler, TEXT)) as server:
        Door(frozenset((server.origin,))).fetch(
            server.origin,
            max_bytes=1_000_000,
            deadline_seconds=5,
            on_chunk=lambda chunk: None,
            on_start=begins.append,
            start=7,
        )
    assert begins == [0]


def test_a_range_that_was_not_asked_for_is_refused() -> None:
    with (
        serving(lambda handler: send(handler, b"x", 206, Content_Range="bytes 9-9/10")) as server,
        pytest.raises(SourceFailedError, match="bytes 9-9/10"),
    ):
        fetch(Door(frozenset((server.origin,))), server.origin, start=7)


def test_an_origin_that_is_no_origin_cannot_be_listed() -> None:
    with pytest.raises(DeniedError, match="only http and https"):
        Door(frozenset(("data.example.org",)))
