"""A result of any verb in a table: chosen variables, their values or extremes and where these are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...sweep.labels import LISTED, place
from .strokes import brief_number, without_rounding
from .summary import DOUBTFUL, Table, at, doubt_table, ends

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Quantities"]

Row = tuple[float, tuple[str, ...]]


@dataclass(frozen=True)
class Quantities:
    """Tables of a result: what is asked, and what is not to be trusted.

    Attributes
    ----------
    title : str
    names : tuple of str
        Variables, as far as the result has them; those of flags get a row for each flag.
    most : int
        Rows of a variable; beyond, those of the largest values.
    before : callable, optional
        Tables that stand before.
    """

    title: str
    names: tuple[str, ...]
    most: int = 9
    before: Callable[[xr.Dataset], list[Table]] | None = None

    def __call__(self, dataset: xr.Dataset) -> list[Table]:
        """Tables of a result; those with nothing to say are left out."""
        present = [dataset[name] for name in self.names if name in dataset]
        axes = list(dict.fromkeys(str(d) for x in present for d in x.dims if d not in LISTED))
        rows = [row for x in present for row in self._rows(dataset, x)]
        columns = ("quantity", "smallest", "where", "largest", "where") if axes else ("quantity", "value")
        parts = [] if self.before is None else self.before(dataset)
        parts = [part for part in parts if part.title != DOUBTFUL]
        parts += [Table(self.title, columns, tuple(rows)), doubt_table(dataset)]
        return [part for part in parts if part.rows]

    def _rows(self, dataset: xr.Dataset, x: xr.DataArray) -> Iterable[tuple[str, ...]]:
        if "flag_values" in x.attrs:
            return _flags(x)
        rows: list[Row] = []
        listed = [str(d) for d in x.dims if d in LISTED]
        axes = [str(d) for d in x.dims if d not in LISTED]
        values = x.transpose(*listed, *axes).values
        twice = _is_symmetric(x)
        terminals = tuple(k for k, d in enumerate(listed) if d in ("terminal", "other"))
        if terminals:
            values = without_rounding(values, terminals)
        for index in np.ndindex(*(x.sizes[d] for d in listed)):
            if twice and index[listed.index("terminal")] > index[listed.index("other")]:
                continue
            for kind, part in _real_parts(values[index]):
                if np.isfinite(part).any():
                    name = _named(dataset, x, listed, index)
                    rows.append(_row(dataset, f"{name}{kind}", axes, part))
        if len(rows) > self.most:
            rows = sorted(rows, key=lambda row: -row[0])[: self.most]
        return [cells for _, cells in rows]


def _is_symmetric(x: xr.DataArray) -> bool:
    """Whether a matrix over pairs of terminals says everything twice."""
    if not {"terminal", "other"} <= set(x.dims) or x.sizes["terminal"] != x.sizes["other"]:
        return False
    a = x.transpose(..., "terminal", "other").values
    return bool(np.array_equal(a, a.swapaxes(-1, -2), equal_nan=True))


def _row(dataset: xr.Dataset, name: str, axes: list[str], values: Any) -> Row:
    """What is said of a quantity, and its largest absolute value."""
    size = float(np.abs(values[np.isfinite(values)]).max())
    if not axes:
        return size, (name, f"{float(values):+.6g}" if values else "0")
    finite = np.where(np.isfinite(values), values, np.nan)
    cells = [(brief_number(values[k]), at(place(dataset, axes, k))) for k in ends(finite)]
    return size, (name, *cells[0], *cells[1])


def _real_parts(values: Any) -> list[tuple[str, Any]]:
    if np.iscomplexobj(values):
        return [(" (real)", values.real), (" (imaginary)", values.imag)]
    return [("", np.asarray(values, dtype=float))]


def _named(dataset: xr.Dataset, x: xr.DataArray, listed: list[str], index: tuple[int, ...]) -> str:
    """Variable and what it is of, such as ``"energy noise: left, pump"``."""
    labels = [_label(dataset, d, k) for d, k in zip(listed, index, strict=True)]
    name = str(x.name).replace("_", " ")
    return f"{name}: {', '.join(labels)}" if labels else name


def _label(dataset: xr.Dataset, dim: str, k: int) -> str:
    """A coordinate of a listed dimension in words; a channel by bath, states and quanta."""
    if dim in dataset.coords:
        return str(dataset[dim].values[k])
    if {"bath", "from", "to", "quanta"} <= set(dataset.coords):
        bath, start, to, quanta = (dataset[c].values[k] for c in ("bath", "from", "to", "quanta"))
        return f"{bath}, {start} to {to}, q = {quanta}"
    return str(k)


def _flags(x: xr.DataArray) -> list[tuple[str, ...]]:
    """How many points have each flag."""
    meanings = str(x.attrs["flag_meanings"]).split()
    out: list[tuple[str, ...]] = []
    for value, meaning in zip(np.atleast_1d(x.attrs["flag_values"]).tolist(), meanings, strict=False):
        count = int((x.values == value).sum())
        if count:
            told = f"{str(x.name).replace('_', ' ')}: {meaning.replace('_', ' ')}"
            out.append((told, f"{count} of {x.size}", "points", "", "") if x.ndim else (told, "yes"))
    return out
