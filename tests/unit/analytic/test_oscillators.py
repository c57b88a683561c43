"""Closed forms of oscillators: friction and heat by hand, and photons by a Fock-space Lindblad equation."""

from __future__ import annotations

import numpy as np
import pytest
import qutip

import sambe
from sambe.analytic.oscillators import kerr_photons, oscillator_currents

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)
BATHS = [sambe.Bath(n, spectrum=OHMIC, temperature=t) for n, t in (("l", 1.2), ("r", 0.4))]


def test_friction_alone_where_the_baths_are_alike() -> None:
    same = [sambe.Bath(n, spectrum=OHMIC, temperature=0.7) for n in ("l", "r")]
    left, right, pump = oscillator_currents(1.0, 0.05, 0.7, same)
    j = 0.002 * 0.7 * np.exp(-0.07)
    assert pump == pytest.approx(2 * 0.7 * j * (0.05 / 0.3) ** 2, rel=1e-12)
    assert left == right == pytest.approx(-pump / 2, rel=1e-12)


def test_the_open_reference_number() -> None:
    # circular drive F = 0.05 at w = 0.7, 40 levels: into the baths -5.89209315373e-4 and 6.39972978901e-4
    left, right, _ = oscillator_currents(1.0, 0.05, 0.7, BATHS)
    assert left == pytest.approx(5.89209315373e-4, rel=1e-8)
    assert right == pytest.approx(-6.39972978901e-4, rel=1e-8)


def test_a_resonance_has_a_width_with_coherences_and_none_without() -> None:
    assert np.isinf(oscillator_currents(1.0, 0.05, 1.0, BATHS)[-1])
    pump = oscillator_currents(1.0, 0.05, 1.0, BATHS, coherences=True)[-1]
    j = 2 * 0.002 * np.exp(-0.1)
    assert pump == pytest.approx(j * 0.05**2 / (0.25 * j**2), rel=1e-12)


@pytest.mark.parametrize(
    ("detuning", "kerr", "drive"), [(0.1, 0.2, 0.1), (-0.4, 0.2, 0.15), (0.0, -0.3, 0.2)]
)
def test_photons_of_the_kerr_resonator_by_lindblad(detuning: float, kerr: float, drive: float) -> None:
    a, rate = qutip.destroy(24), 0.1
    h = detuning * a.dag() * a + kerr * a.dag() ** 2 * a**2 + drive * (a + a.dag())
    state = qutip.steadystate(h, [np.sqrt(rate) * a])
    wanted = qutip.expect(a.dag() * a, state)
    assert float(kerr_photons(detuning, kerr, drive, rate)) == pytest.approx(wanted, rel=1e-6)


def test_what_has_no_closed_form_is_refused() -> None:
    with pytest.raises(sambe.InputError, match="Kerr term"):
        kerr_photons(0.1, 0.0, 0.1, 0.1)
    wrong = [sambe.Bath("l", sambe.num(4), sambe.Flat(0.01), 0.5)]
    with pytest.raises(sambe.InputError, match="leave it out"):
        oscillator_currents(1.0, 0.05, 0.7, wrong)
