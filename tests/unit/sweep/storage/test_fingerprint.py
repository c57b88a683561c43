"""Fingerprints: whatever a number depends on changes them, and nothing else does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.preparation import prepare
from sambe.sweep.storage.fingerprint import configuration, differences


def system(**changes: Any) -> sambe.System:
    numbers = {"splitting": 1.0, "drive": 0.1, "omega": sambe.axis("omega", [0.7, 0.9]), **changes}
    return sambe.models.spin_boson(**numbers)


def of(one: sambe.System, **options: Any) -> dict[str, Any]:
    return configuration(one, prepare(one, **options))


def hot(temperature: float = 1.0, spectrum: Any = None) -> list[sambe.Bath]:
    return [sambe.Bath("b", spectrum=spectrum or sambe.Ohmic(0.002, cutoff=10.0), temperature=temperature)]


def test_what_is_made_twice_is_the_same() -> None:
    assert of(system()) == of(system())
    assert differences(of(system()), of(system())) == []


CHANGES = {
    "a number": system(splitting=1.0 + 1e-15),
    "a value of an axis": system(omega=sambe.axis("omega", [0.7, 0.9 + 1e-15])),
    "the name of an axis": system(omega=sambe.axis("w", [0.7, 0.9])),
    "the polarisation": system(polarization="linear"),
    "the baths": system(baths=hot()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_told(name: str) -> None:
    assert differences(of(system()), of(CHANGES[name]))


@pytest.mark.parametrize("options", [{"secular": "full"}, {"equation": "floquet"}, {"tolerance": 1e-6},
                                     {"lamb_shift": "shift"}])  # fmt: skip
def test_the_method_is_part_of_it(options: dict[str, Any]) -> None:
    told = differences(of(system()), of(system(), **options))
    assert any(line.startswith("method.") for line in told)


def test_spectra_are_told_by_class_by_number_and_by_value() -> None:
    base = of(system(baths=hot()))
    others = [
        sambe.DrudeLorentz(0.002, cutoff=10.0),
        sambe.Ohmic(0.002, cutoff=10.0, exponent=1.5),
        lambda w: 0.002 * w * np.exp(-w / 10.0),
    ]
    for spectrum in others:
        assert of(system(baths=hot(spectrum=spectrum))) != base
    one, same, other = (of(system(baths=hot(spectrum=lambda w, k=k: k * w))) for k in (0.002, 0.002, 0.003))
    assert one == same
    assert one != other


def test_many_differences_are_counted() -> None:
    old, new = {f"k{k}": 0.0 for k in range(9)}, {f"k{k}": 1.0 for k in range(9)}
    told = differences(old, new)
    assert len(told) == 4
    assert told[0] == "k0 was 0.0, is 1.0"
    assert told[-1] == "6 things more"
    assert differences({"a": 1.0}, {}) == ["a was 1.0, is nothing"]
