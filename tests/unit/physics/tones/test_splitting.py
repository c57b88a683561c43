"""The pump of each tone where tones fold: by quanta, by phases, and by the course of the state."""

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

import sambe
from sambe.physics.preparation import prepare
from sambe.physics.tones.splitting import signed_lines
from sambe.sweep.axes import Sweep
from sambe.sweep.kernels.fields import point_fields

System = Callable[..., sambe.System]


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
def test_phases_and_quanta_agree(ladder: System, secular: str) -> None:
    system = ladder(2.0, 1.2)
    method = prepare(system, equation="floquet", secular=secular)
    point = Sweep(system).part(np.array([0]))
    by_quanta, by_phase = (
        point_fields(point, how)["energy_current"] for how in (method, replace(method, static=False))
    )
    assert np.allclose(by_quanta, by_phase, rtol=0.0, atol=1e-9 * abs(by_quanta).max())


@pytest.mark.slow
def test_a_slow_beat_goes_through_all_phases(linear: System) -> None:
    # slow against the levels, fast against relaxation: what the tones give is the mean over the phase; of a
    # beat of either sign, so that the change of the frequency itself drops out in first order
    phase = np.linspace(0.0, 2.0 * np.pi, 8, endpoint=False)
    turned = sambe.axis("phi", phase).copy(data=0.2 * np.exp(1j * phase))
    each = sambe.steady_state(linear(0.7, 1.4, 0.3, turned), secular="full").energy_current.values
    mean = each.mean(axis=0)
    assert np.ptp(each[:, 2]) > 0.3 * abs(mean[2])  # one phase by itself says little
    beats = [sambe.steady_state(linear(0.7, 1.4 + d, 0.3, 0.2), secular="full") for d in (0.01, -0.01)]
    assert sum(x.energy_current.values for x in beats) / 2 == pytest.approx(mean, rel=3e-3)


def test_lines_of_both_signs() -> None:
    x = np.arange(8.0).reshape(1, 1, 2, 2, 2) + 1j
    lines = signed_lines(x, (0, 3), np.array([-3, 0, 3, 4]))
    assert np.allclose(lines[0, 0, 0], x[0, 0, 1].conj().T)
    assert np.allclose(lines[0, 0, 2], x[0, 0, 1])
    assert not lines[0, 0, 3].any()


@pytest.mark.slow
def test_the_pump_of_a_tone_is_the_work_on_it(linear: System) -> None:
    # with every term kept the work is the mean of Tr[dH/dt rho] of the tone, to the order of the theory: the
    # state at phases t from a system that begins there
    w, count = 0.7, 24
    system = linear(w, 2 * w, 0.3, 0.2)
    flow = sambe.steady_state(system, secular="none").energy_current.values
    work = np.zeros(2)
    for t in np.arange(count) * (2 * np.pi / w / count):
        late = sambe.System(
            system.hamiltonian, omega=system.omega, baths=system.baths,
            drive={(1, 0): [(0.15 * np.exp(-1j * w * t), sambe.sigmax())],
                   (0, 1): [(0.1 * np.exp(-2j * w * t), sambe.sigmax())]},
        )  # fmt: skip
        rho = sambe.steady_state(late, secular="none", states=True).density_matrix.values
        x = np.trace(sambe.sigmax() @ rho).real
        work += [-0.3 * w * np.sin(w * t) * x / count, -0.2 * 2 * w * np.sin(2 * w * t) * x / count]
    assert flow[2:] == pytest.approx(work, rel=5e-3)


@pytest.mark.parametrize("secular", ["full", "partial", "none", "ule", "clustered"])
def test_tones_give_what_the_one_drive_gives(linear: System, secular: str) -> None:
    # on resonance, weaker than relaxation: modes are degenerate, and what turns them is work of both tones
    two = linear(1.0, 2.0, 0.002, 0.3)
    terms = list(two.drive.values())
    one = two.replace(drive={1: terms[0], 2: terms[1]}, omega=1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sambe.SecularWarning)
        shares, drive = (sambe.steady_state(x, secular=secular).energy_current.values for x in (two, one))
    assert shares[2:].sum() == pytest.approx(drive[2], abs=1e-11 * abs(drive).max())


def test_a_tone_of_no_size_gives_nothing(linear: System) -> None:
    with pytest.warns(sambe.SecularWarning):
        flow = sambe.steady_state(linear(1.0, 2.0, 0.002, 0.0), secular="full").energy_current.values
    assert abs(flow[3]) < 1e-14 < 1e-6 < flow[2]


# a coherence ten rates away is bounded by 1.1 % of a current, which it moves by 3e-5
@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
@pytest.mark.slow
def test_of_three_tones_two_fold(linear: System) -> None:
    # the third, which is slight, leaves what the others give
    x = sambe.sigmax()
    two = linear(0.7, 1.4, 0.1, 0.08)
    drive = {(1, 0, 0): [(0.05, x)], (0, 1, 0): [(0.04, x)], (0, 0, 1): [(1e-6, x)]}
    three = two.replace(drive=drive, omega=(0.7, 1.4, 1.13))
    a, b = (sambe.steady_state(s, secular="full").energy_current.values for s in (three, two))
    assert np.allclose(a[:4], b, rtol=0.0, atol=1e-9 * abs(b).max())
    strong = sambe.steady_state(three.replace(drive={**drive, (0, 0, 1): [(0.03, x)]}), secular="full")
    currents = strong.energy_current.values
    assert abs(currents.sum()) < 1e-12 * abs(currents).max()
    assert currents[4] > 1e-4
