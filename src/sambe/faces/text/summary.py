"""What a result says in a few lines: extremes, regimes, reversals, disagreements and doubts.

Every function takes the Dataset of `sambe.steady_state` or `sambe.compare` and returns numbers;
`tables` turns them into text for a terminal or a report. Currents are positive into the system.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...physics.treatments import DEFAULT, TREATMENTS
from ...sweep.labels import equations, in_unit, only, place, reference, sweep_axes
from .strokes import brief_number, harmonics_in_words, stroke_rows, without_rounding

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "DOUBTFUL", "Disagreement", "Extreme", "Region", "Reversal", "Table", "brief", "disagreements",
    "doubt_table", "doubts", "ends", "extremes", "regions", "reversals", "tables",
]  # fmt: skip

DOUBTFUL = "Not to be trusted"  # title of the table of doubts
LONGEST_CELL = 1000  # characters; a choice, more than any sentence of a table
# Share of the largest current below which a sign counts as rounding. A choice, some digits above the accuracy
# of a solution.
_ROUNDING = 1e-9
# Gap over relaxation rate below which the full secular equation is doubtful. A choice: the power that drives
# a qubit on resonance is then off by half the square of the inverse, 0.5 %.
_SECULAR = 10.0
# Share of the largest current from which an imbalance of the terminals is reported. A choice.
_RESIDUAL = 1e-3
# Share of the largest entropy production below which a negative one is rounding. A choice.
_ENTROPY = 1e-6
# Intervals, and zeros of a current, that a table names before it counts the rest: as many as fit in its line.
_INTERVALS, _ZEROS = 4, 6


@dataclass(frozen=True)
class Extreme:
    """Smallest and largest current of a terminal, and where."""

    terminal: str
    low: float
    low_at: dict[str, float]
    high: float
    high_at: dict[str, float]


@dataclass(frozen=True)
class Region:
    """Part of the sweep where something holds: its share, and intervals (1-D) or bounds."""

    regime: str
    share: float
    intervals: dict[str, tuple[tuple[float, float], ...]]


@dataclass(frozen=True)
class Reversal:
    """Zeros of a current along an axis: interpolated positions, and in how many of the cuts."""

    terminal: str
    axis: str
    positions: tuple[float, ...]
    cuts: int
    of: int


@dataclass(frozen=True)
class Disagreement:
    """Largest distance of an equation from the reference.

    ``relative`` is max over terminals of |J - J_ref|, over max of |J_ref|, at one point; ``flips``
    gives for each bath the share of points where the sign of its current differs.
    """

    equation: str
    reference: str
    relative: float
    terminal: str
    at: dict[str, float]
    flips: dict[str, float]


def _currents(dataset: xr.Dataset) -> tuple[Any, list[str], list[str]]:
    """Currents of one equation as ``(..., terminal)``, with the axes and terminals; zero what is rounding."""
    axes = sweep_axes(dataset)
    j = dataset["energy_current"].transpose(*axes, "terminal").values
    return without_rounding(j, -1), axes, [str(t) for t in dataset["terminal"].values]


def ends(values: Any) -> list[tuple[np.intp, ...]]:
    """Where the smallest and the largest of some numbers stand, NaN left out."""
    return [np.unravel_index(f(values), values.shape) for f in (np.nanargmin, np.nanargmax)]


def _floor(j: Any) -> float:
    return _ROUNDING * _largest(j)


def extremes(dataset: xr.Dataset) -> list[Extreme]:
    """Extremes of each terminal of a one-equation result, as far as there are answers."""
    j, axes, terminals = _currents(dataset)
    out = []
    for k, terminal in enumerate(terminals):
        part = j[..., k]
        if np.isnan(part).all():
            continue
        low, high = ends(part)
        out.append(
            Extreme(
                terminal,
                float(part[low]), place(dataset, axes, low),
                float(part[high]), place(dataset, axes, high),
            )
        )  # fmt: skip
    return out


def regions(dataset: xr.Dataset) -> list[Region]:
    """Where the pump dominates all baths, where it takes energy out, and where `auto` keeps more terms."""
    j, axes, terminals = _currents(dataset)
    pumps = [k for k, t in enumerate(terminals) if t == "pump" or (t[:5] == "pump " and t[5:].isdigit())]
    if not pumps:
        return []
    pump, heat = j[..., pumps].sum(axis=-1), abs(np.delete(j, pumps, axis=-1)).max(axis=-1)
    floor = _floor(j)
    known = np.isfinite(pump)
    holds = {
        "the pump dominates": (abs(pump) > floor) & (abs(pump) >= heat),
        "the drive takes energy out": pump < -floor,
    }
    if dataset.attrs.get("secular") == DEFAULT and "cross_terms_kept" in dataset:
        holds["terms between drive quanta count"] = dataset["cross_terms_kept"].transpose(*axes).values > 0
    return [_region(dataset, axes, regime, mask & known, known) for regime, mask in holds.items()]


def _region(dataset: xr.Dataset, axes: list[str], regime: str, mask: Any, known: Any) -> Region:
    share = float(mask.sum() / known.sum()) if known.any() else 0.0
    intervals = {}
    for k, name in enumerate(axes):
        along = mask.any(axis=tuple(i for i in range(mask.ndim) if i != k))
        x = np.asarray(dataset[name].values, dtype=float)
        starts = np.flatnonzero(along & ~np.r_[False, along[:-1]])
        ends = np.flatnonzero(along & ~np.r_[along[1:], False])
        intervals[name] = tuple((float(x[a]), float(x[b])) for a, b in zip(starts, ends, strict=True))
    return Region(regime, share, intervals)


def reversals(dataset: xr.Dataset) -> list[Reversal]:
    """Where the current of each terminal changes sign along each axis, by linear interpolation."""
    j, axes, terminals = _currents(dataset)
    floor = _floor(j)
    out = []
    for k, terminal in enumerate(terminals):
        for axis, name in enumerate(axes):
            x = np.asarray(dataset[name].values, dtype=float)
            cuts = np.moveaxis(j[..., k], axis, -1).reshape(-1, x.size)
            zeros = [_zeros(x, cut, floor) for cut in cuts]
            if any(zeros):
                positions = tuple(sorted(z for cut in zeros for z in cut))
                out.append(Reversal(terminal, name, positions, sum(map(bool, zeros)), len(zeros)))
    return out


def _zeros(x: Any, y: Any, floor: float) -> list[float]:
    sure = np.isfinite(y) & (abs(y) > floor)
    x, y = x[sure], y[sure]
    k = np.flatnonzero(y[1:] * np.sign(y[:-1]) < 0)
    return [float(z) for z in x[k] - y[k] * (x[k + 1] - x[k]) / (y[k + 1] - y[k])]


def disagreements(dataset: xr.Dataset) -> list[Disagreement]:
    """How far each further equation is from the reference (see `sambe.sweep.labels.reference`)."""
    names, benchmark = equations(dataset), reference(dataset)
    j0, axes, terminals = _currents(only(dataset, benchmark))
    floor = _floor(j0)
    out = []
    for name in (n for n in names if n != benchmark):
        j = _currents(only(dataset, name))[0]
        gap = abs(j - j0)
        scale = abs(j0).max(axis=-1, keepdims=True)
        relative = np.where(scale > floor, gap / np.where(scale > floor, scale, 1.0), np.nan)
        if np.isnan(relative).all():
            continue
        *point, t = np.unravel_index(np.nanargmax(relative), relative.shape)
        flips = _flips(j, j0, floor, terminals)
        out.append(
            Disagreement(
                name, benchmark, float(relative[(*point, t)]), terminals[int(t)],
                place(dataset, axes, point), flips,
            )
        )  # fmt: skip
    return out


def _flips(j: Any, j0: Any, floor: float, terminals: list[str]) -> dict[str, float]:
    """Share of the points with two answers at which the current of a terminal has the other sign."""
    flipped = (j * j0 < 0) & (abs(j) > floor) & (abs(j0) > floor)
    known = max(1, int((np.isfinite(j) & np.isfinite(j0)).all(axis=-1).sum()))
    return {
        terminal: float(flipped[..., k].sum() / known)
        for k, terminal in enumerate(terminals)
        if flipped[..., k].any()
    }


def doubts(dataset: xr.Dataset) -> list[str]:
    """What cannot be trusted, in words: no answer, secular breakdown, broken laws."""
    out: list[str] = []
    several = len(equations(dataset)) > 1
    for name in equations(dataset):
        part = only(dataset, name)
        for text in (*_unanswered(part), *_secular(part), *_laws(part), *harmonics_in_words(part)):
            out.append(f"{name}: {text}" if several else text)
    return out


def _unanswered(part: xr.Dataset) -> Iterable[str]:
    if "status" not in part:
        return
    axes = sweep_axes(part)
    status = part["status"].transpose(*axes)
    attributes = status.attrs
    meanings = str(attributes.get("flag_meanings", "")).split()
    names = dict(zip(np.atleast_1d(attributes.get("flag_values", [])).tolist(), meanings, strict=False))
    codes, counts = np.unique(status.values, return_counts=True)
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        if code == 0:
            continue
        first = np.unravel_index(int((status.values == code).argmax()), status.shape)
        meaning = names.get(code, f"status {code}").replace("_", " ")
        where = f", first at {at(place(part, axes, first))}" if axes else ""
        yield f"{count} of {status.size} points: {meaning}{where}"


def _secular(part: xr.Dataset) -> Iterable[str]:
    if "secular_ratio" not in part or not _drops_coherences(part.attrs.get("secular")):
        return
    axes = sweep_axes(part)
    ratio = part["secular_ratio"].transpose(*axes).values
    doubtful = ratio < _SECULAR
    if doubtful.any():
        region = _region(part, axes, "", doubtful, np.isfinite(ratio))
        where = f" ({_where(region, dataset_axes=axes)})" if axes else ""
        yield (
            f"full secular at {int(doubtful.sum())} of {ratio.size} points{where}: "
            f'the smallest gap is {np.nanmin(ratio):.2g} relaxation rates; use secular = "partial"'
        )


def _drops_coherences(secular: str | None) -> bool:
    return secular in TREATMENTS and TREATMENTS[secular].populations_only


def _largest(values: Any) -> float:
    """Largest absolute value, of those that are there; 0 if none is."""
    return float(np.fmax.reduce(np.abs(values), axis=None, initial=0.0))


def _laws(part: xr.Dataset) -> Iterable[str]:
    if "energy_current" not in part or "channel" in part.dims:
        return
    scale = _largest(part["energy_current"].values)
    if "first_law_residual" in part:
        residual = _largest(part["first_law_residual"].values)
        if residual > _RESIDUAL * scale:
            worst = f"{residual / scale:.1%} of the largest current"
            yield f"the terminals do not balance, by up to {worst}"
    if "entropy_production" in part:
        entropy = part["entropy_production"].values
        negative = entropy < -_ENTROPY * _largest(entropy)
        if negative.any():
            count = f"{int(negative.sum())} of {entropy.size} points"
            yield f"entropy production is negative at {count}"


@dataclass(frozen=True)
class Table:
    """A table of text; ``rows`` have one text a column."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def brief(text: str) -> str:
    """A text of a user's as a cell of a table shows it."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def at(point: dict[str, float]) -> str:
    """``"omega 1.003, drive 0.1"``."""
    return ", ".join(f"{name} {value:.4g}" for name, value in point.items())


def _where(region: Region, dataset_axes: list[str]) -> str:
    parts = []
    for name, spans in region.intervals.items():
        shown = spans if len(dataset_axes) == 1 else ((spans[0][0], spans[-1][1]),)
        texts = [f"{a:.4g} to {b:.4g}" if a != b else f"{a:.4g}" for a, b in shown]
        more = f" and {len(texts) - _INTERVALS} more" if len(texts) > _INTERVALS else ""
        parts.append(f"{name} {'; '.join(texts[:_INTERVALS])}{more}")
    return ", ".join(parts)


def _signed(current: float) -> str:
    if np.isnan(current):
        return "-"
    return f"{current:+.6e}" if current else "0"


def tables(dataset: xr.Dataset) -> list[Table]:
    """Tables of the whole summary; those with nothing to say are left out."""
    benchmark = reference(dataset)
    part = only(dataset, benchmark)
    axes = sweep_axes(dataset)
    out = [_sweep_table(part, benchmark)] if axes else [_point_table(dataset)]
    if axes:
        out.append(_regime_table(part, axes))
    out += [_observable_table(part, axes), Table(*stroke_rows(part, axes))]
    out.append(_distance_table(dataset, benchmark, axes))
    out.append(doubt_table(dataset))
    return [table for table in out if table.rows]


def doubt_table(dataset: xr.Dataset) -> Table:
    """What cannot be trusted, a line each."""
    return Table(DOUBTFUL, ("",), tuple((line,) for line in doubts(dataset)))


def _distance_table(dataset: xr.Dataset, benchmark: str, axes: list[str]) -> Table:
    return Table(
        f"Distance from {benchmark} (relative to the largest current of the point)",
        ("equation", "largest", "terminal", *(["where"] if axes else []), "wrong sign"),
        tuple(
            (d.equation, f"{d.relative:.2g}", d.terminal, *([at(d.at)] if axes else []),
             ", ".join(f"{t} {share:.1%}" for t, share in d.flips.items()) or "never")
            for d in disagreements(dataset)
        ),
    )  # fmt: skip


def _sweep_table(part: xr.Dataset, name: str) -> Table:
    return Table(
        f"Energy currents into the system{in_unit(part)}, {name}",
        ("terminal", "smallest", "where", "largest", "where"),
        tuple(
            (e.terminal, brief_number(e.low), at(e.low_at), brief_number(e.high), at(e.high_at))
            for e in extremes(part)
        ),
    )


def _point_table(dataset: xr.Dataset) -> Table:
    names = equations(dataset)
    columns = {n: _currents(only(dataset, n))[0] for n in names}
    return Table(
        f"Energy currents into the system{in_unit(dataset)}",
        ("terminal", *names),
        tuple(
            (str(t), *(_signed(columns[n][k]) for n in names))
            for k, t in enumerate(dataset["terminal"].values)
        ),
    )


def _observable_table(part: xr.Dataset, axes: list[str]) -> Table:
    """Extremes of the expectation values that were asked for, or their values at a single point."""
    rows = []
    for name in part["observable"].values if "expectation" in part else ():
        values = part["expectation"].sel(observable=name).transpose(*axes).values
        if np.isnan(values).all():
            continue
        cells = [(f"{values[k]:+.6g}", at(place(part, axes, k))) for k in ends(values)]
        rows.append((str(name), *(x for cell in cells for x in cell)) if axes else (str(name), cells[0][0]))
    columns = ("observable", "smallest", "where", "largest", "where") if axes else ("observable", "value")
    return Table("Expectation values, means over a period", columns, tuple(rows))


def _regime_table(part: xr.Dataset, axes: list[str]) -> Table:
    rows = [(r.regime, f"{_where(r, axes)} ({r.share:.1%} of the points)") for r in regions(part) if r.share]
    for r in reversals(part):
        if r.of == 1:
            text = f"{r.axis} " + ", ".join(f"{x:.5g}" for x in r.positions[:_ZEROS])
            text += f" and {len(r.positions) - _ZEROS} more" if len(r.positions) > _ZEROS else ""
        else:
            text = f"{r.axis} {r.positions[0]:.4g} to {r.positions[-1]:.4g}, {r.cuts} of {r.of} cuts"
        rows.append((f"{r.terminal} reverses sign", text))
    return Table("Regimes", ("what", "where"), tuple(rows))
