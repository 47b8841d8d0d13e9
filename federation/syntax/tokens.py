"""The lexer: a query text to tokens, by one compiled regular expression (section 19.8).

Every alternative is linear in the text it reads (no nested or overlapping repetition that could
backtrack), and a character that begins no token ends the reading at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from federation.syntax.source import Source
from federation.syntax.vocabulary import KEYWORDS
from mappers.errors import QuerySyntaxError

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_U: Final = _BASE + "_"
_VARIABLE_REST: Final = _U + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS: Final = _VARIABLE_REST + r"\-"
_ESCAPED: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_LOCAL: Final = (
    rf"(?:[{_U}:0-9]|{_ESCAPED})(?:[{_CHARS}:]|{_ESCAPED})*+(?:\.++(?:[{_CHARS}:]|{_ESCAPED})++)*+"
)
# A prefix has no stated length; 200 characters keep the look for its colon cheap.
_PREFIX: Final = rf"[{_BASE}][{_CHARS}.]{{0,200}}+(?<!\.)"
_NUMBER: Final = (
    r"(?:[0-9]++(?:\.[0-9]*+[eE][+-]?[0-9]++|[eE][+-]?[0-9]++|\.[0-9]++)?"
    r"|\.[0-9]++(?:[eE][+-]?[0-9]++)?)"
)

_MASTER: Final = re.compile(
    rf"""(?:[ \t\r\n]++|\#[^\r\n]*+)*+(?:
      (?P<VAR>[?$][{_U}0-9][{_VARIABLE_REST}]*+)
    | (?P<IRIREF><[^<>"{{}}|^`\\\x00-\x20]*+>)
    | (?P<PNAME>(?:{_PREFIX})?:(?:{_LOCAL})?)
    | (?P<WORD>[A-Za-z][A-Za-z0-9_]*+)
    | (?P<NUMBER>{_NUMBER})
    | (?P<LONG>\"\"\"(?:[^"\\]|\\[tbnrf"'\\]|"(?!""))*+\"\"\"
        |'''(?:[^'\\]|\\[tbnrf"'\\]|'(?!''))*+''')
    | (?P<STRING>"(?!"")(?:[^"\\\r\n]|\\[tbnrf"'\\])*+"|'(?!'')(?:[^'\\\r\n]|\\[tbnrf"'\\])*+')
    | (?P<BLANK>_:[{_U}0-9][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+)
    | (?P<TAG>@[a-zA-Z]++(?:-[a-zA-Z0-9]++)*+)
    | (?P<SIGNED>[+-]{_NUMBER})
    | (?P<PUNCT>\^\^|\|\||&&|!=|<=|>=|[{{}}()\[\].,;*/+\-|^!=<>?])
    | (?P<END>\Z)
    | (?P<BAD>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_KINDS: Final = (
    "", "VAR", "IRIREF", "PNAME", "WORD", "NUMBER", "LONG", "STRING", "BLANK", "TAG", "SIGNED",
    "PUNCT", "END", "BAD",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens as three lists of one length; the last one has the kind END.

    A kind is VAR, IRIREF, PNAME, WORD (a word that is no keyword), NUMBER, SIGNED, LONG, STRING,
    BLANK, TAG, END, an upper-case keyword, `a`, or the sign itself.
    """

    kinds: list[str]
    values: list[str]
    starts: list[int]


def tokenise(source: Source) -> Tokens:
    """The tokens of a text; raises QuerySyntaxError at a character that begins no token."""
    kinds: list[str] = []
    values: list[str] = []
    starts: list[int] = []
    for match in _MASTER.finditer(source.text):
        index = match.lastindex
        if index is None:  # pragma: no cover - each alternative is a named group
            continue
        value = match[index]
        kind = _KINDS[index]
        if kind == "PUNCT":
            kind = value
        elif kind == "WORD":
            kind = KEYWORDS.get(value) or KEYWORDS.get(value.upper(), "WORD")
        elif kind == "BAD":
            raise _bad_character(source, match.start(index))
        kinds.append(kind)
        values.append(value)
        starts.append(match.start(index))
        if kind == "END":
            break
    return Tokens(kinds, values, starts)


def _bad_character(source: Source, start: int) -> QuerySyntaxError:
    character = source.text[start]
    if character in "\"'":
        message = (
            "The string that begins here is not closed, or holds a line end or a wrong escape."
        )
    elif character == "@":
        message = "Expected a language tag after '@'."
    elif character == "_":
        message = "Expected a blank node label such as '_:a'."
    else:
        shown = repr(character) if character != "\\" else "'\\'"
        message = f"The character {shown} begins nothing that SPARQL knows."
    return QuerySyntaxError(message, location=source.location(start))


_STRING_ESCAPE: Final = re.compile(r"\\(.)")
_STRING_ESCAPES: Final = {
    "t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "\\": "\\", '"': '"', "'": "'",
}  # fmt: skip


def string_value(kind: str, token: str) -> str:
    """The characters that a STRING or LONG token stands for."""
    text = token[3:-3] if kind == "LONG" else token[1:-1]
    if "\\" not in text:
        return text
    return _STRING_ESCAPE.sub(lambda match: _STRING_ESCAPES[match[1]], text)


_LOCAL_ESCAPE: Final = re.compile(r"\\(.)")


def local_value(text: str) -> str:
    """The local part of a prefixed name without its backslashes (section 4.1.1)."""
    return _LOCAL_ESCAPE.sub(r"\1", text) if "\\" in text else text
