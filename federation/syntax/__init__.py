"""SPARQL 1.1 Query: from text to algebra.

`parse_query` reads a text, `bind_parameters` puts terms in the place of variables, and
`normalised_fingerprint` names the shape of a query without its constants.
"""

from __future__ import annotations

from federation.syntax.fingerprint import normalised_fingerprint
from federation.syntax.limits import Limits
from federation.syntax.parameters import bind_parameters
from federation.syntax.parse import parse_query
from federation.syntax.scope import in_scope

__all__ = ["Limits", "bind_parameters", "in_scope", "normalised_fingerprint", "parse_query"]
