"""Regular expressions of XPath (XQuery 1.0 and XPath 2.0 Functions and Operators, 7.6.1) for RE2.

RE2 runs in linear time, and its words differ: `\\d`, `\\s` and `\\w` are those of ASCII, and it has
neither `\\i` and `\\c` nor blocks nor the subtraction of character classes. Beyond XPath, which
SPARQL allows where there would be an error (17.3.1), groups `(?:...)`, flags `(?i)` within the
pattern and an escaped punctuation mark are understood as everywhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from mappers.character_sets import (
    ALL,
    NAME_CHAR,
    NAME_START,
    Ranges,
    block,
    category,
    complement,
    difference,
    is_category,
    text_of,
    union,
)


class InvalidPatternError(Exception):
    """The text is no regular expression of XPath, its flags are none, or a replacement is none."""


class BeyondRe2Error(Exception):
    """A regular expression that RE2 cannot run; `args[0]` names what."""


class BackReferenceError(BeyondRe2Error):
    """A back-reference, which no engine that runs in linear time has."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A pattern in RE2's words, its flags inside, and how many groups it captures."""

    text: str
    groups: int


_SPACE: Final[Ranges] = ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20))
_SINGLE: Final = {"n": "\n", "r": "\r", "t": "\t"}
_WORD: Final = r"\p{L}\p{M}\p{N}\p{S}"
"""`\\w` is all but punctuation, separators and others: no underscore, but `+` and `$`."""

_OUTSIDE: Final = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r"[\t\n\r ]",
    "S": r"[^\t\n\r ]",
    "w": f"[{_WORD}]",
    "W": f"[^{_WORD}]",
    "i": f"[{text_of(NAME_START)}]",
    "I": f"[^{text_of(NAME_START)}]",
    "c": f"[{text_of(NAME_CHAR)}]",
    "C": f"[^{text_of(NAME_CHAR)}]",
}
_QUANTITY: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_MOST_REPEATS: Final = 1000
"""RE2 takes no more."""

_INNER_FLAGS: Final = re.compile(r"\(\?(?=.)([ims]*)(-[ims]+)?([:)])")


@lru_cache(maxsize=1024)
def translate(pattern: str, flags: str = "") -> Translated:
    """The pattern under its flags (any of `smixq`) for RE2.

    Raises InvalidPatternError for what is an error in XPath, BeyondRe2Error for back-references,
    word boundaries and counts that RE2 cannot run.
    """
    if set(flags) - set("smixq"):
        raise InvalidPatternError(f"no flags: {flags}")
    options = "".join(letter for letter in "ims" if letter in flags)
    head = f"(?{options})" if options else ""
    if "q" in flags:
        return Translated(head + "".join(map(_literal, pattern)), 0)
    reader = _Reader(pattern, spaced="x" in flags)
    body = reader.alternatives()
    if reader.position < len(pattern):
        raise InvalidPatternError("a closing bracket without its opening one")
    return Translated(head + body, reader.groups)


def replacement(text: str, groups: int, flags: str = "") -> str:
    """A replacement of XPath in RE2's words: `$n` is `\\n`.

    Raises InvalidPatternError for a backslash or dollar sign that stands alone, BeyondRe2Error for
    a group above the ninth.
    """
    if "q" in flags:
        return text.replace("\\", "\\\\")
    made: list[str] = []
    position = 0
    while position < len(text):
        one, following = text[position], text[position + 1 : position + 2]
        position += 1
        if one == "\\":
            if following not in ("\\", "$"):
                raise InvalidPatternError("a backslash before neither a backslash nor a dollar")
            made.append("\\\\" if following == "\\" else "$")
            position += 1
        elif one == "$":
            found = re.compile("[0-9]+").match(text, position)
            if found is None:
                raise InvalidPatternError("a dollar sign without a number")
            digits = found.group()
            # the longest number that is a group; at least one digit belongs to it
            while len(digits) > 1 and int(digits) > groups:
                digits = digits[:-1]
            if int(digits) > 9 and int(digits) <= groups:
                raise BeyondRe2Error("a group above the ninth in a replacement")
            made.append(f"\\{digits}" if int(digits) <= groups else "")
            position += len(digits)
        else:
            made.append(one)
    return "".join(made)


def _literal(character: str) -> str:
    """One character, for RE2 inside and outside of a class."""
    if character.isalnum() or ord(character) > 0x7F:
        return character
    if character.isprintable() and character != " ":
        return f"\\{character}"
    return f"\\x{{{ord(character):X}}}"


@dataclass(slots=True)
class _Reader:
    """Recursive descent over a pattern: alternatives, pieces, atoms."""

    pattern: str
    spaced: bool
    position: int = 0
    groups: int = 0
    depth: int = 0
    repeats: list[int] = field(default_factory=lambda: [1])

    def peek(self) -> str:
        if self.spaced:
            while self.pattern[self.position : self.position + 1] in tuple(" \t\n\r"):
                self.position += 1
        return self.pattern[self.position : self.position + 1]

    def take(self) -> str:
        if self.position >= len(self.pattern):
            raise InvalidPatternError("the end of the pattern comes too early")
        self.position += 1
        return self.pattern[self.position - 1]

    def alternatives(self) -> str:
        """Branches up to a closing bracket or the end."""
        made: list[str] = []
        while (one := self.peek()) and one != ")":
            if one == "|":
                made.append(self.take())
            else:
                made.append(self.piece())
        return "".join(made)

    def piece(self) -> str:
        """An atom with its quantifier."""
        self.repeats.append(1)
        atom = self.atom()
        inside = self.repeats.pop()
        quantifier, most = self.quantifier()
        if inside * most > _MOST_REPEATS:
            raise BeyondRe2Error("more than a thousand repetitions")
        self.repeats[-1] = max(self.repeats[-1], inside * most)
        return atom + quantifier

    def quantifier(self) -> tuple[str, int]:
        """A quantifier, or nothing, and the number by which RE2 repeats what is before it."""
        one = self.peek()
        if one and one in "*+?":
            made, most = self.take(), 1
        elif one == "{":
            found = _QUANTITY.match(self.pattern, self.position)
            if found is None or (found[3] and int(found[3]) < int(found[1])):
                raise InvalidPatternError("a brace that is no quantity")
            self.position = found.end()
            made, most = found.group(), max(1, int(found[3] or found[1]))
        else:
            return "", 1
        if self.peek() == "?":
            made += self.take()
        return made, most

    def atom(self) -> str:
        one = self.take()
        if one == "(":
            return self.group()
        if one == "[":
            return self.character_class().text()
        if one == "\\":
            return self.escape()
        if one in ".^$":
            return one
        if one in "*+?{}])":
            raise InvalidPatternError(f"{one} stands alone")
        return _literal(one)

    def group(self) -> str:
        self.depth += 1
        if self.depth > 200:
            raise BeyondRe2Error("groups more than two hundred deep")
        opening = "("
        if self.peek() == "?":
            found = _INNER_FLAGS.match(self.pattern, self.position - 1)
            if found is None:
                raise InvalidPatternError("a group that XPath does not have")
            self.position = found.end()
            if found[3] == ")":
                self.depth -= 1
                return found.group()
            opening = found.group()
        else:
            self.groups += 1
        made = opening + self.alternatives() + ")"
        if self.peek() != ")":
            raise InvalidPatternError("an opening bracket without its closing one")
        self.take()
        self.depth -= 1
        return made

    def escape(self) -> str:
        one = self.take()
        if one in _OUTSIDE:
            return _OUTSIDE[one]
        if one in "pP":
            return self.property(one).text()
        if one in "123456789":
            raise BackReferenceError("a back-reference")
        if one in "bB":
            raise BeyondRe2Error("a word boundary")
        return _literal(self.single(one))

    def single(self, one: str) -> str:
        """The character of an escape that means one."""
        if one in _SINGLE:
            return _SINGLE[one]
        if one.isalnum() or ord(one) > 0x7F or one.isspace():
            raise InvalidPatternError(f"\\{one} is no escape")
        return one

    def property(self, letter: str) -> _Class:
        """`\\p{...}` or `\\P{...}` after its letter."""
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.pattern, self.position)
        if found is None:
            raise InvalidPatternError(f"\\{letter} without a name")
        self.position = found.end()
        name = found[1]
        if name.startswith("Is"):
            ranges = block(name[2:])
            if ranges is None:
                raise InvalidPatternError(f"no block {name}")
            return _Class([], [ranges if letter == "p" else complement(ranges)])
        if not is_category(name):
            raise InvalidPatternError(f"no category {name}")
        if name in ("Cn", "Cs", "C"):  # RE2 does not count the unassigned
            ranges = category(name)
            return _Class([], [ranges if letter == "p" else complement(ranges)])
        return _Class([(f"\\{letter}{{{name}}}", name, letter == "P")], [])

    def character_class(self) -> _Class:
        """A class after its `[`, up to and with its `]`."""
        negative = self._at("^")
        if negative:
            self.position += 1
        found = _Class([], [])
        while True:
            if self._at("]"):
                if found.is_empty():
                    raise InvalidPatternError("a class without members")
                self.position += 1
                break
            if self._at("-[") and not found.is_empty():
                self.position += 2
                found = _Class([], [_signed(found.ranges(), negative)])
                found = _Class([], [difference(found.ranges(), self.character_class().ranges())])
                if not self._at("]"):
                    raise InvalidPatternError("a subtraction is the last part of a class")
                self.position += 1
                return found
            self._member(found)
        found.negative = negative
        return found

    def _at(self, text: str) -> bool:
        return self.pattern.startswith(text, self.position)

    def _member(self, found: _Class) -> None:
        """One character, range or escape of a class."""
        one = self.take()
        if one == "[":
            raise InvalidPatternError("[ within a class")
        if one == "\\":
            letter = self.take()
            if letter in _OUTSIDE:
                found.add_escape(letter)
                return
            if letter in "pP":
                inner = self.property(letter)
                found.names += inner.names
                found.parts += inner.parts
                return
            one = self.single(letter)
        elif one == "-" and not found.is_empty() and not (self._at("]") or self._at("-[")):
            raise InvalidPatternError("a hyphen between two ranges")
        if self._at("-") and not self._at("-[") and not self._at("-]"):
            self.position += 1
            last = self.take()
            if last == "[":
                raise InvalidPatternError("[ within a class")
            if last == "\\":
                last = self.single(self.take())
            if ord(last) < ord(one):
                raise InvalidPatternError("a range that runs backwards")
            found.parts.append(((ord(one), ord(last)),))
        else:
            found.parts.append(((ord(one), ord(one)),))


def _signed(ranges: Ranges, negative: bool) -> Ranges:
    return complement(ranges) if negative else ranges


@dataclass(slots=True)
class _Class:
    """Members of a class: categories, which RE2 knows by name, and ranges of characters.

    `names` are RE2's text, the category, and whether it is its complement.
    """

    names: list[tuple[str, str, bool]]
    parts: list[Ranges]
    negative: bool = False

    def is_empty(self) -> bool:
        return not self.names and not self.parts

    def add_escape(self, letter: str) -> None:
        lower = letter.lower()
        if lower == "d":
            self.names.append((_OUTSIDE[letter], "Nd", letter == "D"))
        elif letter == "w":
            self.names += [(f"\\p{{{one}}}", one, False) for one in "LMNS"]
        elif letter == "W":
            self.parts.append(complement(union([category(one) for one in "LMNS"])))
        else:
            ranges = {"s": _SPACE, "i": NAME_START, "c": NAME_CHAR}[lower]
            self.parts.append(_signed(ranges, letter != lower))

    def ranges(self) -> Ranges:
        """All members as ranges."""
        named = [_signed(category(name), inverse) for _, name, inverse in self.names]
        return _signed(union([*named, *self.parts]), self.negative)

    def text(self) -> str:
        """The class for RE2."""
        inside = "".join(text for text, _, _ in self.names) + text_of(union(self.parts))
        if not inside:  # nothing is left of a subtraction
            return f"[^{text_of(ALL)}]"
        return f"[{'^' if self.negative else ''}{inside}]"
