r"""The strength of a bath in the conventions of the literature, one number in each.

All say how large the spectral density is at one frequency; they differ by what they divide it by, by factors
of 2 and pi, and by the coupling operator that they are meant for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.arrays import Number

__all__ = ["CONVENTIONS", "Convention", "convert_strength"]


@dataclass(frozen=True)
class Convention:
    """A way to state the strength of a bath.

    Attributes
    ----------
    meaning : str
        The formula, and where it is used.
    density : callable
        J in the rate convention from the number and the place where it is asked.
    number : callable
        The other way round.
    needs : tuple of str
        What must be known beside the frequency.
    """

    meaning: str
    density: Callable[[Number, Place], Number]
    number: Callable[[Number, Place], Number]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where J is asked for: frequency, cutoff and exponent, temperature."""

    frequency: Number
    cutoff: Any
    exponent: float
    temperature: Any

    @property
    def shape(self) -> Number:
        """w^s w_c^(1-s) exp(-w/w_c), without a cutoff w itself."""
        if self.cutoff is None:
            return self.frequency
        ratio = self.frequency / self.cutoff
        return self.cutoff * ratio**self.exponent * np.exp(-ratio)

    @property
    def drude(self) -> Number:
        """4 w_c w / (w^2 + w_c^2)."""
        return 4.0 * self.cutoff * self.frequency / (self.frequency**2 + self.cutoff**2)

    @property
    def coth(self) -> Number:
        """1 + 2n, one at T = 0 and without a temperature."""
        if self.temperature is None:
            return 1.0
        with np.errstate(divide="ignore"):
            return 1.0 / np.tanh(np.divide(self.frequency, 2.0 * np.asarray(self.temperature)))


def _times(meaning: str, factor: Callable[[Place], Number], *needs: str) -> Convention:
    return Convention(meaning, lambda x, at: x * factor(at), lambda j, at: j / factor(at), needs)


def _over(meaning: str, factor: Callable[[Place], Number], *needs: str) -> Convention:
    """One whose number goes with 1/J."""
    return Convention(meaning, lambda x, at: factor(at) / x, lambda j, at: factor(at) / j, needs)


CONVENTIONS = {
    "J": _times("J(w) = 2 pi sum g^2 delta, sambe's own", lambda at: 1.0),
    "strength": _times("of Ohmic(strength, cutoff): J = strength w^s w_c^(1-s) exp(-w/w_c)",
                       lambda at: at.shape),
    "qutip": _times("QuTiP's J(w) = pi sum g^2 delta", lambda at: 2.0),
    "density": _times("J(w) = sum g^2 delta", lambda at: 2.0 * math.pi),
    "alpha": _times("Kondo parameter: J = 2 pi alpha w of sigma_z/2, so pi alpha w of a Pauli matrix",
                    lambda at: math.pi * at.shape),
    "eta": _times("friction of Caldeira and Leggett, J = (pi/2) sum c^2/(m w) delta = eta w of a position",
                  lambda at: 2.0 * at.shape),
    "lambda": _times("reorganisation energy sum g^2/w of an Ohmic bath with a cutoff",
                     lambda at: 2.0 * math.pi * at.shape / (at.cutoff * math.gamma(at.exponent)), "cutoff"),
    "drude_lambda": _times("reorganisation energy of DrudeLorentz(lambda, cutoff)", lambda at: at.drude,
                           "cutoff"),
    "kappa": _times("energy decay rate of an oscillator", lambda at: 1.0),
    "Gamma": _times("decay rate of a qubit at T = 0", lambda at: 1.0),
    "Q": _over("quality factor, frequency over kappa", lambda at: at.frequency),
    "T1": _over("relaxation time of a qubit, 1/[J (1 + 2n)]", lambda at: 1.0 / at.coth),
}  # fmt: skip


def convert_strength(
    value: Number,
    source: str,
    target: str,
    *,
    frequency: Number = 1.0,
    cutoff: Number | None = None,
    exponent: float = 1.0,
    temperature: Number | None = None,
) -> Number:
    r"""Strength of a bath from one convention to another, by what both say of J at one frequency.

    .. math:: J = s\,\omega^p\omega_c^{1-p}e^{-\omega/\omega_c} = 2 J_\text{QuTiP}
              = \pi\alpha\,\omega\cdots = 2\eta\,\omega\cdots
              = \frac{2\pi\lambda}{\omega_c\Gamma(p)}\,\omega\cdots
              = \kappa = \Gamma_1 = \frac{\omega}{Q} = \frac{1}{T_1 (1 + 2n)}

    with p the exponent, the dots standing for the same powers and cutoff.

    Parameters
    ----------
    value : float or array
        In the convention ``source``.
    source, target : str
        ``"J"`` (the rate convention at that frequency), ``"strength"`` (of `Ohmic`), ``"qutip"``,
        ``"density"``, ``"alpha"``, ``"eta"``, ``"lambda"``, ``"drude_lambda"``, ``"kappa"``,
        ``"Gamma"``, ``"Q"`` or ``"T1"``; what each is stands in docs/units.md.
    frequency : float or array
        Angular frequency at which J is compared, above zero.
    cutoff : float or array, optional
        Of an Ohmic or Drude bath; without, J is proportional to the frequency.
    exponent : float
        Of the Ohmic family, p.
    temperature : float or array, optional
        For ``"T1"``; zero where it is left out.

    Returns
    -------
    float or array
        For a coupling operator whose element between the two states is 1: a Pauli matrix, or a.

    Raises
    ------
    InputError
        For an unknown convention, or numbers that are missing or not positive.

    References
    ----------
    Leggett et al., Rev. Mod. Phys. 59, 1 (1987); Caldeira & Leggett, Ann. Phys. 149, 374 (1983).

    Examples
    --------
    >>> round(convert_strength(0.01, "alpha", "strength"), 6)
    0.031416
    >>> convert_strength(1e4, "Q", "kappa", frequency=5.0)
    0.0005
    """
    for name, convention in (("source", source), ("target", target)):
        if convention not in CONVENTIONS:
            raise InputError(name, convention, f"choose one of {', '.join(map(repr, CONVENTIONS))}")
    at = Place(frequency, cutoff, exponent, temperature)
    if exponent != 1 and cutoff is None:
        raise InputError("cutoff", None, "an exponent other than one needs a cutoff")
    for name in {*CONVENTIONS[source].needs, *CONVENTIONS[target].needs}:
        if getattr(at, name) is None:
            raise InputError(name, None, f"{source!r} to {target!r} needs it")
    positive = {"frequency": frequency, "cutoff": cutoff, "exponent": exponent}
    if source in ("Q", "T1"):
        positive[source] = value
    for name, number in positive.items():
        if number is not None and not (np.asarray(number) > 0).all():
            raise InputError(name, number, "give a number above zero")
    if temperature is not None and not (np.asarray(temperature) >= 0).all():
        raise InputError("temperature", temperature, "give a number that is not negative")
    return CONVENTIONS[target].number(CONVENTIONS[source].density(value, at), at)
