"""Squeezed reservoirs: closed forms, QuTiP, a generator written out, laws, who asks, input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.description.reservoir import thermal
from sambe.description.reservoirs.squeezed import Squeezed
from sambe.errors import InputError
from sambe.physics.accounts import account_fields
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)
FLAT = sambe.Flat(0.01)
W = np.array([-2.7, -1.4, -0.4, 0.3, 1.0, 3.3])
SX, SZ = sambe.sigmax(), sambe.sigmaz()


def bath(r: Any = 0.5, t: Any = 0.5, phase: Any = 0.0, centre: Any = "drive", j: Any = FLAT) -> sambe.Bath:
    """Coupled by s+ b + h.c., as in the closed forms."""
    return sambe.Bath("b", sambe.sigmam(), j, state=Squeezed(t, r, phase, centre), rotating_wave=True)


def undriven(*baths: sambe.Bath) -> sambe.System:
    return sambe.System([(0.5, SZ)], baths=baths)


def driven(*baths: sambe.Bath, omega: Any = 1.0, drive: Any = 0.02) -> sambe.System:
    return sambe.models.spin_boson(omega=omega, drive=drive, baths=baths)


# --- rates and correlations -------------------------------------------------------------------------------


def test_occupation_and_correlations_of_a_mode() -> None:
    """N = n cosh 2r + sinh^2 r and |M| = (n + 1/2) sinh 2r at the centre: 0.5130596609 and 0.7715403174."""
    one, state = np.asarray([1.0, -1.0]), bath(0.5, 0.5, 0.8, 1.0)
    up, down = state.rates(one)
    assert_allclose(up / 0.01, [0.5130596609, 1.5130596609], rtol=1e-9)
    assert_allclose(down / 0.01, [1.5130596609, 0.5130596609], rtol=1e-9)
    m = state.anomalous(one) / 0.01
    assert_allclose(m, [-0.7715403174 * np.exp(0.8j), -0.7715403174 * np.exp(-0.8j)], rtol=1e-9)


def test_two_modes_share_what_the_pump_makes() -> None:
    """The state of b_W and b_(2 w_s - W) is as pure as that of the thermal modes: the determinant of each
    pair's moments is (n + 1/2)(n' + 1/2) whatever r, and M is the same from either side."""
    state = bath(0.7, 0.6, 0.0, 1.0, OHMIC)
    w = np.array([0.3, 0.8, 1.0])
    n, other = (1.0 / np.expm1(x / 0.6) for x in (w, 2.0 - w))
    j, mirrored = OHMIC(w), OHMIC(2.0 - w)
    big, small = (state.rates(x)[0] / y for x, y in ((w, j), (2.0 - w, mirrored)))
    m = state.anomalous(w) / np.sqrt(j * mirrored)
    assert_allclose(m, state.anomalous(2.0 - w) / np.sqrt(j * mirrored), rtol=1e-12)
    assert_allclose((big + 0.5) * (small + 0.5) - np.abs(m) ** 2, (n + 0.5) * (other + 0.5), rtol=1e-9)
    assert_array_equal(state.rates(np.array([2.5])), thermal(OHMIC, 0.6).rates(np.array([2.5])))  # outside
    assert_array_equal(state.anomalous(np.array([2.5, 0.0])), 0.0)


def test_without_squeezing_it_is_the_thermal_bath() -> None:
    for mine, known in zip(
        bath(0.0, 0.5, 1.0, 1.0, OHMIC).rates(W), thermal(OHMIC, 0.5).rates(W), strict=True
    ):
        assert_array_equal(mine, known)
    hot = sambe.Bath("b", sambe.sigmam(), OHMIC, 0.5, rotating_wave=True)
    cold = sambe.Bath("c", SX, OHMIC, 0.3)
    none, same = (sambe.steady_state(driven(b, cold)) for b in (bath(0.0, 0.5, j=OHMIC), hot))
    assert_allclose(none.energy_current.sel(terminal="b:heat"), same.energy_current[0], rtol=1e-12)
    assert_allclose(none.energy_current.sel(terminal="b:squeezer"), 0.0, atol=1e-15)
    assert_allclose(none.entropy_production, same.entropy_production, rtol=1e-9)


# --- numbers (derived: Gardiner's equation with H_I = s+ b + h.c., and the ideal recycler) ---


@pytest.mark.parametrize("secular", ["full", "partial", "none", "auto", "clustered"])
def test_an_undriven_qubit(secular: str) -> None:
    """p_e = N/(1 + 2N); no energy flows, yet the squeezer keeps paying what the thermal modes take."""
    found = sambe.steady_state(undriven(bath(centre=1.0)), secular=secular)
    assert_allclose(found.population[1], 0.2532228262, rtol=1e-8)
    assert_allclose(found.energy_current, [-0.004475131806, 0.004475131806, 0.0], rtol=1e-7, atol=1e-15)
    assert_allclose(found.entropy_production, 0.004475131806 / 0.5, rtol=1e-7)
    assert_allclose(found.naive_entropy_production, 0.0, atol=1e-12)


def test_a_squeezed_and_a_thermal_bath() -> None:
    """J_l J_r (N - n_r)/(sum J (1 + 2 N)), J_r = 0.004, T_r = 0.4; both accounts of the entropy."""
    cold = sambe.Bath("r", SX, sambe.Flat(0.004), 0.4)
    found = sambe.steady_state(undriven(bath(centre=1.0), cold), secular="none")
    flow = 0.0006784497804
    assert_allclose(
        found.energy_current, [-0.004035459526, 0.004713909307, -flow, 0.0], rtol=1e-8, atol=1e-15
    )
    assert_allclose(found.population[1], 0.2197376423, rtol=1e-8)
    assert_allclose(found.entropy_production, 0.009767043503, rtol=1e-8)
    assert_allclose(found.naive_entropy_production, 0.000962383043, rtol=1e-8)


@pytest.mark.parametrize(("r", "phase", "pump", "excited"), [
    (0.5, 0.0, 0.004454990884, 0.4731008382), (0.0, 0.0, 0.004113507441, 0.4324852448),
    (0.5, np.pi, 0.0026261150738, None),
])  # fmt: skip
def test_a_driven_qubit(r: float, phase: float, pump: float, excited: float | None) -> None:
    """P = w W G/(2(g + W)), W = A^2/g_y, g_y = G (N + 1/2 + Re M), g = G (1 + 2N), from the Bloch equations;
    the dressed energies w0 +- A/2 move rates of a flat J by some 1e-5."""
    found = sambe.steady_state(driven(bath(r, 0.5, phase)), secular="none")
    assert_allclose(found.energy_current.sel(terminal="pump"), pump, rtol=1e-4)
    if excited is not None:
        bloch = sambe.energy_currents(driven(bath(r, 0.5, phase)), secular="none")
        g, n = 0.01, float(bath(r, centre=1.0).rates(np.asarray(1.0))[0]) / 0.01
        assert_allclose((n - bloch[0] / g) / (1 + 2 * n), excited, rtol=1e-4)  # Q = g [N - p_e (1 + 2N)]
    assert found.attrs["squeezing of b"].startswith("static")


def test_an_oscillator_against_qutip() -> None:
    """Gardiner's equation with its correlations, and Q_th from the operator R, at a phase of 0.8."""
    qutip = pytest.importorskip("qutip")
    levels, n, r, phase, g, f = 10, 0.05, 0.2, 0.8, 0.02, 0.003
    ladder = sambe.Bath("b", sambe.destroy(levels), sambe.Flat(g), rotating_wave=True,
                        state=Squeezed(1.0 / np.log(1.0 + 1.0 / n), r, phase))  # fmt: skip
    system = sambe.System([(1.0, sambe.num(levels))], drive={1: [(f, sambe.create(levels))]}, omega=1.0,
                          baths=[ladder])  # fmt: skip
    found = sambe.steady_state(system, secular="none").energy_current
    a = qutip.destroy(levels)
    big, m = n * np.cosh(2 * r) + np.sinh(r) ** 2, -(n + 0.5) * np.sinh(2 * r) * np.exp(1j * phase)
    lind = qutip.liouvillian(f * (a + a.dag()), [(g * (big + 1)) ** 0.5 * a, (g * big) ** 0.5 * a.dag()])
    for x, factor in ((a.dag(), m), (a, np.conj(m))):
        lind += g * factor * (qutip.sprepost(x, x) - 0.5 * qutip.spre(x * x) - 0.5 * qutip.spost(x * x))
    rho = qutip.steadystate(lind)
    turned = np.cosh(r) * a - np.exp(1j * phase) * np.sinh(r) * a.dag()
    heat = -g * (
        (n + 1) * qutip.expect(turned.dag() * turned, rho) - n * qutip.expect(turned * turned.dag(), rho)
    )
    # jump energies differ from w by the few 1e-3 that the drive dresses the levels by
    assert_allclose(found[0], np.real(heat), rtol=1e-5)
    assert_allclose(found[2], 4 * f**2 / g, rtol=1e-4)


def test_an_engine_whose_phase_turns() -> None:
    """Two sidebands of a modulated qubit, J = 0.002 W in windows about w0 +- w, T_h = 0.6 squeezed by r = 1
    about w0 + w, T_c = 0.5, w = 0.3, modulation 0.3: net of what the squeezer is paid it is no engine."""
    w, lam = 0.3, 0.3

    def window(centre: float) -> sambe.Custom:
        return sambe.Custom(lambda x: 0.002 * x * (np.abs(x - centre) < w / 8))

    hot = sambe.Bath("hot", SX, window(1.0 + w), state=Squeezed(0.6, 1.0, 0.3, 1.0 + w))
    cold = sambe.Bath("cold", SX, window(1.0 - w), 0.5)
    system = sambe.System([(0.5, SZ)], drive={1: [(0.25j * lam * w, SZ)]}, omega=w, baths=[hot, cold])
    with pytest.warns(sambe.SecularWarning, match="turn against the drive"):  # its centre is on a transition
        found = sambe.steady_state(system, secular="full")
    j = found.energy_current
    assert_allclose(j[:2], [-0.00012707317, 0.0001380351012], rtol=1e-6)
    assert_allclose(-j.sel(terminal="pump"), 5.059352883e-06, rtol=1e-6)
    assert_allclose(j[0] + j[1], 1.096193125e-05, rtol=1e-6)
    assert_allclose(found.entropy_production, 0.0002235937734, rtol=1e-6)
    assert found.attrs["squeezing of hot"] == "turning: N alone"
    assert found.status == -3


# --- a generator written out ------------------------------------------------------------------------------

LEVELS, FRAME = 3, np.array([0, 1, 2])
COUPLING = sambe.transition(3, 0, 1) + 0.7 * sambe.transition(3, 1, 2)
COUPLING = COUPLING + COUPLING.conj().T


def ladder(state: Any, omega: float = 0.95, frame: Any = None) -> sambe.System:
    raising = sambe.transition(3, 1, 0) + 1.3 * sambe.transition(3, 2, 1)
    energies = [(1.0, sambe.projector(3, 1)), (1.97, sambe.projector(3, 2))]
    baths = [sambe.Bath("b", COUPLING, OHMIC, state=state), sambe.Bath("c", COUPLING, OHMIC, 0.3)]
    return sambe.System(energies, drive={1: [(0.01, raising)]}, omega=omega, baths=baths, frame=frame)


def written_out(state: Squeezed, omega: float) -> tuple[float, float]:
    """Currents of the squeezed bath and of the pump: L^(q) = (a S^(q) + M S^(q-+2))/2, W of each element."""
    h = np.diag([0.0, 1.0, 1.97]) - omega * np.diag(FRAME)
    h = h + 0.01 * np.array([[0, 1, 0], [1, 0, 1.3], [0, 1.3, 0]])
    e, v = np.linalg.eigh(h)
    one, gap = np.eye(LEVELS), e[:, None] - e[None, :]
    s = {q: v.T @ (COUPLING.real * (FRAME[None, :] - FRAME[:, None] == q)) @ v for q in range(-4, 5)}
    generator = -1j * (np.kron(np.diag(e), one) - np.kron(one, np.diag(e)))
    heat, pump = np.zeros((2, LEVELS, LEVELS), dtype=complex)
    for b in ladder(state, omega).baths:
        for q in range(-2, 3):
            l = 0.5 * b.rates(gap - q * omega)[0] * s[q] + 0j
            if b.name == "b":
                for other, sign in ((q - 2, 1.0), (q + 2, -1.0)):
                    w = gap - other * omega
                    l += 0.5 * b.anomalous(w) * (sign * w > 0) * s[other]
                heat += s[q].T @ ((gap - q * omega) * l)
            pump += q * omega * s[q].T @ l
            generator += np.kron(l, s[q]) + np.kron(s[q], l.conj())
            generator -= np.kron(s[q].T @ l, one) + np.kron(one, (s[q].T @ l).conj())
    generator[0] = one.reshape(-1)
    rho = np.linalg.solve(generator, np.eye(LEVELS**2)[0]).reshape(LEVELS, LEVELS)
    return 2.0 * np.trace(heat @ rho).real, 2.0 * np.trace(pump @ rho).real


@pytest.mark.parametrize("phase", [0.0, 1.1])
def test_a_driven_ladder_against_a_generator_written_out(phase: float) -> None:
    state = Squeezed(0.4, 0.8, phase)
    heat, pump = written_out(state, 0.95)
    for equation in ("driven_dressed", "floquet"):
        found = sambe.energy_currents(ladder(state), equation=equation, secular="partial")
        assert_allclose(found[[0, 2]], [heat, pump], rtol=1e-6)
    flat, _ = written_out(Squeezed(0.4, 0.8, phase + 1.5), 0.95)
    assert abs(flat - heat) > 1e-2 * abs(heat)  # the phase is felt


def test_neither_frame_nor_basis_matters() -> None:
    """Other integers of the frame where nothing ties them, and the operators in another basis."""
    state = Squeezed(0.5, 0.6, 0.4, 1.0)
    plain = undriven(sambe.Bath("b", SX + 0.3 * SZ, OHMIC, state=state), sambe.Bath("c", SX, OHMIC, 0.3))
    wanted = sambe.steady_state(plain, secular="none").energy_current
    framed = sambe.steady_state(plain.replace(frame=(5, 0), omega=1.0), secular="none").energy_current
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(2, 2)))[0]
    other = sambe.System(
        turn.T @ (0.5 * SZ.real) @ turn,
        baths=[sambe.Bath(b.name, turn.T @ b.operators[0].real @ turn, OHMIC, b.temperature, b.state)
               for b in plain.baths])  # fmt: skip
    assert_allclose(sambe.steady_state(other, secular="none").energy_current, wanted, rtol=1e-8, atol=1e-14)
    assert_allclose(framed, wanted, rtol=1e-8, atol=1e-14)


# --- laws -------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 10**6))
@settings(max_examples=5, deadline=None, phases=[Phase.generate])
def test_the_second_law_with_the_full_account(seed: int) -> None:
    """A hundred random systems: the sum over heats, Q_th of the squeezed bath among them, never falls."""
    rng = np.random.default_rng(seed)
    s = rng.normal(size=(2, 3, 3)) + 1j * rng.normal(size=(2, 3, 3))
    s = [x + x.conj().T for x in s]

    def number(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, 100)

    squeezed = Squeezed(number(0.1, 2.0), number(0.0, 1.5), number(0.0, 6.3), "drive")
    baths = [sambe.Bath("b", s[0], OHMIC, state=squeezed), sambe.Bath("c", s[1], OHMIC, number(0.1, 2.0))]
    static = [(1.0, np.diag([0.0, 1.0, 1.0])), (number(0.3, 1.0), sambe.projector(3, 2))]
    drive = {1: [(number(0.0, 0.5), sambe.transition(3, 1, 0))]}
    system = sambe.System(static, drive=drive, omega=number(0.3, 2.0), baths=baths)
    method = prepare(system, secular="full")
    found = account_fields(system, method, solve_batch(system, method))
    j = found["energy_current"]
    scale = np.abs(j).max(axis=-1)
    assert (np.abs(j.sum(axis=-1)) < 1e-12 * scale).all()
    assert (found["entropy_production"] > -1e-12 * scale).all()


# --- sweeps, other libraries, who asks ----------------------------------------------------------------------


def test_sweeps_follow_the_drive() -> None:
    w, r = sambe.axis("w", [0.98, 1.0, 1.03]), sambe.axis("r", [0.3, 0.9, -1.0])
    found = sambe.steady_state(driven(bath(r), omega=w))
    assert found.status.sel(r=-1.0).values.tolist() == [1, 1, 1]
    for x in (0.98, 1.0):
        one = sambe.steady_state(driven(bath(0.9), omega=x)).energy_current
        assert_allclose(found.energy_current.sel(w=x, r=0.9), one, rtol=1e-9)
    with pytest.warns(sambe.SecularWarning, match="2 of 3 points"):
        fixed = sambe.steady_state(driven(bath(0.9, centre=1.0), omega=w))
    assert fixed.status.values.tolist() == [-3, 0, -3]  # only where its centre is the drive's is <bb> kept
    assert_allclose(fixed.energy_current.sel(w=1.0), found.energy_current.sel(w=1.0, r=0.9), rtol=1e-9)
    assert (
        fixed.attrs["squeezing of b"]
        == "turning: N alone, but for points where its centre is the drive frequency"
    )
    changed = driven(bath(0.9)).replace(omega=0.98)
    assert changed.baths[0].state.centre == 0.98


def test_scales_of_energy() -> None:
    unit = 2.0**40
    large = sambe.System([(0.5 * unit, SZ)], drive={1: [(0.01 * unit, sambe.sigmap())]}, omega=unit,
                         baths=[bath(0.5, 0.5 * unit, 0.4, j=sambe.Flat(0.01 * unit))])  # fmt: skip
    one = sambe.System([(0.5, SZ)], drive={1: [(0.01, sambe.sigmap())]}, omega=1.0, baths=[bath(phase=0.4)])
    wanted = sambe.steady_state(one).energy_current
    assert_allclose(sambe.steady_state(large).energy_current / unit**2, wanted, rtol=1e-12)


def test_what_cannot_be_split_is_told() -> None:
    """The complete equation: the whole stands in the other terminals."""
    slow = sambe.models.modulated_qubit(omega=0.3, baths=[bath(centre=2.0), sambe.Bath("c", SX, OHMIC, 0.4)])
    with pytest.warns(sambe.SecularWarning, match="work of its squeezer"):
        found = sambe.steady_state(slow, secular="none")
    assert found.status == -2
    assert np.isnan(found.energy_current[:2]).all()
    assert np.isfinite(found.energy_current[2:]).all()
    assert "first_law_residual" in found.attrs["sum of b:heat and b:squeezer"]


def test_refusals_say_why() -> None:
    squeezed = sambe.Bath("b", SX, OHMIC, state=Squeezed(0.5, 0.5))
    system = driven(squeezed, sambe.Bath("c", SX, OHMIC, 0.3))
    with pytest.raises(InputError, match="<bb>"):
        sambe.steady_state(system, secular="ule")
    with pytest.raises(InputError, match="<bb>"):
        sambe.steady_state(system, lamb_shift="shift")
    with pytest.raises(InputError, match="<bb>"):
        sambe.steady_state(system, equation="heom")
    for option in ({"device": "jax"}, {"by": "quanta"}):
        with pytest.raises(InputError, match="squeezed"):
            sambe.steady_state(system, **option)
    dressed = sambe.steady_state(driven(*system.baths, omega=0.8), equation="dressed")
    assert dressed.attrs["squeezing of b"].startswith("N alone")


@pytest.mark.slow
def test_audit_channels_and_compare_count_it_whole() -> None:
    system = driven(bath(0.5, j=OHMIC), sambe.Bath("c", SX, OHMIC, 0.3), drive=0.1, omega=0.8)
    verdict = sambe.audit(system, equations=["driven_dressed"])
    assert verdict.terminal.values.tolist() == ["b", "c", "pump"]
    assert not (verdict.status > 0).any()
    both = sambe.compare(system, equations=["driven_dressed", "floquet"], secular="full")
    assert_allclose(both.energy_current[0], both.energy_current[1], rtol=1e-6)
    channels = sambe.channels(system, secular="full")
    whole = both.energy_current[0, :2].sum()
    assert_allclose(channels.energy_current.groupby("bath").sum().sel(bath="b"), whole, rtol=1e-9)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"r": np.inf}, r"state\.r = inf"),
        ({"r": 1e3}, r"state\.r = 1000\.0: .*between 0 and 12"),
        ({"r": -0.5}, "add pi to the phase"),
        ({"t": -1.0}, r"state\.temperature = -1\.0"),
        ({"centre": -1.0}, r"state\.centre = -1\.0"),
        ({"centre": "pump"}, r"Squeezed\.centre = 'pump': .*\"drive\""),
        ({"centre": [1.0]}, r"state\.centre"),
    ],
)
def test_bad_numbers_are_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        driven(bath(**given))


def test_there_has_to_be_a_drive_to_follow() -> None:
    with pytest.raises(InputError, match=r"bath 'b'\.state\.centre = 'drive': .*omega"):
        undriven(bath())
    with pytest.raises(InputError, match="in a System"):
        bath().rates(W)
