r"""Squeezed thermal reservoirs: modes at :math:`w_s \pm \nu` share quanta that a pump at :math:`2w_s` makes.

With thermal modes d and :math:`b_W = \cosh r\,d_W - e^{i\varphi}\sinh r\,d^\dagger_{2w_s - W}`, for
0 < W < 2 w_s,

.. math:: N(W) = n(W)\cosh^2 r + [1 + n(2w_s - W)]\sinh^2 r,\qquad
          \langle b_W b_{2w_s - W}\rangle = -\tfrac12\,[n(W) + n(2w_s - W) + 1]\,\sinh 2r\,e^{i\varphi};

other modes stay thermal. C. W. Gardiner and P. Zoller, Quantum Noise, ch. 10 (Springer, 2004).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from ...errors import InputError
from ...numerics.arrays import Array, Number, is_array, namespace
from ..reservoir import Rates, ReservoirState, ThermalState, occupation
from ..spectral_density import away_from_zero

__all__ = ["DRIVE", "Squeezed", "refuse_squeezing"]

DRIVE = "drive"
# Largest squeezing parameter. A choice: sinh(12)^2 is 7e9 quanta in each mode, beyond any experiment (r = 1.7
# is 15 dB), and rates of that size still have digits beside those of another bath.
MOST = 12.0


@dataclass(frozen=True)
class Squeezed(ReservoirState):
    r"""State of a reservoir that a pump at twice a frequency squeezes.

    .. math:: a(W) = J N,\qquad a(-W) = J\,(1 + N)\qquad (W > 0)

    and correlations :math:`\langle bb\rangle`, which turn at :math:`2(w_s - \omega)` against the drive: they
    act where :math:`w_s = \omega`, and without a drive, and are left out where they turn.

    Parameters
    ----------
    temperature : float
        T >= 0 of the modes before they are squeezed.
    r : float
        Squeezing parameter, from 0 (thermal) to 12.
    phase : float
        Of <bb>, against the drive or the pump.
    centre : float or "drive"
        w_s, half the frequency of the pump; ``"drive"`` is the frequency of the system's drive.
    follows, averaged : bool
        Set by a `System`, whose drive the centre follows, and by an equation that knows no phases.

    Notes
    -----
    What the pump of the squeezing does is work, paid even where no energy flows: results have the terminals
    ``"NAME:heat"``, what the thermal modes give, and ``"NAME:squeezer"``.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> bath = sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), state=Squeezed(0.5, r=0.5, centre=1.0))
    >>> up, down = bath.rates(np.asarray(1.0))
    >>> round(float(up / (down - up)), 10)  # N
    0.5130596609
    """

    temperature: Number
    r: Number
    phase: Number = 0.0
    centre: Number = DRIVE
    follows: bool = False
    averaged: bool = False
    _fixed: ClassVar[tuple[str, ...]] = ("follows", "averaged")
    energy_powers: ClassVar[Mapping[str, float] | None] = {"temperature": 1, "r": 0, "phase": 0, "centre": 1}
    fixed_words: ClassVar[Mapping[str, str]] = {"centre": DRIVE}

    def __post_init__(self) -> None:
        if isinstance(self.centre, str) and self.centre != DRIVE:
            raise InputError(
                "Squeezed.centre", self.centre, 'give a frequency, or "drive" for that of the drive'
            )

    def driven_at(self, omega: Number | None, field: str) -> Self:
        """The same with the frequency of the drive for its centre, if that is what it follows."""
        if not (self.follows or isinstance(self.centre, str)):
            return self
        if omega is None:
            raise InputError(f"{field}.centre", DRIVE, "the system has no drive; give omega, or a frequency")
        return replace(self, centre=omega, follows=True)

    def squeezing_centre(self) -> Number:
        return self.centre

    def _known(self) -> None:
        if isinstance(self.centre, str):
            raise InputError("state.centre", self.centre, "is known in a System alone, which has the drive")

    def _modes(self, energy: Array) -> tuple[Array, Array, Array, Array, Array]:
        """|W|, its mirror 2 w_s - |W|, both occupations, and whether the mode is squeezed, 0 or 1."""
        self._known()
        w = away_from_zero(energy)
        xp = namespace(w, self.centre, self.r, self.phase, self.temperature)
        mirror = 2.0 * self.centre - w
        inside = xp.astype(mirror > 0, w.dtype)
        mirror = away_from_zero(xp.where(mirror > 0, mirror, w))
        n, other = (occupation(x, self.temperature) for x in (w, mirror))
        return w, mirror, n, other, inside

    def _hyperbolic(self) -> tuple[Any, Any]:
        xp = namespace(self.r) if is_array(self.r) else np
        return xp.cosh(self.r), xp.sinh(self.r)

    def rates(self, spectrum: Any, energy: Array) -> Rates:
        w, _, n, other, inside = self._modes(energy)
        xp, (ch, sh) = namespace(w, n, other), self._hyperbolic()
        j = spectrum.density(w)
        stimulated = j * (n * (1.0 + inside * (ch * ch - 1.0)) + inside * (sh * sh) * (1.0 + other))
        up = stimulated + j * xp.astype(energy < 0, w.dtype)
        return up, stimulated + j * xp.astype(energy > 0, w.dtype)

    def slopes(self, spectrum: Any, energy: Array, by: str) -> Rates:
        return 0.0 * energy + np.nan, 0.0 * energy + np.nan  # J at two energies stands in them

    def anomalous(self, spectrum: Any, energy: Array) -> Array | None:
        if self.averaged or (not is_array(self.r) and self.r == 0):
            return None
        w, mirror, n, other, inside = self._modes(energy)
        ch, sh = self._hyperbolic()
        size = -inside * (n + other + 1.0) * (ch * sh) * self._joint_density(spectrum, w, mirror)
        return size * self._turn(energy)

    def _joint_density(self, spectrum: Any, w: Array, mirror: Array) -> Array:
        return namespace(w, mirror).sqrt(spectrum.density(w) * spectrum.density(mirror))

    def _turn(self, energy: Array) -> Array:
        """The phase factor where the system takes energy, its conjugate where it gives it, 0 at rest."""
        xp = namespace(energy, self.phase)
        sign = xp.sign(energy)
        return xp.abs(sign) * xp.cos(self.phase + 0.0 * energy) + 1j * sign * xp.sin(
            self.phase + 0.0 * energy
        )

    def heat(self, spectrum: Any, energy: Array) -> tuple[Array, Array, Array, Array]:
        r"""What the thermal modes give, in the place of W times the rates a(W), a(-W) and of W times <bb>.

        .. math:: h(W) = J\,[W n \cosh^2 r - \bar W (1 + \bar n)\sinh^2 r],\qquad
                  h(-W) = J\,[\bar W\bar n\sinh^2 r - W(1 + n)\cosh^2 r],

        :math:`\bar W = 2w_s - W`, and for the element that takes or gives the energy W beside one of the
        energy :math:`\mp\bar W`,

        .. math:: \sqrt{J\bar J}\,\cosh r\sinh r\,e^{i\varphi}[\bar W(1 + \bar n) - W n],\qquad
                  \sqrt{J\bar J}\,\cosh r\sinh r\,e^{-i\varphi}[W(1 + n) - \bar W\bar n].
        """
        w, mirror, n, other, inside = self._modes(energy)
        xp, (ch, sh) = namespace(w, n, other), self._hyperbolic()
        j = spectrum.density(w)
        ch2, sh2 = 1.0 + inside * (ch * ch - 1.0), inside * sh * sh
        takes = j * (w * n * ch2 - mirror * (1.0 + other) * sh2)
        gives = j * (mirror * other * sh2 - w * (1.0 + n) * ch2)
        positive = energy > 0
        joint = inside * (ch * sh) * self._joint_density(spectrum, w, mirror)
        absorbed = joint * (mirror * (1.0 + other) - w * n)
        emitted = joint * (w * (1.0 + n) - mirror * other)
        here, there = xp.where(positive, absorbed, emitted), xp.where(positive, emitted, absorbed)
        return (
            xp.where(positive, takes, gives), xp.where(positive, gives, takes),
            here * self._turn(energy), there * self._turn(-energy),
        )  # fmt: skip

    def dissipation(self, spectrum: Any, energy: Array) -> Array:
        return spectrum(energy)

    def scale(self) -> float:
        return float(self.temperature)

    def kinks(self) -> tuple[float, ...]:
        return (2.0 * self.centre,)

    def at_rest(self) -> ThermalState:
        return ThermalState(self.temperature * 0.0)

    def fault(self, name: str, value: float) -> str | None:
        if name == "temperature" and value < 0:
            return "a temperature is not negative; 0 is legal"
        if name == "r" and not 0 <= value <= MOST:
            return (
                f"a squeezing parameter lies between 0 and {MOST:g}; for a negative one add pi to the phase"
            )
        if name == "centre" and value <= 0:
            return "the centre of squeezing is a positive frequency"
        return None

    def words(self) -> str:
        return f"squeezed by r = {self.r:g}"


def refuse_squeezing(baths: Iterable[Any], why: str) -> None:
    """Refuse squeezed baths where less than all is known of them; ``why`` ends with the way out."""
    for bath in baths:
        if bath.squeezing_centre is not None:
            raise InputError(f"{bath.label}.state", bath.state, why)
