"""`sambe.to_qutip`: a system as QuTiP has it, Hamiltonian, couplings, environments and collapse operators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.sums.modulation import Modulation
from ...description.system import System
from ...errors import FrameError, InputError
from ...physics.dressing.frame import find_frame

__all__ = ["QutipParts", "to_qutip"]

Matrix = npt.NDArray[Any]


@dataclass(frozen=True)
class QutipParts:
    """A driven open system in QuTiP's terms.

    Attributes
    ----------
    hamiltonian : QobjEvo
        H(t) in the laboratory frame; constant without a drive.
    couplings : tuple of (str, Qobj, BosonicEnvironment)
        Name of the bath, coupling operator and environment, whose power spectrum S(w) = a(-w) is the
        golden-rule rate.
    frame_hamiltonian : Qobj or None
        In the static rotating frame; None without one.
    collapse_operators : tuple of Qobj or None
        Jumps between its eigenstates in the full secular approximation, in the basis of the operators.
    frame : tuple of int or None
        Quanta of the drive counted in each basis state.
    """

    hamiltonian: Any
    couplings: tuple[tuple[str, Any, Any], ...]
    frame_hamiltonian: Any
    collapse_operators: tuple[Any, ...] | None
    frame: tuple[int, ...] | None

    @property
    def a_ops(self) -> list[list[Any]]:
        """For `qutip.brmesolve`: operators with their environments."""
        return [[operator, environment] for _, operator, environment in self.couplings]


def to_qutip(system: System) -> QutipParts:
    r"""The parts of a system for QuTiP's solvers.

    .. math:: H(t) = \sum_k H_k e^{-ik\omega t},\qquad
              C_{uqij} = \sqrt{a_u(E_i - E_j - q\omega)}\;S^{(q)}_{u,ij}\,|i\rangle\langle j| .

    Parameters
    ----------
    system : System
        One point, its numbers plain: take a point of a sweep first.

    Returns
    -------
    QutipParts
        ``qutip.steadystate(frame_hamiltonian, collapse_operators)`` has the populations of
        ``secular="full"``; ``qutip.brmesolve(hamiltonian, state, times, a_ops)`` evolves by QuTiP's own
        equation, in which the drive does not dress the jumps.

    Raises
    ------
    InputError
        For a sweep, several tones, leads, or a coupling or reservoir that is no single power spectrum.

    Examples
    --------
    >>> import qutip, sambe
    >>> parts = to_qutip(sambe.models.spin_boson())
    >>> state = qutip.steadystate(parts.frame_hamiltonian, parts.collapse_operators)
    >>> levels = parts.frame_hamiltonian.eigenstates()[1]
    >>> populations = [qutip.expect(state, level) for level in levels]
    >>> flow = sambe.steady_state(sambe.models.spin_boson(), secular="full")
    >>> bool(abs(populations - flow.population.values).max() < 1e-9)
    True
    """
    import qutip

    _check(system)
    omega = None if system.omega is None else float(system.omega)
    harmonics = {k: np.asarray(h, complex) for k, h in system.harmonics().items()}
    terms: list[Any] = [qutip.Qobj(harmonics[0])]
    for k in (k for k in harmonics if k > 0):
        turned, back = _phase(k, omega), _phase(-k, omega)
        terms += [[qutip.Qobj(harmonics[k]), turned], [qutip.Qobj(harmonics[k].conj().T), back]]
    couplings = tuple(
        (bath.name, qutip.Qobj(operator), _environment(bath))
        for bath in system.baths
        for operator in bath.operators
    )
    try:
        frame = tuple(system.frame) if system.frame is not None else find_frame(system.masks())
    except FrameError:
        return QutipParts(qutip.QobjEvo(terms), couplings, None, None, None)
    turning = 0.0 if omega is None else omega
    static = harmonics[0] - turning * np.diag(frame)
    static = static + sum(h + h.conj().T for k, h in harmonics.items() if k > 0)
    jumps = [qutip.Qobj(jump) for jump in _jumps(system, static, np.asarray(frame), turning)]
    return QutipParts(qutip.QobjEvo(terms), couplings, qutip.Qobj(static), tuple(jumps), frame)


def _check(system: System) -> None:
    """Refuse what QuTiP's parts cannot say."""
    for path, number in system.numbers().items():
        if number is not None and np.ndim(number):
            raise InputError(path, number, "to_qutip takes one point; give the system a plain number here")
    if system.tones > 1:
        raise InputError("omega", system.omega, "to_qutip takes one tone")
    for bath in system.baths:
        place = f"bath {bath.name!r}"
        if not isinstance(bath, Bath) or bath.particles is not None:
            raise InputError(place, type(bath).__name__, "QuTiP's environments are of bosons")
        if bath.rotating_wave or any(isinstance(part, Modulation) for part in bath.couplings):
            way = "a coupling by rotating waves, or that the pump modulates, is not one operator"
            raise InputError(f"{place}.coupling", bath.coupling, way)
        if bath.anomalous(np.ones(1)) is not None:
            raise InputError(f"{place}.state", bath.state, "squeezing is more than a power spectrum")


def _phase(k: int, omega: float | None) -> Callable[[float], complex]:
    rate = k * (omega or 0.0)

    def turned(t: float) -> complex:
        return complex(np.exp(-1j * rate * t))

    return turned


def _environment(bath: Bath) -> Any:
    import qutip

    def power(w: float) -> Any:
        return np.asarray(bath.rates(np.asarray(w, float))[1])[()]  # QuTiP asks a number for its ``item``

    temperature = None if bath.state is not None else float(bath.temperature)
    return qutip.BosonicEnvironment.from_power_spectrum(power, T=temperature, tag=bath.name)


def _jumps(system: System, static: Matrix, frame: npt.NDArray[np.int_], omega: float) -> list[Matrix]:
    """Collapse operators in the basis of the operators, a jump of each bath, quanta and pair of states."""
    energies, vectors = np.linalg.eigh(static)
    quanta = frame[None, :] - frame[:, None]
    out = []
    for bath in system.baths:
        for operator in bath.operators:
            for q in np.unique(quanta):
                part = vectors.conj().T @ np.where(quanta == q, operator, 0.0) @ vectors
                jump_energy = energies[:, None] - energies - q * omega
                size = np.sqrt(bath.rates(jump_energy)[0]) * part
                still = np.diag(np.diag(size))
                moving = [
                    size * ((np.arange(len(energies))[:, None] == i) & (np.arange(len(energies)) == j))
                    for i, j in np.argwhere(abs(size - still) > 0)
                ]
                out += [vectors @ jump @ vectors.conj().T for jump in [*moving, still] if abs(jump).max() > 0]
    return out
