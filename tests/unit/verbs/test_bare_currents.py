"""The kernels on other array libraries: JAX traced, mapped and differentiated, and the strict standard."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import sambe
from sambe import models

SECULAR = ("full", "partial", "none")
HERE = np.array([0.1, 0.8, 0.002, 1.2])  # drive, frequency, strength, temperature


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    # for every thread, as JAX calls back from its own
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def qubit(x: Any) -> sambe.System:
    return sambe.models.spin_boson(drive=x[0], omega=x[1], baths=baths(x))


def qubits(x: Any) -> sambe.System:
    """A fifth number is their coupling."""
    coupling = x[4] if len(x) > 4 else 0.1
    return sambe.models.two_qubits(drive=x[0], omega=x[1], coupling=coupling, baths=baths(x))


def kerr(x: Any) -> sambe.System:
    return sambe.models.kerr_resonator(drive=x[0], omega=x[1], levels=5, baths=baths(x))


def baths(x: Any) -> list[sambe.Bath]:
    left = sambe.Bath("left", spectrum=sambe.Ohmic(x[2], cutoff=10.0), temperature=x[3])
    return [left, sambe.Bath("right", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=0.4)]


def currents(model: Any, x: Any, secular: str) -> Any:
    return sambe.energy_currents(model(x), secular=secular)


# tests of one model share a worker, and so what is compiled
def of_model(model: Any) -> pytest.MarkDecorator:
    return pytest.mark.xdist_group(f"jax {model.__name__}")


MODELS = pytest.mark.parametrize("model", [pytest.param(m, marks=of_model(m)) for m in (qubit, qubits, kerr)])
START = {qubits: np.array([*HERE, 0.1])}  # with the coupling, at which derivatives are wanted too


@cache
def compiled(model: Any, secular: str) -> Any:
    """Derivatives and the currents themselves from one trace, as compiling takes longer than all else."""

    def twice(x: Any) -> Any:
        y = currents(model, x, secular)
        return y, y

    return jax.jit(jax.jacrev(twice, has_aux=True))


@cache
def mapped(model: Any, sloped: bool) -> Any:
    """The same for rows of numbers, with coherences, and with forward derivatives or without."""

    def twice(x: Any) -> Any:
        y = currents(model, x, "partial")
        return y, y

    return jax.jit(jax.vmap(jax.jacfwd(twice, has_aux=True) if sloped else twice))


@pytest.mark.slow
@MODELS
@pytest.mark.parametrize("secular", SECULAR)
def test_jit_gives_what_numpy_gives(model: Any, secular: str) -> None:
    here = START.get(model, HERE)
    wanted = currents(model, here, secular)
    jitted = jax.jit(lambda x: currents(model, x, secular))
    found = jitted(jnp.asarray(here)) if secular == "none" else compiled(model, secular)(jnp.asarray(here))[1]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-10 * np.abs(wanted).max())


@pytest.mark.slow
def test_vmap_is_the_sweep() -> None:
    omega = np.linspace(0.5, 1.5, 7)
    mapped = jax.jit(jax.vmap(lambda w: currents(qubit, (0.1, w, 0.002, 1.2), "partial")))(jnp.asarray(omega))
    swept = sambe.energy_currents(sambe.models.spin_boson(drive=0.1, omega=omega), secular="partial")
    np.testing.assert_allclose(mapped, swept, rtol=0, atol=1e-12)


@pytest.mark.slow
@MODELS
@pytest.mark.parametrize("secular", ["full", "partial"])
def test_gradients_match_finite_differences(model: Any, secular: str) -> None:
    here = START.get(model, HERE)
    gradient, _ = compiled(model, secular)(jnp.asarray(here))
    for k, step in enumerate((1e-5, 1e-5, 1e-7, 1e-5)):
        move = np.eye(len(here))[k] * step
        wanted = (currents(model, here + move, secular) - currents(model, here - move, secular)) / (2 * step)
        np.testing.assert_allclose(gradient[:, k], wanted, rtol=0, atol=1e-6 * np.abs(wanted).max())


@pytest.mark.slow
@of_model(qubits)
@pytest.mark.parametrize("at", [(0.05, 1.0, 0.0), (0.003, 1.0, 1e-9), (0.05, 0.9, 0.0)])
def test_gradients_hold_where_levels_are_degenerate(at: tuple[float, ...]) -> None:
    varied = [0, 1, 4]  # drive, frequency and coupling
    point = np.array([0.0, 0.0, 0.002, 1.2, 0.0])
    point[varied] = at
    gradient = np.asarray(compiled(qubits, "partial")(jnp.asarray(point))[0])[:, varied]
    both = [
        [currents(qubits, point + m, "partial") for m in (move, -move)] for move in 1e-6 * np.eye(5)[varied]
    ]
    wanted = np.stack([(ahead - behind) / 2e-6 for ahead, behind in both], axis=1)
    np.testing.assert_allclose(gradient, wanted, rtol=0, atol=1e-6 * np.abs(wanted).max())


@pytest.mark.slow
@pytest.mark.xdist_group("jax qubit")
@pytest.mark.parametrize("secular", ["full", "partial"])
def test_gradients_are_finite_where_everything_is_degenerate(secular: str) -> None:
    undriven = jnp.array([0.0, 1.0, 0.002, 1.2])
    gradient, _ = compiled(qubit, secular)(undriven)
    assert np.isfinite(gradient).all()


@MODELS
@pytest.mark.parametrize("secular", SECULAR)
def test_the_strict_standard_is_enough(model: Any, secular: str) -> None:
    x = [strict.asarray(np.array([v, 1.01 * v])) for v in HERE]
    found = currents(model, x, secular)
    assert isinstance(found, type(x[0]))
    wanted = currents(model, [np.array([v, 1.01 * v]) for v in HERE], secular)
    np.testing.assert_allclose(np.asarray(found), wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())


def linear_qubit(x: Any) -> sambe.System:
    return sambe.models.spin_boson(drive=x[0], omega=x[1], baths=baths(x), polarization="linear")


def linear_qubits(x: Any) -> sambe.System:
    circular = qubits(x)
    both = {k: [(c, op + op.conj().T) for c, op in terms] for k, terms in circular.drive.items()}
    return circular.replace(drive=both, frame=None)


def linear_ladder(x: Any) -> sambe.System:
    """Two tones on three levels: no static frame and no symmetry."""
    up = np.diag([1.0, 1.5], 1)
    drive = {1: [(x[0], up + up.T)], 2: [(0.3 * x[0], 1j * up)]}
    coupled = [sambe.Bath(b.name, up + up.T, b.spectrum, b.temperature) for b in baths(x)]
    return sambe.System([(1.0, np.diag([0.0, 0.9, 1.75]))], drive, x[1], coupled)


PERIODIC = pytest.mark.parametrize(
    "model", [pytest.param(m, marks=of_model(m)) for m in (linear_qubit, linear_qubits, linear_ladder)]
)


def floquet_currents(model: Any, x: Any, secular: str) -> Any:
    return sambe.energy_currents(model(x), equation="floquet", secular=secular)


def slopes(model: Any, x: np.ndarray, secular: str, steps: tuple[float, ...]) -> np.ndarray:
    """Central differences."""
    moves = np.diag(steps)
    both = [[floquet_currents(model, x + m, secular) for m in (move, -move)] for move in moves]
    return np.stack(
        [(ahead - behind) / (2 * step) for (ahead, behind), step in zip(both, steps, strict=True)], 1
    )


@pytest.mark.slow
@PERIODIC
def test_the_extended_space_gives_what_propagation_gives(model: Any) -> None:
    """Diagonalised as a whole where NumPy propagates: the same currents from two ways, populations alone."""
    sloped = model is linear_qubit  # a slope compiles long
    point = lambda x: 2 * (floquet_currents(model, x, "full"),)  # noqa: E731
    gradient, found = jax.jit(jax.jacfwd(point, has_aux=True) if sloped else point)(jnp.asarray(HERE))
    wanted = floquet_currents(model, HERE, "full")
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())
    if sloped:
        same_slopes(gradient, slopes(model, HERE, "full", (1e-5, 1e-5, 1e-7, 1e-5)), 2e-6)


def same_slopes(found: Any, wanted: np.ndarray, tolerance: float) -> None:
    """Each number's by itself."""
    np.testing.assert_allclose(found / np.abs(wanted).max(axis=0), wanted / np.abs(wanted).max(axis=0),
                               rtol=0, atol=tolerance)  # fmt: skip


@PERIODIC
@pytest.mark.parametrize("secular", ["full", "partial"])
def test_floquet_keeps_to_the_strict_standard(model: Any, secular: str) -> None:
    x = [strict.asarray(np.array([v, 1.01 * v])) for v in HERE]
    wanted = floquet_currents(model, [np.array([v, 1.01 * v]) for v in HERE], secular)
    found = floquet_currents(model, x, secular)
    np.testing.assert_allclose(np.asarray(found), wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())


def exchange(x: Any) -> sambe.System:
    """Two qubits with a driven exchange near the difference of their splittings, 0.4, with the half of it
    that turns the other way: states that coincide modulo omega, and no static frame."""
    sx, sz, sp = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
    one, two = (lambda op: np.kron(op, np.eye(2))), (lambda op: np.kron(np.eye(2), op))
    swap = one(sp) @ two(sp).T
    hot, cold = (b.spectrum for b in baths(x))
    terminals = [sambe.Bath("hot", one(sx), hot, x[3]), sambe.Bath("cold", two(sx), cold, 0.2)]
    drive = {1: [(0.01 * x[0], swap + swap.T)]}
    return sambe.System([(0.5, one(sz)), (0.3, two(sz))], drive, x[1], terminals)


def strong_kerr(x: Any) -> sambe.System:
    return sambe.models.kerr_resonator(drive=3.0 * x[0], omega=x[1], levels=5, baths=baths(x))


RESONANT = {  # frequencies across the resonances of each system: several photons, or a zone apart
    linear_qubit: (0.33, 0.345),
    exchange: (0.39, 0.41),
    linear_ladder: (0.85, 0.95),
    linear_qubits: (0.9, 1.1),
    strong_kerr: (0.45, 0.65),
}
AWAY = 5  # further frequencies, from 0.6 to 1.4
SLOPED = (linear_qubit, linear_ladder, exchange)  # a slope compiles long


@cache
def rows_of(model: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers across resonances, away from them and, last, HERE; slopes and currents, compiled at once."""
    low, high = RESONANT[model]
    omega = np.concatenate([np.linspace(low, high, 24), np.linspace(0.6, 1.4, AWAY), HERE[1:2]])
    rows = np.tile(HERE, (omega.size, 1))
    rows[:, 1] = omega
    if model is exchange:  # a slope beside its resonance
        rows[-1, 1] = 0.4003
    gradient, found = mapped(model, model in SLOPED)(jnp.asarray(rows))
    return rows, np.asarray(gradient), np.asarray(found)


@pytest.mark.slow
@pytest.mark.parametrize("model", [pytest.param(m, marks=of_model(m)) for m in RESONANT])
def test_a_resonance_is_the_same_for_every_array(model: Any) -> None:
    rows, _, found = rows_of(model)
    wanted = currents(model, rows[:24].T, "partial")
    # two ways to the modes, each good to 1e-9 or so
    largest = np.abs(wanted).max(axis=-1, keepdims=True)
    np.testing.assert_allclose(found[:24] / largest, wanted / largest, rtol=0, atol=1e-7)
    full = currents(model, rows[:24].T, "full")
    assert np.abs(full - wanted).max() > 1e-4 * largest.max()  # where coherences decide


@pytest.mark.slow
@PERIODIC
def test_away_from_resonances_they_agree_more_closely(model: Any) -> None:
    rows, _, found = rows_of(model)
    wanted = currents(model, rows[24:].T, "partial")
    np.testing.assert_allclose(found[24:], wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())


@pytest.mark.slow
@pytest.mark.parametrize("model", [pytest.param(m, marks=of_model(m)) for m in SLOPED[:2]])
def test_slopes_of_the_extended_space(model: Any) -> None:
    _, gradient, _ = rows_of(model)
    same_slopes(gradient[-1], slopes(model, HERE, "partial", (1e-5, 1e-5, 1e-7, 1e-5)), 2e-6)


@pytest.mark.slow
@of_model(exchange)
def test_gradients_hold_across_zones() -> None:
    rows, gradient, _ = rows_of(exchange)
    same_slopes(gradient[-1], slopes(exchange, rows[-1], "partial", (1e-4, 1e-7, 1e-7, 1e-5)), 1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["ule", "clustered"])
def test_positive_equations_find_the_zone_too(secular: str) -> None:
    omega = np.linspace(0.395, 0.405, 5)
    point = lambda w: sambe.energy_currents(exchange((0.1, w, 0.002, 1.2)), secular=secular)  # noqa: E731
    found, wanted = jax.jit(jax.vmap(point))(jnp.asarray(omega)), point(omega)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-7 * np.abs(wanted).max())
    # the levels of two zones cannot be shifted together here: NumPy does it
    both = lambda w: sambe.energy_currents(  # noqa: E731
        exchange((0.1, w, 0.002, 1.2)), secular=secular, lamb_shift=True
    )
    shifted, wanted = jax.jit(both)(jnp.asarray(omega)), both(omega)
    np.testing.assert_allclose(shifted, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())


@pytest.mark.slow
def test_a_long_ladder_compiles_soon() -> None:
    """Its N^2 x N^2 generator is one product: blocks put together one by one took most of a minute."""
    ladder = lambda w: sambe.energy_currents(  # noqa: E731
        sambe.models.kerr_resonator(drive=0.05, omega=w, levels=20)
    )
    lowered = jax.jit(ladder).lower(jnp.asarray(0.9))
    assert lowered.as_text().count("\n") < 4000


@pytest.mark.slow
def test_too_few_harmonics_are_left_to_numpy() -> None:
    # a slow strong drive: the number of harmonics is fixed, and seen to fall short
    slow = np.array([3.0, 0.2, 0.002, 1.2])

    def first_and_all(x: Any) -> Any:
        y = floquet_currents(linear_qubit, x, "full")
        return y[0], y

    compiled = jax.jit(jax.value_and_grad(first_and_all, has_aux=True))
    (_, found), gradient = compiled(jnp.asarray(slow))
    wanted = floquet_currents(linear_qubit, slow, "full")
    largest = np.abs(wanted).max()
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12 * largest)
    assert np.isnan(gradient[:2]).all()  # no derivative is better than that of something else
    enough = jax.jit(lambda x: sambe.energy_currents(linear_qubit(x), secular="full", harmonics=40))
    np.testing.assert_allclose(enough(jnp.asarray(slow)), wanted, rtol=0, atol=1e-8 * largest)


def any_qubit(splitting: Any, along: Any, across: Any, omega: Any) -> sambe.System:
    """Modulated or driven across, by one compilation."""
    drive = {1: [(along, sambe.sigmaz()), (across, sambe.sigmax())]}
    warm = [sambe.Bath(b.name, sambe.sigmax(), b.spectrum, b.temperature) for b in baths((0, 0, 0.003, 1.2))]
    return sambe.System([(splitting, sambe.sigmaz())], drive, omega, warm)


def lambda_system(x: Any) -> sambe.System:
    """Two close states, each driven to and relaxing through the third; x[2] times the rates."""
    jump = np.zeros((3, 3))
    jump[2, 0] = jump[2, 1] = 1.0
    warm = [sambe.Bath(b.name, jump + jump.T, b.spectrum, b.temperature) for b in baths((0, 0, x[2], 1.2))]
    return sambe.System([(1.0, np.diag([0.0, 0.001, 1.0]))], {1: [(x[0], jump)]}, x[1], warm)


@pytest.mark.slow
def test_the_default_is_the_same_for_every_array() -> None:
    """Across resonances of one to three photons, and from a fast modulation to one that the states follow."""
    count = 40
    omega = np.concatenate([np.linspace(0.99, 1.01, count), np.linspace(0.33, 0.345, count),
                            np.geomspace(0.004, 3.0, count)])  # fmt: skip
    driven = np.arange(3 * count) < 2 * count
    drive = np.where(driven, 0.0, 0.125), np.where(driven, 0.05, 0.0)
    point = lambda along, across, w: sambe.energy_currents(any_qubit(0.5, along, across, w))  # noqa: E731
    wanted = point(*drive, omega)
    found = jax.jit(jax.vmap(point))(*drive, omega)
    off = np.abs(found - wanted).max(axis=-1) / np.abs(wanted).max(axis=-1)
    assert off.max() < 1e-7  # two ways to the modes
    partial = sambe.energy_currents(any_qubit(0.5, *drive, omega), secular="partial")
    moved = np.abs(partial - wanted).max(axis=-1) / np.abs(wanted).max(axis=-1)
    assert moved[~driven].max() > 0.1


@pytest.mark.slow
def test_the_default_of_a_framed_system_is_the_same_for_every_array() -> None:
    # relaxation rates on either side of those from which terms between different quanta are judged
    omega = np.concatenate([np.linspace(0.9, 1.1, 20), np.linspace(0.998, 1.0, 20)])
    both = np.tile(omega, 2), np.repeat([0.002, 0.05], omega.size)
    point = lambda w, strength: sambe.energy_currents(lambda_system((0.01, w, strength)))  # noqa: E731
    found, wanted = jax.jit(jax.vmap(point))(*both), point(*both)
    largest = np.abs(wanted).max(axis=-1, keepdims=True)
    np.testing.assert_allclose(found / largest, wanted / largest, rtol=0, atol=1e-9)


@pytest.mark.slow
def test_the_complete_equation_is_solved_by_numpy_inside_a_compiled_function() -> None:
    omega = np.array([[0.05, 0.6], [0.9, 1.1]])
    point = lambda w: floquet_currents(linear_qubit, (0.1, w, 0.002, 1.2), "none")  # noqa: E731
    wanted = point(omega)
    for found in (jax.jit(point)(jnp.asarray(omega)), jax.jit(jax.vmap(point))(jnp.asarray(omega)),
                  point(strict.asarray(omega))):  # fmt: skip
        np.testing.assert_allclose(np.asarray(found), wanted, rtol=0, atol=1e-12 * np.abs(wanted).max())


def test_harmonics_are_a_positive_whole_number() -> None:
    for wrong in (0, 2.5, "many", True):
        with pytest.raises(sambe.InputError, match="harmonics"):
            sambe.energy_currents(linear_qubit(HERE), harmonics=wrong)


def test_bare_currents_broadcast_like_numpy() -> None:
    omega, drive = np.array([[0.7], [0.9], [1.2]]), np.array([0.05, 0.2])
    found = sambe.energy_currents(models.spin_boson(omega=omega, drive=drive))
    assert found.shape == (3, 2, 3)
    for i in range(3):
        for k in range(2):
            alone = sambe.energy_currents(models.spin_boson(omega=omega[i, 0], drive=drive[k]))
            np.testing.assert_allclose(found[i, k], alone, rtol=1e-10)


COLUMN, ROW = np.array([[0.7], [0.9], [1.2]]), np.array([0.5, 1.0])


def of_two_numbers(names: tuple[str, str], column: Any, row: Any) -> sambe.System:
    """A qubit of which two numbers are given, both of the order of one, in units that suit them."""
    x = {
        "omega": 0.8,
        "drive": 1.0,
        "hot": 1.2,
        "strength": 1.0,
        "cutoff": 1.0,
        **dict(zip(names, (column, row), strict=True)),
    }
    hot = sambe.Bath("hot", spectrum=sambe.Ohmic(0.002 * x["strength"], cutoff=10.0), temperature=x["hot"])
    cold = sambe.Bath("cold", spectrum=sambe.Ohmic(0.002, cutoff=10.0 * x["cutoff"]), temperature=0.4)
    drive = 0.1 * x["drive"]
    return models.spin_boson(drive=drive, omega=x["omega"], baths=[hot, cold], polarization="linear")


@pytest.mark.slow
@pytest.mark.xdist_group("jax arrays of two axes")  # one worker compiles each operation once
@pytest.mark.parametrize("secular", ["auto", "full", "none"])
@pytest.mark.parametrize(
    "names", [("omega", "drive"), ("hot", "drive"), ("omega", "strength"), ("hot", "cutoff")]
)
def test_numbers_of_different_shapes_broadcast_in_every_library(names: tuple[str, str], secular: str) -> None:
    def currents(column: Any, row: Any) -> Any:
        return sambe.energy_currents(of_two_numbers(names, column, row), secular=secular)

    found = currents(COLUMN, ROW)
    for (i, k), _ in np.ndenumerate(COLUMN + ROW):
        alone = currents(COLUMN[i, 0], ROW[k])
        np.testing.assert_allclose(found[i, k], alone, rtol=0, atol=1e-9 * np.abs(alone).max())
    others = [currents(strict.asarray(COLUMN), strict.asarray(ROW))]
    first = names == ("omega", "drive")
    if secular != "auto" or first or names == ("hot", "cutoff"):  # "auto" takes long to compile
        # JAX compiles each operation by itself for each shape, which takes longer than all as one: once
        traced = currents if secular == "none" and first else jax.jit(currents)
        others.append(traced(jnp.asarray(COLUMN), jnp.asarray(ROW)))
    for other in others:
        assert other.shape == (3, 2, 3)
        np.testing.assert_allclose(np.asarray(other), found, rtol=0, atol=1e-7 * np.abs(found).max())


@pytest.mark.slow
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_a_derivative_by_a_temperature_alone(equation: str) -> None:
    def left(temperature: Any) -> Any:
        baths = [sambe.Bath(name, sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), t)
                 for name, t in (("left", temperature), ("right", 0.4))]  # fmt: skip
        qubit = models.spin_boson(drive=0.1, omega=0.9, baths=baths)
        return sambe.energy_currents(qubit, equation=equation, secular="full")[0]

    step = 1e-4  # of a central difference, whose error is its square
    wanted = (left(1.2 + step) - left(1.2 - step)) / (2 * step)
    assert float(jax.jit(jax.grad(left))(1.2)) == pytest.approx(float(wanted), rel=1e-7)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_bare_currents_of_an_array_of_temperatures(equation: str, secular: str) -> None:
    # only a bath varies: the Hamiltonian alone has no batch
    t = np.array([0.5, 1.0])

    def system(hot) -> sambe.System:
        bath = sambe.Bath("bath", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=hot)
        return models.spin_boson(omega=0.8, baths=[bath])

    found = sambe.energy_currents(system(t), equation=equation, secular=secular)
    for k in range(2):
        alone = sambe.energy_currents(system(t[k]), equation=equation, secular=secular)
        np.testing.assert_allclose(found[k], alone, rtol=1e-8)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_bare_currents_without_a_unique_state_are_not_numbers(equation: str, secular: str) -> None:
    strength = np.array([0.002, 0.0])
    bath = sambe.Bath("bath", spectrum=sambe.Ohmic(strength, cutoff=10.0), temperature=1.0)
    found = sambe.energy_currents(
        models.spin_boson(omega=0.8, baths=[bath]), equation=equation, secular=secular
    )
    assert np.isnan(found).tolist() == [[False, False], [True, True]]
    dressed = sambe.energy_currents(models.spin_boson(omega=1.0), equation="dressed", secular=secular)
    assert np.isnan(dressed).all()


def test_complex_arrays_of_real_numbers_are_real() -> None:
    omega = np.array([0.8, 0.9 + 0.1j, 0.7])
    found = sambe.energy_currents(models.spin_boson(omega=omega, polarization="linear"))
    plain = sambe.energy_currents(models.spin_boson(omega=omega.real, polarization="linear"))
    np.testing.assert_array_equal(found[::2], plain[::2])
    assert np.isnan(found[1]).all()


@pytest.mark.parametrize("secular", ["auto", "none"])
def test_singular_points_of_a_grid_stand_alone(secular: str) -> None:
    """Where a density ends below the splitting no state is the only one; the other points have theirs."""
    splitting = np.array([[0.3, 0.9], [1.5, 0.6]])
    band = sambe.Tabulated([0.5, 1.0, 2.0], [0.1, 0.2, 0.1])
    system = sambe.System([(splitting, sambe.sigmaz())], omega=0.8,
                          baths=[sambe.Bath("b", sambe.sigmax(), band, 1.2)])  # fmt: skip
    found = sambe.energy_currents(system, secular=secular)
    assert found.shape == (2, 2, 2)
    np.testing.assert_array_equal(np.isnan(found[..., 0]), 2 * splitting > 2.0)


@pytest.mark.slow
def test_arrays_of_numpy_are_solved_on_a_device() -> None:
    jnp = pytest.importorskip("jax.numpy")
    omega, drive = np.array([[0.7], [0.9], [-1.0]]), np.array([0.05, 0.1])
    qubit = models.spin_boson(omega=omega, drive=drive)
    given = sambe.energy_currents(qubit, secular="full", device="jax")
    wanted = sambe.energy_currents(qubit, secular="full")
    assert given.shape == (3, 2, 3)
    np.testing.assert_allclose(given, wanted, rtol=0, atol=1e-9 * np.nanmax(np.abs(wanted)))
    with pytest.raises(sambe.InputError, match="stay where they are"):
        sambe.energy_currents(models.spin_boson(omega=jnp.array([0.9])), device="jax")
    with pytest.raises(sambe.InputError, match="device"):
        sambe.energy_currents(qubit, device="tpu")
