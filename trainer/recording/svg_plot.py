"""Plot curves as SVG text."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 760, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 20, 40
_KEYS, _KEY_WIDTH, _KEY_HEIGHT = 3, 230, 18
"""Legend: curves in a row above the plot, and the width and height of each."""
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe & Ito (2008), distinguishable with colour blindness."""
_MOST_POINTS = 600  # of a curve
_TICKS = 5
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
    'aria-label="{label}">{body}</svg>'
)
_LINE = '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>'
_TEXT = '<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>'
_CURVE = '<polyline points="{}" fill="none" stroke="{}" stroke-width="1.5"/>'


@dataclass(frozen=True, slots=True)
class Curve:
    """A named curve: points in the order of x."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(label: str, curves: Sequence[Curve]) -> str:
    """Return the SVG of curves over common axes; each needs at least one point."""
    xs = [x for curve in curves for x, _ in curve.points]
    ys = [y for curve in curves for _, y in curve.points]
    top = _TOP + _KEY_HEIGHT * math.ceil(len(curves) / _KEYS)
    frame = _Frame(min(xs), max(xs), min(ys), max(ys), top)
    body = [*_axes(frame), *_drawn(frame, curves)]
    return _SVG.format(width=_WIDTH, height=_HEIGHT, label=escape(label), body="".join(body))


@dataclass(frozen=True, slots=True)
class _Frame:
    """Maps data to pixels, whose y grows downwards."""

    x0: float
    x1: float
    y0: float
    y1: float
    top: float

    def x(self, value: float) -> float:
        return _LEFT + (value - self.x0) / ((self.x1 - self.x0) or 1) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.y0) / ((self.y1 - self.y0) or 1)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - self.top - _BOTTOM)


def _axes(frame: _Frame) -> Iterator[str]:
    for value in _ticks(frame.y0, frame.y1):
        y = frame.y(value)
        yield _LINE.format(_LEFT, y, _WIDTH - _RIGHT, y, "grid")
        yield _TEXT.format(_LEFT - 6, y + 4, "left", f"{value:g}")
    for value in _ticks(frame.x0, frame.x1, finest=1.0):
        yield _TEXT.format(frame.x(value), _HEIGHT - _BOTTOM + 18, "below", f"{value:g}")
    yield _TEXT.format(_WIDTH / 2, _HEIGHT - 4, "below", "step")


def _drawn(frame: _Frame, curves: Sequence[Curve]) -> Iterator[str]:
    for index, curve in enumerate(curves):
        colour = _COLOURS[index % len(_COLOURS)]
        stride = math.ceil(len(curve.points) / _MOST_POINTS)
        points = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in curve.points[::stride])
        yield _CURVE.format(points, colour)
        row, column = divmod(index, _KEYS)
        left, top = _LEFT + _KEY_WIDTH * column, _TOP + _KEY_HEIGHT * row
        yield _LINE.format(left, top, left + 18, top, "key").replace("/>", f' stroke="{colour}"/>')
        yield _TEXT.format(left + 24, top + 4, "name", escape(curve.name))


def _ticks(low: float, high: float, finest: float = 0.0) -> list[float]:
    """Return round numbers between two ends, about five of them, `finest` apart at least."""
    if high <= low:
        return [low]
    rough = max((high - low) / _TICKS, finest)
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= rough)
    first = math.ceil(low / step)
    return [round(n * step, 10) for n in range(first, math.floor(high / step) + 1)]
