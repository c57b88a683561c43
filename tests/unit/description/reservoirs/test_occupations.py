"""Reservoirs out of equilibrium: rates against formulas, limits in which they are thermal, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.description.reservoir import occupation, thermal
from sambe.description.reservoirs.occupations import Inverted, Noise, Occupied
from sambe.errors import InputError, NoAnswerWarning
from sambe.physics.preparation import prepare
from sambe.sweep.storage.fingerprint import configuration

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)
W = np.array([-2.7, -0.4, 0.3, 1.0, 3.3])


def qubit(*baths: sambe.Bath, drive: float = 0.1) -> sambe.System:
    return sambe.models.spin_boson(omega=0.8, drive=drive, baths=baths)


def cold() -> sambe.Bath:
    return sambe.Bath("cold", spectrum=OHMIC, temperature=0.4)


def bath(**given: Any) -> sambe.Bath:
    return sambe.Bath("b", **given)


# --- rates ----------------------------------------------------------------------------------------------


def test_rates_of_given_occupation_and_inversion() -> None:
    j = OHMIC(np.abs(W))
    up, down = bath(spectrum=OHMIC, state=Occupied(2.0)).rates(W)
    assert_allclose(up, np.where(W > 0, 2.0 * j, 3.0 * j), rtol=1e-15)
    assert_allclose(down, np.where(W > 0, 3.0 * j, 2.0 * j), rtol=1e-15)
    up, down = bath(spectrum=OHMIC, state=Inverted(0.8)).rates(W)
    assert_allclose(up, np.where(W > 0, 0.8 * j, 0.2 * j), rtol=1e-15)
    assert_allclose(down, np.where(W > 0, 0.2 * j, 0.8 * j), rtol=1e-15)


def test_bose_numbers_are_the_thermal_bath_to_the_last_bit() -> None:
    state = Occupied(lambda w: occupation(w, 0.5))
    for mine, known in zip(
        bath(spectrum=OHMIC, state=state).rates(W), thermal(OHMIC, 0.5).rates(W), strict=True
    ):
        assert_array_equal(mine, known)


def test_the_power_spectrum_of_a_thermal_bath_is_that_bath() -> None:
    """S(w) = J (1 + n), S(-w) = J n."""
    known = thermal(OHMIC, 0.5)
    noisy = bath(power=lambda w: known.rates(np.asarray(w))[1])
    for mine, theirs in zip(noisy.rates(W), known.rates(W), strict=True):
        assert_array_equal(mine, theirs)
    system = qubit(sambe.Bath("b", sambe.sigmax(), power=noisy.state.power), cold())
    same = qubit(sambe.Bath("b", sambe.sigmax(), OHMIC, 0.5), cold())
    mine, theirs = (sambe.steady_state(s) for s in (system, same))
    assert_array_equal(mine.energy_current, theirs.energy_current)
    # as work it carries no entropy: only the heat of the other bath counts
    assert_allclose(mine.entropy_production, -mine.energy_current.sel(terminal="cold") / 0.4, rtol=1e-12)


def test_white_noise_is_one_number() -> None:
    white = bath(power=0.003)
    assert white.state == Noise(0.003)
    assert white.temperature is None
    assert_array_equal(white.rates(W), np.full((2, 5), 0.003))


def test_energies_of_any_scale() -> None:
    """Occupations and shares have no unit, a power spectrum has that of energy."""
    for state in ({"spectrum": sambe.Flat(2e-3), "state": Occupied(2.0)}, {"power": 2e-3},
                  {"spectrum": sambe.Flat(2e-3), "state": Inverted(0.3)}):  # fmt: skip
        one = sambe.energy_currents(undriven(1.0, **state))
        unit = 2.0**60
        large = {k: v if k == "state" else sambe.Flat(2e-3 * unit) if k == "spectrum" else v * unit
                 for k, v in state.items()}  # fmt: skip
        assert_array_equal(sambe.energy_currents(undriven(unit, **large)), one * unit**2)


def undriven(unit: float, **given: Any) -> sambe.System:
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    cold = sambe.Bath("cold", sx, sambe.Flat(1e-3 * unit), 0.4 * unit)
    return sambe.System([(0.5 * unit, sz)], baths=[sambe.Bath("b", sx, **given), cold])


def test_a_function_in_another_unit() -> None:
    """n(w) = w/2 at w = 2^40: the function is asked at the energies that its author meant."""
    unit = 2.0**40
    state = {"spectrum": sambe.Flat(1e-3 * unit), "state": Occupied(lambda w: w / (2.0 * unit))}
    same = {"spectrum": sambe.Flat(1e-3), "state": Occupied(0.5)}
    assert_allclose(sambe.energy_currents(undriven(unit, **state)) / unit**2,
                    sambe.energy_currents(undriven(1.0, **same)), rtol=1e-14)  # fmt: skip


# --- numbers of a qubit (derived: rate equations of two levels) ------------------------------------------


@pytest.mark.parametrize("secular", ["full", "partial", "none", "ule", "clustered"])
def test_an_undriven_qubit_between_an_occupied_and_a_thermal_bath(secular: str) -> None:
    """J_l = 0.003, n_l = 2, J_r = 0.002, T_r = 0.4: current J_l J_r (n_l - n_r)/(sum J (1 + 2 n))."""
    system = two(Occupied(2.0))
    found = sambe.steady_state(system, secular=secular)
    assert_allclose(found.energy_current, [0.0006604242363, -0.0006604242363, 0.0], rtol=1e-8, atol=1e-15)
    assert_allclose(found.effective_temperature.values[:2], [2.466303462, 0.4], rtol=1e-8)
    assert_allclose(found.entropy_production, 0.001383281606, rtol=1e-8)
    assert_allclose(found.preparation_cost.values[:2], [0.0005533126426, 0.0], rtol=1e-8)


def test_an_inverted_bath() -> None:
    """p = 0.8: T_eff = 1/ln(0.2/0.8) is negative, and the cost exceeds the energy."""
    found = sambe.steady_state(two(Inverted(0.8)), secular="full", ambient=0.4)
    assert_allclose(found.energy_current[0], 0.0009559941561, rtol=1e-8)
    assert_allclose(found.population[1], 0.4813352813, rtol=1e-8)
    assert_allclose(found.effective_temperature[0], -0.7213475204, rtol=1e-8)
    assert_allclose(found.entropy_production, 0.003715274698, rtol=1e-8)
    assert_allclose(found.preparation_cost[0], 0.001486109879, rtol=1e-8)


def test_an_inverted_bath_and_a_resonant_drive() -> None:
    """Optical Bloch equations: bath rates J p up and J (1 - p) down, J = 0.003, p = 0.8; drive 0.004 on
    resonance, flat occupation of the other bath."""
    n = 1.0 / np.expm1(1.0 / 0.4)
    other = sambe.Bath("right", spectrum=sambe.Flat(0.002), state=Occupied(n))
    gain = sambe.Bath("left", spectrum=sambe.Flat(0.003), state=Inverted(0.8))
    driven = sambe.models.spin_boson(omega=1.0, drive=0.004, baths=[gain, other])
    found = sambe.steady_state(driven, secular="none").energy_current
    # heat is counted with the dressed energies, w0 +- 0.002
    assert_allclose(found.sel(terminal="pump"), 5.271397029e-05, rtol=5e-3)
    assert_allclose(found.values[:2], [0.0009264774133, -0.0009791913836], rtol=5e-3)


def two(state: Any) -> sambe.System:
    left = sambe.Bath("left", spectrum=sambe.Flat(0.003), state=state)
    right = sambe.Bath("right", spectrum=sambe.Flat(0.002), temperature=0.4)
    return sambe.models.spin_boson(omega=1.0, drive=0.0, baths=[left, right])


def test_numbers_of_states_are_swept() -> None:
    n, p, s = sambe.axis("n", [0.2, 2.0, -1.0]), sambe.axis("p", [0.3, 1.0]), sambe.axis("s", [1e-3, -1e-3])
    for number, given in (
        (n, {"spectrum": OHMIC, "state": Occupied(n)}),
        (p, {"spectrum": OHMIC, "state": Inverted(p)}),
        (s, {"power": s}),
    ):
        found = sambe.steady_state(qubit(bath(**given), cold()))
        bad = (number.values < 0) | (number.values == 1.0)
        assert_array_equal(found.status.values > 0, bad)


def test_a_store_knows_them() -> None:
    def known(ambient: Any = None, **given: Any) -> dict[str, Any]:
        system = qubit(bath(**given), cold())
        return configuration(system, prepare(system, ambient=ambient))

    prints = [known(spectrum=OHMIC, state=Occupied(1.0)), known(spectrum=OHMIC, state=Occupied(2.0)),
              known(spectrum=OHMIC, state=Occupied(lambda w: 0 * w + 1)), known(power=1.0),
              known(power=lambda w: 0 * w + 1), known(spectrum=OHMIC, state=Inverted(0.5)),
              known("cold", power=1.0)]  # fmt: skip
    assert not any(one == other for k, one in enumerate(prints) for other in prints[:k])


def test_a_function_that_fails_costs_its_points_alone() -> None:
    """n(w) is negative above w = 1.2, where a faster drive looks."""
    falling = bath(spectrum=OHMIC, state=Occupied(lambda w: 1.2 - w))
    system = sambe.models.spin_boson(omega=sambe.axis("w", [0.8, 1.5]), drive=0.0, baths=[falling, cold()])
    system = system.replace(hamiltonian=[(sambe.axis("e", [0.4, 0.8]), sambe.sigmaz())])
    with pytest.warns(NoAnswerWarning, match=r"bath 'b'\.state\.n = .*n\(1\.6\) is -0\.4"):
        found = sambe.steady_state(system, secular="full")
    assert_array_equal(found.status.sel(e=0.4), 0)
    assert_array_equal(found.status.sel(e=0.8), 1)


# --- bad input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"spectrum": OHMIC, "state": Occupied(-0.1)}, r"bath 'b'\.state\.n = -0\.1: .*not negative"),
        ({"spectrum": OHMIC, "state": Inverted(0.0)}, r"bath 'b'\.state\.p = 0\.0: .*between 0 and 1"),
        ({"spectrum": OHMIC, "state": Inverted(1.0)}, r"bath 'b'\.state\.p = 1\.0"),
        ({"power": -1.0}, r"bath 'b'\.state\.power = -1\.0: .*not negative"),
    ],
)
def test_bad_numbers_are_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        qubit(bath(**given))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"power": 1.0, "spectrum": OHMIC}, r"bath 'b'\.spectrum = .*power alone"),
        ({"power": 1.0, "temperature": 1.0}, r"bath 'b'\.temperature = 1\.0: .*power alone"),
        ({"power": 1.0, "state": Occupied(1.0)}, r"bath 'b'\.state = .*power alone"),
        ({"spectrum": OHMIC, "state": Occupied(1.0), "temperature": 1.0}, "not both"),
    ],
)
def test_a_bath_is_described_once(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        bath(**given)


@pytest.mark.parametrize("name", ["pump", "pump 1", "hot:heat", "particle left"])
def test_names_of_other_terminals_are_taken(name: str) -> None:
    with pytest.raises(InputError, match=r"bath\.name"):
        sambe.Bath(name, spectrum=OHMIC, temperature=1.0)


def test_functions_are_looked_at_when_given() -> None:
    with pytest.raises(InputError, match=r"Occupied\.n = .*n\(0\.5\) is -1"):
        Occupied(lambda w: -1.0 + 0 * w)
    with pytest.raises(InputError, match=r"power = .*S\(-2\) is -2"):
        bath(power=lambda w: w if np.any(w < 0) else -w)


def test_no_rate_at_zero_energy() -> None:
    """J n and J (1 + n) on the two sides of zero; J(0) = 0 has both vanish."""
    split = sambe.sigmaz() + sambe.sigmax()
    for spectrum, fine in ((sambe.Flat(0.01), False), (OHMIC, True)):
        system = sambe.System([(0.5, sambe.sigmaz())],
                              baths=[sambe.Bath("b", split, spectrum, state=Occupied(2.0))])  # fmt: skip
        if fine:
            assert int(sambe.steady_state(system).status) == 0
        else:
            with pytest.raises(InputError, match="zero energy"):
                sambe.steady_state(system)


# --- who asks -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_verb_takes_them() -> None:
    system = qubit(bath(spectrum=OHMIC, state=Inverted(0.3)), cold(),
                   sambe.Bath("noise", power=1e-4))  # fmt: skip
    both = sambe.compare(system, secular=["full", "ule"])
    assert "preparation_cost" in both
    verdict = sambe.audit(system, equations=["driven_dressed"])
    assert not verdict.status.any()
    assert (verdict.entropy_production > 0).all()
    channels = sambe.channels(system)
    pump = sambe.steady_state(system, secular="partial").energy_current.sel(terminal="pump")
    assert_allclose(channels.pump_current.sum(), pump, rtol=1e-9)


def test_the_hierarchy_refuses_white_noise() -> None:
    with pytest.raises(InputError, match=r"bath 'noise'\.spectrum .*hierarchy"):
        sambe.steady_state(qubit(sambe.Bath("noise", power=1e-4), cold()), equation="heom")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"state": Occupied("2")}, "state.n"),  # type: ignore[arg-type]
        ({"state": Occupied(None)}, "state.n"),  # type: ignore[arg-type]
        ({"state": Inverted("a")}, "state.p"),  # type: ignore[arg-type]
        ({"state": Inverted(lambda w: 0.5)}, "state.p"),  # type: ignore[arg-type]
        ({"state": sambe.Squeezed("1", 0.5, 0.0, 1.0)}, "state.temperature"),
        ({"state": sambe.Squeezed(1.0, None, 0.0, 1.0)}, "state.r"),
        ({"state": sambe.Squeezed(1.0, 0.5, b"0", 1.0)}, "state.phase"),
        ({"state": sambe.Squeezed(1.0, 0.5, 0.0, None)}, "state.centre"),
        ({"power": "white"}, "state.power"),
    ],
)
def test_what_is_no_number_is_told_when_the_bath_is_made(given: dict[str, Any], field: str) -> None:
    spectrum = {} if "power" in given else {"spectrum": OHMIC}
    with pytest.raises(InputError, match="give a finite number") as caught:
        bath(coupling=sambe.sigmax(), **spectrum, **given)
    assert caught.value.field == f"bath 'b'.{field}"
