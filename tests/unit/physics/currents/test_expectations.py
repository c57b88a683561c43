"""Expectation values and density matrices, where another equation or a law knows them."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
ASKED = {"up": sambe.sigmap() @ sambe.sigmam(), "flip": sambe.sigmap()}


@pytest.mark.parametrize("shift", ["none", "shift"])
@pytest.mark.parametrize("secular", ["full", "partial", "ule", "clustered"])
def test_the_floquet_equation_sees_the_same_state(secular: str, shift: str) -> None:
    system = models.spin_boson(omega=0.97)
    framed, floquet = (
        sambe.steady_state(system, equation=equation, secular=secular, lamb_shift=shift, observables=ASKED,
                           states=True)
        for equation in ("driven_dressed", "floquet")
    )  # fmt: skip
    np.testing.assert_allclose(framed.expectation, floquet.expectation, atol=1e-9)
    np.testing.assert_allclose(framed.density_matrix, floquet.density_matrix, atol=1e-9)
    assert abs(framed.density_matrix.values[0, 1]) > 1e-3


def test_an_undriven_system_is_thermal() -> None:
    temperature, h = 0.7, np.diag([0.0, 0.4, 1.1]) + 0.1 * (np.ones((3, 3)) - np.eye(3))
    system = sambe.System(h, baths=[sambe.Bath("b", np.diag([1.0, 1.0], 1) + np.diag([1.0, 1.0], -1),
                                               sambe.Ohmic(1e-5, cutoff=5.0), temperature)])  # fmt: skip
    values, states = np.linalg.eigh(h)
    weights = np.exp(-values / temperature)
    gibbs = (states * weights) @ states.T / weights.sum()
    flow = sambe.steady_state(system, states=True, observables={"H": h})
    np.testing.assert_allclose(flow.density_matrix, gibbs, atol=1e-5)
    assert flow.expectation.item() == pytest.approx(np.trace(h @ gibbs), rel=1e-4)


def test_states_move_with_the_zone_of_their_point() -> None:
    # two qubits whose states coincide modulo omega: coherences are kept in a zone that states are moved to
    on = {k: sambe.lift(sambe.sigmap(), k, (2, 2)) for k in range(2)}
    exchange = on[0] @ on[1].T + on[0].T @ on[1]
    z = [sambe.lift(sambe.sigmaz(), k, (2, 2)) for k in range(2)]
    baths = [
        sambe.Bath(f"{k}", on[k] + on[k].T, sambe.Ohmic(0.01 * (k + 1), cutoff=1e4), t)
        for k, t in ((0, 0.45), (1, 0.2))
    ]
    system = sambe.System([(0.5, z[0]), (0.3, z[1])], {1: [(0.001, exchange)]}, 0.4, baths)
    asked = {"z": z[0], "exchange": on[0] @ on[1].T}
    partial, whole = (
        sambe.steady_state(system, secular=secular, observables=asked, states=True)
        for secular in ("partial", "none")
    )
    assert whole.cross_terms_kept == 1
    np.testing.assert_allclose(partial.expectation, whole.expectation, atol=1e-5)
    np.testing.assert_allclose(partial.density_matrix, whole.density_matrix, atol=2e-4)
    assert abs(whole.density_matrix.values[1, 2]) > 3e-3


def test_every_matrix_is_a_state_with_the_expectation_values_of_what_stands_still() -> None:
    drive = sambe.axis("drive", np.array([0.05, np.nan, 0.2]))
    flow = sambe.steady_state(models.two_qubits(drive=drive), observables=(asked := standing()), states=True)
    assert flow.status.values.tolist() == [0, 1, 0]
    assert np.isnan(flow.density_matrix.values[1]).all()
    assert np.isnan(flow.expectation.values[1]).all()
    for k in (0, 2):
        rho = flow.density_matrix.values[k]
        assert np.trace(rho) == pytest.approx(1.0, abs=1e-12)
        np.testing.assert_allclose(rho, rho.conj().T, atol=1e-14)
        for name, op in asked.items():
            value = flow.expectation.sel(observable=name).values[k]
            assert value == pytest.approx(np.trace(op @ rho), abs=1e-12)


def standing() -> dict[str, Any]:
    """Operators that do not turn with the drive."""
    one, two = (sambe.lift(sambe.sigmap(), k, (2, 2)) for k in range(2))
    return {"left": one @ one.T, "exchange": one @ two.T}


def test_currents_do_not_depend_on_what_is_asked_beside_them() -> None:
    system = models.spin_boson(polarization="linear", drive=0.3, omega=sambe.axis("omega", [0.4, 0.9]))
    alone, asked = sambe.steady_state(system), sambe.steady_state(system, observables=ASKED, states=True)
    np.testing.assert_allclose(alone.energy_current, asked.energy_current, rtol=1e-12)


@pytest.mark.slow
def test_heom_has_means_and_no_state_at_a_time() -> None:
    spectrum = sambe.DrudeLorentz(0.0025, cutoff=2.0)  # few exponentials
    baths = [sambe.Bath(n, spectrum=spectrum, temperature=t) for n, t in (("hot", 1.2), ("cold", 0.6))]
    system = models.spin_boson(omega=0.9, baths=baths)
    exact, shifted = (
        sambe.steady_state(system, observables=ASKED, **options)
        for options in ({"equation": "heom"}, {"lamb_shift": True})
    )
    np.testing.assert_allclose(exact.expectation, shifted.expectation, atol=2e-3)
    with pytest.raises(sambe.InputError, match="observables="):
        sambe.steady_state(system, equation="heom", states=True)
