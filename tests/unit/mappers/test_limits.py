"""Limits as a file, the environment and options set them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappers.errors import MappingError, UsageError
from mappers.limits import NAMES, Limits, limits_of_file, limits_set

FILE = Path("city.toml")


def test_a_file_sets_some_limits_and_leaves_the_others() -> None:
    limits = limits_of_file({"rows": 10, "seconds": 0.5}, FILE)
    assert (limits.rows, limits.seconds) == (10, 0.5)
    assert limits.bytes == Limits().bytes


def test_an_option_comes_before_the_environment_and_that_before_the_file() -> None:
    file = limits_of_file({"rows": 1, "bytes": 1, "triples": 1}, FILE)
    environ = {"BYGRAF_LIMIT_BYTES": "2", "BYGRAF_LIMIT_TRIPLES": "2", "BYGRAF_HOME": "/x"}
    limits = limits_set(file, environ, ["triples=3"])
    assert (limits.rows, limits.bytes, limits.triples) == (1, 2, 3)


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_can_be_set(name: str) -> None:
    assert getattr(limits_set(Limits(), {f"BYGRAF_LIMIT_{name.upper()}": "7"}), name) == 7


@pytest.mark.parametrize("value", [-1, "x", "", True, 1.5, "nan", [1]])
def test_a_setting_that_is_no_number_is_refused_by_name(value: object) -> None:
    with pytest.raises(MappingError, match=r"city\.toml: \[limits\]: The limit 'rows' is a whole"):
        limits_of_file({"rows": value}, FILE)


def test_a_limit_that_does_not_exist_gets_the_nearest() -> None:
    with pytest.raises(MappingError, match=r"no limit 'row'\. Did you mean 'rows'"):
        limits_of_file({"row": 1}, FILE)
    with pytest.raises(UsageError, match=r"no limit 'second'\. Did you mean 'seconds'"):
        limits_set(Limits(), {"BYGRAF_LIMIT_SECOND": "1"})
    with pytest.raises(UsageError, match="has no value"):
        limits_set(Limits(), {}, ["rows"])
