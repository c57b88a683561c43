r"""Baths: a coupling operator, a spectral density and a temperature.

Conventions (:math:`\hbar = k_B = 1`). The spectral density is in the *rate convention*,

.. math:: J(\omega) = 2\pi \sum_j g_j^2\, \delta(\omega - \omega_j),

so the golden-rule emission rate is :math:`J(\omega)[1 + n(\omega)]\,|S|^2`. QuTiP's spectral
density is half of it. J is continued as an odd function. The *absorption rate* :math:`a(W)` is the
rate at which the system takes the energy W from the bath, per unit :math:`|S|^2`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..errors import InputError
from ..numerics.arrays import Array, Number, expand, is_array, namespace
from .operators import Operator, as_operator
from .spectral_density import QutipSpectrum, SpectralDensity, as_spectrum, away_from_zero, span

__all__ = ["Bath", "absorption_rate", "occupation"]


@dataclass(frozen=True, eq=False)
class Bath:
    """A heat reservoir: one terminal of the energy circuit.

    Parameters
    ----------
    name : str
        Label of the terminal; not ``"pump"``, which is the drive's.
    coupling : operator, or sequence of operators
        Hermitian S in the coupling S (x) B. Several operators couple each to modes of its own, with
        the same spectrum and temperature; for one common set of modes give the sum of them.
        The ready-made models supply it where it is left out.
    spectrum : SpectralDensity, callable or QuTiP environment
        J(w) in the rate convention (twice QuTiP's).
    temperature : float or DataArray
        T >= 0; zero is legal. Taken from a QuTiP environment that has one where left out.

    Examples
    --------
    >>> from sambe import Ohmic, sigmax
    >>> bath = Bath("left", coupling=sigmax(), spectrum=Ohmic(0.002, cutoff=10.0), temperature=1.2)
    >>> bath.operators[0].shape
    (2, 2)
    """

    name: str
    coupling: Any = None
    spectrum: Any = None
    temperature: Number = None

    def __post_init__(self) -> None:
        field = f"bath {self.name!r}"
        if not isinstance(self.name, str) or not self.name or self.name == "pump":
            raise InputError("bath.name", self.name, "give a name; 'pump' is the drive's terminal")
        spectrum = as_spectrum(self.spectrum, f"{field}.spectrum")
        temperature = self.temperature
        if isinstance(spectrum, QutipSpectrum):
            own = getattr(spectrum.environment, "T", None)
            if temperature is None:
                temperature = own
            elif own is not None and is_scalar(temperature) and abs(temperature - own) > 1e-9 * own:
                raise InputError(
                    f"{field}.temperature", temperature,
                    f"the QuTiP environment has T = {own}; leave temperature out or use that",
                )  # fmt: skip
        if temperature is None:
            raise InputError(f"{field}.temperature", None, "give a temperature (0 is legal)")
        object.__setattr__(self, "spectrum", spectrum)
        object.__setattr__(self, "temperature", temperature)
        if self.coupling is not None:
            object.__setattr__(self, "coupling", _couplings(self.coupling, f"{field}.coupling"))

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The coupling operators, each Hermitian, shape ``(N, N)``."""
        if self.coupling is None:
            raise InputError(f"bath {self.name!r}.coupling", None, "give the system's coupling operator")
        out: tuple[Operator, ...] = self.coupling
        return out

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Bath:
        """Copy with ``change(path, value)`` in the place of each number."""
        spectrum = self.spectrum.map_numbers(lambda n, x: change(f"spectrum.{n}", x))
        return replace(self, spectrum=spectrum, temperature=change("temperature", self.temperature))


def is_scalar(x: object) -> bool:
    """Whether ``x`` is a plain real number."""
    return isinstance(x, int | float | np.number) and not isinstance(x, bool)


def _couplings(x: Any, field: str) -> tuple[Operator, ...]:
    several = isinstance(x, list | tuple) and (
        hasattr(x[0], "full") or np.ndim(x[0]) == 2 if len(x) else True
    )
    parts: Sequence[Any] = x if several else [x]
    if not len(parts):
        raise InputError(field, x, "give at least one operator")
    out = []
    for k, part in enumerate(parts):
        where = f"{field}[{k}]" if several else field
        op = as_operator(part, where)
        gap = abs(op - op.conj().T)
        if gap.max() > 1e-12 * max(1.0, abs(op).max()):
            i, j = (int(k) for k in np.unravel_index(int(gap.argmax()), gap.shape))
            raise InputError(
                f"{where}[{i}, {j}]", complex(op[i, j]),
                f"a coupling operator must be Hermitian, but element [{j}, {i}] is {complex(op[j, i])}; "
                "for a ladder use a + a†",
            )  # fmt: skip
        out.append(op)
    return tuple(out)


def occupation(w: Array, temperature: Number) -> Array:
    """Bose-Einstein occupation n(w) = 1/(exp(w/T) - 1) for w > 0; zero at T = 0.

    Never overflows; frequencies below 1e-100 are raised to it, and T below it counts as zero.
    """
    return _occupation(away_from_zero(w), temperature)


def _occupation(w: Array, temperature: Number) -> Array:
    xp = namespace(w, temperature)
    least, _, exponent = span(xp, w.dtype)
    hottest = 1.0 / (least * least)
    if not is_array(temperature):
        if temperature <= least:
            return xp.zeros_like(w)
        return 1.0 / xp.expm1(xp.clip(w / min(temperature, hottest), None, exponent))
    warm = xp.astype(temperature > least, w.dtype)
    t = xp.clip(temperature, least, hottest)
    return warm / xp.expm1(xp.clip(w / t, None, exponent))


def absorption_pair(spectrum: SpectralDensity, temperature: Number, energy: Array) -> tuple[Array, Array]:
    """Rates a(W) and a(-W), sharing one evaluation of J and n; see `absorption_rate`."""
    xp = namespace(energy, temperature)
    w = away_from_zero(energy)
    j = spectrum.density(w)
    thermal = j * _occupation(w, temperature)
    # products with a mask cost a fifth of a `where` on signs that alternate
    up = thermal + j * xp.astype(energy < 0, w.dtype)
    down = thermal + j * xp.astype(energy > 0, w.dtype)
    return up, down


def absorption_rate(spectrum: SpectralDensity, temperature: Number, energy: Array) -> Array:
    r"""Rate at which the system takes the energy W from the bath, per unit :math:`|S|^2`.

    .. math:: a(W) = J(W)\,n(W)\ (W > 0),\qquad a(W) = J(|W|)\,[1 + n(|W|)]\ (W < 0),
              \qquad a(0) = J'(0)\,T,

    with detailed balance :math:`a(-W) = e^{W/T} a(W)`. At T = 0 only emission is left.

    Parameters
    ----------
    spectrum : SpectralDensity
        J, rate convention.
    temperature : float or array
        T >= 0; broadcasts against ``energy``.
    energy : array
        W, positive when the system absorbs.

    Returns
    -------
    array
        a(W), shape of ``energy``; never NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from sambe import Ohmic
    >>> a = absorption_rate(Ohmic(0.002, cutoff=10.0), 0.5, np.array([-1.0, 0.0, 1.0]))
    >>> bool(np.isclose(a[0] / a[2], np.exp(1.0 / 0.5)))
    True
    """
    xp = namespace(energy, temperature)
    energy = xp.asarray(energy) * 1.0
    return absorption_pair(spectrum, temperature, energy)[0]


def expanded(bath: Bath, axes: int) -> Bath:
    """Copy whose array-valued numbers have ``axes`` more axes, to broadcast against energies."""
    return bath.map_numbers(lambda _, x: expand(x, axes))
