"""Table of docs/combinations.md: each kind of system asked by each verb, and what refuses.

python -m benchmarks.combinations            # prints the page
python -m benchmarks.combinations --write    # into docs/combinations.md
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import sambe

PAGE = Path(__file__).parents[1] / "docs" / "combinations.md"
HEAD = """# What goes with what

Every kind of system below, as a tiny example, is asked by every verb. ✓ means an answer of finite numbers, a
number the refusal that is quoted below the table. Made by `python -m benchmarks.combinations --write`, and
held to what the package does by its tests.

"""
SX, SZ, SP = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
MARK = "✓"
SHOWN = (
    "energy_current",
    "geometric_energy",
    "curvature_energy",
    "rectification",
    "gap",
)  # held to be finite


def spread(operator: Any, sites: int, at: int = 0) -> Any:
    """An operator on one of some qubits."""
    return sambe.lift(operator, at, (2,) * sites)


def _exchange() -> Any:
    """What moves a quantum from one of two qubits to the other."""
    there = spread(SP, 2, 0) @ spread(SP.conj().T, 2, 1)
    return there + there.conj().T


def qubits(
    sites: int,
    warm: Any,
    cool: Any,
    *,
    drive: Any = None,
    omega: Any = 0.8,
    spectrum: Any = None,
    **bath: Any,
) -> sambe.System:
    """A driven qubit, or a pair of them, between two baths."""
    spectrum = spectrum or sambe.DrudeLorentz(0.004, cutoff=2.0)
    coupling = bath.pop("coupling", SX)
    second = [(0.45, spread(SZ, 2, 1)), (0.05, _exchange())] if sites == 2 else []
    hamiltonian = [(0.5, spread(SZ, sites)), *second]
    lifted = (
        {q: spread(part, sites) for q, part in coupling.items()}
        if isinstance(coupling, dict) else spread(coupling, sites)
    )  # fmt: skip
    baths = [
        sambe.Bath("left", lifted, spectrum, **{"temperature": warm, **bath}),
        sambe.Bath("right", spread(SX, sites, sites - 1), spectrum, temperature=cool),
    ]
    drive = {1: [(0.05, SP)]} if drive is None else drive
    spread_drive = {q: [(a, spread(op, sites)) for a, op in terms] for q, terms in drive.items()}
    return sambe.System(hamiltonian, drive=spread_drive, omega=omega, baths=baths)


def squeezed(sites: int, warm: Any, cool: Any) -> sambe.System:
    """A driven qubit between a bath whose modes are squeezed around the drive and a thermal one."""
    state = sambe.Squeezed(warm, 0.3, centre="drive")
    return qubits(sites, None, cool, coupling=SP.conj().T, rotating_wave=True, state=state)


def stepped(sites: int, warm: Any, cool: Any) -> sambe.System:
    """A qubit whose splitting jumps twice a period."""
    baths = [sambe.Bath(name, spread(SX, sites, at), sambe.DrudeLorentz(0.004, cutoff=2.0), temperature=t)
             for name, at, t in (("left", 0, warm), ("right", sites - 1, cool))]  # fmt: skip
    exchange = [(0.05, _exchange())] if sites == 2 else []
    halves = [(0.5, [(size, spread(SZ, sites)), *exchange]) for size in (0.5, 0.3)]
    return sambe.System.from_steps(halves, 0.8, baths)


def dot(sites: int, warm: Any, cool: Any) -> sambe.System:
    """A driven level, or two, between two leads."""
    d = [sambe.fermion(k, sites) for k in range(sites)]
    hamiltonian = [(0.5, d[0].conj().T @ d[0])]
    if sites == 2:
        hamiltonian.append((0.05, d[0].conj().T @ d[1] + d[1].conj().T @ d[0]))
    leads = [sambe.Lead(name, d[at], temperature=t, tunnelling=0.01, chemical_potential=mu)
             for name, at, t, mu in (("left", 0, warm, 0.2), ("right", sites - 1, cool, -0.1))]  # fmt: skip
    drive = {1: [(0.1, d[0].conj().T @ d[0])]}
    return sambe.System(hamiltonian, drive=drive, omega=0.8, baths=leads)


@dataclass(frozen=True)
class Kind:
    """A kind of system: from numbers of sites and temperatures to an example, and what is asked of a verb."""

    title: str
    make: Callable[[int, Any, Any], sambe.System]
    options: dict[str, Any] = field(default_factory=dict)


LINEAR = {1: [(0.1, SX)]}
KINDS = (
    Kind("static frame", qubits),
    Kind("Floquet", partial(qubits, drive=LINEAR)),
    Kind("slow drive", partial(qubits, drive=LINEAR, omega=0.01)),
    Kind("several tones", partial(
        qubits, drive={(1, 0): [(0.05, SP)], (0, 1): [(0.03, SX)]}, omega=(0.8, 0.37))),
    Kind("steps", stepped),
    Kind("leads", dot),
    Kind("squeezed bath", squeezed),
    Kind("rotating-wave coupling", partial(qubits, coupling=SP.conj().T, rotating_wave=True)),
    Kind("modulated coupling", partial(qubits, coupling={0: SX, 1: 0.3 * SX})),
    Kind('`lamb_shift="auto"`', qubits, {"lamb_shift": "auto"}),
    Kind('`equation="heom"`', partial(qubits, drive={1: [(0.1, SP)]}), {"equation": "heom"}),
    Kind('`device="jax"`', qubits, {"device": "jax"}),
)  # fmt: skip


def still(kind: Kind, sites: int = 1) -> sambe.System:
    """An example whose numbers stand still."""
    return kind.make(sites, 1.0, 0.5)


def plain(verb: Callable[..., Any], *arguments: Any, sites: int = 1, **more: Any) -> Callable[[Kind], Any]:
    """A verb asked of an example that stands still."""
    return lambda kind: verb(still(kind, sites), *arguments, **more, **kind.options)


def compared(kind: Kind) -> Any:
    """Equations side by side; the one asked for alone where there is one."""
    options = dict(kind.options)
    equation = options.pop("equation", "auto")
    return sambe.compare(still(kind), equations=[equation], **options)


def examined(kind: Kind) -> Any:
    """An audit; of the one equation that is asked for."""
    options = dict(kind.options)
    equation = options.pop("equation", None)
    choice = {"equations": [equation]} if equation else {}
    return sambe.audit(still(kind), **choice, **options)["estimated_error"].min()


def turned(kind: Kind) -> Any:
    """A slow loop of both temperatures."""
    angle = sambe.axis("loop", np.linspace(0, 2 * np.pi, 8, endpoint=False))
    system = kind.make(1, 1.0 + 0.2 * np.cos(angle), 0.8 + 0.2 * np.sin(angle))
    return sambe.pump_cycle(system, **kind.options)


def curved(kind: Kind) -> Any:
    """What small loops of both temperatures pump."""
    warm, cool = sambe.axis("warm", [0.9, 1.0, 1.1]), sambe.axis("cool", [0.4, 0.5, 0.6])
    return sambe.pump_curvature(kind.make(1, warm, cool), "warm", "cool", **kind.options)


VERBS: dict[str, Callable[[Kind], Any]] = {
    "steady_state": plain(sambe.steady_state),
    "compare": compared,
    "channels": plain(sambe.channels),
    'by="quanta"': plain(sambe.steady_state, by="quanta"),
    "audit": examined,
    "counting_statistics": plain(sambe.counting_statistics),
    "generating_function": plain(sambe.generating_function, {"left": 0.1}),
    "performance": plain(sambe.performance),
    "response": plain(sambe.response),
    "rectification": plain(sambe.rectification),
    "flows": plain(sambe.flows, (2, 2), sites=2),
    "evolve": plain(sambe.evolve, 0, np.linspace(0.0, 2.0, 3)),
    "cycle": plain(sambe.cycle, 8),
    "relaxation": plain(sambe.relaxation),
    "energy_spectrum": plain(sambe.energy_spectrum, 10),
    "pump_cycle": turned,
    "pump_curvature": curved,
}


def asked(verb: Callable[[Kind], Any], kind: Kind) -> str:
    """The mark of an answer, or the sentence of a refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            answer = verb(kind)
        except TypeError as error:  # an option that a verb does not have
            return str(error).replace("() got an unexpected keyword argument", " has no option")
        except sambe.InputError as error:
            return f"{error.field}: {error.remedy}"
        except sambe.SambeError as error:
            return " ".join(str(error).split())
    numbers = answer if hasattr(answer, "dims") and not hasattr(answer, "data_vars") else None
    if numbers is None:
        name = next((name for name in SHOWN if name in answer), "status")
        numbers = answer[name]
    return MARK if np.isfinite(np.asarray(numbers)).all() else "The answer is no finite number."


def table() -> dict[str, dict[str, str]]:
    """What each verb says of each kind."""
    return {name: {kind.title: asked(verb, kind) for kind in KINDS} for name, verb in VERBS.items()}


def page(cells: dict[str, dict[str, str]]) -> str:
    """The table with its refusals numbered below it."""
    refusals: dict[str, int] = {}
    lines = [f"| | {' | '.join(kind.title for kind in KINDS)} |", "|---" * (len(KINDS) + 1) + "|"]
    for name, row in cells.items():
        marks = [cell if cell == MARK else str(refusals.setdefault(cell, len(refusals) + 1))
                 for cell in row.values()]  # fmt: skip
        lines.append(f"| `{name}` | {' | '.join(marks)} |")
    below = [f"{number}. {sentence}" for sentence, number in refusals.items()]
    return HEAD + "\n".join([*lines, "", "The refusals:", "", *below, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs/combinations.md")
    text = page(table())
    if parser.parse_args().write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
