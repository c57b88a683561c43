"""Sentences of the page as HTML; whatever a file or a link says is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from ...errors import SambeError

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["currents_table", "machine_table", "message", "noise_table", "verdict_chips"]

# Sign, word and colour of each verdict; the sign says it without colour. White text on them has a contrast
# above 4.5, on light and on dark paper.
_CHIPS = {
    0: ("✓", "trust", "#1b6e3c"),
    1: ("!", "care", "#8a5300"),
    2: ("✗", "wrong", "#a8201a"),
    3: ("–", "no answer", "#555555"),
}


def verdict_chips(audit: xr.Dataset) -> str:
    """A chip for each answer, with its estimated error, and the reason of the first one."""
    chips, reasons = [], []
    for secular in audit["secular"].values:
        answer = audit.sel(secular=secular).isel(equation=0)
        sign, word, color = _CHIPS[int(answer["verdict"])]
        error = float(answer["estimated_error"])
        size = f", error about {float(f'{100 * error:.2g}'):g} %" if np.isfinite(error) else ""
        chips.append(
            f'<span class="chip" style="background:{color}"><b aria-hidden="true">{sign}</b> '
            f"{escape(str(secular))}: {word}{size}</span>"
        )
        sentences = [str(answer[key].item()) for key in ("reason", "remedy")]
        reasons.append(f"<p>{escape(str(secular))}: {escape('; '.join(s for s in sentences if s))}</p>")
    return "".join(chips) + f"<details><summary>why</summary>{''.join(reasons)}</details>"


def message(faults: Iterable[object]) -> str:
    """What is wrong, a line each; errors of our own in their words, others by their kind."""
    lines = []
    for fault in faults:
        text = (
            str(fault) if isinstance(fault, SambeError | str)
            else f"{type(fault).__name__}: {fault}"
        )  # fmt: skip
        lines.append(f'<p class="fault">{escape(text[:600])}</p>')
    return "".join(lines)


def _table(caption: str, head: list[str], rows: list[list[str]], mark: str = "") -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        "<tr>"
        + f'<th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(c)}</td>" for c in row[1:])
        + "</tr>"
        for row in rows
    )
    head_row = f"<thead><tr>{top}</tr></thead>"
    return f"<table {mark}><caption>{escape(caption)}</caption>{head_row}<tbody>{body}</tbody></table>"


def _number(x: float) -> str:
    return f"{x:+.4e}" if np.isfinite(x) else "no answer"


def currents_table(point: xr.DataArray, where: str) -> str:
    """The currents of the shown point, for those who do not see the figures."""
    names = [str(t) for t in point["terminal"].values]
    rows = [[n, _number(float(j))] for n, j in zip(names, point.values, strict=True)]
    return _table(f"Energy currents into the system at {where}", ["terminal", "energy current"], rows)


def machine_table(merit: xr.Dataset) -> str:
    """What machine it is at the shown point, with each figure of merit that applies."""
    names = dict(
        zip(merit["mode"].attrs["flag_values"], merit["mode"].attrs["flag_meanings"].split(), strict=True)
    )
    rows = [["mode", names[int(merit["mode"])].replace("_", " ")]]
    for key in ("power", "efficiency", "cop", "heat_pump_cop", "carnot", "fraction_of_carnot"):
        value = float(merit[key])
        if np.isfinite(value):
            rows.append([str(merit[key].attrs.get("long_name", key.replace("_", " "))), f"{value:.4g}"])
    return _table("Machine at the shown point", ["quantity", "value"], rows, mark="data-machine")


def noise_table(noise: xr.Dataset) -> str:
    """Mean, noise and uncertainty ratio of each terminal."""
    names = [str(t) for t in noise["terminal"].values]
    rows = []
    for k, name in enumerate(names):
        mean = float(noise["energy_current"].values[k])
        variance = float(noise["energy_noise"].values[k, k])
        ratio = float(noise["uncertainty_ratio"].values[k])
        rows.append([name, _number(mean), f"{variance:.4e}", f"{ratio:.4g}"])
    fano = np.atleast_1d(noise["fano"].values) if "fano" in noise else np.full(1, np.nan)
    told = ", ".join(f"{x:.4g}" for x in fano)
    quanta = f"; Fano factor of the pump's quanta {told}" if np.isfinite(fano).all() else ""
    return _table(
        f"Noise at zero frequency{quanta}",
        ["terminal", "mean", "variance per time", "uncertainty ratio (≥ 2 classically)"],
        rows,
    )
