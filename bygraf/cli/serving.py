"""The verbs `serve` and `demo`."""

from __future__ import annotations

import argparse
import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from bygraf.city import City
from bygraf.cli.publishing import publish
from bygraf.cli.reporting import notice
from mappers.errors import UsageError
from sparql_api.app import create_app

_GRACE_SECONDS = 10


def run_serve(city: City, options: argparse.Namespace) -> int:
    """Serve the city until interrupted."""
    with listening(options.host, options.port) as door:
        missing = city.unpublished()
        if missing:
            notice(f"Not published yet, so not served: {', '.join(missing)}.")
        serve(city, door)
    return 0


def run_demo(city: City, options: argparse.Namespace) -> int:
    """Publish the whole city, then serve it."""
    if options.no_serve:
        status = publish(city, ())
        if status == 0:
            _say_next(city)
        return status
    with listening(options.host, options.port) as door:
        status = publish(city, ())
        city.unpublished()
        _say_next(city)
        serve(city, door)
    return status


def serve(city: City, door: socket.socket) -> None:
    """Serve on a listening socket; on SIGTERM or SIGINT, let running requests end first."""
    # whoever reads the address may connect at once, and waits until the application has begun
    door.listen()
    host, port = door.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"{city.title} is at http://{shown}:{port}/ (stop with Ctrl-C)", flush=True)
    config = uvicorn.Config(
        create_app(city),
        # addresses may hold queries, and queries personal data
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    # uvicorn raises the signal again when it has stopped; as an exception it lets the workers end
    signal.signal(signal.SIGTERM, _terminated)
    uvicorn.Server(config).run(sockets=[door])


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to an address before any work is done; UsageError if it cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise UsageError(f"{host!r} is no address of this machine.") from error
    with socket.socket(family, kind, protocol) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(address)
        except OSError as error:
            raise _cannot_bind(host, port, error) from error
        yield door


def _cannot_bind(host: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"The port {port} of {host} is in use already.",
            way_out=f"Choose another, for example --port {port + 1}, or --port 0 for a free one.",
        )
    return UsageError(
        f"Nothing can be served at {host}, port {port}: {error.strerror}.",
        way_out="Choose another --host or --port.",
    )


def _say_next(city: City) -> None:
    if city.library:
        notice(f"Ask, for example: bygraf query {city.library[0].name}")


def _terminated(_number: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)
