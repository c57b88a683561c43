"""Currents by channel: labels, energies, and their sums against the terminals."""

import numpy as np
import pytest

import sambe
from sambe import models

DRIVE, OMEGA = 0.1, 0.8
GAP = float(np.hypot(1.0 - OMEGA, DRIVE))

MODELS = {
    "qubit": lambda: models.spin_boson(drive=DRIVE, omega=OMEGA),
    "linear qubit": lambda: models.spin_boson(drive=0.4, omega=OMEGA, polarization="linear"),
    "qubits": lambda: models.two_qubits(omega=0.9),
    "amplifier": lambda: models.three_level(omega=1.4),
    "Kerr": lambda: models.kerr_resonator(omega=0.9, levels=6, drive=0.01),
    "undriven": lambda: models.spin(1.0, drive=0.0),
    "modulated": lambda: models.modulated_qubit(),
}
pytestmark = [
    pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning"),
    pytest.mark.filterwarnings("ignore::sambe.errors.TruncationWarning"),
]


@pytest.mark.parametrize("secular", ["full", "partial"])
@pytest.mark.parametrize("name", MODELS)
def test_channels_add_up_to_the_terminals(name: str, secular: str) -> None:
    system = MODELS[name]()
    channels = sambe.channels(system, secular=secular)
    currents = sambe.energy_currents(system, secular=secular)
    by_bath = channels.energy_current.groupby("bath").sum()
    scale = 1e-9 * np.abs(channels.energy_current).sum().item()
    for k, bath in enumerate(system.baths):
        assert by_bath.sel(bath=bath.name).item() == pytest.approx(currents[k], abs=scale)
    assert channels.pump_current.sum().item() == pytest.approx(currents[-1], abs=scale)
    np.testing.assert_allclose(channels.energy_current, channels.rate * channels.channel_energy, atol=1e-20)
    omega = 0.0 if system.omega is None else system.omega
    np.testing.assert_allclose(channels.pump_current, channels.rate * channels.quanta * omega, atol=1e-20)


def test_channels_of_a_dressed_qubit() -> None:
    channels = sambe.channels(MODELS["qubit"](), secular="full")
    # per bath: up and down at w + gap, up and down at gap - w, and two pseudo-channels each way
    assert channels.sizes["channel"] == 2 * 8
    one = channels.sel(channel=channels.bath == "left")
    for k in range(8):
        c = one.isel(channel=k)
        start, to, quanta = c["from"].item(), c["to"].item(), c.quanta.item()
        assert abs(quanta) == 1
        assert c.pseudo.item() == (start == to)
        assert c.channel_energy.item() == pytest.approx((to - start) * GAP - quanta * OMEGA, rel=1e-12)
    sign = np.sign(one.pump_current.sel(channel=one.pseudo).sum().item())
    assert sign == 1.0  # the bath is asked to absorb photons at w whatever the state does


def test_rates_of_a_dressed_qubit_are_the_golden_rule() -> None:
    system = MODELS["qubit"]()
    channels = sambe.channels(system, secular="full")
    flow = sambe.steady_state(system, secular="full")
    cosine = (1.0 - OMEGA) / GAP
    # weight of |g><e| between the levels (from upper to lower: cos^4), by frame (0, -1)
    weight = {(1, 0): (0.5 * (1 + cosine)) ** 2, (0, 1): (0.5 * (1 - cosine)) ** 2}
    weight[0, 0] = weight[1, 1] = 0.25 * (1 - cosine**2)
    temperature = {"left": 1.2, "right": 0.4}
    for k in range(channels.sizes["channel"]):
        c = channels.isel(channel=k)
        start, to, quanta = c["from"].item(), c["to"].item(), c.quanta.item()
        w = c.channel_energy.item()
        j, n = 0.002 * abs(w) * np.exp(-abs(w) / 10), 1 / np.expm1(abs(w) / temperature[c.bath.item()])
        a = j * n if w > 0 else j * (n + 1)
        s = weight[start, to] if quanta == 1 else weight[to, start]
        assert c.rate.item() == pytest.approx(a * s * flow.population.values[start], rel=1e-10)


def test_labels_are_the_same_all_over_a_sweep() -> None:
    omega = sambe.axis("omega", np.linspace(0.3, 1.7, 9))
    system = models.three_level(drive=0.2, omega=omega)
    channels = sambe.channels(system, memory="10 kB", workers=1)
    assert channels.energy_current.dims == ("omega", "channel")
    for w in omega.values[::4]:
        alone = sambe.channels(models.three_level(drive=0.2, omega=w))
        here = channels.sel(omega=w)
        names = ("bath", "from", "to", "quanta")
        key = [tuple(v) for v in zip(*(here[n].values.tolist() for n in names), strict=True)]
        assert len(set(key)) == len(key)
        values = dict(zip(key, here.energy_current.values, strict=True))
        for k, label in enumerate(zip(*(alone[n].values.tolist() for n in names), strict=True)):
            assert values[label] == pytest.approx(alone.energy_current.values[k], rel=1e-7, abs=1e-14)
    currents = sambe.steady_state(system).energy_current
    summed = channels.energy_current.groupby("bath").sum()
    np.testing.assert_allclose(summed.sel(bath="hot"), currents.sel(terminal="hot"), rtol=1e-7, atol=1e-13)


def test_one_bath_with_two_operators_counts_both() -> None:
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    spectrum = sambe.Ohmic(0.002, cutoff=10.0)
    both = sambe.Bath("both", [sx, sz], spectrum, 1.0)
    apart = [sambe.Bath("x", sx, spectrum, 1.0), sambe.Bath("z", sz, spectrum, 1.0)]
    drive = {1: [(0.1, sambe.sigmap())]}
    one, two = (
        sambe.channels(sambe.System([(0.5, sz)], drive, 0.8, baths), secular="full")
        for baths in ([both], apart)
    )
    assert one.energy_current.sum().item() == pytest.approx(two.energy_current.sum().item(), rel=1e-12)
    assert one.pump_current.sum().item() == pytest.approx(two.pump_current.sum().item(), rel=1e-12)


def test_a_static_system_pumps_through_no_channel() -> None:
    channels = sambe.channels(MODELS["undriven"]())
    assert (channels.quanta == 0).all()
    assert (channels.pump_current == 0).all()
    assert not channels.pseudo.any()


def test_terms_between_different_quanta_belong_to_no_channel() -> None:
    system = MODELS["linear qubit"]()
    with pytest.raises(sambe.InputError, match="belong to no channel") as caught:
        sambe.channels(system, secular="none")
    assert caught.value.field == "secular"
    sambe.channels(MODELS["qubit"](), secular="none")  # in a frame there are none


@pytest.mark.parametrize("secular", ["full", "partial", "ule"])
def test_channels_of_leads_bring_particles(secular: str) -> None:
    """One each, in or out, that carries the energy epsilon of its level: W = +-epsilon less the quanta's."""
    d = sambe.fermion(0, 1)
    leads = [
        sambe.Lead(name, tunnelling=g, temperature=0.3, chemical_potential=mu)
        for name, g, mu in (("l", 0.02, 0.2), ("r", 0.01, -0.2))
    ]
    phonons = sambe.Bath("p", d.conj().T @ d, sambe.Ohmic(0.01, cutoff=3.0), temperature=0.5)
    level = sambe.axis("epsilon", [0.5, 0.4])
    dot = models.quantum_dot(level, drive=0.8, omega=1.0, baths=[*leads, phonons])
    c, flow = sambe.channels(dot, secular=secular), sambe.steady_state(dot, secular=secular)
    for name in ("l", "r", "p"):
        total = c.particle_current.sel(channel=c.bath == name).sum("channel")
        np.testing.assert_allclose(total, flow.particle_current.sel(terminal=name), atol=1e-14)
    brought = np.where(c.to > c["from"], 1.0, -1.0) * ~c.pseudo
    np.testing.assert_allclose(c.particle_current, c.rate * np.where(c.bath == "p", 0.0, brought), atol=1e-15)
    assert c.particle_current.attrs["units"] == "energy"
    assert "particle_current" not in sambe.channels(models.spin_boson())
