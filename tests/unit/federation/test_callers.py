"""Who somebody is, by name or by token."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from federation.callers import caller_by_token, named_caller
from federation.view import Caller
from mappers.errors import UsageError


@dataclass(frozen=True, slots=True)
class Known:
    name: str
    token_env: str | None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Callers:
    callers: tuple[Known, ...]


CITY = Callers(
    (
        Known("lab", "TOKEN_LAB", ("analyst",)),
        Known("press", "TOKEN_PRESS"),
        Known("robot", None, ("owner",)),
    )
)
LAB = Caller("lab", frozenset({"analyst"}))


def test_a_caller_is_found_by_name_with_its_roles() -> None:
    assert named_caller(CITY, "lab") == LAB


def test_public_is_always_there_and_has_no_roles() -> None:
    assert named_caller(Callers(()), "public") == Caller("public", frozenset())


def test_an_unknown_caller_is_wrong_use_and_the_known_are_named() -> None:
    with pytest.raises(UsageError, match="It knows lab, press, public, robot"):
        named_caller(CITY, "labb")


def test_a_caller_is_found_by_the_token_in_its_variable() -> None:
    environ = {"TOKEN_LAB": "s3cret", "TOKEN_PRESS": "other"}
    assert caller_by_token(CITY, "s3cret", environ) == LAB
    found = caller_by_token(CITY, "other", environ)
    assert found is not None
    assert found.name == "press"


@pytest.mark.parametrize(
    "token", ["", "s3cre", "s3cret ", "S3CRET", "TOKEN_LAB", "tökén", "\udcff"]
)
def test_a_token_that_is_nobodys_lets_nobody_in(token: str) -> None:
    assert caller_by_token(CITY, token, {"TOKEN_LAB": "s3cret"}) is None


@pytest.mark.parametrize("environ", [{}, {"TOKEN_LAB": ""}])
def test_an_unset_or_empty_variable_lets_nobody_in(environ: dict[str, str]) -> None:
    assert caller_by_token(CITY, "", environ) is None


def test_a_token_that_two_callers_share_lets_nobody_in() -> None:
    shared = {"TOKEN_LAB": "same", "TOKEN_PRESS": "same"}
    assert caller_by_token(CITY, "same", shared) is None


def test_a_token_need_not_be_ascii() -> None:
    assert caller_by_token(CITY, "tökén", {"TOKEN_LAB": "tökén"}) == LAB
