"""What is reported of the statistics of a point, and the ratios that follow from it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.errors import InputError
from sambe.physics.method import Counting
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.catalogue import variables_of
from sambe.sweep.kernels.counted_fields import counted_fields


def of(system: sambe.System, **options: Any) -> tuple[Any, Counting]:
    method = prepare(system, **options)
    asked = Counting(**{f.name: getattr(method, f.name) for f in fields(method)}, cumulants=3)
    return counted_fields(Sweep(system).part(np.zeros(1, dtype=int)), asked), asked


@pytest.mark.parametrize("secular", ["full", "auto", "clustered"])
def test_every_variable_is_there_and_the_ratios_are_those_of_the_moments(secular: str) -> None:
    out, method = of(models.spin_boson(drive=0.1, omega=0.9), secular=secular)
    assert set(out) == {variable.name for variable in variables_of(method)}
    mean, variance = out["energy_cumulant"][0, 0], np.diagonal(out["energy_noise"][0])
    np.testing.assert_allclose(out["uncertainty_ratio"][0], variance * out["entropy_production"] / mean**2)
    np.testing.assert_allclose(out["kinetic_ratio"][0], variance * out["activity"] / mean**2)
    np.testing.assert_allclose(
        out["pump_quanta"][0], out["energy_cumulant"][0, :, 2] / 0.9 ** np.arange(1, 4)
    )
    assert out["fano"][0] == pytest.approx(out["pump_quanta"][0, 1] / abs(out["pump_quanta"][0, 0]))


def test_where_no_quanta_are_counted_there_is_no_fano_factor() -> None:
    undriven, _ = of(models.spin_boson(drive=0.0, omega=0.9))
    assert np.isnan(undriven["fano"][0])
    assert undriven["uncertainty_ratio"][0, 2] == np.inf
    assert undriven["pump_quanta"][0] == pytest.approx([0.0] * 3, abs=1e-18)
    traditional, _ = of(models.spin_boson(drive=0.1, omega=0.9), equation="dressed", secular="full")
    assert np.isnan(traditional["fano"][0])  # it drops the phase, and the quanta with it


def test_equilibrium_has_noise_and_no_mean() -> None:
    baths = [sambe.Bath(name, sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), 0.7) for name in ("a", "b")]
    out, _ = of(sambe.System([(0.5, sambe.sigmaz())], baths=baths), secular="full")
    assert (out["uncertainty_ratio"] == np.inf).all()
    assert out["energy_noise"][0, 0, 0] > 0
    # Johnson and Nyquist: the noise is 2 T^2 times the conductance, dJ/dT of the other bath
    rate, n = 0.002 * np.exp(-0.1), 1 / np.expm1(1 / 0.7)
    conductance = rate / (2 * (1 + 2 * n)) * n * (1 + n) / 0.7**2
    assert out["energy_noise"][0, 0, 0] == pytest.approx(2 * 0.7**2 * conductance, rel=1e-10)


def test_a_method_that_does_not_count_is_refused() -> None:
    qubit = models.spin_boson()
    with pytest.raises(InputError, match="how many cumulants"):
        counted_fields(qubit, prepare(qubit))
