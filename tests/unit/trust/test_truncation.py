"""Ladders in operators, in any place of a product, and the system with each cut one level lower."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.trust.truncation import find_ladders, top_states, without_top

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def mode_and_qubit(order: str) -> sambe.System:
    """Five levels of a mode and a qubit, in either order of the product."""
    a, sx, sz = sambe.destroy(5), sambe.sigmax(), sambe.sigmaz()
    place = (lambda m, q: np.kron(m, q)) if order == "mode first" else (lambda m, q: np.kron(q, m))
    one, two = np.eye(5), np.eye(2)
    h = [(1.0, place(a.T @ a, two)), (0.45, place(one, sz)), (0.1, place(a + a.T, sx))]
    baths = [sambe.Bath("mode", place(a + a.T, two), OHMIC, 1.0),
             sambe.Bath("qubit", place(one, sx), OHMIC, 0.4)]  # fmt: skip
    return sambe.System(h, baths=baths)


@pytest.mark.parametrize(("order", "ladder"), [("mode first", (2, 5)), ("qubit first", (1, 5))])
def test_a_mode_is_found_wherever_it_stands(order: str, ladder: tuple[int, int]) -> None:
    system = mode_and_qubit(order)
    assert find_ladders(system) == (ladder,)
    offset, levels = ladder
    quanta = (np.arange(10) // offset) % levels
    np.testing.assert_array_equal(top_states(system), quanta == 4)


def test_what_is_no_ladder_is_not_cut() -> None:
    for system in (sambe.models.spin(1.5), sambe.models.two_qubits(), sambe.models.three_level()):
        assert find_ladders(system) == ()
        assert not top_states(system).any()


def test_one_level_less_is_the_model_with_one_level_less() -> None:
    less = without_top(sambe.models.kerr_resonator(levels=7, omega=0.9))
    wanted = sambe.models.kerr_resonator(levels=6, omega=0.9)
    for k, h in wanted.harmonics().items():
        np.testing.assert_allclose(less.harmonics()[k], h, atol=1e-14)
    np.testing.assert_allclose(less.baths[0].operators[0], wanted.baths[0].operators[0])
    np.testing.assert_allclose(sambe.energy_currents(less), sambe.energy_currents(wanted), rtol=1e-9)


def test_a_frame_of_several_tones_loses_its_top_row() -> None:
    a, up = sambe.destroy(4), sambe.transition(4, 3, 2)
    frame = np.array([[0, 0], [1, 0], [2, 0], [3, 0]])
    drive = {(1, 0): [(0.05, a.T)], (0, 1): [(0.0, up)]}
    bath = sambe.Bath("hot", a + a.T, OHMIC, 1.0)
    system = sambe.System([(1.0, a.T @ a)], drive, (0.9, 0.4), [bath], frame=frame)
    assert without_top(system).levels == 3
    assert system.replace(name="other").frame == system.frame
