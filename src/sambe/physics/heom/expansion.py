r"""Baths as sums of exponentials, :math:`C(t) = \sum_k c_k e^{-v_k t}`, checked before they are used.

The hierarchy converges as nicely to a wrong bath as to the right one, so an expansion is first held
against the exact golden-rule rates at the energies that the system uses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...description.bath import Bath
from ...description.leads.fermi import Lorentzian
from ...description.leads.lead import Lead
from ...description.reservoir import Keyed, Reservoir
from ...description.spectral_density import DrudeLorentz, SpectralDensity, Underdamped
from ...description.spectrum_from_data import QutipSpectrum
from ...errors import ConvergenceError, InputError
from .exponential_fit import fitted_residues, obstacle, poles
from .jump_lines import Lines

__all__ = ["Expansion", "expand", "refine"]

# Weight of a fit's error between the lines of the system, relative to one on a line. A choice: an error on a
# line is one of a rate, between the lines it only shifts levels.
BETWEEN_LINES = 0.01
# Exponentials of the shortest fit. A choice: one for each end of a spectrum and one for its maximum.
FEWEST_FITTED = 3
# Exponentials that the first expansion leaves below the limit: one refinement adds one or, for a pair, two.
ROOM = 2
# A member of a family of ever longer expansions: from its place to the QuTiP environment and the error
# between the lines; None when the family ends there.
Family = Callable[[int], tuple[Any, float] | None]


@dataclass(frozen=True, eq=False)
class Expansion:
    """Exponential expansion of one bath.

    Attributes
    ----------
    environment : qutip.core.environment.ExponentialBosonicEnvironment
        Of a lead ExponentialFermionicEnvironment, exponents of particles that enter first, then in the same
        order those of particles that leave.
    error : float
        Largest error of a golden-rule rate, relative to the bath's largest one.
    order : int
        Place in the family of ever better expansions.
    family : callable
        The family.
    """

    environment: Any
    error: float
    order: int
    family: Family

    @property
    def number(self) -> int:
        """Number of exponentials."""
        return len(self.environment.exponents)


def expand(bath: Bath, lines: Lines, tolerance: float, most: int, floor: float = 0.0) -> Expansion:
    """Shortest expansion of a bath whose rates are right to the tolerance.

    Parameters
    ----------
    bath : Bath
        With plain numbers.
    lines : Lines
        What the system asks of it.
    tolerance : float
        On the rates, relative to the bath's largest.
    most : int
        Largest number of exponentials.
    floor : float
        Rate below which errors are not worth counting.

    Raises
    ------
    InputError
        If no sum of exponentials can stand for the bath.
    ConvergenceError
        If ``most`` exponentials are not enough.
    """
    least, families = float("inf"), _families(bath, lines)
    full: Expansion | None = None
    for family in families:
        order = 0
        while (member := family(order)) is not None:
            expansion = _judged(member, lines, family, order, floor)
            if expansion.number > most:
                break
            if expansion.error <= tolerance and expansion.number + ROOM <= most:
                return expansion
            if expansion.error <= tolerance:  # good, but the limit forbids a longer one to compare it with
                full = full or expansion
                break
            least = min(least, expansion.error)
            order += 1
    if full is not None:
        return full
    kind = type(bath.reservoir.spectrum).__name__
    raise ConvergenceError(
        f"{bath.label}: its {kind} {'spectrum' if bath.particles is None else 'band'} "
        f"{bath.reservoir.state.words()} as a sum of at most {most} exponentials "
        f"errs by {least:.1e} of its largest rate, more than "
        f"{tolerance:.0e}; allow more exponents, a larger expansion_tolerance, or use "
        "equation='floquet'"
    )


def refine(expansion: Expansion, lines: Lines, floor: float = 0.0) -> Expansion | None:
    """The next longer expansion of the same family; None if the family ends."""
    for order in range(expansion.order + 1, expansion.order + 3):
        member = expansion.family(order)
        if member is None:
            return None
        longer = _judged(member, lines, expansion.family, order, floor)
        if np.isfinite(longer.error):
            return longer
    return None


def _judged(member: tuple[Any, float], lines: Lines, family: Family, order: int, floor: float) -> Expansion:
    """A member of a family with its error: on the lines, or a share of the one between them."""
    environment, between = member
    scale = max(lines.largest, floor, np.finfo(float).tiny)
    absorption = _absorption(environment, lines)
    on_lines = float(np.abs((absorption - lines.absorption) * lines.strength).max(initial=0.0)) / scale
    error = max(on_lines, BETWEEN_LINES * between)
    return Expansion(environment, error if np.isfinite(error) else float("inf"), order, family)


def _absorption(environment: Any, lines: Lines) -> Any:
    """Rates a(W) of an expansion at the lines."""
    if lines.change is None:
        return np.asarray(environment.power_spectrum(-lines.energy), dtype=float)
    energy = lines.energy * lines.change  # of the particle that enters or leaves
    inward, outward = environment.power_spectrum_plus(energy), environment.power_spectrum_minus(energy)
    return np.where(np.abs(lines.change) == 1, np.where(lines.change > 0, inward, outward).real, 0.0)


def _families(bath: Bath, lines: Lines) -> list[Family]:
    """Ways to expand a bath, the best first."""
    if isinstance(bath, Lead):
        return [_band(bath)]
    spectrum, reservoir = bath.spectrum, bath.reservoir
    if isinstance(spectrum, QutipSpectrum) and hasattr(spectrum.environment, "exponents"):
        return [_own_exponents(spectrum)]
    if (reason := obstacle(reservoir, lines.band)) is not None:
        raise InputError(
            f"bath {bath.name!r}.spectrum", spectrum, f"the hierarchy cannot use it: it {reason}"
        )
    closed: list[Family] = []
    temperature = 0.0 if bath.temperature is None else float(bath.temperature)
    if isinstance(spectrum, DrudeLorentz) and temperature > 0:
        closed = [_pade(spectrum, temperature)]
    if isinstance(spectrum, Underdamped) and temperature > 0 and spectrum.width < 2 * spectrum.frequency:
        closed = [_matsubara(spectrum, temperature)]
    return [*closed, _fitted(reservoir, lines)]


def _own_exponents(spectrum: QutipSpectrum) -> Family:
    environment = spectrum.environment
    if spectrum.strength != 1:
        environment = environment.rescale(float(spectrum.strength))
    return lambda order: (environment, 0.0) if order == 0 else None


def _merged(environment: Any) -> Any:
    """The environment with exponents joined that agree to rounding, in any unit of energy."""
    from qutip.core.environment import ExponentialBosonicEnvironment as Exponential

    joined = Exponential.combine(environment.exponents, rtol=1e-12, atol=0.0)
    return Exponential(exponents=joined, combine=False, T=environment.T)


def _pade(spectrum: DrudeLorentz, temperature: float) -> Family:
    from qutip.core.environment import DrudeLorentzEnvironment

    whole = DrudeLorentzEnvironment(temperature, float(spectrum.strength), float(spectrum.cutoff))
    return lambda order: (_merged(whole.approximate("pade", Nk=order + 1, combine=False)), 0.0)


def _matsubara(spectrum: Underdamped, temperature: float) -> Family:
    from qutip.core.environment import UnderDampedEnvironment

    whole = UnderDampedEnvironment(
        temperature, float(spectrum.strength), float(spectrum.width), float(spectrum.frequency)
    )
    return lambda order: (_merged(whole.approximate("matsubara", Nk=order, combine=False)), 0.0)


def _band(lead: Lead) -> Family:
    """A lead with a Lorentzian band: its pole, and those of a Pade approximation of the Fermi function.

    Raises
    ------
    InputError
        If its tunnelling is no Lorentzian, or it is at T = 0.
    """
    from qutip.core.environment import LorentzianEnvironment

    line, field = lead.tunnelling, f"{lead.label}.tunnelling"
    if not isinstance(line, Lorentzian):
        kind = type(line).__name__ if isinstance(line, SpectralDensity) else line
        raise InputError(
            field, kind, "the hierarchy needs a band that ends, as a sum of exponentials in time; give "
            "tunnelling=sambe.Lorentzian(G, width, centre), as wide as the band is, or take a master "
            "equation",
        )  # fmt: skip
    if not line.width > 0:
        raise InputError(f"{field}.width", line.width, "give half the width of the band, above zero")
    if not lead.temperature > 0:
        raise InputError(
            f"{lead.label}.temperature", lead.temperature, "at T = 0 the Fermi function is no finite sum of "
            "exponentials in time; give a temperature that is small against the tunnelling rate",
        )  # fmt: skip
    whole = LorentzianEnvironment(
        float(lead.temperature), float(lead.chemical_potential), float(line.strength), float(line.width),
        float(line.centre),
    )  # fmt: skip
    return lambda order: (whole.approx_by_pade(Nk=order + 1), 0.0)


def _fitted(reservoir: Reservoir, lines: Lines) -> Family:
    from qutip.core.environment import CFExponent, ExponentialBosonicEnvironment

    key, temperature = Keyed.of(reservoir), reservoir.temperature

    def family(order: int) -> tuple[Any, float]:
        real, pairs = poles(key, order + FEWEST_FITTED, lines.band)
        terms, error = fitted_residues(reservoir, real, pairs, lines)
        exponents = [CFExponent("RI", ck=a, vk=v, ck2=b) for a, v, b in terms]
        environment = ExponentialBosonicEnvironment(exponents=exponents, combine=False, T=temperature)
        return environment, error

    return family
