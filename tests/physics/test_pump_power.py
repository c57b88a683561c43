"""Power counted in quanta against the work that the drive does on the state."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

CASES: dict[str, Callable[[float], sambe.System]] = {
    "qubit": lambda w: models.spin_boson(drive=0.05, omega=w),
    "weakly driven qubit": lambda w: models.spin_boson(drive=0.002, omega=w),
    "qubits": lambda w: models.two_qubits(drive=0.1, omega=w),
    "spin 1": lambda w: models.spin(1.0, drive=0.3, omega=w),
    "amplifier": lambda w: models.three_level(drive=0.1, omega=w + 0.5),
    "Kerr resonator": lambda w: models.kerr_resonator(drive=0.03, omega=w, levels=8),
}


def lab_state(system: sambe.System, secular: str) -> tuple[Any, Any, Any]:
    """Currents, the state in the rotating frame of the basis states, and the frame's integers."""
    batched = system.map_numbers(lambda path, x: np.array([x]) if path == "omega" else x)
    method = prepare(system, "driven_dressed", secular)
    found = solve_batch(batched, method)
    states, rho = found.jumps.dressing.states[0], found.state[0]
    if rho.ndim == 1:
        rho = np.diag(rho)
    return found.currents[0], states @ rho @ states.conj().T, np.diag(method.frame)


def work(system: sambe.System, rho: Any, n: Any) -> float:
    """i w Tr([H_frame, n] rho): the mean of Tr[dH/dt rho] in the frame of the integers n."""
    frame = sum(system.harmonics().values()) - system.omega * n
    return float((1j * system.omega * np.trace((frame @ n - n @ frame) @ rho)).real)


@pytest.mark.parametrize("omega", [0.8, 0.95, 1.0, 1.1])
@pytest.mark.parametrize("name", CASES)
def test_count_is_the_work_where_every_coherence_is_kept(name: str, omega: float) -> None:
    system = CASES[name](omega)
    currents, rho, n = lab_state(system, "none")
    assert currents[-1] == pytest.approx(work(system, rho, n), rel=1e-9, abs=1e-9 * np.abs(currents).max())


@pytest.mark.parametrize("name", CASES)
def test_work_on_the_full_secular_state_is_nothing_but_the_count_is_not(name: str) -> None:
    # populations of eigenstates of H_frame commute with it: DESIGN section 3, trap 3
    system = CASES[name](0.9)
    currents, rho, n = lab_state(system, "full")
    assert abs(work(system, rho, n)) < 1e-14
    assert abs(currents[-1]) > 1e-7


def test_far_from_resonance_the_jumps_that_change_no_state_carry_the_power() -> None:
    # DESIGN section 2: leave out i = j, q != 0 and most of the pump power is gone
    channels = sambe.channels(models.spin_boson(drive=0.1, omega=0.3), secular="full")
    pump = channels.pump_current
    total = pump.sum().item()
    assert total == pytest.approx(1.76085733e-6, rel=1e-8)
    assert pump.where(channels.pseudo, 0.0).sum().item() > 0.5 * total


def test_an_amplifier_gives_power_to_the_drive_beyond_the_threshold() -> None:
    # Scovil and Schulz-DuBois: inversion of 1 and 2 where E2/T_hot < E1/T_cold
    energies, signs = (0.0, 1.0, 2.5), []
    spectrum = sambe.Ohmic(0.002, cutoff=10.0)
    for hot in (0.9, 1.1):  # threshold at T_hot = 2.5 T_cold = 1
        baths = [sambe.Bath(n, spectrum=spectrum, temperature=t) for n, t in (("hot", hot), ("cold", 0.4))]
        system = models.three_level(energies, drive=0.01, omega=1.5, baths=baths)
        heat, cold, pump = sambe.energy_currents(system)
        signs.append(np.sign(pump))
        # tight coupling on resonance: a quantum of the drive for every E2 taken in and E1 let out
        assert pump / heat == pytest.approx(-1.5 / 2.5, rel=2e-2)
        assert cold / heat == pytest.approx(-1.0 / 2.5, rel=2e-2)
    assert signs == [1.0, -1.0]
