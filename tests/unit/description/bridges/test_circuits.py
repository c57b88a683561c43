"""Devices of scqubits: levels and elements by scqubits itself."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.bridges.circuits import from_scqubits
from sambe.errors import InputError

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.slow, pytest.mark.xdist_group("scqubits")]
LINE = sambe.Bath("line", spectrum=sambe.Ohmic(1e-4, cutoff=50.0), temperature=1.0)


@pytest.fixture(scope="module")
def scq() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("scqubits", reason="scqubits is not installed")


def levels_of(system: sambe.System) -> Any:
    return system.harmonics()[0].diagonal().real


def test_a_transmon_is_that_of_the_package(scq: Any) -> None:
    qubit = scq.Transmon(EJ=15.0, EC=0.25, ng=0.0, ncut=30)
    line = {"baths": [LINE], "couplings": {"line": "n_operator"}}
    system = from_scqubits(qubit, levels=4, drive={1: [(0.02, "n_operator")]}, omega=5.2, **line)
    energies = qubit.eigenvals(4)
    np.testing.assert_allclose(levels_of(system), energies - energies[0], atol=1e-9)
    table = qubit.matrixelement_table("n_operator", evals_count=4)
    np.testing.assert_allclose(abs(system.baths[0].operators[0]), abs(table), atol=1e-9)
    ours = sambe.models.transmon(josephson=15.0, charging=0.25, levels=4)
    bare = np.linalg.eigvalsh(ours.harmonics()[0])
    np.testing.assert_allclose(np.diff(levels_of(system)), np.diff(bare), rtol=1e-8)
    kelvin = sambe.Units("1 K")
    warm = from_scqubits(qubit, units=kelvin, **line)
    assert levels_of(warm)[1] == pytest.approx(kelvin(energies[1] - energies[0], "GHz"))


def test_a_composite_system(scq: Any) -> None:
    qubit = scq.Transmon(EJ=15.0, EC=0.25, ng=0.0, ncut=30, truncated_dim=4, id_str="q")
    cavity = scq.Oscillator(E_osc=6.0, truncated_dim=3, id_str="r")
    device = scq.HilbertSpace([qubit, cavity])
    device.add_interaction(g=0.1, op1=qubit.n_operator, op2=cavity.creation_operator, add_hc=True)
    system = from_scqubits(device, baths=[LINE], couplings={"line": "r.creation_operator + h.c."}, levels=6)
    # by hand: levels of the qubit, its charge in them, and the ladder
    energies, n = qubit.eigenvals(4), qubit.matrixelement_table("n_operator", evals_count=4)
    a = sambe.destroy(3)
    h = np.kron(np.diag(energies), np.eye(3)) + np.kron(np.eye(4), 6.0 * sambe.num(3))
    ladder = np.kron(n, a.conj().T)
    whole = np.linalg.eigvalsh(h + 0.1 * (ladder + ladder.conj().T))
    np.testing.assert_allclose(np.diff(levels_of(system)), np.diff(whole[:6]), atol=1e-9)
    assert abs(float(sambe.steady_state(system).energy_current.sum())) < 1e-9
    with pytest.raises(InputError, match="no part"):
        from_scqubits(device, baths=[LINE], couplings={"line": "no_such_operator"})


def test_a_circuit(scq: Any) -> None:
    text = "branches:\n- [JJ, 1, 2, 10, 20]\n- [C, 1, 2, 0.5]\n- [L, 1, 2, 1.0]\n"
    circuit = scq.Circuit(text, from_file=False, ext_basis="harmonic")
    system = from_scqubits(circuit, baths=[LINE], couplings={"line": "Q1_operator"}, levels=4)
    np.testing.assert_allclose(np.diff(levels_of(system)), np.diff(circuit.eigenvals(4)), atol=1e-8)


def test_numbers_may_have_units_and_what_a_device_has_not_is_told(scq: Any) -> None:
    pytest.importorskip("pint")
    qubit = scq.TunableTransmon(EJmax=20.0, EC=0.25, d=0.1, flux=0.2, ng=0.0, ncut=15, truncated_dim=3)
    cavity = scq.Oscillator(E_osc=6.2, truncated_dim=3)
    device = scq.HilbertSpace([qubit, cavity])
    device.add_interaction(g=0.08, op1=qubit.n_operator, op2=cavity.creation_operator, add_hc=True)
    line = {"baths": [LINE], "couplings": {"line": "n_operator"}, "units": sambe.Units(energy="1 GHz")}
    given = from_scqubits(device, levels=4, drive={1: [("2 MHz", "n_operator")]}, omega="6.2 GHz", **line)
    meant = from_scqubits(device, levels=4, drive={1: [(0.002, "n_operator")]}, omega=6.2, **line)
    assert float(given.omega) == pytest.approx(6.2)
    np.testing.assert_allclose(given.harmonics()[1], meant.harmonics()[1], rtol=1e-12)
    with pytest.raises(InputError, match="the device has 31"):
        from_scqubits(qubit, levels=500, **line)


def test_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="scqubits"):
        from_scqubits(sambe.sigmax(), baths=[LINE], couplings={})
