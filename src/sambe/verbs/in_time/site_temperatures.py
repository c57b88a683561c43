"""Temperature of a site of the system, from its populations in a steady state."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from ...description.gate import is_labelled
from ...description.operators import onto_site
from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import whole_number
from ...physics.preparation import asking_for, prepare
from ...sweep.axes import check_axes, swept_names
from ...sweep.run import Run
from ..options import Options, divided, takes
from ..stationary_currents import solved

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["site_temperature"]

AGREEING = 1e-6  # relative difference of the temperatures of two pairs that still counts as none. A choice.
COMMUTING = 1e-12  # commutator of two operators of a site, over both, that is rounding
NAMES = ("population", "level_energy", "pair_temperature", "temperature", "pair", "level", "status")

Matrix = npt.NDArray[np.complex128]


@takes()
def site_temperature(
    system: System, site: int = 0, sites: Sequence[int] | None = None, **options: Unpack[Options]
) -> Dataset:
    r"""Temperature of a site in the steady state, from its populations, for one point or a whole sweep.

    .. math:: T_{k,k+1} = \frac{e_{k+1} - e_k}{\ln(p_k/p_{k+1})}

    for each pair of neighbouring levels of the site's own Hamiltonian, which is what the static part holds
    of it alone. Populations are means over a period.

    Parameters
    ----------
    system : System
        As for `steady_state`.
    site : int
        Which one, from 0.
    sites : sequence of int, optional
        Levels of each site, in the order of the tensor product, such as ``(2, 5)``; by default the system is
        a single site.
    **options

    Returns
    -------
    xarray.Dataset
        ``pair_temperature[..., pair]``, negative where the pair is inverted and infinite where both levels
        hold as much; ``temperature``, one number where all pairs agree, else NaN;
        ``population[..., level]`` and ``level_energy[..., level]`` of the site; ``status``.

    Raises
    ------
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`; also of sites that are not those of the system, and of a site whose levels turn
        along a sweep.

    Warns
    -----
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Examples
    --------
    >>> import sambe
    >>> bath = sambe.Bath("warm", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=0.7)
    >>> qubit = sambe.System(0.5 * sambe.sigmaz(), baths=[bath])
    >>> round(sambe.site_temperature(qubit).temperature.item(), 6)
    0.7
    """
    chosen, running = divided(site_temperature, options)
    dims = _dimensions(system, site, sites)
    basis, energies = _levels(system, site, dims)
    check_axes(swept_names(system), NAMES)
    wide = {str(k): onto_site(np.outer(v, v.conj()), site, dims) for k, v in enumerate(basis.T)}
    method = asking_for(prepare(system, **chosen), system, wide)
    return _temperatures(solved(system, method, Run(**running)), energies)


def _dimensions(system: System, site: Any, sites: Any) -> tuple[int, ...]:
    """Levels of each site, checked."""
    dims = (system.levels,) if sites is None else sites
    listed = isinstance(dims, Sequence | np.ndarray) and all(whole_number(n, 1) for n in dims)
    if not listed or int(np.prod(dims)) != system.levels:
        raise InputError("sites", sites, f"give the levels of each site; their product is {system.levels}")
    if not whole_number(site, 0, len(dims) - 1):
        raise InputError("site", site, f"the sites are numbered 0 to {len(dims) - 1}")
    if dims[site] < 2:
        raise InputError("site", site, "a site of one level has no temperature")
    return tuple(map(int, dims))


def _own_part(op: Matrix, site: int, dims: tuple[int, ...]) -> Matrix:
    """What an operator holds of a site alone: its mean over the states of the others."""
    before, n, after = int(np.prod(dims[:site])), dims[site], int(np.prod(dims[site + 1 :]))
    whole = op.reshape(before, n, after, before, n, after)
    out = np.einsum("aibajb->ij", whole) / (before * after)
    return np.asarray(out - np.trace(out) / n * np.eye(n), dtype=complex)


def _levels(system: System, site: int, dims: tuple[int, ...]) -> tuple[Matrix, list[Any]]:
    """Columns: levels of a site; and their energies, ascending, numbers or labelled arrays."""
    parts = [(c, _own_part(op, site, dims)) for c, op in system.hamiltonian]
    parts = [(c, op) for c, op in parts if np.abs(op).max() > COMMUTING]
    if not parts:
        raise InputError(
            "site", site, "the Hamiltonian holds nothing of this site alone, which has no levels"
        )
    swept = [op for c, op in parts if is_labelled(c)]
    plain = sum((c * op for c, op in parts if not is_labelled(c)), start=0.0 * parts[0][1])
    if not all(_commute(a, b) for a, b in combinations([*swept, plain], 2)):
        raise InputError(
            "site", site, "its levels turn along the sweep, as its terms do not commute; take point "
            "by point",
        )  # fmt: skip
    weights = np.random.default_rng(0).uniform(0.5, 1.5, len(swept))
    mixed = plain + sum((w * op for w, op in zip(weights, swept, strict=True)), start=0.0 * plain)
    basis = np.linalg.eigh(mixed)[1]
    energies = [
        sum(c * np.vdot(v, op @ v).real for c, op in parts) for v in basis.T
    ]  # labelled where a coefficient is
    first = [float(np.ravel(getattr(e, "values", e).real)[0]) for e in energies]
    order = np.argsort(first)
    return basis[:, order], [energies[k] for k in order]


def _commute(a: Matrix, b: Matrix) -> bool:
    size = np.abs(a).max() * np.abs(b).max() * len(a)
    return bool(np.abs(a @ b - b @ a).max() <= COMMUTING * size)


def _temperatures(data: Dataset, energies: list[Any]) -> Dataset:
    """Dataset of temperatures from populations and energies of levels."""
    import xarray as xr

    levels = np.arange(len(energies))
    p = data.expectation.real.rename(observable="level").assign_coords(level=levels)
    e = xr.concat(
        [xr.DataArray(x).real for x in energies], dim=xr.DataArray(levels, dims="level", name="level")
    )
    e = e.transpose(..., "level")

    def pairs(x: Any, k: slice) -> Any:
        part = x.isel(level=k).drop_vars("level").rename(level="pair")
        return part.assign_coords(pair=levels[:-1])

    low, high = slice(None, -1), slice(1, None)
    gap = pairs(e, high) - pairs(e, low)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = (gap / np.log(pairs(p, low) / pairs(p, high))).where(gap > 0)
        spread = abs(1.0 / each - (1.0 / each).mean("pair")).max("pair")
        one = each.isel(pair=0, drop=True).where(spread <= AGREEING * abs(1.0 / each).max("pair"))
    out = xr.Dataset(
        {"pair_temperature": each.transpose(..., "pair"), "temperature": one, "population": p,
         "level_energy": e, "status": data.status}, attrs=data.attrs,
    )  # fmt: skip
    texts = {
        "pair_temperature": ("energy", "temperature of each pair of neighbouring levels"),
        "temperature": ("energy", "temperature where all pairs agree"),
        "population": ("1", "mean population of the levels of the site"),
        "level_energy": ("energy", "energy of the levels of the site, their mean zero"),
    }
    for name, (units, text) in texts.items():
        out[name].attrs = {"units": units, "long_name": text}
    return out
