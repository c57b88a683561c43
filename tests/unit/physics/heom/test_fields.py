"""The exact answer as an equation of a sweep: point by point, with the counter-term, failures alone."""

from __future__ import annotations

import numpy as np

import sambe
from sambe.physics.heom import heom_currents
from sambe.physics.heom.fields import exact_fields, exact_result, point_of, with_counter_terms
from sambe.physics.preparation import prepare

LOOSE = {"tolerance": 1e-2, "max_depth": 4}


def batch(strength: list[float]) -> sambe.System:
    """Undriven qubits whose Hamiltonians are numbers of a batch."""
    bath = sambe.Bath("b", sambe.sigmax(), sambe.DrudeLorentz(np.array(strength), cutoff=2.0), 0.7)
    count = len(strength)
    return sambe.System([(np.full(count, 0.5), sambe.sigmaz())], baths=[bath])


def test_a_point_of_a_batch_has_plain_numbers() -> None:
    one = point_of(batch([0.02, 0.03]), 1)
    assert one.baths[0].spectrum.strength == 0.03
    assert isinstance(one.numbers()["hamiltonian[0]"], float)
    assert one.baths[0].temperature == 0.7


def test_the_counter_term_undoes_the_pull_of_a_drude_bath() -> None:
    # lambda_R = int dw J / (2 pi w) of J = 4 l g w / (w^2 + g^2) is l
    system = point_of(batch([0.02]), 0)
    extra = with_counter_terms(system).harmonics()[0] - system.harmonics()[0]
    np.testing.assert_allclose(extra, 0.02 * np.eye(2), atol=1e-12)  # sx^2 = 1


def test_fields_are_those_of_each_point_and_a_point_without_an_answer_is_alone() -> None:
    system = batch([0.02, 0.0])  # a bath that does nothing leaves no unique state
    method = prepare(system, "heom", heom=LOOSE)
    fields = exact_fields(system, method, failed=3)
    assert fields["status"].tolist() == [0, 3]
    alone = heom_currents(point_of(system, 0), **LOOSE)
    np.testing.assert_allclose(fields["energy_current"][0], alone.currents, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(fields["population"][0], np.diagonal(alone.state).real)
    assert fields["hierarchy_error"][0] == alone.error
    assert np.isnan(fields["energy_current"][1]).all()
    assert np.isnan(fields["energy"]).all()


def test_one_bath_leaves_the_state_of_its_temperature() -> None:
    # to the order of the coupling: Gibbs, so that no current flows
    system = point_of(batch([0.001]), 0)
    result = exact_result(system, prepare(system, "heom", heom=LOOSE))
    excited = np.diagonal(result.state).real[0]
    assert abs(excited - 1.0 / (1.0 + np.exp(1.0 / 0.7))) < 2e-3
    assert np.abs(result.currents).max() < 1e-2 * result.scale


def test_particles_of_leads_are_counted_and_have_no_counter_term() -> None:
    d = sambe.fermion(0, 1)
    count = d.conj().T @ d
    leads = [
        sambe.Lead(name, d, tunnelling=sambe.Lorentzian(0.05, 1.0), temperature=1.0, chemical_potential=mu)
        for name, mu in (("l", 0.3), ("r", -0.3))
    ]
    phonons = sambe.Bath("p", count, sambe.DrudeLorentz(0.02, cutoff=2.0), 0.7)
    bare = sambe.System([(np.full(1, 0.5), count)], baths=leads)
    fields = exact_fields(bare, prepare(bare, "heom", heom=LOOSE), failed=3)
    alone = heom_currents(point_of(bare, 0), **LOOSE)
    i, j = alone.particles, alone.currents
    np.testing.assert_allclose(fields["particle_current"], [i])
    np.testing.assert_allclose(fields["heat_current"], [j - [0.3 * i[0], -0.3 * i[1], 0.0]])
    np.testing.assert_allclose(fields["electrical_power"], [-0.3 * (i[0] - i[1])])
    np.testing.assert_allclose(fields["entropy_production"], -fields["heat_current"].sum(axis=-1))
    both = sambe.System([(0.5, count)], baths=[*leads, phonons])
    extra = with_counter_terms(both).harmonics()[0] - both.harmonics()[0]
    np.testing.assert_allclose(extra, 0.02 * count, atol=1e-12)
