"""Figures of noise: variances over an axis, the matrix at a point."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.plot.noise_figures import noise

OMEGA = sambe.axis("omega", [0.8, 0.9, 1.0])


def test_variances_over_an_axis() -> None:
    data = sambe.counting_statistics(sambe.models.spin_boson(omega=OMEGA))
    ax = noise(data)
    for line, name in zip(ax.lines, ("left", "right", "pump"), strict=True):
        assert np.array_equal(line.get_ydata(), data["energy_noise"].sel(terminal=name, other=name))


def test_the_matrix_of_a_point() -> None:
    data = sambe.counting_statistics(sambe.models.spin_boson(omega=0.9))
    ax = noise(data)
    assert np.array_equal(ax.images[0].get_array(), data["energy_noise"])
    assert len(ax.texts) == 9


def test_a_matrix_without_an_answer_says_so() -> None:
    data = sambe.counting_statistics(sambe.models.spin_boson(omega=0.9))
    ax = noise(data.assign(energy_noise=data["energy_noise"] * np.nan))
    assert {text.get_text() for text in ax.texts} == {"no answer"}


def test_what_cannot_be_drawn_is_refused() -> None:
    grid = sambe.models.spin_boson(omega=OMEGA, drive=sambe.axis("drive", [0.1, 0.2]))
    with pytest.raises(InputError, match="isel"):
        noise(sambe.counting_statistics(grid))
    with pytest.raises(InputError, match="counting_statistics"):
        noise(sambe.steady_state(sambe.models.spin_boson()))
