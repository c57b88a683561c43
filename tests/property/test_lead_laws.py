"""Laws of random systems between fermionic leads: particles, energy, entropy, signs and Onsager symmetry.

Every structure (sites, hoppings, interactions, what the leads couple to, how it is driven) is solved at some
points at once, whose temperatures, potentials and rates are drawn for themselves. The tests take 60 systems
of each kind; more by hand:

    python -m tests.property.test_lead_laws 1000
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import Lead, fermion

pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")

POINTS, STRUCTURES = 10, 6
# A law that holds to rounding: sums of a hundred rates, of which populations cancel some digits.
ROUNDED = 1e-10


def numbers(rng: np.random.Generator, low: float, high: float) -> Any:
    return sambe.axis("point", np.arange(POINTS)) * 0.0 + rng.uniform(low, high, POINTS)


def sites_of(rng: np.random.Generator) -> list[Any]:
    count = int(rng.integers(1, 4))
    return [fermion(int(k), count) for k in rng.permutation(count)]


def quadratic(h: Any, sites: list[Any]) -> list[Any]:
    pairs = ((i, j) for i in range(len(sites)) for j in range(len(sites)))
    return [(1.0, sum(h[i, j] * sites[i].conj().T @ sites[j] for i, j in pairs))]


def hermitian(rng: np.random.Generator, n: int) -> Any:
    x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)) * rng.integers(2)
    return 0.5 * (x + x.conj().T)


def vectors(rng: np.random.Generator, n: int) -> list[Any]:
    """What two or three leads couple to: sums of sites."""
    every = rng.normal(size=(int(rng.integers(2, 4)), n)) + 1j * rng.normal(size=n) * rng.integers(2)
    return list(every / np.linalg.norm(every, axis=1, keepdims=True))


def leads(rng: np.random.Generator, couplings: list[Any], sites: list[Any], **given: Any) -> list[Lead]:
    out = []
    for k, v in enumerate(couplings):
        d = sum(c * site for c, site in zip(v, sites, strict=True))
        rate = numbers(rng, 0.001, 0.02)
        if rng.integers(2):
            rate = sambe.Lorentzian(rate, numbers(rng, 0.5, 3.0), numbers(rng, -1.0, 1.0))
        values = {
            "temperature": numbers(rng, 0.1, 2.0),
            "chemical_potential": numbers(rng, -1.0, 1.0),
            **given,
        }
        out.append(Lead(f"lead {k}", d, tunnelling=rate, **values))
    return out


def driven(seed: int) -> sambe.System:
    """Interacting sites between leads, with a drive of levels or of a hopping or with an ac voltage."""
    rng = np.random.default_rng(seed)
    sites = sites_of(rng)
    n = len(sites)
    number = [d.conj().T @ d for d in sites]
    terms = quadratic(hermitian(rng, n), sites)
    terms += [(rng.uniform(-0.5, 1.0), number[k] @ number[k + 1]) for k in range(n - 1)]
    kind, size = rng.integers(4), rng.uniform(0.05, 0.5)
    drive = {1: [(size, number[0])]} if kind == 1 else None
    if kind == 2 and n > 1:
        drive = {1: [(size, sites[1].conj().T @ sites[0])]}
    volts = {"ac_voltage": size} if kind == 3 else {}
    omega = rng.uniform(0.5, 2.0) if drive or volts else None
    return sambe.System(terms, drive, omega, leads(rng, vectors(rng, n), sites, **volts))


def check_conservation(seed: int) -> None:
    """No particle and no energy is lost, and entropy does not fall."""
    system = driven(seed)
    # coherences cost the more the larger the system is
    for secular in ("full", "partial") if system.levels < 8 else ("full",):
        flow = sambe.steady_state(system, secular=secular)
        particles, energy = flow.particle_current.values, flow.energy_current.values
        heat = flow.heat_current.values[..., :-1]
        assert (flow.status == 0).all()
        traffic = sum(np.max(getattr(b.tunnelling, "strength", b.tunnelling)) for b in system.baths)
        np.testing.assert_allclose(particles.sum(axis=-1), 0.0, atol=ROUNDED * float(traffic))
        mu = np.stack([b.chemical_potential.values for b in system.baths], axis=-1)
        t = np.stack([b.temperature.values for b in system.baths], axis=-1)
        np.testing.assert_allclose(heat, energy[..., :-1] - mu * particles[..., :-1], atol=1e-15)
        np.testing.assert_allclose(flow.entropy_production, -(heat / t).sum(axis=-1), atol=1e-12)
        np.testing.assert_allclose(
            flow.electrical_power, -(mu * particles[..., :-1]).sum(axis=-1), atol=1e-15
        )
        if secular == "full":
            np.testing.assert_allclose(energy.sum(axis=-1), 0.0, atol=ROUNDED * 10.0 * float(traffic))
            assert (flow.entropy_production > -ROUNDED * float(traffic)).all()


def check_independent_modes(seed: int) -> None:
    """Without interaction the eigenmodes of the hopping are rate equations of their own.

    I_u = sum_k G_uk (f_uk - n_k) with n_k = sum_u G_uk f_uk / sum_u G_uk, whatever the order of the sites.
    """
    rng = np.random.default_rng(seed)
    sites = sites_of(rng)
    h = hermitian(rng, len(sites)) + np.diag(3.0 * np.arange(len(sites)))
    couplings = vectors(rng, len(sites))
    system = sambe.System(quadratic(h, sites), None, None, leads(rng, couplings, sites))
    flow = sambe.steady_state(system, secular="full")
    e, modes = np.linalg.eigh(h)
    size = np.abs(np.array(couplings) @ modes) ** 2
    bands = [b.tunnelling for b in system.baths]
    shape = (POINTS, 1)
    each = [
        g.values.reshape(shape) + 0.0 * e if not isinstance(g, sambe.Lorentzian)
        else g.map_numbers(lambda _, x: x.values.reshape(shape)).density(e)
        for g in bands
    ]  # fmt: skip
    rate = np.stack(each, axis=1) * size
    t, mu = (
        np.stack([getattr(b, name).values for b in system.baths], axis=1)[..., None]
        for name in ("temperature", "chemical_potential")
    )
    filled = 1.0 / (1.0 + np.exp((e - mu) / t))
    charge = (rate * filled).sum(axis=1) / rate.sum(axis=1)
    currents = rate * (filled - charge[:, None])
    np.testing.assert_allclose(
        flow.particle_current[:, :-1], currents.sum(axis=-1), atol=ROUNDED * rate.max()
    )
    energy = (currents * e).sum(axis=-1)
    np.testing.assert_allclose(flow.energy_current[:, :-1], energy, atol=10.0 * ROUNDED * rate.max())


def check_onsager(seed: int) -> None:
    """At one temperature and potential the thermoelectric matrix of heats and particles is symmetric."""
    rng = np.random.default_rng(seed)
    sites = sites_of(rng)
    number = [d.conj().T @ d for d in sites]
    terms = quadratic(hermitian(rng, len(sites)), sites)
    terms += [(rng.uniform(-0.5, 1.0), a @ b) for a, b in pairwise(number)]
    t, mu = numbers(rng, 0.2, 2.0), numbers(rng, -1.0, 1.0)
    made = leads(rng, vectors(rng, len(sites)), sites, temperature=t, chemical_potential=mu)
    found = sambe.response(sambe.System(terms, None, None, made), secular="full").thermoelectric
    names = [b.name for b in made]
    energy, particle = np.moveaxis(found.sel(terminal=names).values, found.dims.index("flow"), 0)
    heat = energy - mu.values[:, None, None, None] * particle  # [point, terminal, force, other]
    wide = t.values[:, None, None]
    matrix = np.block([[wide * heat[:, :, 0], heat[:, :, 1]], [wide * particle[:, :, 0], particle[:, :, 1]]])
    scale = np.abs(matrix).max(axis=(-2, -1))
    assert (np.abs(matrix - matrix.swapaxes(-1, -2)).max(axis=(-2, -1)) <= 1e-6 * scale).all()
    assert (np.linalg.eigvalsh(0.5 * (matrix + matrix.swapaxes(-1, -2))).min(axis=-1) >= -1e-6 * scale).all()


def toned(seed: int) -> sambe.System:
    """Two or three sites between leads under two tones, in a static frame or folded.

    With a hopping for each tone the drive stands still in a frame; one that moves a level is commensurate.
    """
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 4))
    sites = [fermion(k, count) for k in range(count)]
    terms = quadratic(np.diag(rng.uniform(-1.0, 1.5, count)), sites)
    number = [d.conj().T @ d for d in sites]
    terms += [(rng.uniform(-0.5, 1.0), a @ b) for a, b in pairwise(number)]
    hop = [(rng.uniform(0.02, 0.3), sites[1].conj().T @ sites[0])]
    first = rng.uniform(0.5, 2.0)
    if count == 3:
        drive, second = {(1, 0): hop, (0, 1): [(0.2, sites[2].conj().T @ sites[1])]}, rng.uniform(0.5, 2.0)
    else:
        drive, second = {(1, 0): hop, (0, 1): [(0.2, number[0])]}, first * rng.choice([0.5, 2.0, 1.5])
    # each lead on one site, and none without: what it feels turns with one vector
    return sambe.System(terms, drive, (first, second), leads(rng, list(np.eye(count)), sites))


def check_two_tones(seed: int) -> None:
    """Particles of the leads, and energy of leads and pumps, sum to zero; entropy does not fall."""
    system = toned(seed)
    flow = sambe.steady_state(system, secular="full")
    assert (flow.status == 0).all()
    traffic = float(sum(np.max(getattr(b.tunnelling, "strength", b.tunnelling)) for b in system.baths))
    particles, energy = flow.particle_current.values, flow.energy_current.values
    pumps = len(system.omega)
    assert flow.energy_current.terminal.values[-pumps:].tolist() == ["pump 1", "pump 2"]
    np.testing.assert_allclose(particles[..., -pumps:], 0.0, atol=0.0)
    np.testing.assert_allclose(particles.sum(axis=-1), 0.0, atol=ROUNDED * traffic)
    np.testing.assert_allclose(energy.sum(axis=-1), 0.0, atol=10.0 * ROUNDED * traffic)
    assert (flow.entropy_production > -ROUNDED * traffic).all()
    # tones of no size give nothing
    still = system.replace(drive={k: [(0.0, term[1]) for term in terms] for k, terms in system.drive.items()})
    rest = sambe.steady_state(still, secular="full").energy_current.values
    np.testing.assert_allclose(rest[..., -pumps:], 0.0, atol=ROUNDED * traffic)


CHECKS: dict[str, Callable[[int], None]] = {
    "particles, energy, entropy": check_conservation,
    "Jordan-Wigner": check_independent_modes,
    "Onsager": check_onsager,
    "two tones": check_two_tones,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_laws_over_random_systems(name: str) -> None:
    for seed in range(STRUCTURES):
        CHECKS[name](seed)


def counted(systems: int) -> Iterator[str]:
    """Lines that say how many systems broke a law."""
    for name, check in CHECKS.items():
        broken = []
        for seed in range(-(-systems // POINTS)):
            try:
                check(seed)
            except AssertionError as error:
                broken.append((seed, str(error).strip().splitlines()[:1]))
        yield f"{name}: {-(-systems // POINTS) * POINTS} systems, structures that broke it: {broken}"


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for line in counted(int(sys.argv[1])):
            print(line, flush=True)
