"""System: harmonics, sweeps, paths to every number, and every refusal by name."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import qutip
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.description.system import number_fault
from sambe.errors import InputError, SambeError

SX, SZ, SP = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()


def bath(name="left", coupling=SX, **changes):
    return sambe.Bath(**{"name": name, "coupling": coupling, "spectrum": sambe.Ohmic(0.002, 10.0),
                         "temperature": 1.0} | changes)  # fmt: skip


def qubit(**changes):
    return sambe.System(
        **{"hamiltonian": [(0.5, SZ)], "drive": {1: [(0.05, SP)]}, "omega": 0.8, "baths": [bath()]} | changes
    )


def test_harmonics_come_with_their_conjugates():
    found = qubit(drive={1: [(0.05j, SP)], 3: SX}).harmonics()
    assert sorted(found) == [-3, -1, 0, 1, 3]
    assert_array_equal(found[0], 0.5 * SZ)
    assert_array_equal(found[1], 0.05j * SP)
    assert_array_equal(found[-1], found[1].conj().T)


@given(arrays(float, (2, 2, 2), elements=st.floats(-2.0, 2.0)), st.floats(0.0, 7.0))
def test_hamiltonian_is_hermitian_at_all_times(parts, phase):
    h = (parts[0] + 1j * parts[1]).astype(complex)
    harmonics = qubit(drive={1: h, 2: 0.3 * h.T}).harmonics()
    total = sum(hk * np.exp(-1j * k * phase) for k, hk in harmonics.items())
    assert_allclose(total, total.conj().T, atol=1e-13)


@pytest.mark.parametrize(
    "hamiltonian",
    [
        0.5 * SZ,
        0.5 * qutip.sigmaz(),
        (0.5, SZ),
        [(0.5, SZ)],
        [[0.5, 0.0], [0.0, -0.5]],
        [(0.25, SZ), (0.25, qutip.sigmaz())],
    ],
    ids=["array", "Qobj", "pair", "pairs", "nested lists", "sum"],
)
def test_every_way_to_write_the_hamiltonian(hamiltonian):
    assert_allclose(qubit(hamiltonian=hamiltonian).harmonics()[0], 0.5 * SZ)


def test_complex_terms_may_add_up_to_a_hermitian_sum():
    system = qubit(hamiltonian=[(0.5, SZ), (0.1j, SP), (-0.1j, SP.T)])
    h0 = system.harmonics()[0]
    assert_allclose(h0, h0.conj().T)


def test_a_sweep_stays_in_place_until_it_is_mapped():
    omega, splitting = sambe.axis("omega", [0.5, 1.0]), sambe.axis("w0", [1, 2, 3], units="GHz")
    system = qubit(hamiltonian=[(0.5 * splitting, SZ)], omega=omega)
    assert system.numbers()["omega"].identical(omega)
    assert splitting.dtype == float
    assert splitting.w0.attrs == {"units": "GHz"}
    mapped = system.map_numbers(lambda _, x: np.asarray(x, dtype=float))
    assert mapped.harmonics()[0].shape == (3, 2, 2)


def test_every_number_has_a_path():
    assert list(qubit().numbers()) == [
        "hamiltonian[0]",
        "drive[1][0]",
        "omega",
        "bath 'left'.spectrum.strength",
        "bath 'left'.spectrum.cutoff",
        "bath 'left'.spectrum.exponent",
        "bath 'left'.temperature",
    ]


def test_terminals_levels_and_replacement():
    system = qubit(baths=[bath("hot"), bath("cold")])
    assert system.terminals == ("hot", "cold", "pump")
    assert system.levels == 2
    assert system.replace(omega=1.5).omega == 1.5
    assert qubit(baths=bath()).terminals == ("left", "pump")
    with pytest.raises(dataclasses.FrozenInstanceError):
        system.omega = 2.0


def test_the_callers_arrays_are_copied():
    h = 0.5 * SZ
    system = qubit(hamiltonian=h)
    h[0, 0] = 7.0
    assert system.harmonics()[0][0, 0] == 0.5


def test_frame_is_kept_as_integers():
    assert qubit(frame=np.array([1.0, 0.0])).frame == (1, 0)


BAD = {
    "not Hermitian": (
        {"hamiltonian": [(0.5, SZ), (0.1, SP)]},
        r"hamiltonian\[0, 1\] = \(0\.1\+0j\): H_0 must be Hermitian, .*\[1, 0\] is 0j; add the conjugate",
    ),
    "complex splitting": ({"hamiltonian": [(0.5j, SZ)]}, r"hamiltonian\[0, 0\] = 0\.5j"),
    "complex sweep": (
        {"hamiltonian": [(sambe.axis("w0", [0.5j, 1.0 + 1.0j]), SZ)]},
        r"hamiltonian\[0, 0\] = 0\.5j",
    ),
    "empty hamiltonian": ({"hamiltonian": []}, r"hamiltonian = \[\]: give an operator"),
    "not an operator": ({"hamiltonian": "sz"}, r"hamiltonian = 'sz'"),
    "no pairs": ({"hamiltonian": [1.0, 2.0]}, r"hamiltonian = \[1\.0, 2\.0\]: give \(coefficient"),
    "ragged": ({"hamiltonian": [[1.0, 2.0], [3.0]]}, r"hamiltonian\[0\] = .*square matrix"),
    "ragged pair": ({"hamiltonian": [(1.0, [[1.0], [2.0, 3.0]])]}, r"hamiltonian\[0\] = .*square"),
    "not square": ({"hamiltonian": np.ones((2, 3))}, r"hamiltonian\[0\] = \(2, 3\): give a square"),
    "NaN element": ({"hamiltonian": np.diag([np.nan, 1.0])}, r"hamiltonian\[0\]\[0, 0\] = .*finite"),
    "NaN coefficient": ({"hamiltonian": [(np.nan, SZ)]}, r"hamiltonian\[0\] = nan: give a finite number"),
    "text coefficient": ({"hamiltonian": [("half", SZ)]}, r"hamiltonian\[0\] = 'half'"),
    "drive of another size": (
        {"drive": {1: sambe.destroy(3)}},
        r"drive\[1\]\[0\] = \(3, 3\): the Hamiltonian has 2 levels",
    ),
    "coupling of another size": (
        {"baths": [bath(coupling=sambe.spin_jx(1.0))]},
        r"bath 'left'\.coupling\[0\] = \(3, 3\): the Hamiltonian has 2 levels",
    ),
    "terms of two sizes": (
        {"hamiltonian": [(1.0, SZ), (1.0, sambe.num(3))]},
        r"hamiltonian\[1\] = \(3, 3\)",
    ),
    "drive as a list": ({"drive": [(0.1, SP)]}, r"(?s)drive = .*mapping \{k: terms\}"),
    "static harmonic": ({"drive": {0: SX}}, r"drive = 0: harmonics are positive integers"),
    "negative harmonic": ({"drive": {-1: SX}}, r"drive = -1"),
    "half harmonic": ({"drive": {0.5: SX}}, r"drive = 0\.5"),
    "infinite drive": ({"drive": {1: [(np.inf, SP)]}}, r"drive\[1\]\[0\] = inf"),
    "no frequency": ({"omega": None}, r"omega = None: a driven system needs the drive frequency"),
    "negative frequency": ({"omega": -0.8}, r"omega = -0\.8: the drive frequency must be positive"),
    "zero frequency": ({"omega": 0.0}, r"omega = 0\.0: the drive frequency must be positive"),
    "NaN frequency": ({"omega": np.nan}, r"omega = nan"),
    "complex frequency": ({"omega": 1.0 + 0.1j}, r"omega = \(1\+0\.1j\): must be real"),
    "truth value": ({"omega": True}, r"omega = True"),
    "empty sweep": ({"omega": xr.DataArray(np.zeros(0), dims="omega")}, r"omega = \(0,\): a sweep axis"),
    "no bath": ({"baths": []}, r"baths = \[\]: give at least one sambe\.Bath"),
    "number for a bath": ({"baths": 3}, r"baths = 3"),
    "not a bath": ({"baths": ["left"]}, r"baths = \['left'\]"),
    "two of a name": ({"baths": [bath(), bath()]}, r"baths = 'left': bath names must differ"),
    "no coupling": ({"baths": [bath(coupling=None)]}, r"bath 'left'\.coupling = None"),
    "identity coupling": (
        {"baths": [bath(coupling=0.1 * np.eye(2))]},
        r"(?s)bath 'left'\.coupling = .*multiple of the identity",
    ),
    "negative temperature": (
        {"baths": [bath(temperature=-0.4)]},
        r"bath 'left'\.temperature = -0\.4: a temperature is not negative",
    ),
    "NaN temperature": ({"baths": [bath(temperature=np.nan)]}, r"bath 'left'\.temperature = nan"),
    "text temperature": ({"baths": [bath(temperature="hot")]}, r"bath 'left'\.temperature = 'hot'"),
    "negative cutoff": (
        {"baths": [bath(spectrum=sambe.Ohmic(0.1, cutoff=-1.0))]},
        r"bath 'left'\.spectrum\.cutoff = -1\.0: must be positive",
    ),
    "negative strength": (
        {"baths": [bath(spectrum=sambe.Flat(-0.1))]},
        r"bath 'left'\.spectrum\.strength = -0\.1: must not be negative",
    ),
    "frame too short": ({"frame": [1]}, r"frame = \[1\]: give 2 integers"),
    "fractional frame": ({"frame": [0.5, 0]}, r"frame = \[0\.5, 0\]"),
    "text frame": ({"frame": "ab"}, r"frame = 'ab'"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_names_field_value_and_remedy(changes, message):
    with pytest.raises(InputError, match=message) as caught:
        qubit(**changes)
    assert isinstance(caught.value, SambeError)
    assert caught.value.remedy


@pytest.mark.parametrize("values", [[], 3.0, [[1.0, 2.0]], ["a"], [True, False], [[1.0], 2.0]])
def test_axis_needs_a_list_of_numbers(values):
    with pytest.raises(InputError, match=r"axis 'omega' = .*at least one number"):
        sambe.axis("omega", values)


def test_faults_of_swept_numbers_are_told_element_by_element():
    assert number_fault("omega", np.array([1.0, 0.0])) == "the drive frequency must be positive"
    assert number_fault("bath 'left'.temperature", np.array([0.0, 1.0])) is None
    assert number_fault("drive[1][0]", np.array([1j])) is None


def test_qubit_without_drive_needs_no_frequency():
    still = qubit(drive=None, omega=None)
    assert sorted(still.harmonics()) == [0]


def test_a_system_does_not_change_with_the_arrays_that_it_was_made_of() -> None:
    splitting, omega = np.array([1.0, 2.0]), sambe.axis("omega", [0.5, 1.0])
    bare, labelled = qubit(hamiltonian=[(0.5 * splitting, SZ)]), qubit(omega=omega)
    coefficient = bare.numbers()["hamiltonian[0]"]
    splitting[:] = 7.0
    omega.values[:] = 7.0
    assert_allclose(coefficient, [0.5, 1.0])
    assert_allclose(labelled.numbers()["omega"].values, [0.5, 1.0])
    with pytest.raises(ValueError, match="read-only"):
        labelled.numbers()["omega"].values[0] = 3.0


@pytest.mark.parametrize("scale", [1e-30, 1e-11, 1.0, 1e12])
def test_hermiticity_is_judged_on_the_scale_of_the_hamiltonian(scale) -> None:
    with pytest.raises(sambe.InputError, match="must be Hermitian"):
        qubit(hamiltonian=[(scale, SP)])
    with pytest.raises(sambe.InputError, match="must be Hermitian"):
        sambe.Bath("b", scale * SP, sambe.Ohmic(0.1, cutoff=5.0), temperature=1.0)
    assert qubit(hamiltonian=[(scale, SZ)]).levels == 2


@pytest.mark.slow
def test_points_at_which_the_hamiltonian_is_not_hermitian_have_no_answer() -> None:
    """The ends of the axis are fine: every point is looked at."""
    phase = sambe.axis("phase_angle", np.linspace(0.0, 2.0 * np.pi, 5))
    sweep = qubit(hamiltonian=[(0.5, SZ), (0.3 * np.exp(1j * phase), sambe.sigmax())])
    assert sambe.steady_state(sweep).status.values.tolist() == [0, 1, 0, 1, 0]
    fine = [(0.3 * np.exp(1j * phase), SP), (0.3 * np.exp(-1j * phase), SP.conj().T)]
    assert not sambe.steady_state(qubit(hamiltonian=[(0.5, SZ), *fine])).status.any()
    with pytest.raises(sambe.InputError, match="must be Hermitian"):
        qubit(hamiltonian=[(0.5, SZ), (1j + phase, sambe.sigmax())])
