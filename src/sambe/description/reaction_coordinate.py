r"""Reaction coordinate: a bath that is one damped mode, with the mode taken into the system.

The coupling S (x) B to a bath of modes is S (x) C X with a single normalised coordinate X. For

.. math:: J(\omega) = 2\,\mathrm{Im}\,\chi_B(\omega) = \frac{2\lambda_0^2\,\Gamma\omega}
    {(\omega_0^2-\omega^2)^2+\Gamma^2\omega^2},\qquad
    \chi_B = \frac{\lambda_0^2}{\omega_0^2-\omega^2-i\Gamma\omega},

X is an oscillator of frequency omega_0 under the friction Gamma, and C is lambda_0. With
:math:`X = (a+a^\dagger)/\sqrt{2\omega_0}` this is, exactly,

.. math:: H \to H + \lambda\,S\,(a+a^\dagger) + \omega_0 a^\dagger a,\qquad
    \lambda = \frac{\lambda_0}{\sqrt{2\omega_0}},\qquad
    J_\mathrm{res}(\omega) = \frac{\Gamma}{\omega_0}\,\omega\ \ \text{on}\ a+a^\dagger .

See docs/reaction_coordinate.md for the derivation and its limits; Garg, Onuchic and Ambegaokar, J. Chem.
Phys. 83, 4491 (1985); Iles-Smith, Lambert and Nazir, Phys. Rev. A 90, 032114 (2014); Strasberg, Schaller,
Lambert and Brandes, New J. Phys. 18, 073007 (2016).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import Array, Number, finite_number, whole_number
from .bath import Bath
from .hilbert_space.ladders import cut_states
from .operators import Operator, destroy, identity, num
from .spectral_density import DrudeLorentz, SpectralDensity, Underdamped
from .system import System, Terms

__all__ = ["Friction", "reaction_coordinate"]

# Largest error of the fitted density, relative to the maximum of J, with which a bath counts as one mode. A
# choice: rates near the peak of J err by as much.
MISFIT = 0.02
# Frequencies of the fit, evenly spaced up to three times the peak of J. A choice: a mode of a width of 1 % of
# its frequency has seven of them across its half maximum.
SAMPLES, HIGHEST = 2000, 3.0
# Where the peak of J is looked for, in the unit of energy: 2000 frequencies a decade over twelve decades, a
# choice.
SCAN = np.geomspace(1e-6, 1e6, 24_001)


@dataclass(frozen=True)
class Friction(SpectralDensity):
    r"""Ohmic without a cutoff, :math:`J(\omega) = \kappa\,\omega`: memoryless friction.

    Its static pull on the levels is infinite, and is understood to be undone by a counter-term: that is
    how the frequency of a damped mode is meant. ``lamb_shift="none"`` and ``"auto"`` take it so.
    """

    strength: Number

    def density(self, w: Array) -> Array:
        return self.strength * w


def reaction_coordinate(
    system: System, bath: str, *, levels: int = 8, cutoff: Number = None, counter: bool = False
) -> System:
    r"""The System with the mode that dominates a bath taken in, for coupling beyond the weak.

    .. math:: H \to H + \lambda\,S\,(a+a^\dagger) + \omega_0 a^\dagger a,\qquad
        \lambda = \lambda_0/\sqrt{2\omega_0},\qquad J_\mathrm{res}(\omega) = \Gamma\omega/\omega_0

    for :math:`J(\omega) = 2\lambda_0^2\Gamma\omega/[(\omega_0^2-\omega^2)^2+\Gamma^2\omega^2]`, which is
    `Underdamped`. The mapping is exact. What is left to approximate is the friction :math:`\Gamma` on the
    mode, which may be weak where the coupling to S is not.

    Parameters
    ----------
    system : System
        Its numbers may be labelled, for a sweep.
    bath : str
        Name of the bath: an `Underdamped` one with one coupling operator, or any with plain numbers
        whose density one damped mode fits to 2 % of its maximum.
    levels : int
        Fock states of the mode; raise it until the currents stand still. ``edge_population`` of the result
        tells of the cut.
    cutoff : float, optional
        Of the residual bath, which then is `DrudeLorentz` and may go to ``equation="heom"``; take
        ``lamb_shift="counter"`` with it. Without one the residual bath is strictly Ohmic.
    counter : bool
        Add the counter-term :math:`(\lambda^2/\omega_0) S^2`, for an H that is meant with it.

    Returns
    -------
    System
        On the product space (system, mode). The residual bath keeps the name and the temperature, so
        that the terminals are the same and so are their currents; other baths, the drive and the cut of
        a ladder are lifted.

    Raises
    ------
    InputError
        If there is no such bath, it has several coupling operators, its mode is overdamped, or its
        density is not that of one mode.

    Notes
    -----
    The residual bath's counter-term is implied: solve with ``lamb_shift`` "none" or "auto", which leave
    the frequency of the mode alone ("counter" with a cutoff). A bath in sambe has no counter-term of its
    own: neither has the coupling to the mode, unless ``counter``.

    Examples
    --------
    >>> import sambe
    >>> sharp = sambe.Underdamped(strength=0.3, width=0.05, frequency=1.0)
    >>> qubit = sambe.models.spin_boson(omega=0.8, baths=[
    ...     sambe.Bath("hot", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0),
    ...     sambe.Bath("cold", spectrum=sharp, temperature=0.5)])
    >>> wider = sambe.reaction_coordinate(qubit, "cold", levels=6)
    >>> wider.levels, wider.terminals
    (12, ('hot', 'cold', 'pump'))
    """
    if system.steps is not None:
        said = "a mode beside a system in steps is not made here; write it into the operators of the steps"
        raise InputError("system", system.steps.words(), said)
    old = _bath(system, bath)
    if not whole_number(levels, 2):
        raise InputError("levels", levels, "give the number of Fock states of the mode, at least 2")
    mode = _mode(old)
    field: Operator = destroy(int(levels)) + destroy(int(levels)).T
    (s,), here = old.operators, identity(system.levels)
    one = identity(int(levels))
    coupling = mode.strength * (2.0 * mode.frequency) ** -0.5
    static = [
        *_lifted(system.hamiltonian, one),
        (mode.frequency, _product(here, num(int(levels)))),
        (coupling, _product(s, field)),
    ]
    if counter:
        static.append((coupling * coupling / mode.frequency, _product(s @ s, one)))
    residual = replace(old, coupling=_product(here, field), spectrum=_residual(mode, cutoff))
    return System(
        hamiltonian=static,
        drive={k: _lifted(terms, one) for k, terms in system.drive.items()},
        omega=system.omega,
        baths=[residual if b is old else _lifted_bath(b, one) for b in system.baths],
        name=f"{system.name}, mode of {bath}",
        edge=_edge(system, int(levels)),
    )


def _bath(system: System, name: str) -> Bath:
    baths: tuple[Bath, ...] = system.baths
    for bath in baths:
        if bath.name == name:
            if bath.particles is not None:
                raise InputError("bath", name, "the mapping is for a bath of bosons, and this is a lead")
            if bath.state is not None:
                raise InputError(
                    f"bath {name!r}.state", bath.state, "the mapping is for a bath in thermal equilibrium"
                )
            if bath.modulated:
                raise InputError(
                    f"bath {name!r}.coupling", bath.coupling, "the mode of a modulated coupling would be "
                    "driven by it; give the bath a fixed coupling",
                )  # fmt: skip
            if len(bath.operators) == 1:
                return bath
            raise InputError(
                f"bath {name!r}.coupling", len(bath.operators),
                "several operators have modes of their own; give each a bath of its own first",
            )  # fmt: skip
    raise InputError("bath", name, f"the baths are {', '.join(b.name for b in baths)}")


def _residual(mode: Underdamped, cutoff: Number) -> SpectralDensity:
    """Friction on a + a†, with the slope Gamma/omega_0 at low frequency."""
    slope = mode.width / mode.frequency
    return Friction(slope) if cutoff is None else DrudeLorentz(slope * cutoff / 4.0, cutoff)


def _product(a: Operator, b: Operator) -> Operator:
    return np.asarray(np.kron(a, b), dtype=np.complex128)


def _lifted(terms: Terms, one: Operator) -> list[tuple[Number, Operator]]:
    return [(c, _product(op, one)) for c, op in terms]


def _lifted_bath(bath: Bath, one: Operator) -> Bath:
    return bath.turned(lambda op: _product(op, one))


def _edge(system: System, levels: int) -> list[int]:
    """Product states at the cut of the mode's ladder, or of the system's own."""
    top = {i * levels + levels - 1 for i in range(system.levels)}
    return sorted(top | {i * levels + m for i in cut_states(system) for m in range(levels)})


def _mode(bath: Bath) -> Underdamped:
    """The damped mode that the bath is."""
    field, spectrum = f"bath {bath.name!r}.spectrum", bath.spectrum
    mode = spectrum if isinstance(spectrum, Underdamped) else _fitted(spectrum, field)
    if np.any(np.asarray(mode.width >= 2.0 * mode.frequency)):
        raise InputError(
            field, spectrum, "its mode is overdamped, so that the friction on it is no weaker than the "
            "coupling was; use equation='heom'",
        )  # fmt: skip
    return mode


def _fitted(spectrum: SpectralDensity, field: str) -> Underdamped:
    """The mode whose density comes closest, if it comes close."""
    from scipy.optimize import least_squares

    if not all(finite_number(getattr(spectrum, name)) for name in spectrum.numbers()):
        raise InputError(field, spectrum, "only an Underdamped bath may be swept here; map point by point")
    j = np.asarray(spectrum.density(SCAN), dtype=float)
    peak = float(SCAN[j.argmax()])
    w = np.linspace(0.0, HIGHEST * peak, SAMPLES + 1)[1:]
    target = np.asarray(spectrum.density(w), dtype=float) / max(float(j.max()), np.finfo(float).tiny)

    def missed(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        height, width, frequency = np.exp(p)
        damped = (width * w) ** 2
        return np.asarray(height * damped / ((w * w - frequency**2) ** 2 + damped) * frequency / w - target)

    half = w[target > 0.5]  # their range is the full width at half maximum, a first guess of the damping
    start = np.log([1.0, max(float(np.ptp(half)), w[0]) if half.size else peak, peak])
    solution = least_squares(missed, start, x_scale="jac")
    misfit = float(np.abs(solution.fun).max())
    if not misfit <= MISFIT:
        raise InputError(
            field, spectrum, f"one damped mode misses it by {misfit:.0%} of its maximum; use an Underdamped "
            "bath, or equation='heom'",
        )  # fmt: skip
    height, width, frequency = np.exp(solution.x)
    strength = float(np.sqrt(0.5 * height * j.max() * width * frequency))
    return Underdamped(strength, float(width), float(frequency))
