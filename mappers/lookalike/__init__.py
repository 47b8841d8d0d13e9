"""A made-up city in the file formats of the reference city, for where there is no data."""

from __future__ import annotations

from mappers.lookalike.generation import generate

__all__ = ["generate"]
