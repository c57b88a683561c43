"""Laws of random systems under two tones, in frames and without, the points of a family solved together."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import sambe

POINTS = 10  # of a family: one structure, other numbers at each


def family(seed: int, framed: bool, points: int = POINTS) -> sambe.System:
    """Random levels, couplings and temperatures, two tones that are strong and incommensurate."""
    rng = np.random.default_rng(seed)

    def each(low: float, high: float) -> Any:
        return sambe.axis("point", np.arange(points)).copy(data=rng.uniform(low, high, points))

    n = int(rng.integers(2, 5)) if framed else 2
    vectors = rng.integers(-1, 2, size=(n, 2))
    k = vectors[:, None] - vectors[None, :]
    x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    h = 0.3 * (x + x.conj().T)
    drive: dict[tuple[int, int], Any] = {}
    if framed:
        static = h * (k == 0).all(axis=-1)
        for key in ((1, 0), (0, 1), (1, 1), (1, -1)):
            part = h * (k == key).all(axis=-1)
            if part.any():
                drive[key] = [(each(0.05, 0.6), part)]
        drive = drive or {(1, 0): [(0.0, 0.0 * h)]}
    else:
        static = np.diag(np.diagonal(h))
        drive = {(1, 0): [(each(0.02, 0.1), h)], (0, 1): [(each(0.02, 0.1), h[::-1, ::-1])]}
    levels = np.diag(1.0 * np.arange(n))
    baths = []
    for name in ("a", "b", "c")[: int(rng.integers(1, 4))]:
        y = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
        spectrum = sambe.Ohmic(each(1e-4, 1e-3), cutoff=float(rng.uniform(2.0, 20.0)))
        baths.append(sambe.Bath(name, y + y.conj().T, spectrum, temperature=each(0.2, 3.0)))
    terms = [(1.0, static), (each(0.7, 1.3), levels)]
    return sambe.System(terms, drive, (each(0.8, 1.6), each(1.9, 3.0)), baths)


def check(seed: int, framed: bool, points: int = POINTS) -> dict[str, int]:
    """Hold a family to the laws; how many points there were, and how many of them have no answer."""
    system = family(seed, framed, points)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sambe.counting_statistics(system, secular="full")
        flow = sambe.steady_state(system)
    known = found.status.values == 0
    currents, noise = found.energy_current.values[known], found.energy_noise.values[known]
    shot = found.activity.values[known] + 0.0
    size = np.diagonal(noise, axis1=-2, axis2=-1).max(axis=-1) + 1e-3 * shot
    assert (abs(currents.sum(axis=-1)) < 1e-12 * np.maximum(abs(currents).max(axis=-1), shot)).all()
    assert (found.entropy_production.values[known] > -1e-12 * shot).all()
    assert (abs(noise.sum(axis=-1)).max(axis=-1) < 1e-10 * size).all()
    # with coherences to the order of the coupling, of what goes one way
    told = flow.status.values == 0
    currents = flow.energy_current.values[told]
    assert (abs(currents.sum(axis=-1)) < 0.05 * np.abs(currents).max(axis=-1) + 1e-12).all()
    assert (flow.entropy_production.values[told] > -1e-3 * found.activity.values[told]).all()
    return {"points": points, "framed": points * framed, "full without an answer": int((~known).sum()),
            "auto without an answer": int((~told).sum()),
            "complete": int(flow.cross_terms_kept.values[told].sum())}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_two_tones_in_a_frame(seed: int) -> None:
    assert check(seed, framed=True)["full without an answer"] == 0


@pytest.mark.slow
def test_two_tones_without_a_frame() -> None:
    assert check(1, framed=False, points=3)["full without an answer"] == 0


def test_the_fluctuation_theorem_with_two_pumps() -> None:
    system = family(3, framed=True, points=4)
    temperatures = {bath.name: bath.temperature for bath in system.baths}
    xi = {name: 0.3 / t for name, t in temperatures.items()} | {"pump 1": 0.21, "pump 2": -0.17}
    mirrored = {name: 0.7 / t for name, t in temperatures.items()} | {"pump 1": -0.21, "pump 2": 0.17}
    shifted = {name: x + 0.4 for name, x in xi.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        here, there, beside = (
            sambe.generating_function(system, x, secular="full").values for x in (xi, mirrored, shifted)
        )
        activity = sambe.counting_statistics(system, secular="full").activity.values
    allowed = 1e-10 * np.maximum(abs(here), activity)
    assert (abs(there - here) < allowed).all()  # Gallavotti and Cohen's symmetry
    assert (abs(beside - here) < allowed).all()  # energy is conserved


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3])
def test_beats_from_faster_to_slower_than_relaxation(strength: float) -> None:
    """Tones that beat at 0.01, which relaxation passes, against one drive at the frequency of the beat."""
    beat, harmonic = 0.01, 120

    def unit(i: int, j: int) -> Any:
        return sambe.transition(3, i, j)

    cold, hot = unit(2, 1) + unit(1, 2), unit(2, 0) + unit(0, 2) + unit(1, 0) + unit(0, 1)
    spectrum = sambe.Ohmic(strength, cutoff=10.0)
    pairs = (("hot", hot, 1.2), ("cold", cold, 0.4))
    baths = [sambe.Bath(name, op, spectrum, temperature=t) for name, op, t in pairs]
    first, second = [(0.05, unit(2, 0))], [(0.05, unit(2, 1))]
    levels, frequencies = np.diag([0.0, 0.9, 2.05]), ((harmonic + 1) * beat, harmonic * beat)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no answer is doubted
        two = sambe.steady_state(sambe.System(levels, {(1, 0): first, (0, 1): second}, frequencies, baths))
    one = sambe.steady_state(sambe.System(levels, {harmonic + 1: first, harmonic: second}, beat, baths))
    got, wanted = two.energy_current.values, one.energy_current.values
    got = np.array([*got[:2], got[2:].sum()])
    assert abs(got - wanted).max() < 0.01 * abs(wanted).max()
