"""The operator table: every operator, function and cast by its name."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from federation.operators import (
    arithmetic,
    casts,
    comparison,
    dates,
    geo,
    hashes,
    numbers,
    patterns,
    strings,
    terms,
)
from federation.operators.scope import Function
from federation.unsupported import Unsupported

FUNCTIONS: Final = MappingProxyType(
    {
        **comparison.FUNCTIONS,
        **arithmetic.FUNCTIONS,
        **terms.FUNCTIONS,
        **strings.FUNCTIONS,
        **patterns.FUNCTIONS,
        **numbers.FUNCTIONS,
        **dates.FUNCTIONS,
        **hashes.FUNCTIONS,
        **casts.FUNCTIONS,
        **geo.FUNCTIONS,
    }
)
"""Operator symbol, built-in name, or IRI of a function, to its implementation in SQL."""


def function_named(name: str) -> Function:
    """The implementation of a function. Raises Unsupported if there is none in SQL."""
    found = FUNCTIONS.get(name)
    if found is None:
        raise Unsupported(f"the function {name}")
    return found
