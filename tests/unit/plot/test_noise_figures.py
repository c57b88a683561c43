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
        meant = data["energy_noise"].sel(terminal=name, other=name)
        np.testing.assert_allclose(np.asarray(line.get_ydata()) * 1e-3, meant)
    assert "10^{-3}" in ax.get_ylabel()


def test_the_matrix_of_a_point() -> None:
    data = sambe.counting_statistics(sambe.models.spin_boson(omega=0.9))
    ax = noise(data)
    np.testing.assert_allclose(ax.images[0].get_array() * 1e-4, data["energy_noise"])
    assert "10^{-4}" in ax.images[0].colorbar.ax.get_ylabel()  # once, so that nine numbers can be read
    assert len(ax.texts) == 9
    assert all("e" not in text.get_text() for text in ax.texts)


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
