"""Devices in their lowest eigenstates: by hand."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.description.bridges.eigenbasis import by_name, in_lowest_levels
from sambe.description.operators import onto_site
from sambe.errors import InputError

BATH = sambe.Bath("line", spectrum=sambe.Ohmic(0.01, cutoff=5.0), temperature=0.5)
PARTS = {"q": {"x": sambe.sigmax()}, "r": {"a": sambe.destroy(3), "x": sambe.num(3)}}


def local(part, name):
    return part.get(name)


def test_names_of_operators() -> None:
    found = by_name("a", "here", PARTS, local, [2, 3])
    np.testing.assert_allclose(found, np.kron(np.eye(2), sambe.destroy(3)))
    both = by_name("r.a + h.c.", "here", PARTS, local, [2, 3])
    np.testing.assert_allclose(both, found + found.conj().T)
    for text, says in (("x", "several"), ("y", "no part"), ("z.x", "no part 'z'"), ("a + b", "h.c.")):
        with pytest.raises(InputError, match=says):
            by_name(text, "here", PARTS, local, [2, 3])


def test_currents_do_not_depend_on_the_basis() -> None:
    h = np.kron(np.diag([1.0, 0.0]), np.eye(3)) + np.kron(np.eye(2), np.diag([0.0, 0.8, 1.6]))
    h = h + 0.2 * np.kron(sambe.sigmax(), sambe.destroy(3) + sambe.create(3))
    x = onto_site(sambe.sigmax(), 0, [2, 3]) + onto_site(sambe.destroy(3) + sambe.create(3), 1, [2, 3])
    system = in_lowest_levels(h, lambda place, text: x, baths=[BATH], couplings={"line": "x"},
                              drive={1: [(0.05, "x")]}, omega=0.9, levels=None, name="s")  # fmt: skip
    bath = sambe.Bath("line", x, BATH.spectrum, 0.5)
    plain = sambe.System(h, drive={1: [(0.05, x)]}, omega=0.9, baths=[bath], edge=())
    options = {"equation": "floquet", "secular": "none"}
    system = sambe.System(system.hamiltonian, system.drive, 0.9, system.baths, edge=())
    found, wanted = (sambe.steady_state(s, **options).energy_current for s in (system, plain))
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    assert system.hamiltonian[0][1][0, 0] == 0


def test_what_is_wrong_is_named() -> None:
    h, arguments = np.diag([0.0, 1.0]), {"drive": None, "omega": None, "name": "s", "baths": [BATH]}
    with pytest.raises(InputError, match="levels"):
        in_lowest_levels(h, lambda *_: h, couplings={"line": "h"}, levels=3, **arguments)
    with pytest.raises(InputError, match="no bath"):
        in_lowest_levels(h, lambda *_: h, couplings={"lime": "h"}, levels=2, **arguments)
    with pytest.raises(InputError, match="Hermitian"):
        in_lowest_levels(h, lambda *_: sambe.sigmap(), couplings={"line": "s"}, levels=2, **arguments)
