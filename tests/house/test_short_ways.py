"""Short ways: how few lines of the pages lead from a device in the units of a laboratory to its currents.

Each block stands by itself, is counted without blank lines, and its number is checked by another way.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import sambe

pytest.importorskip("pint", reason="units are an extra: pip install 'sambe[units]'")

DOCS = Path(__file__).resolve().parents[2] / "docs"
# Of CODATA: h, and the temperature of h x 1 GHz, in gigahertz per kelvin.
PLANCK, KELVIN = 6.62607015e-34, 20.836619123
ATTOWATT = 2 * np.pi * PLANCK * 1e18 / 1e-18  # (h x 1 GHz)^2 / hbar, the unit of current


def block(page: str, mark: str) -> str:
    """The block of Python of a page in which a text stands."""
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return next(code for code in blocks if mark in code)


def lines(code: str) -> int:
    return sum(bool(line.strip()) for line in code.splitlines())


def run(code: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, "page", "exec"), space)
    return space


@pytest.mark.slow
def test_a_device_in_gigahertz_and_millikelvin_takes_under_fifteen_lines() -> None:
    code = block("units.md", "import numpy") + block("units.md", 'power="aW"')
    assert lines(code) < 15
    space = run(code)
    flow = space["flow"]
    baths = [
        sambe.Bath(name, None, sambe.Ohmic(0.002, cutoff=50.0), temperature=t * KELVIN)
        for name, t in (("hot", 0.3), ("cold", 0.05))
    ]
    # the closed form is full secular, which the default leaves by the rates over the drive, some per cent
    meant = ATTOWATT * np.asarray(sambe.analytic.spin_boson_currents(5.0, 0.2, flow["omega"].values, baths))
    with pytest.warns(sambe.SecularWarning, match="full"):
        full = space["units"].dress(sambe.steady_state(space["qubit"], secular="full"), power="aW")
    assert np.allclose(full["energy_current"], meant, rtol=1e-6, atol=1e-6 * abs(meant).max())
    assert np.allclose(flow["energy_current"], meant, rtol=0, atol=0.03 * abs(meant).max())


def golden_rule_current() -> float:
    """From a transmon at 0.1 K over a resonator to a line at 0.02 K, no drive, in attowatts.

    The charge basis and rates J(w) n(w) |A|^2 between the eigenstates, written out.
    """
    charges = np.arange(-30, 31)
    hopping = np.eye(61, k=1) + np.eye(61, k=-1)
    energies, states = np.linalg.eigh(np.diag(4 * 0.25 * charges**2.0) - 7.5 * hopping)
    charge = (states.T @ np.diag(charges) @ states)[:4, :4]
    one, lower = np.eye(4), np.diag(np.sqrt([1.0, 2.0, 3.0]), 1)
    whole = np.kron(np.diag(energies[:4]), one) + 6.0 * np.kron(one, lower.T @ lower)
    e, v = np.linalg.eigh(whole + 0.1 * np.kron(charge, lower + lower.T))
    e, v = e[:8], v[:, :8]
    gaps = e[:, None] - e[None, :]  # absorbed on the way from the column to the row

    def rates(operator: npt.NDArray[Any], temperature: float) -> npt.NDArray[Any]:
        size = abs(gaps) + np.eye(8)
        photons = 1 / np.expm1(size / temperature) + (gaps < 0)
        return (1 - np.eye(8)) * 1e-4 * size * np.exp(-size / 50) * photons * abs(v.T @ operator @ v) ** 2

    hot, cold = (
        rates(np.kron(charge, one), 0.1 * KELVIN),
        rates(np.kron(one, lower + lower.T), 0.02 * KELVIN),
    )
    flow = hot + cold - np.diag((hot + cold).sum(0))
    state = np.linalg.lstsq(np.vstack([flow, np.ones(8)]), np.eye(9)[8], rcond=None)[0]
    return ATTOWATT * float((hot * gaps @ state).sum())


@pytest.mark.slow
def test_a_transmon_and_a_resonator_take_under_twenty_five_lines() -> None:
    pytest.importorskip("scqubits", reason="no extra, as its bounds meet sambe's on Linux alone")
    code = block("bridges.md", "scq.Transmon")
    assert lines(code) < 25
    space = run(code)
    driven = space["units"].dress(sambe.steady_state(space["system"]), power="aW")["energy_current"]
    assert float(abs(driven.sum())) < 1e-6 * float(abs(driven).max())
    undriven = run(
        code.replace('drive={1: [(units("2 MHz"), "qubit.n_operator")]}, omega=units("5.2 GHz"),', "")
    )
    flow = undriven["units"].dress(sambe.steady_state(undriven["system"]), power="aW")["energy_current"]
    assert float(flow.sel(terminal="drive line")) == pytest.approx(golden_rule_current(), rel=1e-4)
