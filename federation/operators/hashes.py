"""Hash functions (SPARQL 1.1 section 17.4.6): lower-case hexadecimal of the UTF-8 text."""

from __future__ import annotations

from typing import Final

from federation.operators.fragments import sql
from federation.operators.scope import Function, Scope
from federation.operators.terms import plain, simple_string
from federation.relational.encoding import SqlTerm


def _hash(fragment: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        return plain(sql(fragment, v=simple_string(arguments[0])))

    return apply


FUNCTIONS: Final = {
    "MD5": _hash("md5(:v)"),
    "SHA1": _hash("sha1(:v)"),
    "SHA256": _hash("sha256(:v)"),
    "SHA384": _hash("sha384_hex(:v)"),
    "SHA512": _hash("sha512_hex(:v)"),
}
"""The last two are functions of the worker's own (`mappers.worker.functions`)."""
