"""Points that are followed one by one give what batches do, where both are known."""

from __future__ import annotations

import numpy as np
import pytest

import sambe

TIMES = np.linspace(0.3, 25.0, 6)
DRIVE = sambe.axis("drive", [0.2, 0.5])


@pytest.mark.parametrize("secular", ["auto", "full", "ule"])
def test_a_constant_envelope_is_none(secular: str) -> None:
    qubit = sambe.models.spin_boson(drive=DRIVE, omega=0.8)
    start, asked = [0.6, 0.8j], {"n": sambe.sigmap() @ sambe.sigmam()}
    plain = sambe.evolve(qubit, start, TIMES, secular=secular, observables=asked)
    held = sambe.evolve(qubit, start, TIMES, secular=secular, observables=asked, envelope=np.ones_like)
    for name in ("energy_current", "energy_transferred", "ergotropy", "expectation", "density_matrix"):
        np.testing.assert_allclose(held[name], plain[name], atol=1e-12, err_msg=name)
    np.testing.assert_array_equal(held.pulse_ratio, 0.0)


def test_a_pulse_from_rest_keeps_the_balance_and_ends_where_nothing_flows() -> None:
    qubit = sambe.models.spin_boson(drive=0.3, omega=1.0)
    data = sambe.evolve(qubit, "stationary", [0.0, 25.0, 50.0], secular="ule",
                        envelope=lambda t: np.sin(np.pi * t / 50.0) ** 2)  # fmt: skip
    np.testing.assert_allclose(data.first_law_residual, 0.0, atol=1e-12)
    stored = data.stored_energy - data.stored_energy[0]
    np.testing.assert_allclose(data.energy_transferred.sum("terminal"), stored, atol=1e-9)
    flow = sambe.steady_state(sambe.models.spin_boson(drive=0.0, omega=1.0), secular="ule")
    np.testing.assert_allclose(data.energy_current[0, :2], flow.energy_current[:2], atol=1e-12)
    np.testing.assert_allclose(data.energy_current[[0, 2], 2], 0.0, atol=1e-8)


def test_pulses_that_are_not_known_are_refused_or_warned_of() -> None:
    qubit = sambe.models.spin_boson(drive=0.3, omega=0.7)
    linear = sambe.models.spin_boson(drive=0.3, omega=0.7, polarization="linear")
    for system, options, field in (
        (linear, {}, "envelope"), (qubit, {"secular": "clustered"}, "secular"),
        (qubit, {"equation": "heom"}, "envelope"),
        (sambe.models.kerr_resonator(levels=9), {}, "system"),
    ):  # fmt: skip
        with pytest.raises(sambe.InputError, match=field):
            sambe.evolve(system, 0, TIMES, envelope=np.ones_like, **options)  # type: ignore[arg-type]
    with pytest.raises(sambe.InputError, match="envelope"):
        sambe.evolve(qubit, 0, TIMES, envelope=0.5)  # type: ignore[arg-type]
    with pytest.warns(sambe.SecularWarning, match="fast against their gaps"):
        sambe.evolve(qubit, 0, TIMES, envelope=lambda t: 0.5 + 0.5 * np.sin(2.0 * t))
