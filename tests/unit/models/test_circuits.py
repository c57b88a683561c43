"""Circuits: the spectrum of a transmon, and what a valve lets pass."""

from typing import Any

import numpy as np
import pytest
from scipy.special import mathieu_a, mathieu_b

import sambe
from sambe import models


def test_a_transmon_has_the_levels_of_mathieus_equation() -> None:
    # at n_g = 0 the energies are E_C a_0, E_C b_2, E_C a_2, E_C b_4 ... of q = -E_J / 2 E_C
    ratio, charging = 30.0, 0.06
    system = models.transmon(josephson=ratio * charging, charging=charging, levels=5)
    q = 0.5 * ratio
    values = sorted([mathieu_a(k, q) for k in (0, 2, 4)] + [mathieu_b(k, q) for k in (2, 4)])
    np.testing.assert_allclose(
        np.diag(system.harmonics()[0]).real, charging * (np.array(values) - values[0]), atol=1e-10
    )


def test_far_in_its_regime_it_is_a_weakly_anharmonic_oscillator() -> None:
    charging, josephson = 0.01, 3.0
    energies = np.diag(models.transmon(josephson=josephson, charging=charging, levels=4).harmonics()[0]).real
    first, second = np.diff(energies)[:2]
    assert first == pytest.approx(np.sqrt(8 * josephson * charging) - charging, rel=1e-2)
    assert first - second == pytest.approx(charging, rel=0.1)
    charge = models.transmon(josephson=josephson, charging=charging, levels=4).baths[0].operators[0]
    np.testing.assert_allclose(np.diagonal(charge, 1), np.sqrt([1, 2, 3]), rtol=0.05)


def test_the_offset_charge_counts_modulo_one() -> None:
    for offset, other in ((0.3, 1.3), (0.3, -0.3), (0.5, 0.5)):
        one, two = (models.transmon(josephson=0.2, charging=0.2, offset_charge=x) for x in (offset, other))
        np.testing.assert_allclose(one.harmonics()[0], two.harmonics()[0], atol=1e-10)
    flat = [models.transmon(josephson=0.2, charging=0.2, offset_charge=x).harmonics()[0] for x in (0.0, 0.3)]
    assert abs(flat[0] - flat[1]).max() > 1e-2


def test_the_circular_drive_stands_still_in_a_frame_and_is_the_resonant_part() -> None:
    weak: dict[str, Any] = {
        "drive": 0.003,
        "omega": 1.0,
        "levels": 3,
        "baths": [sambe.Bath("line", spectrum=sambe.Flat(0.004), temperature=0.05)],
    }
    circular, linear = (
        sambe.steady_state(models.transmon(polarization=kind, **weak)) for kind in ("circular", "linear")
    )
    assert circular.attrs["equation"] == "driven_dressed"
    assert linear.attrs["equation"] == "floquet"
    np.testing.assert_allclose(circular.energy_current, linear.energy_current, rtol=1e-2, atol=1e-6)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"josephson": -1.0}, "josephson"), ({"charging": 0.0}, "charging"), ({"charging": "x"}, "charging"),
        ({"josephson": sambe.axis("E", [1.0, 2.0])}, "josephson"), ({"offset_charge": 1j}, "offset_charge"),
        ({"polarization": "left"}, "polarization"), ({"levels": 1}, "levels"),
        ({"josephson": float("inf")}, "josephson"), ({"josephson": 1e300}, "josephson"),
        # more charge states than there are: the splitting would be 1.57 times sqrt(8 E_J E_C) - E_C
        ({"josephson": 1e6, "charging": 1.0}, "josephson"),
    ],
)  # fmt: skip
def test_what_makes_no_transmon_is_refused(options: dict[str, Any], field: str) -> None:
    with pytest.raises(sambe.InputError) as refused:
        models.transmon(**options)
    assert refused.value.field == field


def test_the_valve_passes_heat_where_all_are_in_tune() -> None:
    splitting = sambe.axis("splitting", [0.7, 1.0])
    baths = [
        sambe.Bath(name, spectrum=sambe.Flat(0.02), temperature=t) for name, t in (("h", 0.12), ("c", 0.06))
    ]
    flow = sambe.steady_state(models.heat_valve(splitting, coupling=0.005, levels=3, baths=baths))
    closed, opened = flow.energy_current.sel(terminal="h").values
    assert opened > 50.0 * closed > 0.0
    np.testing.assert_allclose(flow.energy_current.sum("terminal"), 0.0, atol=1e-12)
    assert set(models.heat_valve(omega=0.1, modulation=0.05).drive) == {1}
