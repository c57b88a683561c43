r"""Derivatives of a bath's rates: by its temperature, and by the energy of a jump.

For a thermal bath, with :math:`x = |W|/T`,

.. math:: \frac{\partial a(\pm W)}{\partial T} = J n(1+n)\frac{|W|}{T^2}
          = \frac{a(|W|)}{T}\,\frac{x}{1 - e^{-x}},\qquad
          a'(W) = J'(W)\,n + J(W)\,n'\quad (W > 0),\qquad n' = -n(1+n)/T,

for that of a lead, whose particle has the energy :math:`\epsilon = W\Delta N` (see
`sambe.physics.generators.exchanged_particles`),

.. math:: \frac{\partial a(W)}{\partial\mu} = \Delta N\,\frac{\Gamma f(1-f)}{T},\qquad
          \frac{\partial a(W)}{\partial T} = \Delta N\,\Gamma f(1-f)\,\frac{\epsilon-\mu}{T^2},

and :math:`J'` by a step into the complex plane, :math:`J'(w) = \mathrm{Im} J(w + ih)/h`, which takes no
difference and is exact to rounding where J is a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath, expanded
from ...description.reservoir import ThermalState, occupation
from ...description.reservoirs.occupations import Inverted, Noise, Occupied
from ...description.spectral_density import Custom, SpectralDensity, away_from_zero

__all__ = ["energy_slopes", "potential_slopes", "temperature_slopes"]

STEP = 1e-30  # of the step into the complex plane, relative: its square is beyond rounding
CHECK = 1e-5  # relative step of the difference that a derivative is held against, never taken from
AGREES = 1e-2  # relative deviation from that beyond which a formula is none for complex numbers
SMALL = 1e-4  # W/T below which n + w n' is taken from its series: the next term is 1e-21

Reals = npt.NDArray[np.float64]


def temperature_slopes(
    bath: Bath, energy: Reals, forward: Reals, backward: Reals, change: Any = None
) -> tuple[Reals, Reals]:
    """da(W)/dT and da(-W)/dT of a bath with a temperature, in the shape of ``energy``.

    Parameters
    ----------
    bath : Bath
        Array-valued numbers have the shape ``(...)``.
    energy, forward, backward : array (..., Q, N, N)
        W, a(W) and a(-W).
    change : array (..., Q, N, N), optional
        Particles that a jump of a lead brings.
    """
    wide = expanded(bath, 3)
    t = np.asarray(wide.temperature, dtype=float) + 0.0 * energy
    safe = np.where(t > 0, t, 1.0)
    if change is not None:
        x = energy * change - np.asarray(wide.chemical_potential)  # type: ignore[attr-defined]
        out = _fermi_slope(forward, backward, change) * x / safe**2
        return _where_warm(t, out), _where_warm(t, -out)
    x = np.minimum(np.abs(energy) / safe, 700.0)  # beyond, the occupation is below what a double holds
    factor = np.where(x > 0, x / -np.expm1(-np.where(x > 0, x, 1.0)), 1.0) / safe
    out = np.where(energy > 0, forward, backward) * factor
    if not (t > 0).all():
        least = away_from_zero(np.zeros(1))
        rest = np.asarray(wide.spectrum.density(least + 0.0 * energy)) / least  # J'(0)
        out = np.where(t > 0, out, np.where(energy == 0, rest, 0.0))
    return out, out


def potential_slopes(bath: Bath, forward: Reals, backward: Reals, change: Any) -> tuple[Reals, Reals]:
    """The same by the chemical potential of a lead; zero at T = 0, but for particles at the very step."""
    t = np.asarray(expanded(bath, 3).temperature, dtype=float) + 0.0 * forward
    out = _fermi_slope(forward, backward, change) / np.where(t > 0, t, 1.0)
    return _where_warm(t, out), _where_warm(t, -out)


def _fermi_slope(forward: Reals, backward: Reals, change: Reals) -> Reals:
    """Gamma f (1 - f) of the particle of a jump, with the sign of what it brings."""
    whole = forward + backward
    return np.asarray(change * forward * backward / np.where(whole > 0, whole, 1.0))


def _where_warm(t: Reals, x: Reals) -> Reals:
    return np.asarray(np.where(t > 0, x, 0.0))


def energy_slopes(bath: Bath, energy: Reals) -> tuple[Reals, Reals]:
    """da(W)/dW and da(-W)/dW in the shape of ``energy``; NaN where they are not known.

    They are known of thermal and inverted baths and of plain numbers in the place of functions, with a
    spectral density that is a formula. At W = 0, where J may bend, the mean of both sides stands.
    """
    wide = expanded(bath, 3)
    state: Any = ThermalState(wide.temperature) if wide.state is None else wide.state
    sign, none = np.sign(energy), 0.0 * energy
    if isinstance(state, Noise):
        flat = none + (np.nan if callable(state.power) else 0.0)
        return flat, flat
    if bath.particles is not None:
        return none + np.nan, none + np.nan
    known = isinstance(state, ThermalState | Inverted) or (
        isinstance(state, Occupied) and not callable(state.n)
    )
    if not known or wide.spectrum is None:
        return none + np.nan, none + np.nan
    w = away_from_zero(energy)
    j, slope = wide.spectrum.density(w) + none, _density_slope(wide.spectrum, w + none)
    if isinstance(state, Inverted):
        up, down = slope * state.p, slope * (1.0 - state.p)
    elif isinstance(state, Occupied):
        n: Any = state.n
        up, down = slope * n, slope * (1.0 + n)
    else:
        up, down = _thermal(j, slope, w, state.temperature)
    # a(W) rises by `up` for W > 0 and falls by `down` for W < 0
    return (
        np.where(sign > 0, up, np.where(sign < 0, -down, 0.5 * (up - down))),
        np.where(sign > 0, down, np.where(sign < 0, -up, 0.5 * (down - up))),
    )


def _thermal(j: Reals, slope: Reals, w: Reals, temperature: Any) -> tuple[Reals, Reals]:
    """Derivatives of J n and J (1 + n) at w > 0."""
    t = np.asarray(temperature, dtype=float) + 0.0 * w
    n = occupation(w, t)
    x = w / np.where(t > 0, t, 1.0)
    near = (x < SMALL) & (t > 0)
    # J n rises by (J' - J/w) n + (J/w) (n + w n'), each finite at w = 0
    curved = np.where(near, -0.5 + x / 6.0, n - np.minimum(x, 700.0) * n * (1.0 + n))
    bent = slope - j / w
    bent = np.where(np.abs(bent) <= 1e-9 * np.abs(slope), 0.0, bent)  # a straight J, but for rounding
    n = np.where(near & (bent == 0.0), 0.0, n)
    up = np.where(t > 0, bent * n + j / w * curved, 0.0)
    return up, up + slope


def _density_slope(spectrum: SpectralDensity, w: Reals) -> Reals:
    """J'(w), NaN where J knows no complex numbers."""
    density: Callable[[Any], Any] = spectrum.density
    if isinstance(spectrum, Custom):

        def density(z: Any) -> Any:
            return spectrum.strength * np.asarray(spectrum.function(z))

    step = STEP * w
    try:
        with np.errstate(all="ignore"):
            value = np.asarray(density(w + 1j * step))
            there, here = (np.asarray(density(w * (1.0 + s * CHECK))).real for s in (1.0, -1.0))
    except Exception:  # whatever a user's function has against complex numbers
        return np.full_like(w, np.nan)
    if value.dtype.kind != "c" or value.shape != w.shape:
        return np.full_like(w, np.nan)
    out = value.imag / step
    rough = (there - here) / (2.0 * CHECK * w)
    fits = np.abs(out - rough) <= AGREES * np.maximum(np.abs(rough), np.abs(value.real) / w)
    return np.asarray(np.where(fits, out, np.nan))
