"""`sambe.to_pandas`: a result as a table of one row a point, for pandas, spreadsheets and CSV files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError
from ...sweep.catalogue import DIMENSIONS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["to_pandas"]

# Columns at most. A choice: beyond what any spreadsheet holds, and what density matrices of some levels need.
MOST_COLUMNS = 10_000
# Dimensions of results that make rows as the axes of a sweep do.
MOMENTS = ("equation", "secular", "time", "phase")


def to_pandas(flow: xr.Dataset) -> pd.DataFrame:
    """A result as a table: a row for each point of the sweep, a column for each variable and label.

    Parameters
    ----------
    flow : Dataset
        Of any verb.

    Returns
    -------
    pandas.DataFrame
        Columns such as ``"energy_current left"`` and ``"population 0"``, the axes of the sweep as index;
        complex variables are two columns, ``real`` and ``imag``. ``.to_csv(path)`` writes it.

    Raises
    ------
    InputError
        If it would have more than 10 000 columns.

    Examples
    --------
    >>> import sambe
    >>> omega = sambe.axis("omega", [0.9, 1.1])
    >>> table = to_pandas(sambe.steady_state(sambe.models.spin_boson(omega=omega)))
    >>> table["energy_current pump"].round(6).tolist()
    [0.00049, 0.000725]
    """
    import pandas as pd

    if not hasattr(flow, "data_vars"):
        raise InputError("flow", flow, "give a result of a verb, such as sambe.steady_state(system)")
    rows = _rows(flow)
    columns: dict[str, Any] = {}
    for name, variable in flow.data_vars.items():
        inner = [str(dim) for dim in variable.dims if dim not in rows]
        shape = tuple(flow.sizes[dim] for dim in inner)
        if len(columns) + math.prod(shape) > MOST_COLUMNS:
            raise InputError("flow", name, f"the table would have over {MOST_COLUMNS} columns; leave it out")
        missing = {dim: flow.sizes[dim] for dim in rows if dim not in variable.dims}
        values = variable.drop_vars(variable.coords).expand_dims(missing).transpose(*rows, *inner).values
        labels = [_points(flow, dim) for dim in inner]
        for index in np.ndindex(*shape):
            names = [str(of_dim[k]) for of_dim, k in zip(labels, index, strict=True)]
            title, column = " ".join([str(name), *names]), values[(..., *index)].reshape(-1)
            if np.iscomplexobj(column):
                columns |= {f"{title} real": column.real, f"{title} imag": column.imag}
            else:
                columns[title] = column
    if not rows:
        return pd.DataFrame(columns)
    index_of_rows = pd.MultiIndex.from_product([_points(flow, dim) for dim in rows], names=rows)
    return pd.DataFrame(columns, index=index_of_rows)


def _rows(flow: xr.Dataset) -> list[str]:
    """Dimensions of the points: of the sweep, and times, phases and equations."""
    first = next((name for name in ("energy_current", "status") if name in flow), None)
    dims = flow.dims if first is None else flow[first].dims
    return [str(dim) for dim in dims if dim not in DIMENSIONS or dim in MOMENTS]


def _points(flow: xr.Dataset, dim: str) -> Any:
    return flow[dim].values if dim in flow.coords else np.arange(flow.sizes[dim])
