"""Flows inside: what they are made of, and their balance at every site."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

import sambe
from sambe.errors import InputError
from sambe.physics.machines.site_flows import Product, chain_products, site_flows
from sambe.physics.method import Flowing
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.verbs.options import with_values

X, Z = sambe.sigmax(), sambe.sigmaz()


def chain(coupling: complex = 0.1, drive: float = 0.2) -> sambe.System:
    """Two qubits with a complex exchange, a linear drive on both and a bath each."""
    up, down = sambe.sigmap(), sambe.sigmam()
    lift = sambe.lift
    c = np.array([coupling])
    return sambe.System(
        [(0.5, lift(Z, 0, [2, 2])), (0.6, lift(Z, 1, [2, 2])), (0.05, np.kron(X, X)), (c, np.kron(up, down)),
         (c.conj(), np.kron(down, up))],
        drive={1: [(drive, lift(X, 0, [2, 2])), (0.05j, lift(Z, 1, [2, 2]))], 2: [(0.03, np.kron(X, Z))]},
        omega=0.7,
        baths=[
            sambe.Bath(name, lift(X, site, [2, 2]), sambe.Ohmic(0.002, cutoff=10.0), t)
            for site, (name, t) in enumerate({"left": 1.2, "right": 0.4}.items())
        ],
    )  # fmt: skip


def inside(system: sambe.System, secular: str) -> tuple[np.ndarray, np.ndarray]:
    operators, products = chain_products(system, (2, 2))
    method = {**with_values(prepare(system, secular=secular)), "observables": operators}
    flowing = Flowing(**method, sites=(2, 2), products=products)
    return site_flows(system, flowing, solve_batch(system, flowing))


@pytest.mark.parametrize("secular", ["partial", "ule"])
def test_what_terminals_give_a_site_leaves_it_through_its_bonds(secular: str) -> None:
    bonds, local = inside(chain(0.1 * np.exp(0.7j)), secular)
    np.testing.assert_allclose(bonds.sum(axis=-1), local.sum(axis=-1), atol=1e-9 * np.abs(local).max())
    assert np.abs(bonds).max() > 1e-2 * np.abs(local).max()


def test_bond_currents_against_the_state_over_a_period() -> None:
    # rho(t) = sum rho_ij |u_i(t)><u_j(t)| at many times, its modes from a propagation in small steps
    system, w, steps = chain(), 0.7, 2048
    bonds, _ = inside(system, "partial")
    plain = system.map_numbers(lambda _, x: complex(np.ravel(x)[0]) if np.ndim(x) else x)
    h = {k: sum(c * op for c, op in terms) for k, terms in {0: plain.hamiltonian, **plain.drive}.items()}
    data = sambe.steady_state(plain, secular="partial", states=True)
    step = 2 * np.pi / w / steps
    middle = (np.arange(steps) + 0.5) * step
    turning = sum(np.exp(-1j * k * w * middle)[:, None, None] * h[k] for k in (1, 2))
    u = [np.eye(4, dtype=complex)]
    for part in expm(-1j * step * (h[0] + turning + turning.conj().swapaxes(-1, -2))):
        u.append(part @ u[-1])
    phases, modes = np.linalg.eig(u[-1])
    energies = data.energy.values
    place = [int(np.argmin(abs(phases - np.exp(-1j * e * 2 * np.pi / w)))) for e in energies]
    modes = np.linalg.qr(modes[:, place])[0]
    inner = modes.conj().T @ data.density_matrix.values @ modes
    own = 0.5 * sambe.lift(Z, 0, [2, 2])
    up, down = sambe.sigmap(), sambe.sigmam()
    bond = 0.05 * np.kron(X, X) + 0.1 * (np.kron(up, down) + np.kron(down, up))
    leaving = -1j * (bond @ own - own @ bond)
    values = []
    for k in range(0, steps, 16):
        moved = u[k] @ modes * np.exp(1j * energies * k * step)
        values.append(np.trace(leaving @ moved @ inner @ moved.conj().T).real)
    np.testing.assert_allclose(np.mean(values), bonds[0, 0, 1], rtol=1e-4)  # steps of the second order


def test_operators_that_vanish_are_left_out() -> None:
    operators, products = chain_products(chain(), (2, 2))
    assert len(operators) == len(products)
    assert Product("own", 0, 0, (0,)) in products
    assert not any(product.kind == "own" and product.static == (2,) for product in products)
    assert {product.driving for product in products if product.kind == "drive"} == {(1, 0), (2, 0)}


def test_three_sites_in_one_term_are_refused() -> None:
    three = sambe.System([(0.1, np.kron(np.kron(X, X), X))], baths=[
        sambe.Bath("b", sambe.lift(X, 0, [2, 2, 2]), sambe.Flat(0.01), 1.0)])  # fmt: skip
    with pytest.raises(InputError, match="three sites"):
        chain_products(three, (2, 2, 2))
    chain_products(three, (4, 2))  # taken together
