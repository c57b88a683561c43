"""Generators with counting fields: their derivatives are those of the generator in a finite field, and the
first one is the current."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.equations import dressing_of
from sambe.physics.generators.counting.counting_field import (
    CountedCoherences,
    counted_coherences,
    counted_populations,
    counted_universal,
)
from sambe.physics.generators.jumps import Jumps, jumps_at, make_jumps
from sambe.physics.generators.redfield import pack, unpack
from sambe.physics.preparation import prepare

RNG = np.random.default_rng(8)
MAKERS = {
    "populations": counted_populations,
    "coherences": counted_coherences,
    "universal": counted_universal,
}


def jumps_of(system: sambe.System) -> Jumps:
    method = prepare(system)
    return jumps_at(make_jumps(dressing_of(system, method), system.baths, method.wiring), np.arange(2))


def qubit() -> sambe.System:
    return models.spin_boson(drive=np.array([0.1, 0.3]), omega=0.9)


def qubits() -> sambe.System:
    return models.two_qubits(drive=np.array([0.1, 0.3]), omega=0.9, coupling=0.05)


def state(n: int) -> np.ndarray:
    x = RNG.normal(size=(2, n, n)) + 1j * RNG.normal(size=(2, n, n))
    rho = x @ x.conj().swapaxes(1, 2)
    return rho / np.trace(rho, axis1=1, axis2=2)[:, None, None]


def in_unknowns(counted: Any, rho: np.ndarray) -> np.ndarray:
    if isinstance(counted, CountedCoherences):
        return pack(rho).reshape(len(rho), -1)
    return np.diagonal(rho, axis1=1, axis2=2).real.copy()


def of_matrices(counted: Any, x: np.ndarray) -> np.ndarray:
    """The same as the complex vectors that tilted generators act on."""
    n = counted.rates.shape[-1] if not isinstance(counted, CountedCoherences) else counted.levels
    return x + 0j if x.shape[-1] == n else unpack(x.reshape(-1, n, n)).reshape(x.shape) + 0j


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("system", [qubit, qubits])
def test_derivatives_are_those_of_the_tilted_generator(system: Any, make: str) -> None:
    counted = MAKERS[make](jumps_of(system()))
    x = in_unknowns(counted, state(system().levels))
    wide, h = of_matrices(counted, x), 1e-2
    none = np.zeros((2, 3), dtype=complex)
    np.testing.assert_allclose(
        np.matmul(counted.tilted(none), wide[..., None])[..., 0],
        of_matrices(counted, np.matmul(counted.generator, x[..., None])[..., 0]), atol=1e-14,
    )  # fmt: skip
    for terminal in range(counted.terminals):
        circle = np.exp(2j * np.pi * np.arange(8) / 8)  # derivatives by Cauchy's integral
        values = []
        for z in circle:
            xi = none.copy()
            xi[:, terminal] = h * z
            values.append(np.matmul(counted.tilted(xi), wide[..., None])[..., 0])
        for order, factor in ((1, 1.0), (2, 2.0), (3, 6.0)):
            wanted = (
                np.mean([v / z**order for v, z in zip(values, circle, strict=True)], axis=0)
                * factor
                / h**order
            )
            found = of_matrices(counted, counted.act(terminal, order, x))
            np.testing.assert_allclose(
                found, wanted, atol=1e-9 * np.abs(wanted).max() + 1e-13 / h**order * 1e-2
            )
            trace = counted.act(terminal, order, x)[:, counted.place].sum(axis=-1)
            np.testing.assert_allclose(counted.rate(terminal, order, x), trace, rtol=1e-11, atol=1e-16)


@pytest.mark.parametrize("make", MAKERS)
def test_the_mixed_derivative_is_that_of_two_fields(make: str) -> None:
    counted = MAKERS[make](jumps_of(qubit()))
    x, h = in_unknowns(counted, state(2)), 1e-3
    for bath in (0, 1):
        corners = []
        for one, other in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            xi = np.zeros((2, 3), dtype=complex)
            xi[:, bath], xi[:, 2] = one * h, other * h
            moved = np.matmul(counted.tilted(xi), of_matrices(counted, x)[..., None])[..., 0]
            corners.append(one * other * moved[:, counted.place].sum(axis=-1).real)
        np.testing.assert_allclose(
            counted.mixed(bath, counted.terminals - 1, x), sum(corners) / (4 * h * h), rtol=1e-5
        )


def test_the_first_derivative_is_the_current() -> None:
    counted = counted_coherences(jumps_of(qubits()))
    x = in_unknowns(counted, state(4))
    currents = counted.redfield.currents(x.reshape(2, 4, 4))
    found = np.stack([counted.rate(t, 1, x) for t in range(3)], axis=-1)
    np.testing.assert_allclose(found, currents, rtol=1e-12)


def test_energies_that_reach_the_system_are_those_that_change_it() -> None:
    # what the baths bring and the quanta that come with it add up to Tr[E d rho/dt], whatever the state
    counted = counted_coherences(jumps_of(qubits()))
    x = in_unknowns(counted, state(4))
    moved = unpack(counted.redfield.apply(x.reshape(2, 4, 4)))
    e = counted.redfield.gaps[:, :, 0]
    wanted = np.einsum("pi,pii->p", e, moved).real
    leg = counted.every
    quanta = (
        2.0
        * np.einsum(
            "pkij,pjl,pkil->p", leg.forward, unpack(x.reshape(2, 4, 4)), leg.coupling * leg.quanta[..., 0]
        ).real
    )
    brought = counted.absorbed(0, x) + counted.absorbed(1, x)
    np.testing.assert_allclose(brought + quanta, wanted, rtol=1e-10)


def test_activity_leaves_out_what_changes_nothing() -> None:
    # undriven, sz to the bath beside sx: dephasing is no jump of energy or quanta
    def bath(*operators: np.ndarray) -> sambe.Bath:
        return sambe.Bath("b", list(operators), sambe.Ohmic(0.01, cutoff=5.0), np.array([0.5, 1.0]))

    for make in (counted_populations, counted_coherences):
        found = []
        for operators in ([sambe.sigmax()], [sambe.sigmax(), sambe.sigmaz()]):
            system = sambe.System([(np.array([0.5, 0.5]), sambe.sigmaz())], baths=[bath(*operators)])
            counted = make(jumps_of(system))
            found.append(
                counted.activity(in_unknowns(counted, np.broadcast_to(np.diag([0.3, 0.7]) + 0j, (2, 2, 2))))
            )
        np.testing.assert_allclose(*found, rtol=1e-12)
        assert (found[0] > 0).all()


def test_points_are_taken_out_of_a_batch() -> None:
    for make in MAKERS.values():
        counted = make(jumps_of(qubit()))
        one = counted.take(np.array([1]))
        x = in_unknowns(counted, state(2))
        np.testing.assert_array_equal(one.rate(2, 1, x[1:]), counted.rate(2, 1, x)[1:])
