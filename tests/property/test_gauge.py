"""Choices that must not show: zone, frame, basis, zero of energy, origin of time."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sambe
from sambe import models
from sambe.physics.currents.terminals import secular_currents
from sambe.physics.dressing.dressing import shift_zone
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import jumps_at, make_jumps, pauli_rates
from sambe.physics.preparation import prepare
from sambe.physics.states.periods.complete_state import complete_state
from sambe.physics.states.stationary import stationary_populations

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")

GAUGE = settings(max_examples=40, deadline=None, derandomize=True)
SECULAR = ("full", "partial")


def currents(system: sambe.System, secular: str = "full", equation: str = "auto") -> Any:
    return sambe.energy_currents(system, equation=equation, secular=secular)


def transformed(system: sambe.System, u: Any) -> sambe.System:
    """The same device in another basis."""

    def turn(op: Any) -> Any:
        return u @ op @ u.conj().T

    def hermitian(op: Any) -> Any:
        out = turn(op)
        return (out + out.conj().T) / 2  # to rounding

    return replace(
        system,
        hamiltonian=[(c, hermitian(op)) for c, op in system.hamiltonian],
        drive={k: [(c, turn(op)) for c, op in terms] for k, terms in system.drive.items()},
        baths=[replace(b, coupling=[hermitian(op) for op in b.operators]) for b in system.baths],
        frame=None,
    )


def shifted_currents(system: sambe.System, equation: str, shift: Any) -> Any:
    """Full secular currents after E_i -> E_i + m_i w."""
    method = prepare(system, equation, "full")
    dressing = shift_zone(dress(system, method), shift)
    jumps = make_jumps(dressing, system.baths, method.wiring)
    populations, _ = stationary_populations(pauli_rates(jumps))
    return secular_currents(jumps, populations)


@pytest.mark.slow
@GAUGE
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_full_secular_currents_do_not_see_the_zone(systems: Any, data: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for system, equation in (
        (data.draw(systems.framed), "driven_dressed"),
        (data.draw(systems.unframed), "floquet"),
    ):
        wanted = currents(system, equation=equation)
        found = shifted_currents(system, equation, rng.integers(-4, 5, size=system.levels))
        # the measure is 1e-9 of the currents; rounding comes with what crosses to and fro
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-11 * systems.gross(system))


@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
@pytest.mark.parametrize(
    "system",
    [
        models.spin_boson(omega=1.0),
        models.two_qubits(omega=0.5),
        models.spin(1.5, omega=0.7),
        models.three_level(omega=1.4),
        models.kerr_resonator(omega=0.9, levels=8),
        models.oscillator(omega=0.7, levels=12),
    ],
    ids=lambda s: s.name,
)
def test_zone_cut_of_the_models(system: sambe.System, equation: str) -> None:
    # the zone cut changes no current by more than 1e-9 relative
    wanted = currents(system, equation=equation)
    for seed in range(5):
        shift = np.random.default_rng(seed).integers(-3, 4, size=system.levels)
        found = shifted_currents(system, equation, shift)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())


def test_every_jump_keeps_its_energy_under_a_shift_of_the_zone() -> None:
    system = models.spin(1.0, drive=0.6, omega=0.75)
    method = prepare(system, "floquet")
    before = dress(system, method)
    after = shift_zone(before, np.array([2, -1, 0]))

    def jumps(dressing: Any) -> Any:
        """(i, j) -> {W: |S|^2} over both signs of q."""
        out: dict[tuple[int, int], dict[float, float]] = {}
        energy, size = dressing.jump_energies(), np.abs(dressing.couplings[0]) ** 2
        for k, q in enumerate(dressing.quanta):
            for i in range(3):
                for j in range(3):
                    if size[k, i, j] > 1e-12:
                        out.setdefault((i, j), {})[round(energy[k, i, j], 9)] = size[k, i, j]
                        if q:
                            out.setdefault((j, i), {})[round(-energy[k, i, j], 9)] = size[k, i, j]
        return out

    one, two = jumps(before), jumps(after)
    assert one.keys() == two.keys()
    for pair, lines in one.items():
        assert sorted(lines) == pytest.approx(sorted(two[pair]), abs=1e-8)
        assert [lines[w] for w in sorted(lines)] == pytest.approx([two[pair][w] for w in sorted(two[pair])])
    # and the shift back is the identity
    again = shift_zone(after, np.array([-2, 1, 0]))
    np.testing.assert_allclose(again.energies, before.energies, rtol=1e-14)
    held = [again.quanta.index(q) for q in before.quanta]
    np.testing.assert_allclose(again.couplings[:, held], before.couplings, atol=1e-14)


@pytest.mark.slow
@GAUGE
@given(data=st.data(), offset=st.integers(-5, 5), secular=st.sampled_from(SECULAR))
def test_offset_of_the_frame(systems: Any, data: Any, offset: int, secular: str) -> None:
    system = data.draw(systems.framed)
    frame = prepare(system, "driven_dressed").frame
    moved = system.replace(frame=tuple(n + offset for n in frame))
    scale = 1e-9 * systems.gross(system) + 1e-12 * systems.rate(system)
    np.testing.assert_allclose(currents(moved, secular), currents(system, secular), rtol=0, atol=scale)


@pytest.mark.slow
@GAUGE
@given(seed=st.integers(0, 2**32 - 1), omega=st.floats(0.3, 2.0), offset=st.integers(-3, 3))
def test_offset_of_one_block_of_the_frame(seed: int, omega: float, offset: int) -> None:
    # two pairs of levels that only the baths connect: the quanta of a jump between them are a choice
    rng = np.random.default_rng(seed)
    energies = np.sort(rng.uniform(0.0, 3.0, size=4))
    h1 = np.zeros((4, 4))
    h1[1, 0], h1[3, 2] = rng.uniform(0.05, 0.5, size=2)
    baths = []
    for k, t in enumerate((1.0, 0.3)):
        s = rng.normal(size=(4, 4))
        baths.append(sambe.Bath(f"bath {k}", s + s.T, sambe.Ohmic(0.002, cutoff=10.0), t))
    system = sambe.System(np.diag(energies), {1: [(1.0, h1)]}, omega, baths)
    n = np.array(prepare(system, "driven_dressed").frame)
    assert (n == [0, 1, 0, 1]).all()
    moved = system.replace(frame=tuple(n + np.array([0, 0, offset, offset])))
    wanted = currents(system)
    np.testing.assert_allclose(currents(moved), wanted, rtol=0, atol=1e-11 * np.abs(wanted).max() + 1e-15)


@pytest.mark.slow
@GAUGE
@given(data=st.data(), seed=st.integers(0, 2**32 - 1), secular=st.sampled_from(SECULAR))
def test_any_basis_serves_the_floquet_equation(systems: Any, data: Any, seed: int, secular: str) -> None:
    system = data.draw(systems.unframed)
    rng, n = np.random.default_rng(seed), system.levels
    u = np.linalg.qr(rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))[0]
    scale = 1e-7 * systems.gross(system) + 1e-9 * systems.rate(system)
    wanted = currents(system, secular, "floquet")
    np.testing.assert_allclose(
        currents(transformed(system, u), secular, "floquet"), wanted, rtol=0, atol=scale
    )


@pytest.mark.parametrize("seed", [16, 58])
def test_any_order_of_the_basis_labels_the_modes_alike(seed: int) -> None:
    """Degenerate levels, broad lines and tones that ask for different frames: terms that are left out are the
    same ones whichever state comes first."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    levels = np.diag(np.sort(rng.integers(0, 3, n) * rng.choice([0.5, 0.7])))
    tones = {}
    for k in range(1, 1 + int(rng.integers(1, 3))):
        x = rng.normal(size=(n, n)) * (rng.uniform(size=(n, n)) < 0.6)
        x[0, -1] += 0.1
        tones[k] = rng.uniform(0.01, 0.3) * x
    coupled = [x + x.T for x in (rng.normal(size=(n, n)) for _ in range(2))]
    strength, omega = 10 ** rng.uniform(-4, -1), rng.uniform(0.3, 1.5)

    def seen(u: Any) -> Any:
        baths = [
            sambe.Bath(f"bath {k}", u @ s @ u.T, sambe.Ohmic(strength, cutoff=10.0), 0.5 + 0.5 * k)
            for k, s in enumerate(coupled)
        ]
        drive = {k: [(1.0, u @ x @ u.T)] for k, x in tones.items()}
        return currents(sambe.System(u @ levels @ u.T, drive, omega, baths), "partial")

    wanted = seen(np.eye(n))
    for order in permutations(range(n)):
        found = seen(np.eye(n)[list(order)])
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())


@pytest.mark.slow
@GAUGE
@given(data=st.data(), seed=st.integers(0, 2**32 - 1), secular=st.sampled_from(SECULAR))
def test_any_order_of_the_basis_serves_in_a_frame(systems: Any, data: Any, seed: int, secular: str) -> None:
    system = data.draw(systems.framed)
    rng, n = np.random.default_rng(seed), system.levels
    u = np.eye(n)[rng.permutation(n)] * np.exp(2j * np.pi * rng.random(n))  # with any phases
    scale = 1e-8 * systems.gross(system) + 1e-11 * systems.rate(system)
    np.testing.assert_allclose(
        currents(transformed(system, u), secular, "driven_dressed"),
        currents(system, secular, "driven_dressed"), rtol=0, atol=scale,
    )  # fmt: skip


@pytest.mark.slow
@GAUGE
@given(
    data=st.data(),
    phase=st.floats(0.0, 2 * np.pi),
    zero=st.floats(-3.0, 3.0),
    secular=st.sampled_from(SECULAR),
)
def test_origin_of_time_and_zero_of_energy(
    systems: Any, data: Any, phase: float, zero: float, secular: str
) -> None:
    for system, equation, accuracy in (
        (data.draw(systems.framed), "driven_dressed", 1e-9),
        (data.draw(systems.unframed), "floquet", 1e-7),
    ):
        later = {k: [(c * np.exp(-1j * k * phase), op) for c, op in t] for k, t in system.drive.items()}
        moved = system.replace(drive=later, hamiltonian=[*system.hamiltonian, (zero, np.eye(system.levels))])
        scale = accuracy * (systems.gross(system) + 1e-2 * systems.rate(system))
        np.testing.assert_allclose(
            currents(moved, secular, equation), currents(system, secular, equation), rtol=0, atol=scale
        )


@pytest.mark.slow
@GAUGE
@given(data=st.data())
def test_order_of_the_baths_and_splitting_one_in_two(systems: Any, data: Any) -> None:
    system = data.draw(systems.framed)
    wanted = currents(system)
    scale = 1e-10 * systems.gross(system)
    turned = currents(system.replace(baths=system.baths[::-1]))
    np.testing.assert_allclose(turned, [*wanted[:-1][::-1], wanted[-1]], rtol=0, atol=scale)
    first, *others = system.baths
    if "strength" in first.spectrum.numbers() and not isinstance(first.spectrum, sambe.Underdamped):
        half = replace(first.spectrum, strength=first.spectrum.strength / 2)
        parts = [replace(first, name=f"half {k}", spectrum=half) for k in (1, 2)]
        split = currents(system.replace(baths=[*parts, *others]))
        np.testing.assert_allclose(split[0], split[1], rtol=0, atol=scale)
        np.testing.assert_allclose([split[0] + split[1], *split[2:]], wanted, rtol=0, atol=scale)


@pytest.mark.slow
@GAUGE
@given(data=st.data(), unit=st.floats(0.01, 100.0))
def test_unit_of_energy(systems: Any, data: Any, unit: float) -> None:
    # currents carry energy squared; J in the rate convention carries energy
    system = data.draw(systems.framed)

    def scaled(path: str, x: Any) -> Any:
        keep = path.endswith(".exponent") or (path.endswith(".strength") and not _has_dimension(system, path))
        return x if keep else x * unit * (unit**0.5 if _is_underdamped(system, path) else 1.0)

    found = currents(system.map_numbers(scaled))
    np.testing.assert_allclose(
        found, unit**2 * currents(system), rtol=0, atol=1e-10 * unit**2 * systems.gross(system)
    )


def _spectrum(system: sambe.System, path: str) -> Any:
    return next((b.spectrum for b in system.baths if path.startswith(f"bath {b.name!r}.spectrum")), None)


def _has_dimension(system: sambe.System, path: str) -> bool:
    """Ohmic strengths are pure numbers, those of the others energies."""
    return not isinstance(_spectrum(system, path), sambe.Ohmic)


def _is_underdamped(system: sambe.System, path: str) -> bool:
    """There the square of the strength is an energy cubed."""
    return path.endswith(".strength") and isinstance(_spectrum(system, path), sambe.Underdamped)


@pytest.mark.parametrize("seed", [13, 34, 53, 66])
def test_the_power_of_the_complete_equation_depends_on_no_zone(seed: int) -> None:
    """Broad lines, several harmonics: the quanta of the coupling make the mean of Tr[dH/dt rho], which knows
    no zone; half of both sides' quanta had moved the pump by up to all of the largest current."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 5))
    x = rng.normal(size=(3, n, n)) + 1j * rng.normal(size=(3, n, n))
    couplings = x[:2] + x[:2].conj().swapaxes(-1, -2)
    baths = [sambe.Bath(f"bath {k}", s / n, sambe.Ohmic(0.1, cutoff=5.0), 0.4 + 0.5 * k)
             for k, s in enumerate(couplings)]  # fmt: skip
    system = sambe.System(np.diag(np.sort(rng.uniform(0.0, 2.0, n))), {1: [(0.2, x[2])]}, 0.7, baths)
    method = prepare(system, "floquet", "none")
    dressing = dress(system, method)
    shift = rng.integers(-2, 3, (1, n))
    found = []
    for moved in (dressing, shift_zone(dressing, shift if dressing.energies.ndim > 1 else shift[0])):
        jumps = make_jumps(moved, system.baths, method.wiring)
        found.append(complete_state(jumps_at(jumps, np.arange(1))).currents[0])
    np.testing.assert_allclose(found[1], found[0], rtol=0, atol=1e-8 * np.abs(found[0]).max())
