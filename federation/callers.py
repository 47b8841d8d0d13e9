"""Who asks: callers by name (on the command line) and by token (over HTTP)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Protocol

from federation.view import Caller
from mappers.errors import UsageError

PUBLIC: Final = "public"
"""The caller without a token; every city knows it."""


class KnownCaller(Protocol):
    """A caller of `city.toml`: its name, its roles, and the variable that holds its token."""

    @property
    def name(self) -> str: ...

    @property
    def token_env(self) -> str | None: ...

    @property
    def roles(self) -> Collection[str]: ...


class KnowsCallers(Protocol):
    """A city, as far as its callers go."""

    @property
    def callers(self) -> Sequence[KnownCaller]: ...


def named_caller(city: KnowsCallers, name: str) -> Caller:
    """The caller of that name, as `--as` takes it, without a token.

    `public` is always there, with no roles unless the city's file gives it some. Raises UsageError
    for a name that the city does not know.
    """
    for known in city.callers:
        if known.name == name:
            return Caller(known.name, frozenset(known.roles))
    if name == PUBLIC:
        return Caller(PUBLIC)
    names = sorted({PUBLIC, *(known.name for known in city.callers)})
    raise UsageError(f"The city knows no caller {name!r}.", way_out=f"It knows {', '.join(names)}.")


def caller_by_token(city: KnowsCallers, token: str, environ: Mapping[str, str]) -> Caller | None:
    """The caller whose token this is, or None if it is nobody's, or not one caller's alone.

    Tokens are the values of the variables of `environ` that callers name; a variable that is unset
    or empty lets nobody in. The given token is compared with every one of them, in a time that
    tells neither which was near nor how long any is.
    """
    given = _digest(token)
    found: list[Caller] = []
    for known in city.callers:
        secret = environ.get(known.token_env, "") if known.token_env else ""
        same = hmac.compare_digest(given, _digest(secret))
        if same and secret:
            found.append(Caller(known.name, frozenset(known.roles)))
    return found[0] if len(found) == 1 else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
