"""Changes of a generator, against differences of generators that are made anew."""

from __future__ import annotations

import numpy as np

from sambe import models
from sambe.physics.generators.exchanged_particles import jump_slopes
from sambe.physics.generators.jumps import Jumps, jumps_at
from sambe.physics.generators.redfield import make_redfield, pack, pauli_generator
from sambe.physics.machines.tangents import Change, by_change, by_drive, changed_generator, changed_rates
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

H = 1e-5
STATE = np.array([[0.4, 0.2 - 0.1j], [0.2 + 0.1j, 0.6]])


def jumps_of(drive: float) -> tuple[Jumps, np.ndarray]:
    qubit = models.spin_boson(drive=np.array([drive]), omega=0.8)
    jumps = jumps_at(solve_batch(qubit, prepare(qubit, secular="full")).jumps, np.array([0]))
    return jumps, jumps.dressing.states


def change_of(jumps: Jumps, basis: np.ndarray) -> Change:
    # in the frame the drive is A/2 sx, so that A d/dA of the Hamiltonian is sx A/2
    v = basis.conj().swapaxes(-1, -2) @ (0.15 * np.array([[0, 1], [1, 0]])) @ basis
    return by_drive(jumps.dressing, {0: v + 0j}, tilted=True)


def test_generator_and_currents_under_a_stronger_drive() -> None:
    jumps, basis = jumps_of(0.3)
    change = change_of(jumps, basis)
    baths = models.spin_boson().baths
    slopes = [jump_slopes(bath, jumps.energy) for bath in baths]
    found = changed_generator(jumps, by_change(jumps, change, slopes, root=False), change)
    packed = pack(STATE[None])
    moved, currents, energies = [], [], []
    for s in (1, -1):
        other, turned = jumps_of(0.3 * (1 + s * H))
        # eigenvectors come with a sign each, which has to be that of the others
        sign = np.sign(np.einsum("pij,pij->pj", basis, turned))
        g = make_redfield(other)
        state = pack(STATE * sign[0][:, None] * sign[0])[None]
        moved.append(g.apply(state[0]) * sign[0][:, None] * sign[0])
        currents.append(g.currents(state[0]))
        energies.append(other.dressing.energies)
    np.testing.assert_allclose(change.energies, (energies[0] - energies[1]) / (2 * H), rtol=1e-8)
    wanted = (moved[0] - moved[1]) / (2 * H)
    np.testing.assert_allclose(found.apply(packed), wanted, atol=1e-9 * np.abs(wanted).max())
    wanted = (currents[0] - currents[1]) / (2 * H)
    np.testing.assert_allclose(found.currents(packed), wanted, atol=1e-7 * np.abs(wanted).max())


def test_rates_under_a_stronger_drive() -> None:
    jumps, basis = jumps_of(0.3)
    change = change_of(jumps, basis)
    slopes = [jump_slopes(bath, jumps.energy) for bath in models.spin_boson().baths]
    rates, taken = changed_rates(jumps, by_change(jumps, change, slopes, root=False))
    above, below = (jumps_of(0.3 * (1 + s * H))[0].rates for s in (1, -1))
    wanted = pauli_generator((above - below) / (2 * H))
    np.testing.assert_allclose(pauli_generator(rates), wanted, atol=1e-8 * np.abs(wanted).max())
    assert taken.shape == (1, 3, 2, 2)
