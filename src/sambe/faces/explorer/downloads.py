"""Files that the page gives away: the curves as NetCDF, CSV and a printed figure, and the input file."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import questions
from .choices import Choices

__all__ = ["DOWNLOADS", "MAKERS", "as_csv", "as_figure", "as_netcdf", "as_toml"]


def as_toml(state: Choices, beside: Path | None) -> io.BytesIO:
    """The input file of the curves, for `sambe run`."""
    tables = state.swept((state.along, state.points))
    return io.BytesIO(questions.file_text(tables).encode())


def as_netcdf(state: Choices, beside: Path | None) -> io.BytesIO:
    """The curves of the first answer with all their variables, labels and attributes."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "curves.nc")
        _curves(state, beside).to_netcdf(file, engine="h5netcdf")
        return io.BytesIO(file.read_bytes())


def as_csv(state: Choices, beside: Path | None) -> io.BytesIO:
    """The currents of the first answer, a row for each point and terminal."""
    flow = _curves(state, beside)
    table = flow[["energy_current", "status"]].to_dataframe().reset_index()
    return io.BytesIO(table.to_csv(index=False).encode())


def as_figure(state: Choices, beside: Path | None) -> io.BytesIO:
    """The curves of the first answer as `sambe run` draws them, in SVG."""
    from ...plot import currents
    from ...plot.canvas import figure_of

    out = io.BytesIO()
    figure_of(currents(_curves(state, beside), panels=True)).savefig(
        out, format="svg", metadata={"Date": None}
    )
    out.seek(0)
    return out


def _curves(state: Choices, beside: Path | None) -> Any:
    answer = questions.curves(state, beside)[state.answers[0]]
    if isinstance(answer, Exception):
        raise answer
    return answer


# What a button says, and the file that it gives.
DOWNLOADS = {
    "input file": "sambe_explorer.toml",
    "data (NetCDF)": "sambe_explorer.nc",
    "data (CSV)": "sambe_explorer.csv",
    "figure (SVG)": "sambe_explorer.svg",
}
MAKERS: dict[str, Callable[[Choices, Path | None], io.BytesIO]] = {
    "sambe_explorer.toml": as_toml,
    "sambe_explorer.nc": as_netcdf,
    "sambe_explorer.csv": as_csv,
    "sambe_explorer.svg": as_figure,
}
