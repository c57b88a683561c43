"""Currents by quanta: sums of channels, and of the terminals."""

from typing import Any

import numpy as np
import pytest
from scipy.special import jv

import sambe
from sambe import models

OMEGA = sambe.axis("omega", [0.7, 0.9])
MODELS = {
    "framed": lambda: models.spin_boson(omega=OMEGA),
    "linear": lambda: models.spin_boson(omega=OMEGA, polarization="linear", drive=0.3),
    "undriven": lambda: models.spin(1.0, drive=0.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["full", "auto", "ule"])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
def test_they_are_sums_of_channels(name: str, secular: str) -> None:
    flow = sambe.steady_state(MODELS[name](), by="quanta", secular=secular)
    channels = sambe.channels(MODELS[name](), secular=secular)
    scale = 1e-12 * np.abs(channels.energy_current).sum().item()
    for variable, part in (("harmonic_current", channels), ("pseudo_current", only_pseudo(channels))):
        for terminal in flow.terminal.values:
            listed = "pump_current" if terminal == "pump" else "energy_current"
            chosen = part if terminal == "pump" else part.sel(channel=part.bath == terminal)
            for q in flow.quanta.values:
                wanted = chosen[listed].sel(channel=chosen.quanta == q).sum("channel")
                found = flow[variable].sel(terminal=terminal, quanta=q)
                np.testing.assert_allclose(found, wanted, atol=scale)
    if not flow.cross_terms_kept.any():  # these terms belong to no number of quanta
        np.testing.assert_allclose(flow.harmonic_current.sum("quanta"), flow.energy_current, atol=scale)


def only_pseudo(channels: Any) -> Any:
    return channels.sel(channel=channels.pseudo)


def test_a_point_without_an_answer_has_none() -> None:
    drive = sambe.axis("drive", [0.1, np.nan])
    flow = sambe.steady_state(models.spin_boson(drive=drive, omega=0.8), by="quanta")
    assert np.isfinite(flow.harmonic_current.values[0]).all()
    assert np.isnan(flow.harmonic_current.values[1]).all()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"by": "bath"}, "by"), ({"by": True}, "by"), ({"equation": "heom"}, "equation"),
        ({"equation": "floquet", "secular": "none"}, "secular"),
        ({"store": "there"}, "by"), ({"initial": 0}, "by"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_by_quanta_is_refused(options: dict[str, Any], field: str) -> None:
    with pytest.raises(sambe.InputError) as refused:
        sambe.steady_state(models.spin_boson(omega=0.8), **{"by": "quanta", **options})
    assert refused.value.field == field


@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
@pytest.mark.parametrize("secular", ["full", "partial"])
def test_of_two_tones_each_has_its_quanta(secular: str) -> None:
    converter = models.parametric_converter(coupling=0.02, drive=0.01, levels=(2, 2))
    flow = sambe.steady_state(converter, by="quanta", secular=secular)
    assert flow.harmonic_current.dims == ("terminal", "quanta_1", "quanta_2")
    scale = 1e-12 * float(np.abs(flow.energy_current).max())
    whole = flow.harmonic_current.sum(["quanta_1", "quanta_2"])
    np.testing.assert_allclose(whole, flow.energy_current, atol=scale)
    # each terminal of a tone by its own quanta and frequency
    jumps = flow.harmonic_current.sel(terminal="pump 1") / (converter.omega[0] * flow.quanta_1)
    other = flow.harmonic_current.sel(terminal="pump 2") / (converter.omega[1] * flow.quanta_2)
    both = (flow.quanta_1 != 0) & (flow.quanta_2 != 0)
    assert bool(both.any())
    np.testing.assert_allclose(jumps.where(both), other.where(both), atol=scale)
    channels = sambe.channels(converter, secular=secular)
    some = channels.sel(channel=(channels.quanta_1 == 1) & (channels.quanta_2 == 0))
    wanted = some.energy_current.sel(channel=some.bath == flow.terminal.values[0]).sum("channel")
    np.testing.assert_allclose(
        flow.harmonic_current.isel(terminal=0).sel(quanta_1=1, quanta_2=0), wanted, atol=scale
    )


@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
def test_where_tones_fold_quanta_belong_to_none_of_them() -> None:
    converter = models.parametric_converter(coupling=0.02, drive=0.01, levels=(2, 2)).replace(
        omega=(1.0, 0.5)
    )
    with pytest.raises(sambe.InputError, match="commensurate"):
        sambe.steady_state(converter, by="quanta", secular="full")


def test_particles_of_leads_by_quanta() -> None:
    """Tien and Gordon: a lead gives G J_q^2 [f(e - q w) - n] with q quanta."""
    leads = [
        sambe.Lead(name, tunnelling=g, temperature=0.3, chemical_potential=mu)
        for name, g, mu in (("l", 0.02, 0.2), ("r", 0.01, -0.2))
    ]
    dot = models.quantum_dot(0.5, drive=0.8, omega=1.0, baths=leads)
    flow = sambe.steady_state(dot, by="quanta", secular="full")
    found = flow.harmonic_particle_current
    np.testing.assert_allclose(found.sum("quanta"), flow.particle_current, atol=1e-14)
    q = np.abs(found.quanta.values)
    occupied = 0.2724954929  # of the rate equation
    for sign in (1, -1):  # absorbing q and emitting q: what enters with q, less what leaves with -q
        energy = 0.5 - sign * q
        filled = 1.0 / (1.0 + np.exp((energy - 0.2) / 0.3))
        enters = 0.02 * jv(q, 0.8) ** 2 * filled * (1.0 - occupied)
        leaves = (
            0.02 * jv(q, 0.8) ** 2 * (1.0 - 1.0 / (1.0 + np.exp((0.5 + sign * q - 0.2) / 0.3))) * occupied
        )
        one = found.sel(terminal="l", quanta=sign * q).values
        np.testing.assert_allclose(one, enters - leaves, atol=1e-10)
