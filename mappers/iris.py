"""Resolving an IRI against a base (RFC 3986, section 5.2; SPARQL 1.1, section 4.1.1.2)."""

from __future__ import annotations

import re
from typing import Final

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_PARTS: Final = re.compile(
    r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.S
)


_FORBIDDEN: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
"""SPARQL 1.1 grammar, rule 139 (IRIREF)."""


def is_absolute(iri: str) -> bool:
    """Whether the IRI begins with a scheme."""
    return _SCHEME.match(iri) is not None


def iri_of(text: str, base: str | None) -> str | None:
    """A text as an absolute IRI, resolved against a base if there is one; None if it is none."""
    found = text if base is None else resolve(base, text)
    return found if is_absolute(found) and not _FORBIDDEN.search(found) else None


def resolve(base: str, reference: str) -> str:
    """The reference as an absolute IRI; one with a scheme is kept just as it is written."""
    if is_absolute(reference):
        return reference
    scheme, authority, base_path, base_query, _ = _split(base)
    _, own_authority, path, query, fragment = _split(reference)
    if own_authority is not None:
        authority, path = own_authority, _remove_dots(path)
    elif not path:
        path = base_path
        query = base_query if query is None else query
    elif path.startswith("/"):
        path = _remove_dots(path)
    else:
        path = _remove_dots(_merge(authority, base_path, path))
    result = f"{scheme}:" if scheme is not None else ""
    if authority is not None:
        result += f"//{authority}"
    result += path
    if query is not None:
        result += f"?{query}"
    if fragment is not None:
        result += f"#{fragment}"
    return result


def _split(iri: str) -> tuple[str | None, str | None, str, str | None, str | None]:
    match = _PARTS.match(iri)
    if match is None:  # pragma: no cover - the expression matches every text
        return None, None, iri, None, None
    return match[1], match[2], match[3], match[4], match[5]


def _merge(authority: str | None, base_path: str, path: str) -> str:
    if authority is not None and not base_path:
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _remove_dots(path: str) -> str:
    """RFC 3986, section 5.2.4, by segments."""
    segments = path.split("/")
    kept: list[str] = []
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == ".":
            if last:
                kept.append("")
        elif segment == "..":
            if len(kept) > 1 or (kept and kept[0] != ""):
                kept.pop()
            if last:
                kept.append("")
        else:
            kept.append(segment)
    return "/".join(kept)
