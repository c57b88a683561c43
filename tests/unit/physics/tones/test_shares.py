"""Noise of each tone where tones fold, against the phases that it is defined by, and against one drive."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.generators.jumps import Jumps
from sambe.physics.generators.one_sided import both_signs
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep

System = Callable[..., sambe.System]


def counted(system: sambe.System, **options: Any) -> Any:
    return sambe.counting_statistics(system, **options)


def at_phases(system: sambe.System, first: float, second: float) -> Jumps:
    """Jumps of one drive at 0.7 of which two harmonics come late by phases."""
    (a, op), (b, _) = system.drive[1, 0][0], system.drive[0, 1][0]
    drive = {1: [(a * np.exp(-1j * first), op)], 2: [(b * np.exp(-1j * second), op)]}
    one = sambe.System(system.hamiltonian, drive=drive, omega=0.7, baths=system.baths)
    return jumps_of(Sweep(one).part(np.array([0])), prepare(one, secular="full"))


def eigenvalue(left: Jumps, right: Jumps) -> complex:
    """Of populations between a side at one phase and a side at another."""
    rates: Any = 0.0
    held = [k for k, q in enumerate(left.dressing.quanta) if q]
    s, r = (both_signs(j.dressing.couplings[0, 0], held, 1.0) for j in (left, right))
    loss: Any = 0.0
    for u in range(len(left.wiring)):
        a, b = (both_signs(j.forward[u][0], held, 1.0, j.backward[u][0]) for j in (left, right))
        rates = rates + (0.5 * (a + b) * s * r.conj()).sum(axis=0)
        loss = loss + 0.5 * (a * abs(s) ** 2 + b * abs(r) ** 2).sum(axis=(0, 1))
    work = left.dressing.energies[0] - right.dressing.energies[0]
    values = np.linalg.eigvals(rates - np.diag(loss + 1j * work))
    return complex(values[np.argmin(abs(values))])


@pytest.mark.slow
def test_the_share_of_a_tone_is_that_of_its_phase(linear: System) -> None:
    system = linear(0.7, 1.4, 0.3, 0.2)
    found = counted(system, secular="full")
    for tone, w in enumerate((0.7, 1.4)):
        values = []
        for x in (0.02, 0.04):
            both = [at_phases(system, *(np.eye(2)[tone] * 0.5 * y)) for y in (x, -x)]
            values.append(eigenvalue(*both))
        # the field is the phase times the energy of a quantum; errors of the fourth order go out
        mean = [-v.imag / x * w for v, x in zip(values, (0.02, 0.04), strict=True)]
        variance = [-2.0 * v.real / x**2 * w**2 for v, x in zip(values, (0.02, 0.04), strict=True)]
        assert (4 * mean[0] - mean[1]) / 3 == pytest.approx(float(found.energy_current[2 + tone]), rel=1e-6)
        assert (4 * variance[0] - variance[1]) / 3 == pytest.approx(
            float(found.energy_noise[2 + tone, 2 + tone]), rel=1e-5
        )


@pytest.mark.parametrize("secular", ["full", "clustered", "partial", "auto"])
def test_shares_add_up_to_one_drive(linear: System, secular: str) -> None:
    system = linear(0.7, 1.4, 0.3, 0.2)
    (a, op), (b, _) = system.drive[1, 0][0], system.drive[0, 1][0]
    one = sambe.System(system.hamiltonian, {1: [(a, op)], 2: [(b, op)]}, 0.7, system.baths)
    whole, parts = (counted(x, cumulants=3, secular=secular) for x in (one, system))
    noise, n = parts.energy_noise.values, whole.energy_noise.values
    exact = secular in ("full", "clustered")
    allowed = (1e-9 if exact else 1e-4) * n.max()  # with coherences to the order of the coupling
    assert noise[2:, 2:].sum() == pytest.approx(n[2, 2], abs=allowed)
    assert noise[:2, 2:].sum(axis=-1) == pytest.approx(n[:2, 2], abs=allowed)
    assert noise[:2, :2] == pytest.approx(n[:2, :2], abs=allowed)
    assert abs(noise.sum(axis=-1)).max() < (1e-10 if exact else 1e-4) * n.max()
    assert parts.energy_cumulant[0].values == pytest.approx(parts.energy_current.values, rel=1e-9)
    assert parts.energy_cumulant[2, :2].values == pytest.approx(whole.energy_cumulant[2, :2].values, rel=1e-6)
    assert np.isnan(parts.pump_quanta[2]).all()


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_phases_and_quanta_agree(ladder: System, secular: str) -> None:
    # in a frame the lines are those of vectors of quanta, without one those of perturbation theory
    system = ladder(2.0, 1.2)
    framed, free = (counted(system, secular=secular, equation=e) for e in ("driven_dressed", "floquet"))
    size = framed.energy_noise.values.max()
    assert free.energy_noise.values == pytest.approx(framed.energy_noise.values, abs=1e-6 * size)


def test_the_universal_equation_tells_no_shares(linear: System) -> None:
    found = counted(linear(0.7, 1.4, 0.3, 0.2), secular="ule")
    assert np.isnan(found.energy_noise.values[2:]).all()
    assert np.isfinite(found.energy_noise.values[:2, :2]).all()
    assert found.status == 0


def test_means_and_variances_of_a_qubit_under_a_tone_and_its_double() -> None:
    """Numbers derived by Sambe's matrix and by the propagator of a period, of full secular counting."""
    sx, spectrum = sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0)
    baths = [
        sambe.Bath("left", sx, spectrum, temperature=1.2),
        sambe.Bath("right", sx, spectrum, temperature=0.4),
    ]
    drive = {(1, 0): [(0.15, sx)], (0, 1): [(0.1, sx)]}  # 0.3 cos(wt) + 0.2 cos(2wt)
    qubit = sambe.System([(0.5, sambe.sigmaz())], drive, (0.7, 1.4), baths)
    counted = sambe.counting_statistics(qubit, secular="full")
    mean, noise = counted.energy_current.values, counted.energy_noise.values
    together = [*mean[:2], mean[2:].sum()]
    np.testing.assert_allclose(together, [-0.0003282841063, -0.0006159553854, 0.0009442394917], rtol=1e-7)
    variances = [noise[0, 0], noise[1, 1], noise[2:, 2:].sum()]
    np.testing.assert_allclose(variances, [0.001484050517, 0.0007980517348, 0.001921605118], rtol=1e-6)
