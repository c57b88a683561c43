"""Positive equations: universal jump operators written out, and clusters that are Pauli or Redfield."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import Jumps, make_jumps
from sambe.physics.generators.near_states.coherences import relaxation_rates
from sambe.physics.generators.positive import cluster_jumps, make_clustered, make_universal
from sambe.physics.generators.redfield import make_redfield, pack, unpack
from sambe.physics.preparation import prepare

RNG = np.random.default_rng(12)


def jumps_of(system: sambe.System) -> Jumps:
    method = prepare(system)
    return make_jumps(dress(system, method), system.baths, method.wiring)


def state(n: int) -> np.ndarray:
    x = RNG.normal(size=(1, n, n)) + 1j * RNG.normal(size=(1, n, n))
    rho = x @ x.conj().swapaxes(1, 2)
    return rho / np.trace(rho[0])


def test_the_universal_equation_is_lindblads_with_square_roots_of_the_rates() -> None:
    system = models.two_qubits(drive=np.array([0.1]), omega=0.9, coupling=0.05)
    jumps = jumps_of(system)
    d, rho = jumps.dressing, state(4)
    wanted = -1j * (d.energies[0][:, None] - d.energies[0][None, :]) * rho[0]
    for u, own in enumerate(jumps.wiring):
        for c in own:
            for k, q in enumerate(d.quanta):
                s = d.couplings[0, c, k]
                ops = [np.sqrt(jumps.forward[u][0, k]) * s]
                if q:
                    ops.append((np.sqrt(jumps.backward[u][0, k]) * s).conj().T)
                for a in ops:
                    wanted += a @ rho[0] @ a.conj().T
                    wanted -= 0.5 * (a.conj().T @ a @ rho[0] + rho[0] @ a.conj().T @ a)
    found = unpack(make_universal(jumps).apply(pack(rho)))[0]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-14)


@pytest.mark.parametrize("gap", [0.5, 1e-7])
def test_clusters_are_pauli_for_states_apart_and_redfield_for_states_together(gap: float) -> None:
    # two upper levels that the same bath reaches, apart or nearly degenerate
    s = np.array([[0.0, 1.0, 0.8], [1.0, 0.0, 0.0], [0.8, 0.0, 0.0]])
    levels = np.diag([0.0, 1.0, 1.0 + gap])
    bath = sambe.Bath("b", s, sambe.Ohmic(0.01, cutoff=5.0), np.array([0.5]))
    jumps = jumps_of(sambe.System([(np.ones(1), levels)], baths=[bath]))
    moved, inside = cluster_jumps(jumps, [bath], relaxation_rates(jumps))
    assert inside[0, 1, 2] == (gap < 1e-3)
    rho = state(3)
    clustered = unpack(make_clustered(moved, inside).apply(pack(np.where(inside, rho, 0.0))))[0]
    redfield = unpack(make_redfield(jumps).apply(pack(rho)))[0]
    if gap < 1e-3:
        wanted = unpack(make_redfield(jumps).apply(pack(np.where(inside, rho, 0.0))))[0]
        np.testing.assert_allclose(clustered[1:, 1:], wanted[1:, 1:], rtol=0, atol=1e-8)
    else:
        rates = jumps.rates[0]
        p = np.diagonal(rho[0]).real
        wanted = rates @ p - rates.sum(axis=0) * p
        np.testing.assert_allclose(np.diagonal(clustered).real, wanted, atol=1e-14)
        assert abs(clustered[1, 2]) < 1e-15
        assert abs(redfield[1, 2]) > 1e-4
