"""Noise and cumulants against numbers and closed forms of other routes, each with its source.

"Derived": worked out twice for this purpose, once from a characteristic equation or the eigenvalue on a
circle of fields, once by the recursion on matrices written out by hand. Everything is counted into the
system; upper triangles are row by row, terminals in order, the pump last.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.special import jv

import sambe
from sambe import models

UPPER = np.triu_indices(3)
pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")


def upper(data: Any) -> Any:
    return data.energy_noise.values[UPPER]


def close(found: ArrayLike, wanted: ArrayLike, rtol: float) -> None:
    np.testing.assert_allclose(found, wanted, rtol=rtol)


def generating(system: sambe.System, secular: str = "full", **fields: complex) -> Any:
    return sambe.generating_function(system, fields, secular=secular).item()


def test_circular_qubit_by_populations() -> None:
    # derived: 2x2 matrices U, V with exp(xi W + xi_p q w) in closed form, w0 = w = 1, A = 0.1, T = 1.2 / 0.4
    qubit = models.spin_boson(drive=0.1, omega=1.0)
    data = sambe.counting_statistics(qubit, 4, secular="full")
    close(data.energy_cumulant[0], [-0.0009028822606, -0.0009046401122, 0.001807522373], 1e-8)
    noise = [
        0.002296717072,
        -2.906763666e-06,
        -0.002293810308,
        0.001069917113,
        -0.001067010349,
        0.003360820657,
    ]
    close(upper(data), noise, 1e-7)
    close(data.energy_cumulant[2], [-0.0009069858039, -0.0009127541332, 0.001812315019], 1e-6)
    close(data.energy_cumulant[3], [0.002306439981, 0.001071502261, 0.003359452937], 1e-6)
    close(data.fano, 1.859352176, 1e-8)
    close(data.entropy_production, 0.003014002164, 1e-8)
    close(data.spohn_entropy_production, 0.003014002164, 1e-8)
    close(data.uncertainty_ratio, [8.491586106, 3.940415442, 3.100427174], 1e-8)
    close(data.activity, 0.003359856452, 1e-8)
    close(data.kinetic_ratio, [9.465988679, 4.392574897, 3.456198661], 1e-8)
    close(generating(qubit, left=0.31, right=-0.57, pump=0.2), 0.00101599817, 1e-8)
    close(generating(qubit, pump=0.8j), -0.001019374914 + 0.001296172084j, 1e-8)


def test_three_level_amplifier_by_populations() -> None:
    # derived: recursion in the frame against the eigenvalue on a circle, channels of the laboratory frame
    baths = [sambe.Bath("hot", sambe.transition(3, 0, 2) + sambe.transition(3, 2, 0),
                        sambe.Ohmic(0.002, cutoff=50.0), temperature=2.5),
             sambe.Bath("cold", sambe.transition(3, 0, 1) + sambe.transition(3, 1, 0),
                        sambe.Ohmic(0.002, cutoff=50.0), temperature=0.8)]  # fmt: skip
    system = models.three_level(energies=(0.0, 1.5, 2.5), drive=0.2, omega=1.0, baths=baths)  # e = 0.1
    data = sambe.counting_statistics(system, 4, secular="full")
    close(data.energy_cumulant[0], [0.000788940712, -0.0004740506565, -0.0003148900555], 1e-7)
    noise = [0.004656413064, -0.002794416998, -0.001861996065, 0.00167822098, 0.001116196018, 0.000745800047]
    close(upper(data), noise, 1e-6)
    close(data.energy_cumulant[2:, 2], [-0.0001545786068, 0.0003437929462], 1e-5)
    close(data.uncertainty_ratio[2], 2.083358256, 1e-8)
    close(data.activity, 0.004115965509, 1e-6)


@pytest.mark.parametrize("secular", ["partial", "none"])
@pytest.mark.parametrize(
    ("drive", "detuning"), [(0.01 / 2**0.5, 0.0), (0.003, 0.0), (0.03, 0.0), (0.01, 0.02)]
)
def test_resonance_fluorescence(drive: float, detuning: float, secular: str) -> None:
    # Mandel, Opt. Lett. 4, 205 (1979): Q = -6 A^2 G^2/(G^2 + 2 A^2)^2 on resonance; off it as written
    g, a, d = 0.01, drive, detuning
    vacuum = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(g), temperature=0.0)
    atom = models.spin_boson(splitting=1.0 + d, drive=a, omega=1.0, baths=[vacuum])
    data = sambe.counting_statistics(atom, 4, secular=secular)
    width = g * g + 4 * d * d + 2 * a * a
    close(data.pump_quanta[0], a * a * g / width, 1e-7)
    close(data.fano, 1.0 - 2 * a * a * (3 * g * g - 4 * d * d) / width**2, 1e-7)
    if a == 0.01 / 2**0.5:  # derived: characteristic equation s (s+G) K + A^2/2 (2 s + G (1 - e^x)) = 0
        close(data.pump_quanta[2:], [0.00015625, 0.0002734375], 1e-5)
        close(generating(atom, secular, pump=1j), -0.0003016108184 + 0.002471539558j, 1e-7)
        close(generating(atom, secular, pump=0.7), 0.001914448267, 1e-7)
        close(data.energy_cumulant[:2, 0], [-0.0025, 0.000625], 1e-6)


def occupied(n: float) -> Any:
    """A bath of the given occupation at every frequency, by its rates."""
    from dataclasses import dataclass

    from sambe.description.reservoir import ReservoirState

    @dataclass(frozen=True)
    class Occupation(ReservoirState):
        n: float

        def rates(self, spectrum: Any, energy: Any) -> Any:
            j = spectrum.density(np.where(energy == 0.0, 1.0, np.abs(energy)))
            up, down = j * self.n, j * (1.0 + self.n)
            return np.where(energy >= 0, up, down), np.where(energy >= 0, down, up)

    return Occupation(n)


def test_the_quietest_driven_qubit() -> None:
    # derived: F = g/G - 2 <q> (3g/2)/Y, Y = g^2/2 + A^2, at A^2 = g^2/2; the ratio 2 x (coth x - (3/4) tanh
    # x) has its minimum 1.24587 at x = w/2T = 1.805, published as 1.25, and at x = 1.8 is 1.24588
    x = 1.8
    n = 1.0 / np.expm1(2 * x)
    total, g = 0.01, 0.01 * (1 + 2 * n)
    bath = sambe.Bath("bath", sambe.sigmax(), sambe.Flat(total), state=occupied(n))
    qubit = models.spin_boson(drive=g / 2**0.5, omega=1.0, baths=[bath])
    data = sambe.counting_statistics(qubit, 2, secular="none")
    close(data.pump_quanta[0], 0.0025, 1e-7)
    close(data.fano, 0.346078052, 1e-7)
    close(2 * x * data.fano, 1.245880987, 1e-7)  # sigma = (w/T) <q>
    close(2 * x * data.fano, 2 * x * (1 / np.tanh(x) - 0.75 * np.tanh(x)), 1e-7)
    close(data.entropy_production, 2 * x * 0.0025, 1e-6)  # ln[a(-W)/a(W)] = w/T at every energy
    close(data.uncertainty_ratio.sel(terminal="pump"), 1.245880987, 1e-6)


def test_weak_resonance_with_coherences() -> None:
    # derived: the tilt written out in the frame, recursion with the Drazin inverse; default baths, A = 0.002
    qubit = models.spin_boson(drive=0.002, omega=1.0)
    data = sambe.counting_statistics(qubit, 3, secular="none")
    close(data.energy_cumulant[0], [0.0001450532737, -0.0004170505124, 0.0002719977283], 1e-7)
    noise = [
        0.0007653098681,
        -0.0004130647208,
        -0.0003522456669,
        0.0005101252873,
        -9.706105358e-05,
        0.0004493077271,
    ]
    close(upper(data), noise, 1e-6)
    close(data.energy_cumulant[2], [0.0001371145291, -0.0001980425933, -1.047950198e-05], 1e-5)
    wrong = sambe.counting_statistics(qubit, 2, secular="full")
    close([wrong.energy_current[2], wrong.energy_noise[2, 2]], [0.001809673974, 0.003362518569], 1e-8)
    # the closed Bloch form of one bath with the sums over both, good to order A/w
    close([data.energy_current[2], data.energy_noise[2, 2]], [0.0002719978931, 0.0004493079434], 2e-2)


def test_linear_drive_by_populations() -> None:
    # derived: Sambe matrix against propagator, A = 0.4, w = 0.8
    qubit = models.spin_boson(drive=0.4, omega=0.8, polarization="linear")
    data = sambe.counting_statistics(qubit, 3, secular="full")
    close(data.energy_cumulant[0], [-0.0003392778664, -0.0005943779289, 0.0009336557953], 1e-7)
    noise = [
        0.001414403158,
        -0.0002006948293,
        -0.001213708329,
        0.0007132877953,
        -0.000512592966,
        0.001726301295,
    ]
    close(upper(data), noise, 1e-7)
    close(data.energy_cumulant[2], [-0.0003092609036, -0.0005116377426, 0.0008904864279], 1e-5)
    close(generating(qubit, left=0.2, right=-0.3, pump=0.1), 0.0002836869131, 1e-7)
    close(data.uncertainty_ratio, [21.73254243, 3.570983305, 3.502606725], 1e-8)
    close(data.activity, 0.002944229418, 1e-6)


# derived: local Lindblad equation of the maser in closed form (Kalaee, Wacker and Potts, Phys. Rev. E 104,
# L012103, 2021, whose point below two is the second); rates, occupations and coupling, then rate, variance,
# third, fourth and ratio over the scale of the rates
MASERS = [
    ((0.1, 0.1, 2.0, 0.5, 0.05), 1e-3, (0.003, 0.0088146, -0.00135977916, 0.003756430106), 2.036605046),
    ((1.0, 100.0, 100.0, 0.27, 95.0), 1e-4, (15.1003946295, 19.3483707267), 1.97117572887),
]


@pytest.mark.parametrize(("numbers", "scale", "cumulants", "ratio"), MASERS)
def test_maser(numbers: tuple[float, ...], scale: float, cumulants: tuple[float, ...], ratio: float) -> None:
    gh, gc, nh, nc, e = numbers
    up, low = sambe.transition(3, 2, 0), sambe.transition(3, 1, 0)
    baths = [sambe.Bath("hot", up + up.conj().T, sambe.Flat(gh * scale), state=occupied(nh)),
             sambe.Bath("cold", low + low.conj().T, sambe.Flat(gc * scale), state=occupied(nc))]  # fmt: skip
    # states 0, 1, 2; the drive takes 1 to 2; hot on 0-2, cold on 0-1
    system = sambe.System(np.diag([0.0, 1.5, 2.5]), {1: [(e * scale, sambe.transition(3, 2, 1))]}, 1.0, baths)
    data = sambe.counting_statistics(system, len(cumulants), secular="none")
    out = data.pump_quanta.values * [-1.0, *[1.0] * (len(cumulants) - 1)]  # the mean is what the drive gets
    close(out[:2] / scale, cumulants[:2], 1e-7)
    close(out[2:] / scale, cumulants[2:], 1e-5)
    sigma = np.log(nh * (1 + nc) / (nc * (1 + nh))) * out[0]  # entropy of a cycle times their rate
    close(out[1] * sigma / out[0] ** 2, ratio, 1e-7)


@pytest.mark.parametrize(("omega", "variance", "ratio"), [
    (0.3, 4.844045403e-06, 2.020719755), (0.6, 1.991996163e-05, 2.010697308)])  # fmt: skip
def test_minimal_machine(omega: float, variance: float, ratio: float) -> None:
    # Gelbwaser-Klimovsky, Alicki and Kurizki, Phys. Rev. E 87, 012140 (2013): one cycle carries w0 + w from
    # the hot bath and w0 - w to the cold one; its statistics are those of a two-state cycle
    lam, hot_t, cold_t = 0.3, 1.4, 0.5

    def window(centre: float) -> sambe.Custom:
        return sambe.Custom(lambda x: np.where(np.abs(x - centre) < omega / 8, 0.002 * x, 0.0))

    baths = [sambe.Bath("hot", sambe.sigmax(), window(1 + omega), hot_t),
             sambe.Bath("cold", sambe.sigmax(), window(1 - omega), cold_t)]  # fmt: skip
    system = sambe.System([(0.5, sambe.sigmaz())], {1: [(0.25j * lam * omega, sambe.sigmaz())]}, omega, baths)
    data = sambe.counting_statistics(system, 2, secular="full")
    weight = jv(1, lam) ** 2 * 0.002
    nh, nc = 1 / np.expm1((1 + omega) / hot_t), 1 / np.expm1((1 - omega) / cold_t)
    a, b = weight * (1 + omega), weight * (1 - omega)
    there, back, total = a * nh * b * (1 + nc), b * nc * a * (1 + nh), a * (1 + 2 * nh) + b * (1 + 2 * nc)
    closed = (there + back) / total - 2 * (there - back) ** 2 / total**3
    close(data.energy_noise[2, 2], closed * (2 * omega) ** 2, 1e-6)
    close(data.energy_noise[2, 2], variance, 1e-6)
    close(data.uncertainty_ratio, 3 * [ratio], 1e-5)
