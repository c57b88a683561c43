"""The extended space of two tones, against a static frame, weak-drive theory and refusals."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.errors import ConvergenceError
from sambe.physics.dressing.dressing import Dressing
from sambe.physics.dressing.frequencies import Tones
from sambe.physics.dressing.tones import extended
from sambe.physics.dressing.tones.extended import MOST_STATES, tone_load, tone_modes

System = Callable[..., sambe.System]
GOLDEN = 0.5 * (1.0 + 5.0**0.5)


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_it_agrees_with_a_static_frame(ladder: System, secular: str) -> None:
    system = ladder(2.0, 1.2345)
    framed, extended = (
        sambe.steady_state(system, equation=equation, secular=secular)
        for equation in ("driven_dressed", "floquet")
    )
    assert framed.attrs["equation"] == "driven_dressed"
    size = float(abs(framed.energy_current).max())
    assert abs(framed.energy_current - extended.energy_current).max() < 1e-9 * size
    assert abs(framed.population.sortby(framed.energy) - 0).sum() == pytest.approx(1.0)


def test_weak_tones_pump_by_themselves(linear: System) -> None:
    # off resonance a weak tone A pumps 2 J(w) w w0^2 A^2 / (w0^2 - w^2)^2, derived for A cos(wt) sx
    w1, w2, a, b = 0.35, 0.35 * GOLDEN, 0.02, 0.03
    flow = sambe.steady_state(linear(w1, w2, a, b), secular="full").energy_current.values
    for w, size, pump in ((w1, a, flow[2]), (w2, b, flow[3])):
        assert pump == pytest.approx(
            2 * 0.002 * w * np.exp(-w / 10) * w * size**2 / (1 - w * w) ** 2, rel=2e-2
        )
    assert abs(flow.sum()) < 1e-12 * abs(flow).max()


def test_modes_are_orthonormal_and_jumps_even(linear: System) -> None:
    system = linear(0.9, 0.9 * GOLDEN)
    d = tone_modes(system.harmonics(), Tones(system.omega), [sambe.sigmax()], (0, 0))
    v = d.states[()]
    assert np.allclose(v.conj().T @ v, np.eye(2), atol=1e-6)
    # S^2 = 1: the squares of all harmonics of both signs add up to the identity
    s = d.couplings[0]
    first = [k for k, q in enumerate(d.quanta) if q]
    whole = np.einsum("qki,qkj->ij", s.conj(), s) + np.einsum("qik,qjk->ij", s[first], s[first].conj())
    assert np.allclose(whole, np.eye(2), atol=1e-8)


@pytest.mark.slow
def test_modes_that_are_improved_are_those_of_the_larger_space(
    linear: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = linear(0.7, 1.13)

    def modes() -> Dressing:
        return tone_modes(system.harmonics(), Tones(system.omega), [sambe.sigmax()], (0, 0))

    improved = modes()
    monkeypatch.setattr(extended, "FIRST", 8)  # and all of it diagonalised at once
    monkeypatch.setattr(extended, "DENSE_STATES", 10**4)
    direct = modes()
    a, b = (np.argsort(d.energies) for d in (improved, direct))
    assert np.allclose(improved.energies[a], direct.energies[b], rtol=0.0, atol=1e-12)
    shared = [q for q in improved.quanta if q in direct.quanta]
    assert len(shared) > 20
    sizes = [
        np.abs(d.couplings[0, [d.quanta.index(q) for q in shared]][:, order][:, :, order])
        for d, order in ((improved, a), (direct, b))
    ]
    assert np.allclose(*sizes, rtol=0.0, atol=1e-7)


def test_imaginary_elements_join_states_as_real_ones_do(linear: System) -> None:
    # sigma_y is sigma_x a quarter of a turn about z later
    real = linear(0.7, 1.13, 0.1, 0.1)
    y = sambe.sigmay()
    baths = [dataclasses.replace(b, coupling=y) for b in real.baths]
    turned = real.replace(drive={k: [(0.05, y)] for k in real.drive}, baths=baths)
    a, b = (sambe.steady_state(x, secular="full").energy_current.values for x in (real, turned))
    assert np.allclose(a, b, rtol=0.0, atol=1e-12 * abs(a).max())


def test_what_does_not_converge_says_so(linear: System) -> None:
    near = linear(0.7, 1.401)
    with pytest.raises(ConvergenceError, match="slow against the drive, or nearly commensurate"):
        tone_modes(near.harmonics(), Tones(near.omega), [sambe.sigmax()], (0, 0))
    harmonics, work = tone_load(linear(0.7, 1.13), (0, 0))
    assert harmonics > 8
    assert 0 < work <= 4 * MOST_STATES**2
