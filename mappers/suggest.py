"""Close matches for a name that does not exist, as a sentence for an error's way out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'x'?`, or the names there are, or that there are none."""
    names = sorted(set(known))
    lowered = {candidate.lower(): candidate for candidate in names}
    close = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {lowered[close[0]]!r}?"
    if not names:
        return "There is none here."
    shown = ", ".join(repr(candidate) for candidate in names[:12])
    return f"There are: {shown}{', ...' if len(names) > 12 else ''}."
