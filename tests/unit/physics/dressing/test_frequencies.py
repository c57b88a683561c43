"""Frequencies of several tones in the place of one number."""

import numpy as np

from sambe.description.tones.quanta import code_of
from sambe.physics.dressing.frequencies import (
    Tones,
    drive_frequency,
    energies_by_tone,
    expanded_omega,
    frequency_by_point,
    largest_turn,
    slowest,
    slowest_turn,
)

W = Tones((np.array([0.5, 0.7]), 0.8))


def test_integers_times_tones_are_energies() -> None:
    codes = np.array([[float(code_of((1, 0))), float(code_of((2, -3)))]])
    assert np.allclose(codes * expanded_omega(W, 1), [[0.5, 1.0 - 2.4], [0.7, 1.4 - 2.4]])
    first, second = energies_by_tone(codes, expanded_omega(W, 1))
    assert np.allclose(first, [[0.5, 1.0], [0.7, 1.4]])
    assert np.allclose(second, [[0.0, -2.4], [0.0, -2.4]])
    assert np.allclose(codes * frequency_by_point(W, 2), codes * expanded_omega(W, 1))


def test_one_tone_is_left_as_it_is() -> None:
    assert drive_frequency(None) == 1.0
    assert drive_frequency(0.3) == 0.3
    assert isinstance(drive_frequency((0.3, 0.4)), Tones)
    assert energies_by_tone(np.array([2.0]), 0.3)[0] == 0.6
    assert slowest(0.3) == slowest_turn((0, 1), 0.3, np.ones((1, 2, 2, 2))) == 0.3
    assert largest_turn((0, 2), 0.3) == 0.6


def test_beats_are_the_slowest_turns() -> None:
    quanta = (0, code_of((1, 0)), code_of((0, 1)))
    together = np.ones((1, 3, 2, 2))
    assert np.allclose(slowest_turn(quanta, W, together), [0.3, 0.1])  # w2 - w1
    # two couplings that see a tone each never meet: what is left is twice a tone
    apart = np.zeros((2, 3, 2, 2))
    apart[0, 1] = apart[1, 2] = 1.0
    assert np.allclose(slowest_turn(quanta, W, apart), [1.0, 1.4])
    assert np.allclose(largest_turn(quanta, W), 0.8)
    assert np.allclose(slowest(W), [0.5, 0.7])
