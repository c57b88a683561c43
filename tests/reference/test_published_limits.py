"""Limits that others have published, against the engine; docs/verification.md shows the same numbers.

``python tests/reference/test_published_limits.py`` writes the table of that page anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.special import jv

import sambe
from sambe import analytic, models
from sambe.physics.dressing.dressing import Dressing
from sambe.physics.equations import dressing_of as dress
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification.md"
BEGIN, END = "<!-- table: tests/reference/test_published_limits.py -->", "<!-- end of table -->"
OHMIC = sambe.Ohmic(0.002, cutoff=10.0)
BATHS = [
    sambe.Bath("left", spectrum=OHMIC, temperature=1.2),
    sambe.Bath("right", spectrum=OHMIC, temperature=0.4),
]
Pair = tuple[float, float]


@dataclass(frozen=True)
class Limit:
    """A published limit: what it says, what comes out, and how close the two must be."""

    system: str
    statement: str
    source: str
    tolerance: float
    values: Callable[[], Pair]


LIMITS: list[Limit] = []


def limit(system: str, statement: str, source: str, tolerance: float) -> Callable[[Callable[[], Pair]], None]:
    """Enter a function that returns (expected, obtained); the tolerance is relative."""
    return lambda values: LIMITS.append(Limit(system, statement, source, tolerance, values))


def batch(system: sambe.System) -> sambe.System:
    """The System as a batch of one point."""
    return system.map_numbers(lambda path, x: np.array([x]) if path == "hamiltonian[0]" else x)


def dressed(system: sambe.System, equation: str = "floquet") -> Dressing:
    return dress(batch(system), prepare(system, equation, propagation_tolerance=1e-12))


def solved(system: sambe.System, equation: str = "floquet", secular: str = "full") -> Solution:
    return solve_batch(batch(system), prepare(system, equation, secular))


def gap(system: sambe.System) -> float:
    """Distance of the two quasienergies, modulo the drive."""
    low, high = np.asarray(dressed(system).energies)[0]
    w = float(system.omega)
    return float(abs((high - low + 0.5 * w) % w - 0.5 * w))


def current(system: sambe.System, terminal: str, equation: str = "auto", secular: str = "full") -> float:
    found = sambe.energy_currents(system, equation=equation, secular=secular)
    return float(found[system.terminals.index(terminal)])


def forced(omega: float = 0.6, force: float = 0.1) -> sambe.System:
    """w0 a†a + force cos(wt) (a + a†), w0 = 1, one bath."""
    bath = sambe.Bath("bath", spectrum=OHMIC, temperature=0.3)
    system = models.oscillator(drive=force / 2, omega=omega, levels=24, baths=[bath])
    a = sambe.destroy(24)
    return system.replace(drive={1: [(force / 2, a + a.T)]})


LH = "Langemeyer and Holthaus, PRE 89, 012101 (2014)"


@limit("Forced oscillator", "quasienergy of the lowest state moves by F²ω₀/[2(ω²−ω₀²)]", LH, 1e-8)
def _() -> Pair:
    found = solved(forced())
    lowest = int(np.argmax(found.populations[0]))
    moved = float(np.asarray(found.jumps.dressing.energies)[0, lowest])
    return 0.1**2 / (2 * (0.6**2 - 1.0)), (moved + 0.3) % 0.6 - 0.3


@limit("Forced oscillator", "dissipated power ωJ(ω)[Fω₀/(ω₀²−ω²)]², without the temperature", LH, 1e-6)
def _() -> Pair:
    return 0.6 * float(OHMIC(0.6)) * (0.1 / (1.0 - 0.36)) ** 2, current(forced(), "pump", "floquet")


@limit("Forced oscillator", "population ratio of neighbouring Floquet states is exp(−ω₀/T)",
       "Breuer, Huber and Petruccione, PRE 61, 4883 (2000)", 1e-6)  # fmt: skip
def _() -> Pair:
    p = np.sort(solved(forced()).populations[0])[::-1]
    return float(np.exp(-1.0 / 0.3)), float(p[1] / p[0])


SSH = "Schmidt, Schnack and Holthaus, PRE 100, 042141 (2019)"


def quasitemperature(s: float) -> float:
    found = solved(models.spin(s=s, drive=0.6, omega=0.75, baths=BATHS), "driven_dressed")
    e, p = np.asarray(found.jumps.dressing.energies)[0], found.populations[0]
    return float((e[1] - e[0]) / np.log(p[0] / p[1]))


def closed_quasitemperature() -> float:
    ladder = float(np.hypot(0.25, 0.6))
    lower, upper = analytic.spin_boson_populations(1.0, 0.6, 0.75, BATHS)
    return ladder / float(np.log(lower / upper))


@limit("Spin ½ in a circular field", "quasitemperature, in closed form", SSH, 1e-10)
def _() -> Pair:
    return closed_quasitemperature(), quasitemperature(0.5)


@limit("Spin 3 in a circular field", "the same quasitemperature for every spin", SSH, 1e-10)
def _() -> Pair:
    return closed_quasitemperature(), quasitemperature(3.0)


@limit("Circularly driven qubit", "quasienergies differ by [(ω₀−ω)²+A²]^½", "Rabi, PR 51, 652 (1937)", 1e-9)
def _() -> Pair:
    return float(np.hypot(0.2, 0.1)), gap(models.spin_boson(drive=0.1, omega=0.8))


@limit("Kerr resonator, T = 0", "photon number from the complex P function",
       "Drummond and Walls, J. Phys. A 13, 725 (1980)", 1e-8)  # fmt: skip
def _() -> Pair:
    vacuum = sambe.Bath("vacuum", spectrum=sambe.Flat(0.02), temperature=0.0)
    system = models.kerr_resonator(kerr=0.01, drive=0.012, omega=1.03, levels=18, baths=[vacuum])
    found = solved(system, "driven_dressed", "none")
    states = np.asarray(found.jumps.dressing.states)[0]
    fock = np.diagonal(states @ np.asarray(found.state)[0] @ states.conj().T).real
    return float(analytic.kerr_photons(-0.03, 0.01, 0.012, 0.02)), float(np.arange(18) @ fock)


def sideband(q: int) -> Pair:
    found = dressed(models.modulated_qubit(splitting=1.0, modulation=0.45, omega=0.3))
    size = np.abs(np.asarray(found.couplings))[0, 0, found.quanta.index(q)].max()
    return float(abs(jv(q, 1.5))), float(size)


TG = "Tien and Gordon, PR 129, 647 (1963)"


@limit("Longitudinal drive", "first sideband of σₓ is J₁(λ/ω), here λ/ω = 1.5", TG, 1e-8)
def _() -> Pair:
    return sideband(1)


@limit("Longitudinal drive", "second sideband of σₓ is J₂(λ/ω)", TG, 1e-8)
def _() -> Pair:
    return sideband(2)


GAK = "Gelbwaser-Klimovsky, Alicki and Kurizki, PRE 87, 012140 (2013)"


def heat_machine(omega: float) -> sambe.System:
    """Hot bath above the qubit, cold bath below: T = 1.5 and 0.5."""
    hot, cold = sambe.Window(0.002, low=1.02, high=3.0), sambe.Window(0.002, low=0.2, high=0.98)
    return models.modulated_qubit(modulation=0.01, omega=omega, baths=[
        sambe.Bath("hot", spectrum=hot, temperature=1.5),
        sambe.Bath("cold", spectrum=cold, temperature=0.5)])  # fmt: skip


@limit("Minimal heat machine", "engine turns refrigerator at ω = ω₀(T_h−T_c)/(T_h+T_c)", GAK, 1e-4)
def _() -> Pair:
    # an engine below it: the pump takes energy out
    scale = abs(current(heat_machine(0.3), "pump"))
    found = brentq(lambda w: current(heat_machine(w), "pump") / scale, 0.45, 0.55, xtol=1e-10)
    return 0.5, float(found)


@limit("Minimal heat machine", "the cold bath's current turns at the same frequency", GAK, 1e-4)
def _() -> Pair:
    scale = abs(current(heat_machine(0.3), "cold"))
    return 0.5, float(brentq(lambda w: current(heat_machine(w), "cold") / scale, 0.45, 0.55, xtol=1e-10))


@limit("Minimal heat machine", "efficiency 2ω/(ω₀+ω) as an engine, here ω = 0.3 ω₀", GAK, 1e-4)
def _() -> Pair:
    machine = heat_machine(0.3)
    return 2 * 0.3 / 1.3, -current(machine, "pump") / current(machine, "hot")


SGA = "Szczygielski, Gelbwaser-Klimovsky and Alicki, PRE 87, 012120 (2013)"


def laser(omega: float) -> sambe.System:
    """Qubit of splitting 1 in a laser, Rabi frequency 0.1: radiation on sigma_x, dephasing on sigma_z."""
    return models.spin_boson(drive=0.1, omega=omega, baths=[
        sambe.Bath("radiation", spectrum=sambe.Ohmic(0.1, 10.0, 3.0), temperature=0.0),
        sambe.Bath("dephasing", sambe.sigmaz(), sambe.Ohmic(2e-3, 10.0), 0.5)])  # fmt: skip


def dephasing_current(omega: float) -> Pair:
    """Heat from the dephasing bath by its jumps at +-Omega and the radiation's at omega +- Omega."""
    ladder = float(np.hypot(1.0 - omega, 0.1))
    up_share, sine = (0.5 * (1.0 + (1.0 - omega) / ladder)) ** 2, 0.1 / ladder
    down_share = (0.5 * (1.0 - (1.0 - omega) / ladder)) ** 2
    light, dust = laser(omega).baths
    j = [float(light.spectrum(w)) for w in (omega + ladder, omega - ladder)]
    up, down = sambe.absorption_rate(dust.spectrum, 0.5, np.array([ladder, -ladder])) * sine**2
    rise, fall = up + down_share * j[1], down + up_share * j[0]
    upper = rise / (rise + fall)
    return ladder * (up * (1.0 - upper) - down * upper), current(laser(omega), "dephasing")


@limit("Laser-driven qubit", "below resonance the dephasing bath is cooled (its heat current)", SGA, 1e-8)
def _() -> Pair:
    return dephasing_current(0.7)


@limit("Laser-driven qubit", "above resonance it is heated (its heat current)", SGA, 1e-8)
def _() -> Pair:
    return dephasing_current(1.3)


def linear(splitting: float, b: float) -> sambe.System:
    return models.spin_boson(splitting=splitting, drive=2 * b, omega=1.0, polarization="linear")


def resonance(b: float) -> float:
    """Splitting at which a linear drive of frequency 1 is resonant: the quasienergies are closest."""
    found = minimize_scalar(
        lambda x: gap(linear(x, b)), bounds=(1.0 - 3 * b * b, 1.0 + b * b), method="bounded",
        options={"xatol": 1e-11},
    )  # fmt: skip
    return float(found.x)


@limit("Linearly driven qubit", "Bloch-Siegert shift ω_res−ω₀ = A²/(4ω₀), here A = 0.02",
       "Bloch and Siegert, PR 57, 522 (1940)", 1e-4)  # fmt: skip
def _() -> Pair:
    splitting = resonance(0.01)
    return 0.01**2 / splitting, 1.0 - splitting


@limit("Linearly driven qubit", "to higher order b²/ω₀ + b⁴/4ω₀³ − 35b⁶/32ω₀⁵, b = A/2 = 0.15",
       "Shirley, PR 138, B979 (1965)", 1e-4)  # fmt: skip
def _() -> Pair:
    b, x = 0.15, resonance(0.15)
    return b**2 / x + b**4 / (4 * x**3) - 35 * b**6 / (32 * x**5), 1.0 - x


GDJH = "Grossmann, Dittrich, Jung and Hänggi, PRL 67, 516 (1991)"


def tunnelling(ratio: float) -> sambe.System:
    """0.01 sigma_x / 2 + ratio cos(t) sigma_z / 2."""
    return sambe.System([(0.005, sambe.sigmax())], drive={1: [(0.25 * ratio, sambe.sigmaz())]}, omega=1.0,
                        baths=[sambe.Bath("bath", sambe.sigmaz(), OHMIC, 1.0)])  # fmt: skip


def standstill(low: float, high: float) -> float:
    found = minimize_scalar(lambda x: gap(tunnelling(x)), bounds=(low, high), method="bounded",
                            options={"xatol": 1e-9})  # fmt: skip
    return float(found.x)


@limit("Coherent destruction of tunnelling", "quasienergies cross at the first zero of J₀(λ/ω)", GDJH, 1e-4)
def _() -> Pair:
    return 2.404825558, standstill(2.3, 2.5)


@limit("Coherent destruction of tunnelling", "and at the second", GDJH, 1e-4)
def _() -> Pair:
    return 5.520078110, standstill(5.4, 5.6)


@limit("Coherent destruction of tunnelling", "before it the splitting is ΔJ₀(λ/ω), here λ/ω = 1",
       "Großmann and Hänggi, EPL 18, 571 (1992)", 1e-4)  # fmt: skip
def _() -> Pair:
    return 0.01 * float(jv(0, 1.0)), gap(tunnelling(1.0))


SSD = "Scovil and Schulz-DuBois, PRL 2, 262 (1959)"


def amplifier(hot: float) -> sambe.System:
    flat = sambe.Window(1e-4, low=0.5, high=3.0)
    return models.three_level(drive=0.005, omega=1.5, baths=[
        sambe.Bath("hot", spectrum=flat, temperature=hot),
        sambe.Bath("cold", spectrum=flat, temperature=0.4)])  # fmt: skip


@limit("Three-level amplifier", "efficiency 1−ω_c/ω_h, here levels at 0, 1, 2.5", SSD, 1e-4)
def _() -> Pair:
    return 0.6, -current(amplifier(1.5), "pump") / current(amplifier(1.5), "hot")


@limit(
    "Three-level amplifier", "it amplifies where T_h/T_c > ω_h/ω_c: threshold T_h, here T_c = 0.4", SSD, 1e-4
)
def _() -> Pair:
    scale = abs(current(amplifier(1.5), "pump"))
    return 1.0, float(brentq(lambda t: current(amplifier(t), "pump") / scale, 0.7, 1.4, xtol=1e-9))


@limit("Qubit between two baths", "heat current ω₀J_hJ_c(n_h−n_c)/Σ_u J_u(1+2n_u)",
       "Segal and Nitzan, PRL 94, 034301 (2005)", 1e-10)  # fmt: skip
def _() -> Pair:
    left, right = (sambe.Bath(n, spectrum=sambe.Ohmic(k, 10.0), temperature=t)
                   for n, k, t in (("left", 0.002, 1.2), ("right", 0.005, 0.4)))  # fmt: skip
    j = [float(b.spectrum(1.0)) for b in (left, right)]
    n = [1.0 / np.expm1(1.0 / b.temperature) for b in (left, right)]
    expected = j[0] * j[1] * (n[0] - n[1]) / sum(a * (1 + 2 * b) for a, b in zip(j, n, strict=True))
    return expected, current(models.spin_boson(drive=0.0, baths=[left, right]), "left")


@limit("Weak resonant drive", "saturation of the absorbed power, A/g = 0.1 (optical Bloch equations)",
       "Cohen-Tannoudji, Dupont-Roc and Grynberg, Atom-Photon Interactions, ch. V", 1e-5)  # fmt: skip
def _() -> Pair:
    bath = sambe.Bath("bath", spectrum=OHMIC, temperature=0.4)
    j = float(OHMIC(1.0))
    g = j * (1 + 2 / np.expm1(2.5))
    w = 0.01 * g
    system = models.spin_boson(drive=0.1 * g, omega=1.0, baths=[bath])
    return w * j / (g + 2 * w), current(system, "pump", secular="partial")


@limit("Qubit with a sharp mode, HEOM", "excited share in the Gibbs state of both (0.1192 if weak)",
       "Iles-Smith, Lambert and Nazir, PRA 90, 032114 (2014)", 5e-3)  # fmt: skip
def _() -> Pair:
    mode = sambe.Underdamped(strength=0.3, width=0.05, frequency=1.2)
    bath = [sambe.Bath("bath", spectrum=mode, temperature=0.5)]
    system = models.spin_boson(drive=0.0, baths=bath)
    h = sambe.reaction_coordinate(system, "bath", levels=16).harmonics()[0]
    e, v = np.linalg.eigh(h)
    weight = np.abs(v) ** 2 @ np.exp(-(e - e[0]) / 0.5)
    exact = sambe.steady_state(system, equation="heom", heom={"tolerance": 1e-3})
    return float(weight[:16].sum() / weight.sum()), float(exact.population[0])


@pytest.mark.slow
@pytest.mark.parametrize("case", LIMITS, ids=lambda case: f"{case.system}: {case.statement}")
def test_published_limit(case: Limit) -> None:
    """The engine finds the number, and the page shows what it found."""
    expected, obtained = case.values()
    assert obtained == pytest.approx(expected, rel=case.tolerance, abs=0)
    shown = [line for line in printed() if line.startswith(f"| {case.system} | {case.statement} |")]
    assert len(shown) == 1, "run this file to write the table of docs/verification.md anew"
    cells = [cell.strip() for cell in shown[0].strip("|").split("|")]
    assert cells[2] == case.source
    for cell, value in zip(cells[3:5], (expected, obtained), strict=True):
        assert float(cell) == pytest.approx(value, rel=1e-4), "run this file to write the table anew"
    assert float(cells[5]) == case.tolerance


def printed() -> list[str]:
    """Rows of the page's table."""
    text = PAGE.read_text(encoding="utf-8")
    return text.split(BEGIN)[1].split(END)[0].strip().splitlines()


def test_the_page_has_no_rows_of_its_own() -> None:
    assert len(printed()) == len(LIMITS) + 2


def write_page() -> None:
    """Put the numbers of today into the page."""
    rows = [
        "| system | what is known | source | expected | obtained | held to |",
        "|---|---|---|---|---|---|",
    ]
    for case in LIMITS:
        expected, obtained = case.values()
        rows.append(f"| {case.system} | {case.statement} | {case.source} | {expected:.6g} | {obtained:.6g} | "
                    f"{case.tolerance:.0e} |")  # fmt: skip
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(before + "\n".join([BEGIN, *rows, END]) + after, encoding="utf-8")


if __name__ == "__main__":
    write_page()
