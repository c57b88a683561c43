"""Fourier lines by closed forms on pieces."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.description.steps.protocol import steps_of
from sambe.physics.steps.lines import coupling_lines, filon_weights, nodes, pieces_of
from sambe.physics.steps.modes import step_modes
from sambe.physics.steps.segments import course_of

SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()


@pytest.mark.parametrize("turns", [0.0, 0.83, -17.3])
def test_a_piece_of_an_exponential_has_its_closed_integral(turns: float) -> None:
    quanta, start, length, pieces = np.array([-5000, -3, 0, 1, 17, 400]), 0.13, 0.4, 16
    x = start + length * nodes(pieces)
    found = filon_weights(start, length, pieces, quanta) @ np.exp(2j * np.pi * turns * x)
    k = 2j * np.pi * (quanta + turns)
    near = np.where(k == 0, 1.0, k)
    expected = np.where(k == 0, length, (np.exp(near * (start + length)) - np.exp(near * start)) / near)
    np.testing.assert_allclose(found, expected, atol=1e-14)


def test_lines_are_those_of_a_fine_sum_and_conjugate_to_each_other() -> None:
    steps = steps_of(
        [(0.4, 0.5 * SZ), (0.6, 0.4 * SZ + 0.3 * SX)], [(0.1, 0.2 * SX)], {"hot": [1, 0.3]}, 0.05
    )
    modes = step_modes(course_of(steps, 1), np.array([0.2]))
    quanta = np.arange(-30, 31)
    lines = coupling_lines(modes, [SY], ["hot"], quanta)[0, 0]
    np.testing.assert_allclose(lines[::-1].conj().swapaxes(-1, -2), lines, atol=1e-14)
    x = (np.arange(20000) + 0.5) / 20000
    values = np.zeros((len(x), 2, 2), dtype=complex)
    for s in np.flatnonzero(pieces_of(modes)[0]):
        start, length = modes.course.start[0, s], modes.course.length[0, s]
        inside = (x > start) & (x < start + length)
        y, (_, v) = modes.at(s, x[None, inside])[0], modes.own(s)
        factor = modes.course.switching("hot", int(s), x[None, inside])[0][0]
        values[inside] = factor[:, None, None] * (y.conj().swapaxes(-1, -2) @ v[0].conj().T @ SY @ v[0] @ y)
    for q in (-30, 0, 7):
        expected = np.mean(values * np.exp(2j * np.pi * q * x)[:, None, None], axis=0)
        np.testing.assert_allclose(lines[q + 30], expected, atol=3e-7)  # of the sum, second order in its step


@pytest.mark.parametrize("levels", [2, 6])
def test_closed_forms_and_nodes_agree(levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(levels)

    def drawn() -> np.ndarray:
        a = rng.normal(size=(levels, levels)) + 1j * rng.normal(size=(levels, levels))
        return 0.25 * (a + a.conj().T)

    steps = steps_of([(0.4, drawn()), (0.6, drawn())], [(0.1, drawn())], {"hot": [1, 0.3]}, 0.05)
    modes = step_modes(course_of(steps, 2), np.array([0.3, 0.7]))
    operators, quanta = [drawn(), drawn()], np.array([-40, -1, 0, 3, 200])
    found = []
    for nodes_a_sine in (0, 10**6):  # the nodes alone, and the closed forms alone
        monkeypatch.setattr("sambe.physics.steps.lines.NODES_A_SINE", nodes_a_sine)
        found.append(coupling_lines(modes, operators, ["hot", ""], quanta))
    np.testing.assert_allclose(found[0], found[1], atol=1e-13)
