"""What an audit says of a period in steps, against its numerically exact currents."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.integrate import simpson
from scipy.linalg import expm

import sambe
from sambe.physics.heom.hierarchy import hierarchy

SX, SZ = sambe.sigmax(), sambe.sigmaz()
PARTS = ((0.5, 0.5 * SZ), (0.5, 0.35 * SZ + 0.2 * SX))
FINE = 48  # parts of a step between which currents are integrated


def baths(strength: float) -> list[sambe.Bath]:
    density = sambe.DrudeLorentz(strength, cutoff=2.0)
    return [sambe.Bath("hot", SX, density, temperature=1.0), sambe.Bath("cold", SX, density, temperature=0.5)]


def exact_currents(omega: float, strength: float, depth: int) -> np.ndarray[Any, Any]:
    """Currents into the system of QuTiP's hierarchy, which a step moves by one exponential.

    Out of a bath flows -sum_k v_k Tr[S rho_k] + 2 Im C(0) Tr[S^2 rho], and the steps do the work
    Tr[(H_k - H_{k-1}) rho] where they begin.
    """
    from qutip import DrudeLorentzEnvironment

    every = []
    for bath in baths(strength):
        environment = DrudeLorentzEnvironment(T=bath.temperature, lam=strength, gamma=2.0)
        pade = environment.approximate("pade", Nk=2, combine=True)
        every.append((SimpleNamespace(environment=pade, number=len(pade.exponents)), SX))
    h = hierarchy(every, depth)  # type: ignore[arg-type]
    size, eye, period = 4 * h.operators, np.eye(2), 2 * np.pi / omega
    still = h.links.toarray() - np.diag(np.repeat(h.decay, 4))
    maps = []
    for fraction, energy in PARTS:  # columns of an operator are stacked
        turning = -1j * (np.kron(eye, energy) - np.kron(energy.T, eye))
        maps.append(expm((still + np.kron(np.eye(h.operators), turning)) * fraction * period / FINE))
    whole = np.eye(size)
    for one in maps:
        whole = np.linalg.matrix_power(one, FINE) @ whole
    a, trace = whole - np.eye(size), np.zeros(size)
    trace[:4] = eye.ravel()
    a[0] = trace
    state = np.linalg.solve(a, np.eye(size)[0])
    rows, first = np.zeros((2, size), dtype=complex), iter(h.first)
    for row, (expansion, op) in zip(rows, every, strict=True):
        for exponent in expansion.environment.exponents:
            place = next(first)
            row[4 * place : 4 * place + 4] -= h.decay[place] * op.ravel()
            row[:4] += 2.0 * complex(exponent.coefficient).imag * (op @ op).ravel()
    heat, work, before = np.zeros(2), 0.0, PARTS[-1][1]
    for one, (fraction, energy) in zip(maps, PARTS, strict=True):
        work += np.trace((energy - before) @ state[:4].reshape(2, 2, order="F")).real
        before, flows = energy, [rows @ state]
        for _ in range(FINE):
            state = one @ state
            flows.append(rows @ state)
        heat += simpson(np.real(flows), dx=fraction * period / FINE, axis=0)
    return np.array([*heat, work]) / period


# frequencies above and below the relaxation, couplings of which memory is worth one per cent and some
@pytest.mark.slow
@pytest.mark.parametrize(("omega", "strength"), [(0.9, 0.005), (0.1, 0.005), (0.1, 0.03)])
def test_the_right_answer_is_ranked_best_and_its_error_covered(omega: float, strength: float) -> None:
    exact = exact_currents(omega, strength, 2)
    assert abs(exact.sum()) < 1e-3 * abs(exact).max()  # the first law, to the quadrature
    steps = [(fraction, [(1.0, h)]) for fraction, h in PARTS]
    found = sambe.audit(
        sambe.System.from_steps(steps, omega, baths(strength)), equations=["floquet"],
        secular=["full", "partial", "auto", "none"],
    ).sel(equation="floquet")  # fmt: skip
    apart = abs(found.energy_current - exact) / abs(exact).max()
    error, estimate = apart.max("terminal"), found.estimated_error
    # of the first order in memory the estimate is good to a factor of two
    assert (error < 2.0 * estimate).all()
    best = float(estimate.min())
    # what drops terms may lie nearer by accident, by less than they count
    assert float(estimate.sel(secular="auto")) < 1.1 * best
    assert float(error.sel(secular="auto")) < 0.1
    if omega == 0.1:  # slow beside the relaxation: populations are wrong by a third and more
        assert float(error.sel(secular="full")) > 0.3
        assert found.verdict.sel(secular="full") == 2
        assert found.verdict.sel(secular="auto") == int(strength > 0.01)


@pytest.mark.slow
def test_what_a_sudden_switch_leaves_out_is_told_by_the_audit() -> None:
    white = sambe.Bath("white", SX, sambe.Flat(0.01), temperature=0.5)
    system = sambe.System.from_steps([(0.5, 0.5 * SZ), (0.5, 0.5 * SZ)], 0.3, [white],
                                     switched={"white": [1, 0]})  # fmt: skip
    found = sambe.audit(system, equations=["floquet"], secular=["full"]).squeeze()
    assert found.cause.attrs["flag_meanings"].split()[found.cause.item()] == "propagation"
    assert found.verdict > 0
    assert "more harmonics than are held" in found.reason.item()
    assert "ramp" in found.remedy.item()


@pytest.mark.slow
def test_a_ladder_in_steps_is_shortened() -> None:
    a = sambe.destroy(6)
    n, x = a.T @ a, a + a.T
    bath = sambe.Bath("bath", x, sambe.Ohmic(0.02, cutoff=5.0), temperature=0.3)
    system = sambe.System.from_steps([(0.5, [(1.0, n), (0.3, x)]), (0.5, [(1.0, n)])], 0.9, [bath])
    found = sambe.audit(system, equations=["floquet"], secular=["full"]).squeeze()
    assert float(found.error_part.sel(part="truncation")) > 1e-3
    assert float(found.top_population) > 0
