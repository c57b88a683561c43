"""Two levels: rotations of a period against other integrators, slow and strong drives, complete harmonics."""

from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import jv

import sambe
from sambe import models
from sambe.errors import ConvergenceError
from sambe.physics.dressing import rotations
from sambe.physics.dressing.dressing import Dressing
from sambe.physics.dressing.extended_space import extended_floquet
from sambe.physics.dressing.rotations import BlochDrive, bloch_drive, followed_path, path_error, rotation_path
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare

RNG = np.random.default_rng(41)
SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()


def bath(operator: Any = SX) -> sambe.Bath:
    return sambe.Bath("bath", operator, sambe.Ohmic(0.002, 10.0), 1.0)


def qubit(drive: Any, omega: Any, static: Any = None, operator: Any = SX) -> sambe.System:
    return sambe.System([(0.5, SZ)] if static is None else static, drive, omega, [bath(operator)])


def dressed(system: sambe.System, tolerance: float = 1e-10) -> Dressing:
    return dress(system, prepare(system, "floquet", propagation_tolerance=tolerance))


def drive_of(system: sambe.System) -> BlochDrive:
    return bloch_drive(system.harmonics(), np.atleast_1d(np.asarray(system.omega, dtype=float)))


def random_qubit(omega: float, size: float = 0.6) -> sambe.System:
    static = sum(0.5 * c * s for c, s in zip(RNG.normal(size=3), (SX, SY, SZ), strict=True))
    drive = {k: [(size * RNG.normal() * np.exp(1j * k), SX), (size * RNG.normal(), SY)] for k in (1, 2)}
    return qubit(drive, omega, static)


def matrix(alpha: Any, beta: Any) -> Any:
    return np.moveaxis(np.array([[alpha, -beta.conj()], [beta, alpha.conj()]]), (0, 1), (-2, -1))


def weight(d: Dressing) -> float:
    """Sum of all |S^(q)_ij|^2, which is the trace of S^2."""
    double = np.array([1.0 if q == 0 else 2.0 for q in d.quanta])[:, None, None]
    return float(np.sum(double * np.abs(d.couplings[0]) ** 2))


@pytest.mark.parametrize("steps", [1, 15, 16, 17, 100, 515])
def test_products_in_blocks_are_the_products_one_by_one(steps: int) -> None:
    x = RNG.normal(size=(4, steps, 3))
    x /= np.sqrt(np.sum(x**2, axis=0))
    alpha, beta = x[0] + 1j * x[1], x[2] + 1j * x[3]
    single, whole = matrix(alpha, beta), [np.broadcast_to(np.eye(2), (3, 2, 2))]
    for k in range(steps):
        whole.append(single[k] @ whole[-1])
    rotations._multiply(alpha, beta)
    np.testing.assert_allclose(matrix(alpha, beta), whole[1:], atol=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("omega", [0.07, 0.4, 2.0])
def test_rotations_solve_the_equation_of_motion(omega: float) -> None:
    system = random_qubit(omega)
    harmonics = system.harmonics()

    def motion(t: float, y: Any) -> Any:
        h = sum(np.exp(-1j * k * omega * t) * part for k, part in harmonics.items())
        h = h - 0.5 * np.trace(h) * np.eye(2)  # the trace part is left out
        return (-1j * h @ y.reshape(2, 2)).ravel()

    period = 2 * np.pi / omega
    wanted = solve_ivp(motion, (0, period), np.eye(2, dtype=complex).ravel(), "DOP853",
                       t_eval=np.linspace(0, period, 9), rtol=1e-12, atol=1e-12)  # fmt: skip
    found = matrix(*(x[::256, 0] for x in rotation_path(drive_of(system), 2048)))
    np.testing.assert_allclose(found, wanted.y.T.reshape(-1, 2, 2), atol=1e-9)
    np.testing.assert_allclose(found @ found.conj().swapaxes(-1, -2), np.broadcast_to(np.eye(2), (9, 2, 2)),
                               atol=1e-13)  # fmt: skip


@pytest.mark.parametrize(
    "system",
    [
        models.spin_boson(drive=5.0, omega=0.002, polarization="linear"),
        models.spin_boson(drive=0.2, omega=0.002, polarization="linear"),
        models.spin_boson(drive=0.4, omega=0.004),
        qubit({1: [(0.5, SX)], 2: [(0.3j, SX + 0.3 * SZ)], 3: [(0.4, SY)]}, 0.002),
        models.modulated_qubit(omega=0.01),
    ],
)
def test_a_followed_axis_is_the_path_of_many_steps(system: sambe.System) -> None:
    drive = drive_of(system)
    ((_, followed, error),) = followed_path(drive, 1024, 1e-10)
    count = len(followed[0]) - 1
    steps = rotation_path(drive, 128 * count)
    off = np.hypot(*(np.abs(a - b[::128]) for a, b in zip(followed, steps, strict=True))).max() / (2 * np.pi)
    assert off <= max(error[0], 1e-11)
    assert error[0] < 1e-10


def test_an_axis_that_cannot_be_followed_says_so() -> None:
    # through the avoided crossing at this speed, an amplitude of exp(-pi/0.4) is excited
    ((_, _, error),) = followed_path(
        drive_of(models.spin_boson(drive=5.0, omega=0.01, polarization="linear")), 64, 1e-10
    )
    assert not error[0] < 1e-5


STRONG = {
    "linear": {1: [(2.5, SX)]},
    "several harmonics": {1: [(1.25, SX)], 2: [(0.6j, SX + 0.3 * SZ)], 3: [(0.5, SY)]},
    "modulated": {1: [(1.25, SZ)]},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STRONG)
@pytest.mark.parametrize("omega", [0.01, 0.002])
def test_harmonics_of_slow_and_strong_drives_are_complete(name: str, omega: float) -> None:
    system = qubit(STRONG[name], omega)
    found, finer = dressed(system), dressed(system, 1e-12)
    # sum of |S^(q)_ij|^2 is the trace of S^2: what is cut off is below the floor's square
    assert weight(found) == pytest.approx(2.0, abs=1e-12)
    np.testing.assert_allclose(found.energies, finer.energies, rtol=0, atol=2e-10 * omega)
    common = {q: k for k, q in enumerate(finer.quanta)}
    for k, q in enumerate(found.quanta):
        if q in common:
            np.testing.assert_allclose(np.abs(found.couplings[0, k]), np.abs(finer.couplings[0, common[q]]),
                                       atol=2e-9)  # fmt: skip


@pytest.mark.parametrize(("modulation", "omega"), [(0.2, 0.002), (0.2, 1e-4), (5.0, 0.01)])
def test_the_sidebands_of_slow_modulations_are_bessel_functions(modulation: float, omega: float) -> None:
    # sigma_+ turns as exp(i w0 t + i (l/w) sin wt)
    d = dressed(models.modulated_qubit(1.0, modulation, omega))
    m = round((abs(d.energies[1] - d.energies[0]) - 1.0) / omega)
    lower, upper = np.argsort(d.energies)
    sizes = {q: abs(s[lower, upper]) for q, s in zip(d.quanta, d.couplings[0], strict=True)}
    sizes |= {-q: abs(s[upper, lower]) for q, s in zip(d.quanta, d.couplings[0], strict=True)}
    q = np.array(sorted(sizes))
    np.testing.assert_allclose([sizes[x] for x in q], np.abs(jv(m + q, modulation / omega)), atol=2e-9)


@pytest.mark.parametrize("omega", [0.02, 0.01, 0.005])
def test_the_gap_of_a_slow_drive_is_the_mean_gap_and_the_solid_angle(omega: float) -> None:
    # Berry: each state gains minus half the solid angle that its direction encloses, as a phase in a period
    h0, h1, h2 = np.array([0.3, 0.0, 0.5]), np.array([0.2, 0.15j, 0.0]), np.array([0.0, 0.05, 0.1j])

    def part(h: Any) -> Any:
        return [(1.0, h[0] * SX + h[1] * SY + h[2] * SZ)]

    system = qubit({1: part(h1), 2: part(h2)}, omega, part(h0))
    phase = 2 * np.pi * np.arange(4096) / 4096
    h = h0 + 2 * np.real(np.exp(-1j * phase)[:, None] * h1 + np.exp(-2j * phase)[:, None] * h2)
    size = np.linalg.norm(h, axis=1)
    n = h / size[:, None]
    after = np.roll(n, -1, axis=0)
    pole = np.array([0.0, 0.0, 1.0])
    triangles = 2 * np.arctan2(
        np.cross(n, after) @ pole, 1 + np.sum(n * after, axis=1) + n @ pole + after @ pole
    )
    gap = 2 * size.mean() + omega * triangles.sum() / (2 * np.pi)
    energies = dressed(system).energies
    difference = abs(energies[1] - energies[0]) - gap
    # the next term is of second order in omega
    assert abs(difference - omega * round(difference / omega)) < 0.5 * omega**2


@pytest.mark.parametrize("harmonic", [16, 48, 64, 192])
@pytest.mark.parametrize("amplitude", [1e-5, 1e-7])
def test_a_weak_drive_at_a_high_harmonic_is_not_lost(harmonic: int, amplitude: float) -> None:
    # samples that are fewer than its turns see it standing still
    omega = 0.31
    for levels in (2, 3):
        operator = np.diag(np.arange(levels) * 1.0)
        system = sambe.System(operator, {harmonic: [(amplitude, operator)]}, omega,
                              [bath(np.ones((levels, levels)))])  # fmt: skip
        d = dressed(system)
        wanted = abs(jv(1, 2 * amplitude / (harmonic * omega)))
        found = abs(d.couplings[0, d.quanta.index(harmonic), 0, 1]) if harmonic in d.quanta else 0.0
        assert found == pytest.approx(wanted, rel=1e-3, abs=1.1e-9)


def test_a_point_does_not_depend_on_its_neighbours() -> None:
    omega = np.geomspace(0.004, 3.0, 40)
    system = models.spin_boson(drive=0.7, omega=omega, polarization="linear")
    together = dressed(system)
    for k in range(40):
        alone = dressed(models.spin_boson(drive=0.7, omega=omega[k], polarization="linear"))
        np.testing.assert_array_equal(together.energies[k], alone.energies)
        for q, s in zip(together.quanta, together.couplings[k, 0], strict=True):
            wanted = alone.couplings[0, alone.quanta.index(q)] if q in alone.quanta else np.zeros((2, 2))
            np.testing.assert_array_equal(s, wanted)


@pytest.mark.parametrize("omega", [0.3, 0.9, 2.3])
def test_the_extended_space_gives_the_same(omega: float) -> None:
    system = random_qubit(omega, 0.2)
    found = dressed(system)
    wanted = extended_floquet(system.harmonics(), omega, [SX], (0, 0), 40)
    turns = (np.sort(found.energies)[:, None] - np.sort(wanted.energies)[None, :]) / omega
    assert np.abs(turns - np.round(turns)).min(axis=1).max() < 1e-9
    assert weight(found) == pytest.approx(weight(wanted), rel=1e-9)


def test_the_error_of_a_path_bounds_that_of_the_quasienergies() -> None:
    drive = drive_of(random_qubit(0.13))
    exact = rotation_path(drive, 8192)
    for steps in (128, 256, 512):
        fine = rotation_path(drive, steps)
        phase = np.arccos(np.clip([x[0][-1].real for x in (fine, exact)], -1, 1)) / (2 * np.pi)
        assert abs(np.diff(phase, axis=0)).max() <= path_error(rotation_path(drive, steps // 2), fine).max()


def test_what_is_hopeless_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: Any) -> Any:
        raise AssertionError("no step is to be taken")

    monkeypatch.setattr("sambe.physics.dressing.two_level.rotation_path", never)
    with pytest.raises(ConvergenceError, match="raise omega, lower the drive"):
        dressed(qubit({1: [(30.0, SX)]}, 1e-3))
