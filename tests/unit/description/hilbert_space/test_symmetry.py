"""What commutes with a system over all points of a sweep, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.description.hilbert_space.symmetry import check_unique, generating_operators, invariant_parts

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def spins(*splittings: object) -> sambe.System:
    """Spins of these splittings, the sum of their sx coupled to one bath."""
    sites = (2,) * len(splittings)
    total = sum(sambe.lift(sambe.sigmax(), k, sites) for k in range(len(sites)))
    terms = [(w, sambe.lift(sambe.sigmaz(), k, sites)) for k, w in enumerate(splittings)]
    return sambe.System(terms, baths=[sambe.Bath("bath", total, OHMIC, temperature=1.0)])


def test_terms_in_proportion_act_as_one() -> None:
    w = sambe.axis("w", [0.4, 0.5, 0.7])
    assert len(generating_operators(spins(w, w, w))) == 2
    assert len(invariant_parts(spins(w, w, w))) == 2
    assert len(invariant_parts(spins(w, 2.0 * w, w))) == 1 + 1  # the outer pair can be exchanged
    assert len(invariant_parts(spins(w, 0.5, w + 0.1))) == 1
    assert len(invariant_parts(spins(w, w + 0.1))) == 1  # although a sweep of one point could not tell


@pytest.mark.parametrize("levels", [2, 3, 4])
def test_a_symmetry_is_named_with_its_parts_and_the_way_out(levels: int) -> None:
    with pytest.raises(sambe.InputError, match=r"a symmetry .* of dimension .*initial=.*sector=") as caught:
        check_unique(spins(*[0.5] * levels))
    assert f"1 of dimension {levels + 1}" in str(caught.value)


def test_every_model_has_one_part() -> None:
    models = sambe.models
    for system in (
        models.spin_boson(), models.two_qubits(), models.kerr_resonator(levels=9), models.spin(2.0),
        models.oscillator(levels=7), models.three_level(), models.modulated_qubit(),
    ):  # fmt: skip
        assert [len(part) for part in invariant_parts(system)] == [1], system.name


def test_coefficients_of_any_library_count() -> None:
    w = np.array([0.4, 0.5])
    assert len(invariant_parts(spins(w, w))) == 2
    assert len(invariant_parts(spins(w, w[::-1]))) == 1
    xr = pytest.importorskip("xarray")
    lazy = xr.DataArray(w, dims="w", coords={"w": w}).chunk()
    assert len(invariant_parts(spins(lazy, lazy))) == 1  # not looked at: left to the points


@pytest.mark.parametrize("size", [1e-308, 5e-324, 1e-308j, 1e300])
def test_the_size_of_a_drive_is_no_matter(size: complex) -> None:
    lower = np.kron([[0.0, 0.0], [1.0, 0.0]], np.eye(2))
    bath = sambe.Bath("b", np.kron(np.eye(2), sambe.sigmax()), sambe.Flat(0.1), 0.1)
    levels = np.kron(sambe.sigmaz(), np.eye(2))
    system = sambe.System(levels, drive={1: [(size, lower)]}, omega=1.0, baths=[bath])
    parts = generating_operators(system)
    assert all(np.isfinite(part).all() for part in parts)
    np.testing.assert_allclose(np.abs(parts[-1]).max(), 1.0)
