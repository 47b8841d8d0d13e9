"""Licences: which there are, what they ask for, and what an answer over several of them may be."""

from federation.licences.combine import Combination, Conflict, Duty, LicensedGraph, combine
from federation.licences.table import (
    LICENCES,
    NO_LICENCE,
    Condition,
    Licence,
    licence_by_key,
    normalise,
)

__all__ = [
    "LICENCES",
    "NO_LICENCE",
    "Combination",
    "Condition",
    "Conflict",
    "Duty",
    "Licence",
    "LicensedGraph",
    "combine",
    "licence_by_key",
    "normalise",
]
