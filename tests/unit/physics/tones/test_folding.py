"""Tones that fold, against one drive with their harmonics."""

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.physics.preparation import prepare
from sambe.physics.tones.folding import Fold, counted_operators, folded, folds

System = Callable[..., sambe.System]


def test_small_ratios_fold_and_others_do_not(linear: System) -> None:
    omega = (sambe.axis("w", [0.7, 0.7, 0.7, 0.7]), sambe.axis("w", [1.4, 1.05, 0.7 * np.pi, 0.7 * 29 / 28]))
    system = linear(0.7, 1.4).map_numbers(
        lambda path, x: omega[int(path[6])].values if path.startswith("omega") else x
    )
    found = {int(k): fold for at, fold in folds(system, prepare(linear(0.7, 1.4)), 4) for k in at}
    assert found[0] is not None
    assert found[0].quanta.tolist() == [[1, 2]]
    assert found[1] is not None
    assert found[1].quanta.tolist() == [[2, 3]]
    assert found[2] is found[3] is None


def test_a_third_tone_stays() -> None:
    fold = Fold(np.array([[2, 0, 3], [0, 1, 0]]))
    assert fold.key((1, 4, -1)) == (-1, 4)
    assert fold.frequencies((0.6, 0.5, 0.9)) == (0.3, 0.5)
    system = sambe.System(
        [(0.5, sambe.sigmaz())], omega=(0.6, 0.5**0.5, 0.9),
        drive={k: sambe.sigmax() for k in ((1, 0, 0), (0, 1, 0), (0, 0, 1))},
        baths=[sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), temperature=0.3)],
    )  # fmt: skip
    ((_, found),) = folds(system, prepare(system), 1)
    assert found is not None
    assert found.quanta.tolist() == [[2, 0, 3], [0, 1, 0]]


def test_what_folds_to_nothing_is_static(linear: System) -> None:
    system = sambe.System(
        [(0.5, sambe.sigmaz())], drive={(2, -1): [(0.1j, sambe.sigmap())], (0, 1): sambe.sigmax()},
        omega=(0.5, 1.0), baths=linear(1.0, 1.0).baths,
    )  # fmt: skip
    ((_, fold),) = folds(system, prepare(system), 1)
    assert fold is not None
    one, method = folded(system, prepare(system), fold)
    assert (one.tones, one.omega, set(one.drive)) == (1, 0.5, {2})
    static = 0.5 * sambe.sigmaz() + 0.1j * sambe.sigmap() - 0.1j * sambe.sigmam()
    assert np.allclose(one.harmonics()[0], static)
    assert len(method.observables) == 2


@pytest.mark.parametrize("secular", ["full", "partial", "none", "auto", "ule", "clustered"])
def test_tuples_and_harmonics_agree(linear: System, ladder: System, secular: str) -> None:
    for system, key in ((linear(0.7, 1.4), {1: 0, 2: 1}), (ladder(2.0, 1.2), {5: 0, 3: 1})):
        terms = list(system.drive.values())
        one = system.replace(
            drive={q: terms[k] for q, k in key.items()}, omega=system.omega[0] / next(iter(key))
        )
        tuples, single = (sambe.steady_state(x, secular=secular) for x in (system, one))
        size = float(abs(single.energy_current).max())
        a, b = tuples.energy_current.values, single.energy_current.values
        assert abs(a[:2] - b[:2]).max() <= 1e-9 * size
        # ule counts with the square roots of its rates, so that its split is good to the order of the theory
        assert abs(a[2:].sum() - b[2]) <= (1e-5 if secular == "ule" else 1e-9) * size


def test_two_tones_of_a_published_kind(linear: System) -> None:
    # G(w) of H = sz/2 + [0.3 cos wt + 0.2 cos 2wt] sx, w = 0.7, populations alone; derived twice, by a Sambe
    # matrix and by propagation
    flow = sambe.steady_state(linear(0.7, 1.4), secular="full").energy_current.values
    assert flow[:2] == pytest.approx([-0.0003282841063, -0.0006159553854], rel=1e-7)
    assert flow[2:].sum() == pytest.approx(0.0009442394917, rel=1e-7)


def test_counted_operators_are_hermitian(ladder: System) -> None:
    system = ladder(2.0, 1.2)
    for op in counted_operators(prepare(system), 2):
        assert np.allclose(op, op.conj().T)


def test_in_a_frame_only_what_interferes_folds(ladder: System) -> None:
    def fold(first: float, second: float, secular: str) -> Fold | None:
        system = ladder(first, second)
        ((_, found),) = folds(system, prepare(system, secular=secular), 1)
        return found

    # jumps of the ladder differ by up to two quanta of each tone, states that turn by four
    assert fold(2.0, 1.2, "auto") is None
    assert fold(1.8, 1.2, "full") is None
    assert fold(1.8, 1.2, "auto") is not None
    assert fold(2.4, 1.2, "full") is not None
