"""Choice of a format by the Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from federation.results import Form, Format, format_named
from sparql_api.problems import RequestError


@dataclass(frozen=True, slots=True)
class Choice:
    """A format, and the media type to call it by."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The Content-Type header: text has its charset."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of an Accept header; `*` stands for any type or subtype."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely it names the media type: 0 not at all, 1 `*/*`, 2 `type/*`, 3 exactly."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == ("*", "*"):
            return 1
        if self.type == type_ and self.subtype == "*":
            return 2
        return 3 if (self.type, self.subtype) == (type_, subtype) else 0


def parse_accept(header: str) -> tuple[MediaRange, ...]:
    """The media ranges of an Accept header; broken ones and parameters but `q` are ignored."""
    ranges: list[MediaRange] = []
    for element in header.split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        type_, slash, subtype = name.lower().partition("/")
        quality = _quality(parameters)
        if slash and type_ and subtype and quality is not None:
            ranges.append(MediaRange(type_, subtype, quality))
    return tuple(ranges)


def _quality(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            number = value.strip()
            if not number.replace(".", "", 1).isdecimal() or float(number) > 1:
                return None
            return float(number)
    return 1.0


def choose(accept: str | None, form: Form, formats: Sequence[Format]) -> Choice:
    """The format that the header likes best; of equals the first in order.

    Without a header anything is liked. Raises RequestError (406) naming the media types that fit.
    """
    ranges = parse_accept(accept) if accept else (MediaRange("*", "*", 1.0),)
    best: tuple[float, Choice] | None = None
    offers = [one for one in formats if form in one.forms]
    for offer in offers:
        for media_type in (offer.media_type, *offer.accepted):
            quality = _liking(ranges, media_type)
            if quality > 0 and (best is None or quality > best[0]):
                best = (quality, Choice(offer, media_type))
    if best is None:
        fitting = ", ".join(offer.media_type for offer in offers)
        raise RequestError(
            406,
            f"None of the media types accepted can hold the answer of {_article(form)} query.",
            way_out=f"Accept one of {fitting}.",
        )
    return best[1]


def _liking(ranges: Sequence[MediaRange], media_type: str) -> float:
    """The quality of the range that names the media type most closely; 0 if none does."""
    named = [(one.specificity(media_type), one.quality) for one in ranges]
    closest, quality = max(named, default=(0, 0.0))
    return quality if closest else 0.0


def choose_with_name(
    name: str, accept: str | None, form: Form, formats: Sequence[Format]
) -> Choice:
    """The format of that name, else the one that the header asks for by an exact type.

    Clients such as SPARQLWrapper send a name of their own beside the header. Raises the
    RequestError of `choose_named` where the header does not help.
    """
    try:
        return choose_named(name, form, formats)
    except RequestError:
        exact = ", ".join(
            f"{one.type}/{one.subtype};q={one.quality:g}"
            for one in parse_accept(accept or "")
            if "*" not in (one.type, one.subtype)
        )
        fitting = [offer for offer in formats if form in offer.forms]
        types = {kind for offer in fitting for kind in (offer.media_type, *offer.accepted)}
        if any(_liking(parse_accept(exact), kind) > 0 for kind in types):
            return choose(exact, form, formats)
        raise


def choose_named(name: str, form: Form, formats: Sequence[Format]) -> Choice:
    """The format of that name; RequestError: 400 if unknown, 406 if it cannot hold the form."""
    for one in formats:
        if one.name == name:
            break
    else:
        names = ", ".join(one.name for one in formats)
        raise RequestError(400, f"There is no format {name!r}.", way_out=f"Formats are {names}.")
    if form not in one.forms:
        fitting = ", ".join(other.name for other in formats if form in other.forms)
        raise RequestError(
            406,
            f"The format {name} cannot hold the answer of {_article(form)} query.",
            way_out=f"Choose one of {fitting}.",
        )
    return Choice(one, one.media_type)


def wants_page(accept: str | None) -> bool:
    """Whether a web page is liked better than Turtle and JSON, as by a browser."""
    ranges = parse_accept(accept or "")
    others = (format_named("ttl").media_type, "application/json")
    page = max((r.quality for r in ranges if r.specificity("text/html") == 3), default=0.0)
    return page > 0 and all(page >= _liking(ranges, other) for other in others)


def _article(form: Form) -> str:
    return f"an {form.upper()}" if form == "ask" else f"a {form.upper()}"
