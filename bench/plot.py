"""Line plots as SVG, both axes logarithmic: enough to see how a cost grows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 420, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 44, 48
_COLOURS = ("#0b5cad", "#c2410c", "#15803d", "#7e22ce")
_MARKS = ("none", "6 3", "2 3", "8 3 2 3")
"""Dashes, so that lines are told apart without colours."""


@dataclass(frozen=True, slots=True)
class Line:
    """A named line of (x, y) points, both above 0."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A plot with its title and the names of its axes."""

    title: str
    x_name: str
    y_name: str
    lines: tuple[Line, ...]


def svg(panels: Sequence[Panel]) -> str:
    """The panels beside each other as one SVG document."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(panels)} {HEIGHT}"'
        ' role="img" font-family="sans-serif" font-size="11">',
        f"<title>{escape('; '.join(panel.title for panel in panels))}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({WIDTH * number} 0)">')
        parts += _panel(panel)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>"]) + "\n"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a value lies on a logarithmic axis that runs between two pixels."""

    least: float
    most: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        span = math.log10(self.most) - math.log10(self.least) or 1.0
        share = (math.log10(value) - math.log10(self.least)) / span
        return self.first + share * (self.last - self.first)


def _panel(panel: Panel) -> list[str]:
    points = [point for line in panel.lines for point in line.points]
    xs = sorted({x for x, _ in points})
    powers = [math.log10(y) for _, y in points]
    least, most = 10.0 ** math.floor(min(powers)), 10.0 ** math.ceil(max(powers))
    across = _Scale(xs[0], xs[-1], _LEFT, WIDTH - _RIGHT)
    up = _Scale(least, most if most > least else least * 10, HEIGHT - _BOTTOM, _TOP)
    parts = [f'<text x="{_LEFT}" y="18" font-size="13">{escape(panel.title)}</text>']
    parts += _grid(xs, across, up)
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    parts += [
        f'<text x="{(_LEFT + WIDTH - _RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">'
        f"{escape(panel.x_name)}</text>",
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">'
        f"{escape(panel.y_name)}</text>",
    ]
    for number, line in enumerate(panel.lines):
        parts += _line(line, number, across, up)
    return parts


def _grid(xs: Sequence[float], across: _Scale, up: _Scale) -> list[str]:
    """A rule and a number for each x, and for each power of ten of y."""
    parts = []
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    for x in xs:
        at = f"{across(x):.1f}"
        parts.append(f'<path d="M{at} {_TOP}V{bottom}" stroke="#e5e7eb"/>')
        parts.append(f'<text x="{at}" y="{bottom + 15}" text-anchor="middle">{x:g}</text>')
    for power in range(round(math.log10(up.least)), round(math.log10(up.most)) + 1):
        at = f"{up(10.0**power):.1f}"
        parts.append(f'<path d="M{_LEFT} {at}H{right}" stroke="#e5e7eb"/>')
        parts.append(
            f'<text x="{_LEFT - 6}" y="{at}" dy="4" text-anchor="end">{10.0**power:g}</text>'
        )
    return parts


def _line(line: Line, number: int, across: _Scale, up: _Scale) -> list[str]:
    colour, dashes = _COLOURS[number % len(_COLOURS)], _MARKS[number % len(_MARKS)]
    places = [(across(x), up(y)) for x, y in line.points]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    key = _LEFT + 8 + number * 110
    stroke = f'stroke="{colour}" stroke-dasharray="{dashes}" stroke-width="2"'
    return [
        f'<path d="{path}" fill="none" {stroke}/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places),
        f'<path d="M{key} 32h22" {stroke}/>',
        f'<text x="{key + 28}" y="36">{escape(line.name)}</text>',
    ]
