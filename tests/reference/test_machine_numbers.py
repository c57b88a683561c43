"""Machines against closed forms, and numbers derived from them, each with its formula.

"Derived": worked out twice for this purpose, from the closed form that stands beside it and by another route.
Everything is counted into the system, terminals in order, the pump last.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.special import jv

import sambe
from sambe import models

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
SX, SZ = sambe.sigmax(), sambe.sigmaz()


def close(found: ArrayLike, wanted: ArrayLike, rtol: float) -> None:
    np.testing.assert_allclose(found, wanted, rtol=rtol)


def mode(data: Any) -> str:
    names: list[str] = data.mode.attrs["flag_meanings"].split()
    return names[int(data.mode)]


def occupation(w: float, t: float) -> float:
    return float(1.0 / np.expm1(w / t))


def minimal(w: float, hot: Any = None, lam: float = 0.3) -> sambe.System:
    """H = (w0 + lam w sin wt)/2 sz between a bath at w0 + w alone and one at w0 - w alone, J = 0.002 W."""

    def band(centre: float) -> sambe.Custom:
        return sambe.Custom(lambda x: np.where(np.abs(x - centre) < w / 8, 0.002 * x, 0.0))

    state = {"temperature": 1.4} if hot is None else {"state": hot}
    return sambe.System(
        [(0.5, SZ)], drive={1: [(0.25j * lam * w, SZ)]}, omega=w,
        baths=[sambe.Bath("hot", SX, band(1 + w), **state), sambe.Bath("cold", SX, band(1 - w), 0.5)],
    )  # fmt: skip


def test_minimal_machine() -> None:
    # derived: sidebands J_1(lam)^2 take quanta w0 + w from one bath and w0 - w to the other, efficiency
    # 2w/(w0 + w); engine below w = w0 (Th - Tc)/(Th + Tc) = 9/19, refrigerator above
    engine = sambe.performance(minimal(0.3), secular="full")
    assert mode(engine) == "engine"
    close(engine.energy_current, [4.080927406e-06, -2.197422449e-06, -1.883504956e-06], 1e-6)
    close([engine.efficiency, engine.fraction_of_carnot], [0.4615384615, 0.7179487179], 1e-7)
    cooler = sambe.performance(minimal(0.6), secular="full")
    assert mode(cooler) == "refrigerator"
    close(cooler.energy_current, [-3.774092093e-06, 9.435230232e-07, 2.83056907e-06], 1e-6)
    close([cooler.cop, cooler.fraction_of_carnot], [0.3333333333, 0.6], 1e-7)
    turn = 9 / 19
    assert mode(sambe.performance(minimal(turn - 1e-6), secular="full")) == "engine"
    assert mode(sambe.performance(minimal(turn + 1e-6), secular="full")) == "refrigerator"


def test_minimal_machine_with_a_squeezed_bath() -> None:
    # derived: n_h -> N in the rates; heat of the thermal modes and work of an ideal squeezer apart
    squeezed = sambe.Squeezed(0.6, 1.0, 0.0, centre=1.3)
    found = sambe.performance(minimal(0.3, squeezed), secular="full")
    heat, squeezer, _, pump = found.energy_current.values
    close([heat, squeezer, -pump], [-0.00012707317, 0.0001380351012, 5.059352883e-06], 1e-8)
    close(heat + squeezer, 1.096193125e-05, 1e-8)
    close([found.naive_efficiency, found.naive_carnot], [0.4615384615, 0.8350868933], 1e-9)
    close([found.power, found.entropy_production], [-0.0001329757484, 0.0002235937734], 1e-9)
    assert mode(found) != "engine"  # once squeezing is paid for
    assert np.isnan(found.efficiency)


def maser(drive: float, omega: float = 1.0, hot: float = 2.5, cold: float = 0.8) -> sambe.System:
    baths = [
        sambe.Bath(n, None, sambe.Ohmic(0.002, cutoff=50.0), t) for n, t in (("hot", hot), ("cold", cold))
    ]
    return models.three_level((0.0, 1.5, 2.5), 2 * drive, omega, baths)


def test_three_level_amplifier() -> None:
    # derived: branch rates p_g a_s b_s (nh - nc)/(a_s(1 + nh) + b_s(1 + nc)) at wh +- e, wc +- e
    strong = sambe.performance(maser(0.1), secular="full")
    assert mode(strong) == "engine"
    close(strong.energy_current, [0.000788940712, -0.0004740506565, -0.0003148900555], 1e-9)
    close(strong.efficiency, 0.399130189, 1e-9)
    # derived: with coherences P = w I of the local maser, whose efficiency is w/wh
    weak = sambe.performance(maser(0.001))
    close(weak.energy_current, [0.0001106324272, -6.637945999e-05, -4.425292627e-05], 3e-3)
    close(weak.efficiency, 0.3999995968, 1e-3)
    # the trap: populations alone have the efficiency right and the power not
    wrong = sambe.performance(maser(0.001), secular="full")
    close(wrong.energy_current[-1], -0.0003162000218, 1e-9)
    close(wrong.efficiency, weak.efficiency, 1e-3)


def test_branches_of_a_strong_drive_work_against_each_other() -> None:
    # derived: R_s = p_g a_s b_s (nh - nc)/(a_s(1 + nh) + b_s(1 + nc)) at wh + s e, wc + s e: an engine where
    # wh/Th < wc/Tc there, which with e = 0.3 holds in one branch and not in the other
    e, hot, cold = 0.3, 2.5, 1.55
    found = sambe.performance(maser(e, hot=hot, cold=cold), secular="full")
    ohmic = sambe.Ohmic(0.002, cutoff=50.0)
    up, down, flux = [], [], []
    for s in (1, -1):
        a, b = 0.5 * float(ohmic(2.5 + s * e)), 0.5 * float(ohmic(1.5 + s * e))
        nh, nc = occupation(2.5 + s * e, hot), occupation(1.5 + s * e, cold)
        up.append(a * nh + b * nc)
        down.append(a * (1 + nh) + b * (1 + nc))
        flux.append(a * b * (nh - nc) / down[-1])
    ground = 1.0 / (1.0 + up[0] / down[0] + up[1] / down[1])
    plus, minus = (ground * x for x in flux)
    assert plus * minus < 0
    close(found.energy_current[-1], -(plus + minus) * 1.0, 1e-8)
    close(found.energy_current[0], plus * (2.5 + e) + minus * (2.5 - e), 1e-8)


def lorentz(centre: float, strength: float = 0.01, width: float = 0.1) -> sambe.Custom:
    return sambe.Custom(lambda w: strength * (width / 2) ** 2 / ((w - centre) ** 2 + (width / 2) ** 2))


def modulated(amplitude: float, omega: float, baths: Any) -> sambe.System:
    return sambe.System([(0.5, SZ)], drive={1: [(amplitude / 4, SZ)]}, omega=omega, baths=baths)


def test_modulated_refrigerator() -> None:
    # derived: weights J_m(A/w)^2 at the energies w0 + m w
    baths = [sambe.Bath("hot", SX, lorentz(1.45), 0.6), sambe.Bath("cold", SX, lorentz(0.55), 0.4)]
    found = sambe.performance(modulated(0.3, 0.45, baths), secular="full")
    assert mode(found) == "refrigerator"
    close(found.energy_current, [-0.0001153651284, 3.856055621e-05, 7.680457215e-05], 1e-6)
    close([found.cop, found.fraction_of_carnot], [0.5020606863, 0.2510303432], 1e-6)


def test_rectification_of_one_qubit_and_of_two() -> None:
    def right(w: Any) -> Any:
        return 0.006 * w**3 / 9 * np.exp(-w / 3)

    left = sambe.Ohmic(0.002, cutoff=10.0)
    one = sambe.System(
        [(0.5, SZ)], baths=[sambe.Bath("left", SX, left, 1.2), sambe.Bath("right", SX, right, 0.4)]
    )
    found = sambe.rectification(one)
    close([found.forward, found.backward], [0.0001139059395, -0.0001755153584], 1e-9)
    close(found.rectification, -0.2128710616, 1e-9)
    # exchange-coupled qubits are two free modes e_k with weights v_lk^2 (Jordan and Wigner), by populations
    h = np.array([[1.0, 0.3], [0.3, 1.5]])
    e, v = np.linalg.eigh(h)

    def heat(t_left: float, t_right: float) -> float:
        total = 0.0
        for k in (0, 1):
            a, b = float(left(e[k])) * v[0, k] ** 2, right(e[k]) * v[1, k] ** 2
            nl, nr = occupation(e[k], t_left), occupation(e[k], t_right)
            total += e[k] * a * b * (nl - nr) / (a * (1 + 2 * nl) + b * (1 + 2 * nr))
        return total

    pair = models.two_qubits(
        splittings=(1.0, 1.5), coupling=0.3, drive=0.0, omega=1.0,
        baths=[sambe.Bath("left", None, left, 1.2), sambe.Bath("right", None, right, 0.4)],
    )  # fmt: skip
    found = sambe.rectification(pair, secular="full")
    close([found.forward, found.backward], [heat(1.2, 0.4), heat(0.4, 1.2)], 1e-8)


def test_heat_valve() -> None:
    # J = g^2 k/((W - wr)^2 + k^2/4); heat w Jl Jr (nl - nr)/(Jl(1 + 2 nl) + Jr(1 + 2 nr)) at w = wq
    def valve(wq: float) -> float:
        g, k = 0.002, 0.1
        sides = (("l", 1.0, 0.4), ("r", 1.05, 0.2))
        baths = [sambe.Bath(n, SX, lorentz(wr, 4 * g * g / k, k), t) for n, wr, t in sides]
        found = sambe.performance(sambe.System([(0.5 * wq, SZ)], baths=baths))
        assert mode(found) == "conductor"
        return float(found.energy_current[0])

    close([valve(w) for w in (1.0, 0.9, 0.7)], [3.922170712e-06, 8.786004456e-07, 1.818864584e-07], 1e-9)
    close(valve(1.0) / valve(0.7), 21.56384124, 1e-9)


@pytest.mark.parametrize(
    ("temperatures", "cop", "carnot"), [((4.0, 1.0, 0.8), 0.375, 3.0), ((2.5, 1.0, 0.7), 0.375, 1.4)]
)
def test_absorption_refrigerator(temperatures: Any, cop: float, carnot: float) -> None:
    # levels 0, wc, wc + ww: one cycle takes wc from the cold bath for ww of the working one
    def joining(i: int, j: int) -> Any:
        return sambe.transition(3, i, j) + sambe.transition(3, j, i)

    def device(wc: float) -> Any:
        parts = {"work": ((1, 2), 0.004), "hot": ((0, 2), 0.003), "cold": ((0, 1), 0.002)}
        baths = [
            sambe.Bath(name, joining(*pair), sambe.Ohmic(g, cutoff=10.0), t)
            for (name, (pair, g)), t in zip(parts.items(), temperatures, strict=True)
        ]
        levels = [(wc, sambe.projector(3, 1)), (wc + 0.8, sambe.projector(3, 2))]
        return sambe.performance(sambe.System(levels, baths=baths))

    found = device(0.3)
    assert mode(found) == "absorption_refrigerator"
    close([found.cop, found.carnot, found.fraction_of_carnot], [cop, carnot, cop / carnot], 1e-9)
    if temperatures[0] == 4.0:
        close(found.energy_current[:3], [0.0001316573949, -0.000181028918, 4.937152308e-05], 1e-9)
    reversible = 0.8 * carnot
    assert np.abs(device(reversible).energy_current).max() < 1e-12  # nothing flows at Carnot's point


def test_reset_by_a_sideband() -> None:
    # derived: p_e from weights J_m(A/w)^2; ideally the splitting w0 has the cavity's occupation at w0 + w
    w, t = 1.5, 0.3
    baths = [sambe.Bath("line", SX, sambe.Ohmic(0.0002, cutoff=10.0), t),
             sambe.Bath("cavity", SX, lorentz(1 + w, 0.05), t)]  # fmt: skip
    excited = {"p": sambe.projector(2, 0)}
    flow = sambe.steady_state(modulated(0.4, w, baths), secular="full", observables=excited)
    p = flow.expectation.item()
    close([p, 1.0 / np.log(1.0 / p - 1.0)], [0.01013195075, 0.2182511294], 1e-7)
    close(flow.energy_current, [3.327052662e-06, -2.061470226e-05, 1.72876496e-05], 1e-6)
    assert jv(1, 0.4 / w) ** 2 < 0.02  # by a sideband of a few per cent
