r"""From QuTiP's time-dependent Hamiltonians to harmonics.

A list-format Hamiltonian or a `QobjEvo` is a function of time; sambe needs the harmonics of
:math:`H(t) = \sum_k H_k e^{-ik\omega t}` and finds them by sampling one period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import ConvergenceError, InputError
from ...numerics.arrays import finite_number
from ..bath import Bath
from ..steps.detection import pieces_of
from ..system import System

__all__ = ["from_qutip"]

# Samples of a period at first (harmonics up to 7) and at most (up to 2047). Choices: a drive of a few
# harmonics is resolved at once, and one that jumps, whose harmonics fall as 1/k, is refused before it is
# slow.
_FIRST_SAMPLES = 16
_MOST_SAMPLES = 4096
# Thirteen times within a period at which H(t) is checked, as shares of it: multiples of the golden ratio
# modulo 1, which never lie on a sampling grid and never coincide.
_FRACTIONS = np.arange(1, 14) * ((np.sqrt(5.0) - 1.0) / 2.0) % 1.0
# Relative errors that count as rounding: of a coefficient that is computed twice, and of a sum over one
# sample.
_COEFFICIENT_ROUNDING, _SAMPLE_ROUNDING = 1e-12, 1e-14
_SMALLEST = 1e-300  # stands for the size of a Hamiltonian that vanishes at all times

Matrices = npt.NDArray[np.complex128]
Sampler = Callable[[npt.NDArray[np.floating[Any]]], Matrices]


def from_qutip(
    hamiltonian: Any,
    period: float,
    *,
    baths: Sequence[Bath],
    tolerance: float = 1e-10,
    args: Mapping[str, Any] | None = None,
    name: str = "system",
) -> System:
    r"""System from a QuTiP Hamiltonian and its period.

    .. math:: H_k = \frac1T\int_0^T H(t)\,e^{ik\omega t}\,dt,\qquad \omega = 2\pi/T,

    by a fast Fourier transform over samples that are doubled until the harmonics reproduce H(t) off
    the sampling grid. A Hamiltonian that jumps, such as one of arrays with ``order=0``, is taken for steps
    of which each is constant (see `System.from_steps`).

    Parameters
    ----------
    hamiltonian : QobjEvo, Qobj, list or callable
        Whatever `qutip.QobjEvo` takes; Hermitian at all times.
    period : float
        T, the longest one where several divide each other. Arrays with ``order=0`` whose times end within it
        are repeated.
    baths : sequence of Bath
        With couplings of the same dimension.
    tolerance : float
        Largest error of a matrix element of H(t), relative to the largest element; smaller elements
        of a harmonic count as zero.
    args : mapping, optional
        Arguments of the coefficients, as for `qutip.QobjEvo`.
    name : str
        Name of the system.

    Returns
    -------
    System
        Without a drive where the Hamiltonian is constant.

    Raises
    ------
    InputError
        If H(t) is not an operator, not Hermitian or does not have this period.
    ConvergenceError
        If 4096 samples do not resolve it and it is not constant between its jumps.

    Examples
    --------
    >>> import numpy as np, qutip, sambe
    >>> h = [0.5 * qutip.sigmaz(), [0.1 * qutip.sigmax(), lambda t: np.cos(0.8 * t)]]
    >>> bath = sambe.Bath("hot", qutip.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)
    >>> system = sambe.from_qutip(h, 2 * np.pi / 0.8, baths=[bath])
    >>> system.harmonics()[1].real.round(9).tolist()
    [[0.0, 0.05], [0.05, 0.0]]
    """
    for field, x in (("period", period), ("tolerance", tolerance)):
        if not finite_number(x) or isinstance(x, complex) or not x > 0:
            raise InputError(field, x, "give a positive, finite number")
    sample, jumps = _sampler(hamiltonian, period, args)
    _check_periodic(sample, period, tolerance)
    try:
        harmonics = _harmonics(sample, period, tolerance)
    except ConvergenceError:
        size = float(abs(sample(period * _FRACTIONS)).max())
        pieces = pieces_of(sample, period, tolerance * max(size, _SMALLEST), jumps)
        if pieces is None:
            raise
        return System.from_steps(pieces, 2.0 * np.pi / float(period), baths, name=name)
    static = harmonics.pop(0)
    return System(
        hamiltonian=0.5 * (static + static.conj().T),
        drive={k: [(1.0, h)] for k, h in harmonics.items()},
        omega=2.0 * np.pi / float(period),
        baths=baths,
        name=name,
    )


def _sampler(
    hamiltonian: Any, period: float, args: Mapping[str, Any] | None
) -> tuple[Sampler, tuple[float, ...]]:
    """Function from times ``(M,)`` to matrices ``(M, N, N)``, and times at which it is known to jump."""
    import qutip

    try:
        evolution = qutip.QobjEvo(hamiltonian, args=dict(args) if args else None)
    except Exception as error:  # QuTiP raises bare Exception for some coefficients
        raise InputError(
            "hamiltonian",
            hamiltonian,
            f"QuTiP cannot make a QobjEvo of it ({error}); what coefficients "
            'need beside t goes into args={"name": value}',
        ) from error
    if not evolution.isoper or evolution.shape[0] != evolution.shape[1]:
        raise InputError("hamiltonian", evolution.dims, "give an operator, not a state or a map")
    if evolution.isconstant:
        constant = np.asarray(evolution(0.0).full(), dtype=complex)
        return lambda times: np.broadcast_to(constant, (len(times), *constant.shape)), ()
    jumps = _step_times(evolution)
    once = bool(jumps) and max(jumps) <= period * (1.0 + _COEFFICIENT_ROUNDING)

    def sample(times: npt.NDArray[np.floating[Any]]) -> Matrices:
        times = times % period if once else times
        return np.array([evolution(float(t)).full() for t in times], dtype=complex)

    return sample, jumps


def _step_times(evolution: Any) -> tuple[float, ...]:
    """Times of the arrays of which a QobjEvo is made, if all that varies are arrays of step functions."""
    parts = [part[1] for part in evolution.to_list() if isinstance(part, list)]
    times: set[float] = set()
    for coefficient in parts:
        recipe = coefficient.__reduce__() if type(coefficient).__name__ == "InterCoefficient" else None
        # QuTiP restores such a coefficient from its times and the powers of its polynomials: one for steps
        if recipe is None or len(recipe[1][1]) != 1:
            return ()
        times.update(map(float, recipe[1][0]))
    return tuple(sorted(times))


def _check_periodic(sample: Sampler, period: float, tolerance: float) -> None:
    """Refuse what is not finite, not Hermitian or not periodic, looking at irrational times."""
    times = 2.0 * period * _FRACTIONS
    now, later = sample(times), sample(times + period)
    _check_finite(now, times)
    _check_finite(later, times + period)
    allowed = max(tolerance, _COEFFICIENT_ROUNDING) * max(float(abs(now).max()), _SMALLEST)
    _check_hermitian(now, times, allowed)
    change = abs(later - now)
    if change.max() > allowed:
        m = int(change.max(axis=(-1, -2)).argmax())
        raise InputError(
            "period", period,
            f"the Hamiltonian does not have it: H(t) and H(t + period) differ by "
            f"{change.max():.3g} at t = {times[m]:.6g}; give the common period to full precision, "
            "and sampled coefficients over three periods",
        )  # fmt: skip


def _check_finite(matrices: Matrices, times: npt.NDArray[np.float64]) -> None:
    wild = ~np.isfinite(matrices)
    if wild.any():
        m, i, j = (int(n) for n in np.argwhere(wild)[0])
        raise InputError(
            f"hamiltonian(t={times[m]:.6g})[{i}, {j}]", complex(matrices[m, i, j]),
            "every matrix element must be finite at all times",
        )  # fmt: skip


def _check_hermitian(now: Matrices, times: npt.NDArray[np.float64], allowed: float) -> None:
    skew = abs(now - now.conj().swapaxes(-1, -2))
    if skew.max() > allowed:
        m, i, j = (int(n) for n in np.unravel_index(int(skew.argmax()), skew.shape))
        raise InputError(
            f"hamiltonian(t={times[m]:.6g})[{i}, {j}]", complex(now[m, i, j]),
            f"H(t) must be Hermitian, but element [{j}, {i}] is {complex(now[m, j, i])}; "
            "add the conjugate term",
        )  # fmt: skip


def _harmonics(sample: Sampler, period: float, tolerance: float) -> dict[int, Matrices]:
    """Harmonics k >= 0 by doubling the samples until H(t) is reproduced between them."""
    omega = 2.0 * np.pi / period
    checks = period * _FRACTIONS
    expected = sample(checks)
    allowed = tolerance * max(float(abs(expected).max()), _SMALLEST)
    count, values = _FIRST_SAMPLES, sample(period / _FIRST_SAMPLES * np.arange(_FIRST_SAMPLES))
    while True:
        spectrum = np.fft.ifft(values, axis=0)
        # the alternating component stands for k = +-count/2 at once, so it cannot be kept
        numbers = np.arange(-(count // 2) + 1, count // 2)
        phases = np.exp(-1j * omega * np.outer(checks, numbers))
        error = np.tensordot(phases, spectrum[numbers], axes=1) - expected
        if abs(error).max() <= max(allowed, _SAMPLE_ROUNDING * count * abs(expected).max()):
            break
        if count >= _MOST_SAMPLES:
            raise ConvergenceError(
                f"the harmonics of the Hamiltonian do not converge: {count} samples a period "
                f"leave an error of {abs(error).max():.3g}; smooth the jumps of the drive or "
                "raise tolerance"
            )
        between = sample(period / count * (np.arange(count) + 0.5))
        values = np.stack([values, between], axis=1).reshape(2 * count, *values.shape[1:])
        count *= 2
    spectrum = np.where(abs(spectrum) > allowed, spectrum, 0.0)
    driven = {k: spectrum[k] for k in range(1, count // 2) if spectrum[k].any()}
    return {0: spectrum[0], **driven}


# The older name of the function, set here so that `system` need not import what is built on it.
System.from_qutip = staticmethod(from_qutip)
