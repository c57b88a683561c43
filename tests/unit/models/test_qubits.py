"""The ready-made models are the Hamiltonians that their docstrings print, at every time."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe import models
from sambe.errors import InputError

OMEGA = 0.7
SX, SZ, SP, SM = qutip.sigmax(), qutip.sigmaz(), qutip.sigmap(), qutip.sigmam()
ONE = qutip.qeye(2)


def rotating(amplitude, raising, t):
    turned = amplitude * raising * np.exp(-1j * OMEGA * t)
    return turned + turned.dag()


def spin_boson(t):
    return 0.6 * SZ + rotating(0.15, SP, t)


def spin_boson_linear(t):
    return 0.6 * SZ + 0.3 * np.cos(OMEGA * t) * SX


def two_qubits(t):
    left, right = qutip.tensor(SP, ONE), qutip.tensor(ONE, SP)
    bare = 0.55 * qutip.tensor(SZ, ONE) + 0.45 * qutip.tensor(ONE, SZ)
    return bare + 0.2 * (left * right.dag() + left.dag() * right) + rotating(0.15, left, t)


def kerr_resonator(t):
    a = qutip.destroy(5)
    return 1.1 * a.dag() * a + 0.05 * a.dag() * a.dag() * a * a + rotating(0.3, a.dag(), t)


def oscillator(t):
    a = qutip.destroy(6)
    return 1.1 * a.dag() * a + rotating(0.3, a.dag(), t)


def spin(t):
    return 1.1 * qutip.spin_Jz(1.5) + rotating(0.15, qutip.spin_Jp(1.5), t)


def modulated_qubit(t):
    return 0.5 * (1.1 + 0.3 * np.cos(OMEGA * t)) * SZ


def three_level(t):
    g, one, two = (qutip.basis(3, k) for k in range(3))
    bare = 0.1 * g * g.dag() + 1.0 * one * one.dag() + 2.5 * two * two.dag()
    return bare + rotating(0.15, two * one.dag(), t)


A6 = sambe.destroy(6)
CASES = {
    "spin_boson": (models.spin_boson(1.2, 0.3, OMEGA), spin_boson, [SX.full()] * 2),
    "linear spin_boson": (
        models.spin_boson(1.2, 0.3, OMEGA, polarization="linear"),
        spin_boson_linear,
        [SX.full()] * 2,
    ),
    "two_qubits": (
        models.two_qubits((1.1, 0.9), 0.2, 0.3, OMEGA),
        two_qubits,
        [qutip.tensor(SX, ONE).full(), qutip.tensor(ONE, SX).full()],
    ),
    "kerr_resonator": (
        models.kerr_resonator(1.1, 0.05, 0.3, OMEGA, levels=5),
        kerr_resonator,
        [qutip.position(5).full() * np.sqrt(2)] * 2,
    ),
    "oscillator": (models.oscillator(1.1, 0.3, OMEGA, levels=6), oscillator, [A6 + A6.T] * 2),
    "spin": (models.spin(1.5, 1.1, 0.3, OMEGA), spin, [2 * qutip.spin_Jx(1.5).full()] * 2),
    "modulated_qubit": (models.modulated_qubit(1.1, 0.3, OMEGA), modulated_qubit, [SX.full()] * 2),
    "three_level": (
        models.three_level((0.1, 1.0, 2.5), 0.3, OMEGA),
        three_level,
        [np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]]), np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]])],
    ),
}


@pytest.mark.parametrize(("system", "formula", "couplings"), CASES.values(), ids=CASES.keys())
def test_model_is_its_formula(system, formula, couplings):
    for t in (0.0, 0.4, 3.1):
        h = sum(hk * np.exp(-1j * k * OMEGA * t) for k, hk in system.harmonics().items())
        assert_allclose(h, formula(t).full(), atol=1e-14)
    assert system.omega == OMEGA
    for bath, coupling in zip(system.baths, couplings, strict=True):
        assert len(bath.operators) == 1
        assert_allclose(bath.operators[0], coupling, atol=1e-14)


def test_every_model_is_registered_and_works_as_it_comes():
    assert sorted(models.MODELS) == sorted(set(models.__all__) - {"MODELS"})
    for name, model in models.MODELS.items():
        system = model()
        assert isinstance(system, sambe.System), name
        assert [b.temperature for b in system.baths] == [1.2, 0.4]
        assert system.baths[0].spectrum == sambe.Ohmic(0.002, cutoff=10.0)


def test_the_circular_spin_half_is_the_spin_boson_model():
    half, boson = models.spin(0.5, 1.1, 0.3, OMEGA), models.spin_boson(1.1, 0.3, OMEGA)
    for k, h in boson.harmonics().items():
        assert_allclose(half.harmonics()[k], h)


def test_the_circular_drive_is_the_rotating_part_of_the_linear_one():
    circular, linear = (models.spin_boson(polarization=p).harmonics()[1] for p in ("circular", "linear"))
    assert_array_equal(circular, linear * (sambe.sigmap() != 0))


AXIS = sambe.axis("x", [0.3, 0.6])


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (models.spin_boson, {"splitting": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.two_qubits, {"splittings": (AXIS, 1.0), "coupling": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.kerr_resonator, {"frequency": AXIS, "kerr": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.oscillator, {"frequency": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.spin, {"splitting": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.modulated_qubit, {"splitting": AXIS, "modulation": AXIS, "omega": AXIS}),
        (models.three_level, {"energies": (0.0, AXIS, AXIS), "drive": AXIS, "omega": AXIS}),
    ],
)
def test_every_number_may_be_an_axis(model, changes):
    system = model(**changes)
    swept = [x for x in system.numbers().values() if getattr(x, "dims", ()) == ("x",)]
    assert len(swept) == sum(
        sum(part is AXIS for part in value) if isinstance(value, tuple) else 1 for value in changes.values()
    )
    first = system.map_numbers(lambda _, x: x[0].item() if hasattr(x, "dims") else x)
    plain = model(
        **{
            name: tuple(0.3 if part is AXIS else part for part in value) if isinstance(value, tuple) else 0.3
            for name, value in changes.items()
        }
    )
    for k, h in plain.harmonics().items():
        assert_allclose(first.harmonics()[k], h)


def bath(name, **changes):
    return sambe.Bath(name, spectrum=sambe.Flat(0.01), temperature=0.5, **changes)


def test_baths_keep_a_coupling_of_their_own():
    system = models.spin_boson(baths=[bath("x"), bath("z", coupling=sambe.sigmaz())])
    assert_array_equal(system.baths[0].operators[0], sambe.sigmax())
    assert_array_equal(system.baths[1].operators[0], sambe.sigmaz())
    third = bath("extra", coupling=np.kron(sambe.sigmaz(), np.eye(2)))
    assert models.two_qubits(baths=[bath("l"), bath("r"), third]).terminals == ("l", "r", "extra", "pump")
    assert models.spin_boson(baths=bath("only")).terminals == ("only", "pump")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: models.spin_boson(polarization="elliptic"),
            r"polarization = 'elliptic': choose 'circular' or 'linear'",
        ),
        (lambda: models.spin_boson(splitting=np.nan), r"splitting = nan: give a finite number"),
        (lambda: models.spin_boson(drive="strong"), r"drive = 'strong'"),
        (lambda: models.spin_boson(splitting=[1.0, 2.0]), r"splitting = \[1\.0, 2\.0\]: .*sambe\.axis"),
        (lambda: models.spin_boson(drive=np.zeros(0)), r"drive = \(0,\): a sweep axis needs"),
        (lambda: models.spin_boson(omega=-1.0), r"omega = -1\.0"),
        (lambda: models.spin_boson(omega=None), r"omega = None"),
        (lambda: models.spin_boson(splitting=1j), r"hamiltonian\[0, 0\] = 0\.5j"),
        (lambda: models.spin_boson(baths=[]), r"baths = \[\]"),
        (lambda: models.spin_boson(baths=["left"]), r"baths = \['left'\]"),
        (lambda: models.spin_boson(baths=3), r"baths = 3"),
        (lambda: models.two_qubits(splittings=1.0), r"splittings = 1\.0: give 2 numbers"),
        (lambda: models.two_qubits(splittings=(1.0, None)), r"splittings\[1\] = None"),
        (lambda: models.two_qubits(splittings="ab"), r"splittings = 'ab'"),
        (lambda: models.two_qubits(baths=[bath("l")]), r"baths = \['l'\]: this model has 2 places"),
        (
            lambda: models.two_qubits(baths=[bath("a"), bath("b"), bath("c")]),
            r"baths = \['a', 'b', 'c'\]: .*coupling of its own",
        ),
        (lambda: models.three_level(energies=(0.0, 1.0)), r"energies = \(0\.0, 1\.0\): give 3 numbers"),
        (lambda: models.three_level(baths=bath("hot")), r"baths = \['hot'\]: this model has 2 places"),
        (lambda: models.kerr_resonator(levels=1), r"levels = 1: .*from 2 up"),
        (lambda: models.oscillator(levels=10.0), r"levels = 10\.0"),
        (lambda: models.spin(s=0.7), r"s = 0\.7"),
        (lambda: models.modulated_qubit(modulation=np.inf), r"modulation = inf"),
    ],
)
def test_bad_input_is_named_as_the_caller_wrote_it(make, message):
    with pytest.raises(InputError, match=message):
        make()
