"""Drives from far slower than the relaxation to far faster: the default against other physics.

References that share nothing with the solver: rates that follow the splitting, integrated in time; the
numerically exact hierarchy; and the powers of omega that a slow cycle has.
"""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import sambe
from sambe import models

PATH = Path(__file__).parents[2] / "benchmarks" / "random_systems.py"
SPEC = importlib.util.spec_from_file_location("random_systems", PATH)
random_systems = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(random_systems)
BATHS = ((0.002, 1.2), (0.002, 0.4))  # strength and temperature of the models' own baths, cutoff 10


def absorb(energy: Any, strength: float, temperature: float) -> Any:
    """Ohmic rate a(W): J n for W > 0, J (1 + n) for W < 0."""
    size = np.abs(energy)
    density = strength * size * np.exp(-size / 10.0)
    return density * (1.0 / np.expm1(size / temperature) + (energy < 0))


def followed_rates(omega: float, modulation: float = 0.2) -> Any:
    """Currents of a two-level system whose rates follow its splitting 1 + modulation cos(omega t).

    dp/dt = up (1 - p) - down p for the excited state, heat = splitting times the net rate, power = mean of
    (p - 1/2) d(splitting)/dt: no modes, no harmonics.
    """
    period = 2.0 * np.pi / omega

    def gap(t: Any) -> Any:
        return 1.0 + modulation * np.cos(omega * t)

    def flows(t: float, p: float) -> list[float]:
        return [absorb(gap(t), *b) * (1.0 - p) - absorb(-gap(t), *b) * p for b in BATHS]

    def motion(t: float, y: Any) -> Any:
        net = flows(t, y[0])
        slope = -modulation * omega * np.sin(omega * t)
        return [sum(net), *(gap(t) * x for x in net), slope * (y[0] - 0.5)]

    def period_from(p: float) -> Any:
        kept = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-16}
        return solve_ivp(motion, (0.0, period), [p, 0.0, 0.0, 0.0], **kept).y[:, -1]

    low, high = period_from(0.0)[0], period_from(1.0)[0]  # the map of a period is linear in p
    return period_from(low / (1.0 - high + low))[1:] / period


def default(system: sambe.System, **more: Any) -> Any:
    return sambe.energy_currents(system, secular="auto", **more)


@pytest.mark.slow
@pytest.mark.parametrize("omega", [1e-4, 5e-4, 2e-3])
def test_a_slow_drive_follows_time_dependent_rates(omega: float) -> None:
    found, wanted = default(models.modulated_qubit(omega=omega)), followed_rates(omega)
    # the bath's memory, which rates at a time leave out, is worth (omega / T)^2
    np.testing.assert_allclose(found, wanted, rtol=1e-4)


def test_what_rates_at_a_time_leave_out_falls_with_omega() -> None:
    error = []
    for omega in (0.16, 0.08, 0.04):
        found, wanted = default(models.modulated_qubit(omega=omega)), followed_rates(omega)
        error.append(abs(found[-1] / wanted[-1] - 1.0))
    assert error[1] < 0.3 * error[0]
    assert error[2] < 0.3 * error[1]


@pytest.mark.slow
def test_the_power_of_a_slow_drive_falls_as_omega_squared() -> None:
    omega = np.array([1e-4, 2e-4, 4e-4])
    power = default(models.modulated_qubit(omega=omega))[:, -1]
    np.testing.assert_allclose(
        power / omega**2, power[0] / omega[0] ** 2, rtol=5e-3
    )  # next order: omega^2 / rate^2
    with pytest.warns(sambe.SecularWarning, match="drops terms between different quanta"):
        kept = sambe.steady_state(models.modulated_qubit(omega=1e-4), secular="partial")
    assert kept.energy_current.values[-1] > 1000.0 * power[0]
    assert kept.cross_term_shift > 0.1
    assert kept.secular_ratio < 0.1


def test_the_number_of_the_shipped_model() -> None:
    # 2.182e-6 by time-dependent rates (above) and by a matrix of harmonics; without the terms between quanta
    # it was 2.687e-5
    with np.errstate(all="raise", under="ignore"):  # an exponential may well be zero
        flow = sambe.steady_state(models.modulated_qubit(omega=0.002), secular="auto")
    assert flow.energy_current.values[-1] == pytest.approx(2.182e-6, rel=1e-3)
    assert flow.cross_terms_kept == 1
    assert flow.cross_term_shift == 0.0


def drude(omega: float) -> sambe.System:
    """Baths that the hierarchy likes, on a qubit whose splitting and direction both move."""
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    both = [
        sambe.Bath(name, sx, sambe.DrudeLorentz(0.002, cutoff=2.0), t)
        for name, t in (("hot", 1.5), ("cold", 0.8))
    ]
    return sambe.System([(0.5, sz)], {1: [(0.15, sz), (0.05, sx)]}, omega, both)


@pytest.mark.slow
@pytest.mark.parametrize("omega", [0.6, 0.1, 0.02])
def test_the_default_agrees_with_the_exact_hierarchy(omega: float) -> None:
    exact = sambe.steady_state(drude(omega), equation="heom", heom={"tolerance": 1e-4})
    flow = sambe.steady_state(drude(omega), secular="auto", lamb_shift="shift")
    gap = np.abs(flow.energy_current.values - exact.energy_current.values).max()
    assert flow.cross_terms_kept == 1
    assert gap < 0.01 * np.abs(exact.energy_current.values).max()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.TruncationWarning")  # a random one may look like a cut ladder
def test_random_systems_without_a_frame_are_right_by_default() -> None:
    """Some of the five hundred of `benchmarks/random_systems.py`: within 1 % of the complete equation, in the
    largest current, or flagged."""
    seeds = [*range(60), *range(random_systems.FIRST_QUBIT, random_systems.FIRST_QUBIT + 4)]
    rows = [random_systems.judged(seed) for seed in seeds]
    assert all(row["solved"] for row in rows)
    assert all(row["error"] < 0.01 for row in rows if not row["flagged"])
    assert sum(row["flagged"] for row in rows) < 3
    assert max(row["partial"] for row in rows) > 0.1  # or the check could not fail


@pytest.mark.slow
@pytest.mark.parametrize(
    "system",
    [
        models.modulated_qubit(omega=sambe.axis("omega", np.linspace(0.3, 1.3, 300))),
        models.spin_boson(drive=0.4, omega=sambe.axis("omega", np.linspace(0.02, 0.3, 300))),
        models.spin_boson(
            drive=0.05, omega=sambe.axis("omega", np.linspace(0.2, 1.4, 300)), polarization="linear"
        ),
    ],
)
def test_taking_the_complete_equation_leaves_no_step(system: sambe.System) -> None:
    flow = sambe.steady_state(system, secular="auto")
    kept = flow.cross_terms_kept.values
    assert 0 < kept.sum() < kept.size  # both are used
    j = flow.energy_current.values
    complete = sambe.steady_state(system, equation="floquet", secular="none").energy_current.values
    step = np.abs(np.diff(j - complete, axis=0)).max(axis=-1)
    assert (step < 3e-5 * np.abs(j).max(axis=-1)[1:]).all()


def test_the_cheaper_treatments_tell_how_wrong_they_are() -> None:
    system = models.modulated_qubit(omega=sambe.axis("omega", np.array([0.005, 3.0])))
    for secular in ("partial", "ule", "clustered", "full"):
        with pytest.warns(sambe.SecularWarning, match=r"1 of 2 points \(omega = 0.005\)"):
            flow = sambe.steady_state(system, secular=secular)
        assert (flow.cross_terms_kept == 0).all()
        assert flow.cross_term_shift[0] > 0.1
        assert flow.cross_term_shift[1] < 1e-4
    none = sambe.steady_state(system, secular="none")
    assert (none.cross_terms_kept == 1).all()
    assert (none.cross_term_shift == 0).all()


@pytest.mark.slow
def test_other_arrays_give_the_same_slow_and_fast(jax: Any) -> None:
    omega = np.array([0.01, 0.1, 1.0])
    currents = lambda w: default(models.modulated_qubit(omega=w))  # noqa: E731
    found = np.asarray(jax.jit(currents)(jax.numpy.asarray(omega)))
    wanted = currents(omega)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max(axis=-1).min())


def test_channels_leave_out_what_belongs_to_none_and_say_so() -> None:
    with pytest.warns(sambe.SecularWarning, match="drops terms between different quanta"):
        found = sambe.channels(models.modulated_qubit(omega=0.02))
    assert found.attrs["secular"] == "partial"
    partial = sambe.energy_currents(models.modulated_qubit(omega=0.02), secular="partial")
    np.testing.assert_allclose(found.pump_current.sum(), partial[-1], rtol=1e-9)
    sambe.channels(models.modulated_qubit(omega=2.0))  # warnings are errors in the tests


@pytest.mark.slow
@pytest.mark.parametrize("lamb_shift", ["none", "shift"])
def test_the_complete_equation_obeys_the_first_law(lamb_shift: str) -> None:
    for seed in range(20):
        flow = sambe.energy_currents(
            random_systems.random_system(seed), equation="floquet", secular="none", lamb_shift=lamb_shift
        )
        assert abs(flow.sum()) < 1e-8 * np.abs(flow).max()


# exact currents of `spin(1.0)` by HEOM: drive, omega, hot, cold; a row of tests/reference/data/equations.json
SPIN = [
    (0.1, 0.5, 0.00278691, -0.00328221),
    (0.5, 0.8, -0.0133924, -0.0150211),
    (0.5, 1.2, -0.0226966, -0.0238143),
]


@pytest.mark.parametrize("row", SPIN)
def test_with_the_shift_a_larger_spin_is_right_too(row: tuple[float, ...]) -> None:
    """A static shift between states two quanta apart, which carries no heat: counted as what leaves the bath
    it had moved the currents by a third."""
    drive, omega, *heat = row
    baths = [sambe.Bath(n, spectrum=sambe.DrudeLorentz(0.01, cutoff=1.5), temperature=t)
             for n, t in (("hot", 0.6), ("cold", 0.3))]  # fmt: skip
    system = models.spin(1.0, drive=drive, omega=omega, baths=baths)
    exact = np.array([*heat, -sum(heat)])
    found = default(system, lamb_shift="shift")
    assert np.abs(found - exact).max() < 0.01 * np.abs(exact).max()
    assert abs(found.sum()) < 1e-8 * np.abs(found).max()
    # or the check could not fail: the energies of what leaves the bath do not add up
    partial = sambe.energy_currents(system, secular="partial", lamb_shift="shift")
    assert abs(partial.sum()) > 2e-3 * np.abs(partial).max()
