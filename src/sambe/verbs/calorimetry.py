"""`sambe.calorimeter`: how warm the absorber behind each bath becomes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..description.units.natural import in_unit
from ..description.units.scale import Units
from ..errors import ConvergenceError, InputError
from .options import Options, divided, takes
from .stationary_currents import steady_state

if TYPE_CHECKING:
    import xarray as xr
    from xarray import Dataset

__all__ = ["calorimeter", "electron_temperature"]

Floats = npt.NDArray[np.float64]
# Steps of Newton's method at most, the share of a temperature by which it is moved for a derivative, and the
# share of one at which it has converged. Choices: four to six steps are usual, and the derivative needs some
# digits only.
MOST_STEPS, PROBE, CONVERGED = 40, 1e-4, 1e-10


@dataclass(frozen=True)
class _Metal:
    """Absorbers, an element each: coupling of electrons to phonons in W/K^5, temperature of these in K."""

    names: list[str]
    coupling: Floats
    phonons: Floats


def electron_temperature(power: Any, coupling: Any, bath: Any) -> Any:
    """(T^5 + P / coupling)^(1/5) of an absorber whose electrons give their heat to phonons; NaN below zero.

    Parameters
    ----------
    power : array
        P into the electrons.
    coupling : array
        Sigma times the volume.
    bath : array
        T of the phonons.
    """
    fifth = bath**5 + power / coupling
    return np.where(fifth >= 0, np.abs(fifth), np.nan) ** 0.2


@takes()
def calorimeter(
    flow: xr.Dataset,
    *,
    volume: Any,
    sigma: Any,
    bath_temperature: Any,
    units: Units | None = None,
    absorbers: Sequence[str] | None = None,
    system: System | None = None,
    **options: Unpack[Options],
) -> Dataset:
    r"""Temperature of the electrons in the metal that serves as a bath, heated by what the bath receives.

    .. math:: -J_u = P_u = \Sigma V\,(T_e^5 - T_\text{ph}^5)

    Parameters
    ----------
    flow : Dataset
        Of `steady_state`; its currents are positive into the system, so the power into an absorber is their
        negative.
    volume, sigma, bath_temperature : float, str, or mapping of terminals to these
        V, the electron-phonon coupling and the temperature of the phonons: in m^3, W/(m^3 K^5) and K, or with
        a unit, ``"0.02 um^3"``, ``"2e9 W/m^3/K^5"``, ``"50 mK"``.
    units : Units, optional
        Needed unless the result is dressed already.
    absorbers : sequence of str, optional
        Terminals; by default all baths, or those that a mapping names.
    system : System, optional
        The system of that result: temperatures are then self-consistent, each absorber's bath having the
        temperature of its electrons, and the rest as it is, solved with the keywords below. Needs ``units``.
    **options

    Returns
    -------
    xarray.Dataset
        ``electron_temperature[..., terminal]`` in K, ``absorbed_power[..., terminal]`` in W, and
        ``linear_rise``, the linear form :math:`P/(5\Sigma V T_\text{ph}^4)` of the rise. Self-consistent,
        with the currents at these temperatures as ``energy_current``, in units of the model, and NaN for
        terminals that are no absorbers.

    Raises
    ------
    InputError
        Where an absorber loses more than its phonons can give, so that the bracket is negative.
    ConvergenceError
        If the temperatures do not become self-consistent.

    References
    ----------
    Wellstood, Urbina & Clarke, Phys. Rev. B 49, 5942 (1994); Pekola & Karimi, Rev. Mod. Phys. 93, 041001
    (2021).

    Examples
    --------
    >>> import sambe
    >>> units = sambe.Units(energy="5 GHz")
    >>> flow = sambe.steady_state(sambe.models.spin_boson())
    >>> metal = calorimeter(flow, volume="0.01 um^3", sigma=2e9, bath_temperature="50 mK", units=units)
    >>> [f"{x:.4f}" for x in metal.electron_temperature]
    ['0.0870', '0.0871']
    """
    divided(calorimeter, options)
    names = _absorbers(flow, absorbers, volume, sigma, bath_temperature)
    sizes, constants = _of_each("volume", volume, "m^3", names), _of_each("sigma", sigma, "W/m^3/K^5", names)
    metal = _Metal(names, sizes * constants, _of_each("bath_temperature", bath_temperature, "K", names))
    if system is None:
        power = -_in_watts(flow, units).sel(terminal=names).transpose(..., "terminal")
        return _described(power, metal, None)
    if units is None or "unit_of_energy" in flow.attrs:
        raise InputError("units", units, "give the Units of the system, and a result that is not dressed")
    solved, power = _self_consistent(system, units, metal, flow, options)
    return _described(power, metal, solved.energy_current)


def _absorbers(flow: xr.Dataset, chosen: Sequence[str] | None, *given: Any) -> list[str]:
    baths = [str(t) for t in flow["terminal"].values if not str(t).startswith("pump")]
    named = [list(x) for x in given if isinstance(x, Mapping)]
    names = list(chosen) if chosen is not None else named[0] if named else baths
    for name in names:
        if name not in baths:
            raise InputError("absorbers", name, f"choose among the baths {', '.join(map(repr, baths))}")
    return names


def _of_each(field: str, value: Any, unit: str, names: list[str]) -> Floats:
    """One positive number for each absorber."""
    out = []
    for name in names:
        if isinstance(value, Mapping) and name not in value:
            raise InputError(field, dict(value), f"give one for {name!r} too")
        place = f"{field}[{name!r}]" if isinstance(value, Mapping) else field
        part = value[name] if isinstance(value, Mapping) else value
        try:
            number = float(in_unit(place, part, unit))
        except (TypeError, ValueError) as error:
            raise (
                error if isinstance(error, InputError) else InputError(place, part, "give a number")
            ) from None
        if not 0 < number < np.inf and not (field == "bath_temperature" and number == 0):
            raise InputError(place, part, "give a finite number above zero")
        out.append(number)
    return np.array(out)


def _in_watts(flow: xr.Dataset, units: Units | None) -> xr.DataArray:
    current = flow["energy_current"]
    unit = current.attrs.get("units", "energy^2")
    if unit != "energy^2":
        watts: xr.DataArray = current * in_unit("flow", f"1 {unit}", "W")
        return watts
    if units is None:
        raise InputError("units", None, "these currents are numbers of a model; give its Units")
    return units.to(current, "W")  # type: ignore[no-any-return]


def _self_consistent(
    system: System, units: Units, metal: _Metal, flow: xr.Dataset, options: Any
) -> tuple[xr.Dataset, xr.DataArray]:
    """Newton's method for Sigma V (T^5 - T_ph^5) = -J(T) at all points at once."""
    names, phonons = metal.names, metal.phonons
    place = {bath.name: k for k, bath in enumerate(system.baths)}
    for name in names:
        if name not in place or system.baths[place[name]].temperature is None:
            raise InputError("absorbers", name, "only a bath with a temperature takes that of its electrons")
    shape = flow["energy_current"].sel(terminal=names).transpose(..., "terminal")

    def solved(temperature: Floats) -> tuple[xr.Dataset, Floats]:
        baths = list(system.baths)
        for k, name in enumerate(names):
            number = units(shape[..., k].drop_vars("terminal").copy(data=temperature[..., k]), "K")
            baths[place[name]] = replace(
                baths[place[name]], temperature=number if number.ndim else float(number)
            )
        out = steady_state(replace(system, baths=baths), **options)
        power = -_in_watts(out, units).sel(terminal=names).transpose(*shape.dims)
        return out, power.values

    temperature = np.broadcast_to(np.maximum(phonons, 1e-3 * phonons.max(initial=1e-9)), shape.shape).copy()
    for _ in range(MOST_STEPS):
        with warnings.catch_warnings():
            # warnings at temperatures on the way say nothing; those at the answer are shown
            warnings.simplefilter("ignore")
            power = solved(temperature)[1]
            step = _step(solved, temperature, power, metal)
        # A temperature is at most halved or doubled at once, which keeps it above zero.
        new = np.clip(temperature + step, 0.5 * temperature, 2.0 * temperature)
        moved = float(np.nan_to_num(abs(new - temperature) / temperature).max(initial=0.0))
        temperature = np.where(np.isnan(new), temperature, new)
        if moved < CONVERGED:
            out, power = solved(temperature)
            return out, shape.copy(data=power)
    raise ConvergenceError(f"the absorbers' temperatures still move by {moved:.2g} after {MOST_STEPS} steps")


def _step(solved: Any, temperature: Floats, power: Floats, metal: _Metal) -> Floats:
    """Newton's step ``(..., absorber)``; the powers' derivative is a difference."""
    count = temperature.shape[-1]
    columns = []
    for k in range(count):
        moved = temperature.copy()
        moved[..., k] *= 1.0 + PROBE
        columns.append((solved(moved)[1] - power) / (PROBE * temperature[..., k : k + 1]))
    slope = 5.0 * metal.coupling * temperature**4
    jacobian = slope[..., None] * np.eye(count) - np.stack(columns, axis=-1)
    excess = metal.coupling * (temperature**5 - metal.phonons**5) - power
    step: Floats = np.linalg.solve(jacobian, -excess[..., None])[..., 0]
    return step


def _described(power: xr.DataArray, metal: _Metal, current: xr.DataArray | None) -> xr.Dataset:
    hot = electron_temperature(power.values, metal.coupling, metal.phonons)
    lost = np.isnan(hot) & ~np.isnan(power.values)
    if lost.any():
        point = tuple(int(i) for i in np.argwhere(lost)[0])
        where = {name: x.item() for name, x in power[point].coords.items() if x.size == 1}
        way = f"the absorber loses {-power.values[point]:.4g} W there, more than its phonons can ever give"
        raise InputError("flow", where, way)
    with np.errstate(divide="ignore"):
        rise = power.values / (5.0 * metal.coupling * metal.phonons**4)
    described = {
        "electron_temperature": (hot, "temperature of the electrons", "K"),
        "absorbed_power": (power.values, "power into the absorber", "W"),
        "linear_rise": (rise, "rise of the temperature in the linear form", "K"),
    }
    out = power.to_dataset(name="absorbed_power").assign({
        name: (power.dims, values, {"long_name": words, "units": unit})
        for name, (values, words, unit) in described.items()
    })  # fmt: skip
    if current is None:
        return out
    return out.reindex(terminal=current["terminal"]).assign(energy_current=current)
