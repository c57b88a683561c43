"""Harmonics of QuTiP Hamiltonians by sampling, and the refusal of what has no period."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import iv

import sambe
from sambe.errors import ConvergenceError, InputError

W = 0.8
PERIOD = 2 * np.pi / W
SX, SZ, SP = qutip.sigmax(), qutip.sigmaz(), qutip.sigmap()
BATHS = [sambe.Bath("left", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), 1.0)]


def read(hamiltonian, period=PERIOD, **options):
    return sambe.System.from_qutip(hamiltonian, period, baths=BATHS, **options)


def test_list_format_gives_the_model():
    h = [
        0.5 * SZ,
        [0.05 * SP, lambda t: np.exp(-1j * W * t)],
        [0.05 * SP.dag(), lambda t: np.exp(1j * W * t)],
    ]
    found, model = read(h), sambe.models.spin_boson(omega=W, baths=BATHS)
    assert found.omega == pytest.approx(W)
    assert sorted(found.harmonics()) == [-1, 0, 1]
    for k, hk in model.harmonics().items():
        assert_allclose(found.harmonics()[k], hk, atol=1e-14)
    assert np.count_nonzero(found.harmonics()[1]) == 1, "rounding would hide the rotating frame"


@pytest.mark.parametrize(
    "hamiltonian",
    [
        qutip.QobjEvo([0.5 * SZ, [SX, lambda t: 0.1 * np.cos(W * t)]]),
        lambda t: 0.5 * SZ + 0.1 * np.cos(W * t) * SX,
        [0.5 * SZ, [SX, qutip.coefficient(lambda t, a: a * np.cos(W * t), args={"a": 0.1})]],
    ],
    ids=["QobjEvo", "function", "coefficient"],
)
def test_every_form_that_qutip_knows(hamiltonian):
    assert_allclose(read(hamiltonian).harmonics()[1], 0.05 * SX.full(), atol=1e-14)


def test_arguments_reach_the_coefficients():
    h = [0.5 * SZ, [SX, lambda t, a: a * np.cos(W * t)]]
    assert_allclose(read(h, args={"a": 0.3}).harmonics()[1], 0.15 * SX.full(), atol=1e-14)


def test_constant_hamiltonian_has_no_drive():
    assert read(0.5 * SZ).drive == {}


@pytest.mark.slow
@given(st.integers(1, 200), st.floats(0.01, 2.0), st.floats(0.0, 6.0))
def test_any_single_harmonic_is_found_at_its_number(k, size, phase):
    """Also those above the first sampling grid, which an unguarded transform would alias."""
    system = read([SZ, [SX, lambda t: size * np.cos(k * W * t - phase)]])
    assert list(system.drive) == [k]
    assert_allclose(system.harmonics()[k], 0.5 * size * np.exp(1j * phase) * SX.full(), atol=1e-9)


def test_smooth_drive_converges_to_its_bessel_harmonics():
    """exp(z cos x) = sum_k I_k(z) exp(-ikx)."""
    system = read([SZ, [SX, lambda t: np.exp(2.0 * np.cos(W * t))]], tolerance=1e-12)
    for k, hk in system.harmonics().items():
        expected = iv(abs(k), 2.0) * SX.full() + (k == 0) * SZ.full()
        assert_allclose(hk, expected, atol=1e-11)


def test_a_multiple_of_the_period_is_a_period():
    system = read([SZ, [SX, lambda t: np.cos(W * t)]], period=3 * PERIOD)
    assert list(system.drive) == [3]
    assert system.omega == pytest.approx(W / 3)


@pytest.mark.parametrize(
    ("hamiltonian", "options", "message"),
    [
        (
            [SZ, [SX, lambda t: np.cos(W * t)]],
            {"period": 0.99 * PERIOD},
            r"period = 7\.77.*: the Hamiltonian does not have it: .* differ by",
        ),
        (
            [SZ, [SX, lambda t: np.cos(W * t) + 0.01 * np.cos(np.sqrt(2) * W * t)]],
            {},
            r"period = .*does not have it",
        ),
        ([SZ, [SX, lambda t: np.exp(-t)]], {}, r"period = .*does not have it"),
        (
            [SZ, [SP, lambda t: np.exp(-1j * W * t)]],
            {},
            r"hamiltonian\(t=.*\)\[0, 1\] = .*must be Hermitian, .*add the conjugate term",
        ),
        (1j * SZ, {}, r"hamiltonian\(t=.*\)\[0, 0\] = 1j"),
        ([SZ, [SX, lambda t: np.nan]], {}, r"hamiltonian\(t=.*\)\[0, 1\] = .*nan.*finite"),
        (qutip.basis(2, 0), {}, r"hamiltonian = \[\[2\], \[1\]\]: give an operator, not a state"),
        (3.0, {}, r"hamiltonian = 3\.0: QuTiP cannot make a QobjEvo of it"),
        (SZ, {"period": 0.0}, r"period = 0\.0: give a positive"),
        (SZ, {"period": np.nan}, r"period = nan"),
        (SZ, {"period": "long"}, r"period = 'long'"),
        (SZ, {"tolerance": -1e-3}, r"tolerance = -0\.001"),
        (qutip.num(3), {}, r"bath 'left'\.coupling\[0\] = \(2, 2\): the Hamiltonian has 3 levels"),
    ],
)
def test_refusals_name_the_field(hamiltonian, options, message):
    with pytest.raises(InputError, match=message):
        read(hamiltonian, **options)


def test_a_jump_between_slopes_does_not_converge_and_says_so():
    with pytest.raises(ConvergenceError, match="4096 samples a period leave an error"):
        read([SZ, [SX, lambda t: (t / PERIOD) % 1.0]])


STEPS = np.array([0.3, -0.2, 0.1, 0.1])  # QuTiP holds each value until the next time


@pytest.mark.slow
@pytest.mark.parametrize(
    "hamiltonian",
    [
        qutip.QobjEvo([SZ, [SX, STEPS]], tlist=PERIOD * np.array([0.0, 0.2, 0.7, 1.0]), order=0),
        [SZ, [SX, lambda t: STEPS[np.searchsorted([0.2, 0.7], (t / PERIOD) % 1.0, side="right")]]],
    ],
    ids=["array", "function"],
)
def test_a_hamiltonian_that_jumps_is_taken_for_steps(hamiltonian):
    system = read(hamiltonian)
    assert_allclose([step.fraction for step in system.steps.steps], [0.2, 0.5, 0.3], atol=1e-12)
    for step, size in zip(system.steps.steps, STEPS, strict=False):
        assert_allclose(step.terms[0][1], (SZ + size * SX).full(), atol=1e-14)
    plain = sambe.System.from_steps(
        [(f, (SZ + size * SX).full()) for f, size in zip((0.2, 0.5, 0.3), STEPS, strict=False)], W, BATHS
    )
    found, expected = (sambe.steady_state(x).energy_current for x in (system, plain))
    assert_allclose(found, expected, rtol=1e-9)
