"""What a result says of the steps of a period: heat and work of each, and harmonics that are left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...verbs.cautions import SMALL_SHARE, describe_points

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["brief_number", "harmonics_in_words", "stroke_rows", "without_rounding"]

# Share of the largest current of a point below which another one is what rounding leaves of terms that
# cancel. A choice, some hundreds of roundings.
ROUNDING = 1e-13

Rows = tuple[tuple[str, ...], ...]


def brief_number(value: float) -> str:
    """A number with its sign in few digits.

    >>> brief_number(-1.25e-4), brief_number(0.0)
    ('-1.2500e-04', '0')
    """
    return f"{value:+.4e}" if value else "0"


def without_rounding(values: Any, axis: int | tuple[int, ...]) -> Any:
    """Numbers of the terminals of a point, along one axis or two, zero where they are rounding beside the
    largest of them."""
    with np.errstate(invalid="ignore"):
        largest = np.fmax.reduce(np.abs(values), axis=axis, keepdims=True)
        return np.where(np.abs(values) <= ROUNDING * largest, 0.0, values)


def stroke_rows(part: xr.Dataset, axes: list[str]) -> tuple[str, tuple[str, ...], Rows]:
    """Title, columns and rows of a table of energies into the system in one period; no rows without steps.

    A row for each step with the heat from each bath and the work, then one for the work of switching the
    coupling of each; of a sweep the smallest and the largest.
    """
    if "stroke_heat" not in part:
        return "", (), ()
    baths = [str(name) for name in part["terminal"].values[:-1]]
    rows = []
    for k in part["step"].values:
        heats = [part["stroke_heat"].sel(step=k, terminal=name) for name in baths]
        rows.append((f"step {k}", *(_range(x, axes) for x in (*heats, part["stroke_work"].sel(step=k)))))
    switching = [part["switching_work"].sel(terminal=name) for name in baths]
    if any(float(abs(x).max()) > 0 for x in switching):
        rows.append(("switching", *(_range(x, axes) for x in switching), ""))
    unit = part["stroke_heat"].attrs.get("units", "energy")
    title = "Heat and work of one period" + ("" if unit == "energy" else f" ({unit})")
    return title, ("", *baths, "work"), tuple(rows)


def _range(values: xr.DataArray, axes: list[str]) -> str:
    if not axes:
        return brief_number(float(values))
    if bool(np.isnan(values).all()):
        return "-"
    low, high = float(values.min()), float(values.max())
    return "0" if low == high == 0.0 else f"{low:+.3e} to {high:+.3e}"


def harmonics_in_words(part: xr.Dataset) -> Iterable[str]:
    """Where more harmonics matter than are held."""
    if "harmonics_error" not in part:
        return
    left = part["harmonics_error"] > SMALL_SHARE
    if left.any():
        where = f", {describe_points(left)}" if left.dims else ""
        worst = float(part["harmonics_error"].max())
        yield f"harmonics that are left out carry up to {worst:.1%} of the largest current{where}"
