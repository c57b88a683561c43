"""Does every array library give the same answer? JAX against NumPy over the resonances of eight systems.

    python benchmarks/array_libraries.py                       # all of it: some ten minutes on one core
    python benchmarks/array_libraries.py --points 200 --systems "linear qubit" --treatments auto none

For each system and treatment: the worst difference of a current, of the largest current of its point; points
without a number where NumPy has one, and the other way round; processor time of NumPy, and of JAX with and
without its compilation.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

import sambe
from sambe import models
from sambe.physics.treatments import treatment_names

Model = Callable[[Any], sambe.System]


def baths(*operators: Any) -> list[sambe.Bath]:
    """A hot and a cold Ohmic bath."""
    hot, cold = sambe.Ohmic(0.002, cutoff=10.0), sambe.Ohmic(0.003, cutoff=10.0)
    return [sambe.Bath("hot", operators[0], hot, 1.2), sambe.Bath("cold", operators[-1], cold, 0.4)]


def linear_qubits(omega: Any) -> sambe.System:
    """Two exchange-coupled qubits under a drive that also turns the other way."""
    circular = models.two_qubits(splittings=(1.0, 0.7), coupling=0.05, drive=0.1, omega=omega)
    both = {k: [(c, op + op.conj().T) for c, op in terms] for k, terms in circular.drive.items()}
    return circular.replace(drive=both, frame=None)


def three_levels(energies: tuple[float, ...], arms: tuple[tuple[int, int], ...]) -> Model:
    """Lambda or V: two close states, each driven to and relaxing through the third."""

    def system(omega: Any) -> sambe.System:
        jump = np.zeros((3, 3))
        for upper, lower in arms:
            jump[upper, lower] = 1.0
        return sambe.System([(1.0, np.diag(energies))], {1: [(0.01, jump)]}, omega, baths(jump + jump.T))

    return system


def around(*centres: float, width: float = 0.02) -> Callable[[int], npt.NDArray[np.float64]]:
    """Frequencies around resonances, closer towards each."""

    def points(count: int) -> npt.NDArray[np.float64]:
        each = np.linspace(-1.0, 1.0, -(-count // len(centres)))
        return np.concatenate([c + width * each**3 for c in centres])[:count]

    return points


SYSTEMS: dict[str, tuple[Model, Callable[[int], npt.NDArray[np.float64]]]] = {
    "circular qubit": (lambda w: models.spin_boson(drive=0.01, omega=w), around(1.0, width=0.5)),
    "linear qubit": (
        lambda w: models.spin_boson(drive=0.1, omega=w, polarization="linear"),
        around(1.0, 0.5, 0.336, 0.2),
    ),
    "modulated qubit, fast": (
        lambda w: models.modulated_qubit(omega=w), lambda count: np.linspace(0.3, 3.0, count)
    ),
    "modulated qubit, slow": (
        lambda w: models.modulated_qubit(omega=w), lambda count: np.geomspace(2e-3, 0.3, count)
    ),
    "two qubits": (linear_qubits, around(1.0, 0.7, 0.33, 0.3)),
    "Kerr resonator": (
        lambda w: models.kerr_resonator(drive=0.3, omega=w, levels=5), around(1.0, 0.6, 0.52, width=0.1)
    ),
    "Lambda": (three_levels((0.0, 0.001, 1.0), ((2, 0), (2, 1))), around(1.0, 0.999, width=0.05)),
    "V": (three_levels((0.0, 1.0, 1.001), ((1, 0), (2, 0))), around(1.0, 1.001, width=0.05)),
}  # fmt: skip


def compare(model: Model, omega: npt.NDArray[np.float64], secular: str) -> tuple[float, int, int, float, ...]:
    """Worst difference, NaN here and there, and seconds of processor time: NumPy, JAX, its compilation."""
    clock = [time.process_time()]
    wanted = sambe.energy_currents(model(omega), secular=secular)
    clock.append(time.process_time())
    compiled = jax.jit(lambda w: sambe.energy_currents(model(w), secular=secular))
    compiled = compiled.lower(jnp.asarray(omega)).compile()
    clock.append(time.process_time())
    found = np.asarray(compiled(jnp.asarray(omega)))
    clock.append(time.process_time())
    off = np.abs(found - wanted).max(axis=-1) / np.abs(wanted).max(axis=-1)
    lost, new = np.isnan(found).any(axis=-1), np.isnan(wanted).any(axis=-1)
    worst = float(np.nanmax(off, initial=0.0))
    numpy, compilation, run = np.diff(clock).tolist()
    return worst, int((lost & ~new).sum()), int((new & ~lost).sum()), numpy, run, compilation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--points", type=int, default=2000)
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS), choices=list(SYSTEMS))
    parser.add_argument("--treatments", nargs="+", default=list(treatment_names()))
    chosen = parser.parse_args()
    jax.config.update("jax_enable_x64", True)
    print(
        "| system | treatment | worst | NaN in JAX alone | in NumPy alone | NumPy s | JAX s | compiling s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name in chosen.systems:
        model, points = SYSTEMS[name]
        for secular in chosen.treatments:
            worst, lost, new, *seconds = compare(model, points(chosen.points), secular)
            cells = " | ".join(f"{s:.1f}" for s in seconds)
            print(f"| {name} | {secular} | {worst:.1e} | {lost} | {new} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
