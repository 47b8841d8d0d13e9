"""Limits of the HTTP face."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits; every one is stated in `docs/reference/http.md`.

    `timeout_seconds` is for one query, `concurrent_queries` run at a time and `waiting_queries`
    may wait
    for their turn (more are turned away), `most_body_bytes` is the largest request body,
    `receipts_kept` the number of latest receipts that can still be fetched.
    """

    timeout_seconds: float = 60.0
    concurrent_queries: int = 4
    waiting_queries: int = 32
    most_body_bytes: int = 1_000_000
    receipts_kept: int = 1_000
