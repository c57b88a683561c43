r"""Derivatives of rates: what the states of reservoirs are made of when asked for them.

For a thermal bath, with :math:`x = |W|/T`,

.. math:: \frac{\partial a(\pm W)}{\partial T} = J n(1+n)\frac{|W|}{T^2}
          = \frac{a(|W|)}{T}\,\frac{x}{1 - e^{-x}},\qquad
          a'(W) = J'(W)\,n + J(W)\,n'\quad (W > 0),\qquad n' = -n(1+n)/T,

and every derivative of J by a step into the complex plane, :math:`J'(w) = \mathrm{Im} J(w + ih)/h`, which
takes no difference and is exact to rounding where J is a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .spectral_density import SpectralDensity, away_from_zero
from .spectrum_from_data import Custom

__all__ = ["density_slope", "thermal_by_energy", "thermal_by_temperature", "with_sign"]

STEP = 1e-30  # of the step into the complex plane, relative: its square is beyond rounding
CHECK = 1e-5  # relative step of the difference that a derivative is held against, never taken from
AGREES = 1e-2  # relative deviation from that beyond which a formula is none for complex numbers
SMALL = 1e-4  # W/T below which n + w n' is taken from its series: the next term is 1e-21

Reals = npt.NDArray[np.float64]


def density_slope(spectrum: SpectralDensity, w: Reals, name: str | None = None) -> Reals:
    """dJ/dw, or dJ by one of its numbers, at energies of either sign; NaN where J knows no complex numbers.

    Examples
    --------
    >>> from sambe import DrudeLorentz
    >>> density_slope(DrudeLorentz(0.01, cutoff=2.0), np.array([2.0]), "cutoff").round(12).tolist()
    [0.0]
    """
    if name == "strength" and hasattr(spectrum, "strength"):
        unit = spectrum.map_numbers(lambda path, x: 1.0 + 0.0 * np.asarray(x) if path == "strength" else x)
        power = spectrum.strength_power
        return np.asarray(power * np.asarray(spectrum.strength) ** (power - 1) * unit.density(w) + 0.0 * w)

    def density(z: Any) -> Any:
        there = spectrum if name is None else spectrum.map_numbers(lambda path, y: z if path == name else y)
        at = z if name is None else w
        if isinstance(there, Custom):
            return there.strength * np.asarray(there.function(at))
        return np.asarray(there.density(at))

    x = w if name is None else np.asarray(getattr(spectrum, name), dtype=float)
    return _by_complex_step(density, x, w)


def _by_complex_step(function: Callable[[Any], Any], x: Reals, w: Reals) -> Reals:
    """Derivative at x, of the shape of ``w``."""
    size = np.where(x == 0, 1.0, x)
    try:
        with np.errstate(all="ignore"):
            value = function(x + 1j * STEP * size)
            there, here = (np.asarray(function(x + s * CHECK * size)).real for s in (1.0, -1.0))
    except Exception:  # whatever a user's function has against complex numbers
        return np.full_like(w, np.nan)
    shape = np.broadcast_shapes(x.shape, w.shape)
    if value.dtype.kind != "c" or np.broadcast_shapes(value.shape, shape) != shape:
        return np.full_like(w, np.nan)
    out = value.imag / (STEP * size)
    rough = (there - here) / (2.0 * CHECK * size)
    fits = np.abs(out - rough) <= AGREES * np.maximum(np.abs(rough), np.abs(value.real / size))
    return np.asarray(np.where(fits, out, np.nan) + 0.0 * w)


def with_sign(energy: Reals, up: Reals, down: Reals) -> tuple[Reals, Reals]:
    """da(W)/dW and da(-W)/dW at any W from the slopes of a(w) and a(-w) at w > 0.

    At W = 0, where J may bend, the mean of both sides stands.
    """
    sign = np.sign(energy)
    return (
        np.where(sign > 0, up, np.where(sign < 0, -down, 0.5 * (up - down))),
        np.where(sign > 0, down, np.where(sign < 0, -up, 0.5 * (down - up))),
    )


def thermal_by_energy(
    j: Reals, slope: Reals, w: Reals, temperature: Any, occupation: Reals
) -> tuple[Reals, Reals]:
    """Derivatives of J n and J (1 + n) at w > 0, given J, J' and n there."""
    t, n = np.asarray(temperature, dtype=float) + 0.0 * w, occupation
    x = w / np.where(t > 0, t, 1.0)
    near = (x < SMALL) & (t > 0)
    # J n rises by (J' - J/w) n + (J/w) (n + w n'), each finite at w = 0
    curved = np.where(near, -0.5 + x / 6.0, n - np.minimum(x, 700.0) * n * (1.0 + n))
    bent = slope - j / w
    bent = np.where(np.abs(bent) <= 1e-9 * np.abs(slope), 0.0, bent)  # a straight J, but for rounding
    n = np.where(near & (bent == 0.0), 0.0, n)
    up = np.where(t > 0, bent * n + j / w * curved, 0.0)
    return up, up + slope


def thermal_by_temperature(spectrum: Any, energy: Reals, temperature: Any, up: Reals, down: Reals) -> Reals:
    """da(W)/dT = da(-W)/dT, given the rates a(W) and a(-W)."""
    t = np.asarray(temperature, dtype=float) + 0.0 * energy
    safe = np.where(t > 0, t, 1.0)
    x = np.minimum(np.abs(energy) / safe, 700.0)  # beyond, the occupation is below what a double holds
    factor = np.where(x > 0, x / -np.expm1(-np.where(x > 0, x, 1.0)), 1.0) / safe
    out = np.where(energy > 0, up, down) * factor
    if (t > 0).all():
        return np.asarray(out)
    least = away_from_zero(np.zeros(1))
    rest = np.asarray(spectrum.density(least + 0.0 * energy)) / least  # J'(0)
    return np.asarray(np.where(t > 0, out, np.where(energy == 0, rest, 0.0)))
