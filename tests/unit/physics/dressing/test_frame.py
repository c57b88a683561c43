"""The frame finder, against its definition and against drives that no frame makes static."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sambe
from sambe import models
from sambe.description.tones.quanta import code_of, vectors_of
from sambe.errors import FrameError
from sambe.physics.dressing.frame import check_frame, find_frame, fold_of, nearest_frame


def masks_of(frame: np.ndarray, links: list[tuple[int, int]]) -> dict[int, np.ndarray]:
    """Masks of a Hamiltonian with these elements, static in this frame."""
    n = len(frame)
    out = {0: np.eye(n, dtype=bool)}
    for i, j in links:
        k = int(frame[i] - frame[j])
        if k < 0:
            i, j, k = j, i, -k
        out.setdefault(k, np.zeros((n, n), dtype=bool))[i, j] = True
        if k == 0:
            out[0][j, i] = True
    return out


@pytest.mark.parametrize(
    ("system", "frame"),
    [
        (models.spin_boson(), (0, -1)),
        (models.two_qubits(), (0, -1, -1, -2)),
        (models.kerr_resonator(levels=4), (0, 1, 2, 3)),
        (models.spin(1.5), (0, -1, -2, -3)),
        (models.three_level(), (0, 0, 1)),  # the ground state is a block of its own
    ],
    ids=lambda x: getattr(x, "name", ""),
)
def test_frames_of_the_models(system: sambe.System, frame: tuple[int, ...]) -> None:
    assert find_frame(system.masks()) == frame


@pytest.mark.slow
@settings(derandomize=True, deadline=None)
@given(st.data())
def test_a_frame_is_found_wherever_there_is_one(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 8))
    wanted = np.array(data.draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n)))
    state = st.integers(0, n - 1)
    links = data.draw(st.lists(st.tuples(state, state).filter(lambda p: p[0] != p[1]), max_size=12))
    masks = masks_of(wanted, links)
    found = np.array(find_frame(masks))
    for i, j in links:  # the same differences along every link, whatever the offset of a block
        assert found[i] - found[j] == wanted[i] - wanted[j]
    check_frame(masks, tuple(found))
    check_frame(masks, tuple(wanted))


def test_a_contradiction_names_its_two_elements() -> None:
    linear = models.spin_boson(polarization="linear")
    with pytest.raises(FrameError) as caught:
        find_frame(linear.masks())
    text = str(caught.value)  # sigma_x drives up and down with the same phase
    assert "(H_1)[1, 0]" in text
    assert "(H_-1)[1, 0]" in text
    assert 'equation="floquet"' in text


def test_a_longitudinal_drive_has_no_frame() -> None:
    with pytest.raises(FrameError, match=r"\(H_1\)\[0, 0\]"):
        find_frame(models.modulated_qubit().masks())


def test_a_loop_that_does_not_close_has_no_frame() -> None:
    # 0 -1-> 1 -1-> 2 but 0 -1-> 2: two quanta by one way and one by the other
    up = np.zeros((3, 3), dtype=bool)
    up[1, 0] = up[2, 1] = up[2, 0] = True
    with pytest.raises(FrameError):
        find_frame({0: np.eye(3, dtype=bool), 1: up})
    two = np.zeros((3, 3), dtype=bool)
    two[2, 0] = True
    up[2, 0] = False
    assert find_frame({0: np.eye(3, dtype=bool), 1: up, 2: two}) == (0, 1, 2)


def test_a_wrong_frame_is_refused_by_name() -> None:
    with pytest.raises(FrameError, match=r"\(H_1\)\[0, 1\].*n_0 - n_1 = 1, not 0"):
        check_frame(models.spin_boson().masks(), (0, 0))
    with pytest.raises(FrameError):
        sambe.energy_currents(models.spin_boson().replace(frame=(0, 1)), equation="driven_dressed")


def test_nearest_frame_follows_the_resonant_half_of_a_linear_drive() -> None:
    linear = models.spin_boson(polarization="linear")
    assert nearest_frame(linear.masks(), np.array([0.5, -0.5])) == (0, -1)
    assert nearest_frame(linear.masks(), np.array([-0.5, 0.5])) == (0, 1)
    assert nearest_frame(models.modulated_qubit().masks(), np.array([0.5, -0.5])) == (0, 0)


def test_auto_takes_the_equation_that_exists() -> None:
    for polarization, equation in (("circular", "driven_dressed"), ("linear", "floquet")):
        flow = sambe.steady_state(models.spin_boson(polarization=polarization, omega=0.8))
        assert flow.attrs["equation"] == equation
    for equation in ("driven_dressed", "dressed"):
        with pytest.raises(FrameError):
            sambe.steady_state(models.spin_boson(polarization="linear"), equation=equation)


def test_a_drive_switched_off_by_a_plain_zero_leaves_no_trace() -> None:
    system = models.spin_boson(drive=0.0, polarization="linear")
    assert find_frame(system.masks()) == (0, 0)


def test_labels_of_several_tones_follow_the_first_that_turns_with_an_element() -> None:
    """Two tones on one transition: the modes are counted from the frame of the first of them."""
    up = np.zeros((2, 2), dtype=bool)
    up[1, 0] = True
    one, two = code_of((1, 0)), code_of((0, 1))
    masks = {0: np.eye(2, dtype=bool), one: up, -one: up.T, two: up | up.T, -two: up | up.T}
    labels = nearest_frame(masks, np.array([0.0, 1.0]), 2)
    assert vectors_of(list(labels), 2).tolist() == [[0, 0], [1, 0]]
    # what takes a quantum of the one and gives one of the other turns with neither
    beat = code_of((1, -1))
    assert nearest_frame({0: masks[0], beat: up, -beat: up.T}, np.array([0.0, 1.0]), 2) == (0, 0)


@pytest.mark.parametrize(
    ("system", "fold"),
    [
        (models.spin_boson(polarization="linear"), 2),  # k = 1 and -1 between states one quantum apart
        (models.spin_boson(), 1),  # nothing is left
        (models.modulated_qubit(), 1),
        (models.kerr_resonator(levels=4).replace(drive={3: np.eye(4, k=1) + np.eye(4, k=-1)}, frame=None), 6),
    ],
)
def test_what_is_left_in_the_picture_comes_in_steps(system: sambe.System, fold: int) -> None:
    frame = nearest_frame(system.masks(), np.diag(system.harmonics()[0]).real)
    assert fold_of(system.masks(), frame) == fold
