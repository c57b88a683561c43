"""The same points by QuTiP and by qthermo, as fast as each can be asked, and the LAPACK floor.

QuTiP sums the rates of all baths; what it gives publicly is the steady state in the Floquet basis. The
private helpers behind `floquet_tensor` give rates bath by bath, and with them the currents. Every route
runs at its default accuracy.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import sambe

Real = npt.NDArray[np.float64]
KMAX, SAMPLES = 5, 100  # QuTiP's defaults


def spectrum(bath: sambe.Bath) -> Callable[[Any], Real]:
    """Rate at which the bath takes the energy W over 2 pi, in plain NumPy: a QuTiP noise spectrum."""
    s, strength, cutoff, t = bath.spectrum, bath.spectrum.strength, bath.spectrum.cutoff, bath.temperature
    if s.exponent != 1.0:
        raise ValueError("the peers are given Ohmic baths with exponent 1")

    def rate(w: Any) -> Real:
        x = w / t
        small = np.abs(x) < 1e-12
        weight = np.where(small, 1.0, x / -np.expm1(-np.where(small, 1.0, x)))
        return np.asarray(strength / (2.0 * np.pi) * t * weight * np.exp(-np.abs(w) / cutoff))

    return rate


def qutip_hamiltonian(system: sambe.System) -> Any:
    """H(t) as a QobjEvo. Strings instead of functions are no faster without a compiler."""
    import qutip

    w = float(system.omega)
    parts: list[Any] = [qutip.Qobj(system.harmonics()[0])]
    harmonics = system.harmonics()
    for k in (k for k in harmonics if k > 0):
        h = harmonics[k]
        if np.array_equal(h, h.conj().T):
            parts.append([qutip.Qobj(2.0 * h), lambda t, k=k: np.cos(k * w * t)])
            continue
        parts.append([qutip.Qobj(h), lambda t, k=k: np.exp(-1j * k * w * t)])
        parts.append([qutip.Qobj(h.conj().T), lambda t, k=k: np.exp(1j * k * w * t)])
    return qutip.QobjEvo(parts)


def _basis(system: sambe.System) -> Any:
    import qutip

    return qutip.FloquetBasis(qutip_hamiltonian(system), 2.0 * np.pi / float(system.omega))


def _tensor(system: sambe.System) -> Any:
    import qutip

    operators = [qutip.Qobj(b.operators[0]) for b in system.baths]
    spectra = [spectrum(b) for b in system.baths]
    return qutip.floquet_tensor(_basis(system), operators, spectra, kmax=KMAX, nT=SAMPLES)


def _null(generator: Any) -> Real:
    """Populations that a generator leaves alone."""
    matrix = np.array(generator)
    matrix[0] = 1.0
    return np.asarray(np.linalg.solve(matrix, np.eye(len(matrix))[0]))


def qutip_steady(system: sambe.System) -> Real:
    """Public: the populations from `steadystate` of the whole tensor. No currents."""
    import qutip

    return np.asarray(np.real(qutip.steadystate(_tensor(system)).diag()))


def qutip_block(system: sambe.System) -> Real:
    """Public: the populations from their own block of the tensor. No currents."""
    n = system.levels
    own = np.arange(n) * (n + 1)
    tensor = _tensor(system).to("CSR").data_as("csr_matrix")
    return _null(tensor[own][:, own].toarray().real)


def qutip_private(system: sambe.System) -> Real:
    """Private: rates bath by bath from the helpers of `floquet_tensor`; currents of every terminal."""
    import qutip
    from qutip.solver import floquet as private

    basis = _basis(system)
    period = 2.0 * np.pi / float(system.omega)
    delta = private._floquet_delta_tensor(basis.e_quasi, KMAX, period)
    distinct: dict[bytes, Any] = {}
    total: Any = 0.0
    heat = []
    for bath in system.baths:
        key = bath.operators[0].tobytes()
        if key not in distinct:  # baths on one operator share it, as in sambe
            operator = qutip.Qobj(bath.operators[0])
            distinct[key] = private._floquet_X_matrices(basis, [operator], KMAX, SAMPLES)
        gamma = private._floquet_gamma_matrices(distinct[key], delta, [spectrum(bath)])
        rates = np.stack([gamma[k].to_array().real for k in range(-KMAX, KMAX + 1)], axis=-1)
        total = total + rates.sum(axis=-1)
        heat.append((delta * rates).sum(axis=(1, 2)))  # out of each state, into the bath
    leaving = total.sum(axis=1)
    populations = _null(total.T - np.diag(leaving))
    currents = [-float(populations @ h) for h in heat]
    return np.array([*currents, -sum(currents)])


def qthermo_analyze(system: sambe.System, **grid: int) -> Real:
    """qthermo's `floquet_analyze`; currents of every terminal."""
    from qthermo import DrivenBath, floquet_analyze  # type: ignore[import-untyped, unused-ignore]

    w = float(system.omega)
    harmonics = system.harmonics()

    def hamiltonian(t: float) -> Any:
        return sum(h * np.exp(-1j * k * w * t) for k, h in harmonics.items())

    def density(bath: sambe.Bath) -> Callable[[float], float]:
        strength, cutoff = bath.spectrum.strength, bath.spectrum.cutoff
        return lambda x: strength * x * np.exp(-x / cutoff)

    baths = [DrivenBath(b.name, b.operators[0], b.temperature, spectrum=density(b)) for b in system.baths]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = floquet_analyze(hamiltonian, 2.0 * np.pi / w, baths, **grid)
    return np.array([*(found.currents[b.name] for b in system.baths), -found.power])


def qthermo_coarse(system: sambe.System) -> Real:
    """qthermo on a grid eight to sixteen times coarser than its default."""
    return qthermo_analyze(system, n_time=32, substeps=4)


def have_qthermo() -> str:
    """Version of qthermo, or nothing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("qthermo")
    except PackageNotFoundError:
        return ""


def floor(levels: int, points: int) -> Callable[[], Any]:
    """`numpy.linalg.eigh` and `solve` of stacks of that size: what no general solver can do without.

    Dense complex Hermitian matrices, as a Hamiltonian in general is, and one real right-hand side.
    """
    rng = np.random.default_rng(1)
    real, imag = rng.normal(size=(2, points, levels, levels))
    hermitian = real + real.swapaxes(-1, -2) + 1j * (imag - imag.swapaxes(-1, -2))
    return _stacks(hermitian)


def own_floor(system: sambe.System) -> Callable[[], Any]:
    """The same on the very matrices of a batch: real, and tridiagonal for a Kerr resonator, hence faster."""
    from sambe.physics.preparation import prepare

    turning = np.diag(np.array(prepare(system).frame, dtype=float))
    return _stacks(np.real(sum(system.harmonics().values())) - system.omega[:, None, None] * turning)


def _stacks(hermitian: npt.NDArray[Any]) -> Callable[[], Any]:
    points, n = hermitian.shape[:2]
    matrix = np.random.default_rng(2).normal(size=(points, n, n)) + 3.0 * n * np.eye(n)
    right = np.broadcast_to(np.eye(n, 1), (points, n, 1)) + 0.0

    def run() -> Any:
        return np.linalg.eigh(hermitian), np.linalg.solve(matrix, right)

    return run
