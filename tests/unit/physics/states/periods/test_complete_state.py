"""The complete equation by iteration, by the map of a period, and by a matrix of harmonics made here."""

import time
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.level_shifts import with_shift
from sambe.physics.generators.redfield import half_transforms
from sambe.physics.preparation import prepare
from sambe.physics.states.periods import complete_state as module
from sambe.physics.states.periods.complete_state import complete_state, sample_count
from sambe.physics.states.periods.period_map import period_map_state


def baths(op: Any, strength: float = 0.002) -> list[sambe.Bath]:
    spectrum = sambe.Ohmic(strength, cutoff=10.0)
    return [sambe.Bath(name, op, spectrum, temperature=t) for name, t in (("hot", 1.2), ("cold", 0.4))]


def ladder(drive: float, omega: float, levels: int, kerr: float = 0.01) -> sambe.System:
    """Kerr resonator under a linear drive: no static frame."""
    circular = models.kerr_resonator(drive=drive, omega=omega, levels=levels, kerr=kerr)
    both = {k: [(c, op + op.conj().T) for c, op in terms] for k, terms in circular.drive.items()}
    return circular.replace(drive=both, frame=None)


def two_tones(drive: float, omega: float, levels: int = 7) -> sambe.System:
    """Levels without any symmetry, complex operators, two couplings that do not commute."""
    rng = np.random.default_rng(5)
    a, b, c = (
        x + x.conj().T
        for x in rng.normal(size=(3, levels, levels)) + 1j * rng.normal(size=(3, levels, levels))
    )
    up = np.diag(np.sqrt(np.arange(1.0, levels)), 1)
    energies = np.diag([0.0, 0.9, 1.75, 2.7, 3.3, 4.4, 5.2][:levels])
    both = [sambe.Bath("hot", 0.3 * b, sambe.Ohmic(0.004, cutoff=8.0), 1.0),
            sambe.Bath("cold", [0.3 * c, 0.2 * a], sambe.DrudeLorentz(0.002, cutoff=3.0), 0.3)]  # fmt: skip
    return sambe.System([(1.0, energies)], {1: [(drive, up + up.T)], 2: [(0.5j * drive, up)]}, omega, both)


def strong(omega: float) -> sambe.System:
    """A qubit that relaxes at a tenth of its splitting."""
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    both = [sambe.Bath("a", sx + 0.5 * sz, sambe.Ohmic(0.05, cutoff=5.0), 1.0),
            sambe.Bath("b", sx, sambe.Ohmic(0.03, cutoff=5.0), 0.3)]  # fmt: skip
    return sambe.System([(0.5, sz)], {1: [(0.35, sx)]}, omega, both)


SYSTEMS = {
    "ladder off resonance": lambda: ladder(0.05, 0.9, 6),
    "ladder on resonance, hardly driven": lambda: ladder(1e-5, 1.0, 6),
    "harmonic ladder, every gap alike": lambda: ladder(1e-3, 1.0, 5, kerr=0.0),
    "slow drive, many harmonics": lambda: ladder(0.2, 0.45, 5),
    "two tones": lambda: two_tones(0.1, 0.85, 5),
    "circular drive, taken as any": lambda: models.kerr_resonator(drive=0.02, omega=0.98, levels=5),
    "as fast as its relaxation": lambda: strong(0.1),
    "modulated": lambda: models.modulated_qubit(omega=0.05),
}


def jumps_of(system: sambe.System, shift: str = "none", equation: str = "floquet") -> Jumps:
    method = prepare(system, equation, "none", lamb_shift=shift)
    jumps = make_jumps(ordered(dress(system, method)), system.baths, method.wiring)
    return jumps_at(with_shift(jumps, system.baths, method), np.array([0]))


def currents(system: sambe.System, **more: Any) -> Any:
    return sambe.energy_currents(system, equation="floquet", secular="none", **more)


def by_matrix(jumps: Jumps, reach: int) -> Any:
    """Currents from the matrix of the harmonics -reach ... reach of the state, made with Kronecker products.

    Nothing is sampled: the terms of every pair q, q' stand in the block that couples m to m + q - q'.
    """
    d = jumps.dressing
    n, w = d.levels, float(np.ravel(d.omega)[0])
    s, eye = d.couplings[0], np.eye(n)
    coupling, warm, forward = {}, {}, [{} for _ in jumps.wiring]
    for c in range(len(s)):
        for k, q in enumerate(d.quanta):
            coupling[c, q], coupling[c, -q] = s[c, k], s[c, k].conj().T
            warm[c, q], warm[c, -q] = jumps.energy[0, k] * s[c, k], -(jumps.energy[0, k] * s[c, k]).conj().T
    for u, own in enumerate(jumps.wiring):
        up, low = (x[0] for x in half_transforms(jumps, u))
        for c in own:
            for k, q in enumerate(d.quanta):
                forward[u][c, q] = up[k] * s[c, k]
                if q:
                    forward[u][c, -q] = (low[k].conj() * s[c, k]).conj().T
    count, block = 2 * reach + 1, n * n
    a = np.zeros((count, count, block, block), dtype=complex)
    gap = (d.energies[0][:, None] - d.energies[0]).ravel()
    for m in range(-reach, reach + 1):
        a[m + reach, m + reach] += np.diag(1j * (m * w - gap))
    pairs = [(c, q, l, q2, s2) for part in forward for (c, q), l in part.items()
             for (c2, q2), s2 in coupling.items() if c2 == c]  # fmt: skip
    blocks = np.zeros((4 * reach + 1, block, block), dtype=complex)  # of the steps m - m', negative ones last
    for _, q, l, q2, s2 in pairs:
        if abs(q - q2) <= 2 * reach:
            drift = s2.conj().T @ l
            blocks[q - q2] += np.kron(l, s2.conj()) - np.kron(drift, eye)
            blocks[q2 - q] += np.kron(s2, l.conj()) - np.kron(eye, drift.conj())
    places = np.arange(count)
    a += blocks[places[:, None] - places]
    matrix = a.swapaxes(1, 2).reshape(count * block, -1)
    matrix[reach * block] = 0.0
    matrix[reach * block, reach * block : (reach + 1) * block : n + 1] = 1.0
    rho = np.linalg.solve(matrix, (np.arange(count * block) == reach * block) + 0j).reshape(count, n, n)
    out, pump = [], 0.0
    for part in forward:
        heat = 0.0
        for (c, q), l in part.items():
            for (c2, q2), s2 in coupling.items():
                if c2 == c and abs(q2 - q) <= reach:
                    taken, right = ((rho[q2 - q + reach] @ x.conj().T).T for x in (warm[c2, q2], s2))
                    heat += 2.0 * np.sum(l * taken).real
                    pump += 2.0 * w * q2 * np.sum(l * right).real
        out.append(heat)
    return np.array([*out, pump])


@pytest.mark.slow
@pytest.mark.parametrize("shift", ["none", "shift"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_iteration_map_and_matrix_agree(name: str, shift: str) -> None:
    jumps = jumps_of(SYSTEMS[name](), shift)
    iterated, mapped = complete_state(jumps), period_map_state(jumps)
    assert iterated.converged.all()
    assert mapped.converged.all()
    scale = np.abs(iterated.currents).max()
    np.testing.assert_allclose(iterated.currents, mapped.currents, rtol=0, atol=1e-9 * scale)
    np.testing.assert_allclose(iterated.state, mapped.state, rtol=0, atol=1e-7)
    wanted = by_matrix(jumps, {2: 24, 5: 20, 6: 12}[jumps.dressing.levels])
    # the matrix ends where the harmonics of the state are of the order of 1e-8
    np.testing.assert_allclose(iterated.currents[0], wanted, rtol=0, atol=1e-8 * scale)


@pytest.mark.parametrize("omega", [0.05, 0.01, 0.002])
def test_a_slow_drive_costs_milliseconds(omega: float) -> None:
    jumps = jumps_of(models.modulated_qubit(omega=omega))
    mapped = period_map_state(jumps).currents
    begun = time.process_time()
    found = complete_state(jumps)
    assert time.process_time() - begun < 0.5  # 4 to 6 ms on an idle core; a matrix of harmonics took 30 s
    np.testing.assert_allclose(found.currents, mapped, rtol=0, atol=1e-9 * np.abs(mapped).max())


def test_points_of_a_batch_do_not_depend_on_each_other() -> None:
    omega = np.array([0.004, 2.0, 0.03, 0.5, 0.004])
    together = currents(models.modulated_qubit(omega=omega))
    alone = np.array([currents(models.modulated_qubit(omega=w)) for w in omega])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-9 * np.abs(alone).max())


def test_where_the_iteration_begins_does_not_matter() -> None:
    jumps = jumps_of(ladder(0.05, 0.9, 7))
    rng = np.random.default_rng(3)
    x = rng.normal(size=(1, 7, 7)) + 1j * rng.normal(size=(1, 7, 7))
    near = x @ x.conj().swapaxes(-1, -2)
    near /= np.trace(near, axis1=-2, axis2=-1).real[:, None, None]
    one, other = complete_state(jumps), complete_state(jumps, near=near)
    assert other.converged.all()
    np.testing.assert_allclose(other.currents, one.currents, rtol=0, atol=1e-9 * np.abs(one.currents).max())
    np.testing.assert_allclose(other.state, one.state, rtol=0, atol=1e-7)


def test_samples_tell_all_harmonics_apart() -> None:
    reach = np.arange(200)
    count = sample_count(reach)
    assert (count >= 2 * reach + 6).all()
    assert np.isin(count, [s * 2**k for k in range(12) for s in (1, 3)]).all()


@pytest.mark.slow
def test_sixty_levels_without_a_frame() -> None:
    # at a resonance without a drive to speak of populations alone are wrong; beyond 30 levels the state
    # knows no longer where the ladder ends
    system = ladder(1e-3, 1.0, 60)
    begun = time.process_time()
    found = currents(system)
    assert time.process_time() - begun < 60.0
    np.testing.assert_allclose(
        found, currents(ladder(1e-3, 1.0, 30)), rtol=0, atol=1e-6 * np.abs(found).max()
    )
    assert abs(found.sum()) < 1e-3 * np.abs(found).max()


def test_what_iteration_leaves_the_map_takes_or_it_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = currents(ladder(0.05, 0.9, 7))
    monkeypatch.setattr(module, "STEPS", 8)
    monkeypatch.setattr(module, "RESTARTS", 0)
    np.testing.assert_allclose(currents(ladder(0.05, 0.9, 7)), wanted, rtol=0, atol=1e-8 * wanted.max())
    assert np.isnan(currents(ladder(0.05, 0.9, 12))).all()  # more levels than a map is worth
    with pytest.raises(sambe.InputError, match="not converged"):
        sambe.steady_state(ladder(0.05, 0.9, 12), secular="none")


def test_a_state_that_is_not_unique_gets_no_number() -> None:
    # all of it commutes, so that no bath moves energy, which no element of the matrices shows
    h = np.random.default_rng(3).normal(size=(8, 8))
    h = h + h.T
    system = sambe.System([(1.0, h)], {1: [(0.1, h)]}, 0.9, baths(h @ h))
    for verb in (sambe.steady_state, sambe.energy_currents):
        with pytest.raises(sambe.InputError, match="not unique"):
            verb(system, equation="floquet", secular="none")


def test_work_beyond_its_bound_is_not_converged(monkeypatch: pytest.MonkeyPatch) -> None:
    system = strong(0.3)
    jumps = jumps_of(system)
    assert complete_state(jumps).converged.all()
    monkeypatch.setattr(module, "MOST_NUMBERS", 4)  # not a sample for two levels
    monkeypatch.setattr(module, "JUDGING_NUMBERS", 16)  # not a step of the map
    found = complete_state(jumps, judging=True)
    assert not found.converged.any()
    assert np.isnan(found.currents).all()


def test_a_judgement_is_good_to_its_own_tolerance() -> None:
    jumps = jumps_of(strong(0.3))
    exact, judged = (complete_state(jumps, judging=x).currents for x in (False, True))
    assert np.abs(judged - exact).max() < 10 * module.JUDGING * np.abs(exact).max()


@pytest.mark.parametrize("levels", [3, 8])
def test_half_a_period_tells_all_where_couplings_carry_odd_quanta_alone(
    levels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = models.kerr_resonator(levels=levels, drive=0.05, omega=np.array([0.7, 1.02]), baths=None)
    method = prepare(given, secular="none")
    jumps = make_jumps(ordered(dress(given, method)), given.baths, method.wiring)
    courses: list[Any] = []
    part = complete_state(jumps, course=lambda _, packed: courses.append(packed))
    monkeypatch.setattr(module, "folds_of", lambda jumps: np.ones(len(jumps.energy), dtype=np.intp))
    whole = complete_state(jumps, course=lambda _, packed: courses.append(packed))
    assert part.converged.all()
    np.testing.assert_allclose(
        part.currents, whole.currents, rtol=0, atol=1e-12 * np.abs(whole.currents).max()
    )
    np.testing.assert_allclose(*courses, rtol=0, atol=1e-9)  # at as many times of the whole period
