"""What the SQL path cannot express exactly; the residual path takes over, and `explain` says so."""

from __future__ import annotations


class Unsupported(Exception):
    """A form that SQL cannot express; `reason` names it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
