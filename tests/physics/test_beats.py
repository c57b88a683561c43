"""Two tones that beat, against the integration of the same equation in time, without modes or harmonics.

In the interaction picture the coupling is a course S(t) = U†(t) S U(t), of which a bath damps each frequency
by its own rate: L(t) has the Fourier components of S(t) times a(W)/2. Both, and with them

    d rho/dt = sum_u L rho S - S L rho + h.c.,

need the propagator alone. Heat is what a bath takes with the components of S, the power of a tone the mean of
Tr[dH/dt rho]. Random systems, half of them with tones near a ratio of small integers:

    python -m tests.physics.test_beats 30
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.fft import fft, fftfreq, ifft

import sambe

SX, SZ = sambe.sigmax(), sambe.sigmaz()
CUTOFF = 10.0
MARGIN = 60.0  # times of a bath's memory, of what the ends of the transform spoil
CHUNK = 2**13  # steps whose generators are held together


@dataclass(frozen=True)
class Beating:
    """Numbers of a system under two tones: H, drive, frequencies, and (S, strength, T) of Ohmic baths."""

    h: Any
    drive: dict[tuple[int, int], Any]
    omega: tuple[float, float]
    baths: list[tuple[Any, float, float]]

    def system(self) -> sambe.System:
        baths = [
            sambe.Bath(f"bath {k}", s, sambe.Ohmic(j, cutoff=CUTOFF), temperature=t)
            for k, (s, j, t) in enumerate(self.baths)
        ]
        return sambe.System(self.h, self.drive, self.omega, baths)

    def means(self, settle: float, beat: float, step: float = 0.1, window: Any = np.ones) -> Any:
        """Currents from the baths and the tones over a beat, once the state has settled; beats that have
        no common period ask for a window that goes to zero."""
        count = int((settle + beat + 2.0 * MARGIN) / step)
        u = self.propagated(count, step)
        pairs = [filtered(u, *bath, step) for bath in self.baths]
        pumps = [u.conj().swapaxes(-1, -2) @ dot @ u for dot in self.powers(count, step)]
        first, last = int(MARGIN / step), int((settle + beat + MARGIN) / step)
        n = len(self.h)
        course = np.zeros((count, n, n), dtype=complex)
        rho = np.eye(n, dtype=complex).reshape(-1) / n
        for k in range(first, last, CHUNK):
            at = slice(k, min(k + CHUNK, last) + 1)
            g = sum(generator(s[at], l[at]) for s, l, _ in pairs)
            for j in range(len(g) - 1):
                course[k + j] = rho.reshape(n, n)
                y = g[j] @ rho  # Heun's rule, as the generator turns with the tones
                rho = rho + 0.5 * step * (y + g[j + 1] @ (rho + step * y))
        late = slice(int((settle + MARGIN) / step), last)
        x = course[late]
        heat = [2.0 * np.einsum("kij,kjl,kil->k", l[late], x, w[late].conj()) for _, l, w in pairs]
        work = [np.einsum("kij,kji->k", p[late], x) for p in pumps]
        weight = window(len(x))
        return np.array([x.real @ weight / weight.sum() for x in (*heat, *work)])

    def propagated(self, count: int, step: float) -> Any:
        """U(t) at equal times, by exponentials at the midpoints of a quarter of the step."""
        fine = 4
        times = (np.arange(fine * count) + 0.5) * step / fine
        h = np.zeros((len(times), *np.shape(self.h)), dtype=complex) + self.h
        for key, op in self.drive.items():
            part = np.exp(-1j * np.dot(key, self.omega) * times)[:, None, None] * op
            h += part + part.conj().swapaxes(-1, -2)
        e, v = np.linalg.eigh(h)
        turns = (v * np.exp(-1j * e * step / fine)[:, None]) @ v.conj().swapaxes(-1, -2)
        out = np.zeros((count, *h.shape[1:]), dtype=complex)
        u = np.eye(h.shape[-1], dtype=complex)
        for k in range(count):
            out[k] = u
            for turn in turns[fine * k : fine * (k + 1)]:
                u = turn @ u
        return out

    def powers(self, count: int, step: float) -> Any:
        """dH/dt by each tone, at equal times."""
        times = step * np.arange(count)
        out = np.zeros((2, count, *np.shape(self.h)), dtype=complex)
        for key, op in self.drive.items():
            for t in range(2):
                turned = -1j * key[t] * self.omega[t] * np.exp(-1j * np.dot(key, self.omega) * times)
                part = turned[:, None, None] * op
                out[t] += part + part.conj().swapaxes(-1, -2)
        return out


def absorption(w: Any, strength: float, temperature: float) -> Any:
    """a(W) = J n for W > 0, J (1 + n) else, with J = strength |W| exp(-|W|/cutoff)."""
    x = np.where(w == 0.0, 1e-9, w)
    return strength * np.abs(x) * np.exp(-np.abs(x) / CUTOFF) / np.abs(np.expm1(x / temperature))


def filtered(u: Any, s: Any, strength: float, temperature: float, step: float) -> Any:
    """S(t), L(t) and the components of S(t) times their energies."""
    course = u.conj().swapaxes(-1, -2) @ s @ u
    w = 2.0 * np.pi * fftfreq(len(course), step)[:, None, None]
    lines = fft(course, axis=0)
    return course, ifft(0.5 * absorption(w, strength, temperature) * lines, axis=0), ifft(w * lines, axis=0)


def generator(s: Any, l: Any) -> Any:
    """L rho S - S L rho + h.c. on states row by row, at each time."""
    n = s.shape[-1]
    one, lost = np.eye(n), s @ l
    half = np.einsum("kij,klm->kimjl", l, s) - np.einsum("kij,ml->kimjl", lost, one)
    other = np.einsum("kij,kml->kimjl", s, l.conj()) - np.einsum("ij,kml->kimjl", one, lost.conj())
    return (half + other).reshape(-1, n * n, n * n)


def qubit(a: float, b: float, first: float, second: float, strength: float = 0.02) -> Beating:
    baths = [(SX, strength, 1.2), (SX + 0.4 * SZ, strength, 0.4)]
    return Beating(0.5 * SZ, {(1, 0): 0.5 * a * SX, (0, 1): 0.5 * b * SX}, (first, second), baths)


def ladder(first: float, second: float) -> Beating:
    up, down = (lambda i, j: sambe.transition(3, i, j)), (lambda i, j: sambe.transition(3, j, i))
    hot, cold = up(2, 0) + down(2, 0) + up(1, 0) + down(1, 0), up(2, 1) + down(2, 1)
    drive = {(1, 0): 0.05 * up(2, 0), (0, 1): 0.05 * up(2, 1)}
    return Beating(np.diag([0.0, 0.9, 2.05]), drive, (first, second), [(hot, 0.04, 1.2), (cold, 0.04, 0.4)])


def kerr(first: float, second: float) -> Beating:
    a = np.diag(np.sqrt([1.0, 2.0, 3.0]), 1)
    up, x = a.T, a + a.T
    h = up @ a + 0.1 * up @ up @ a @ a
    return Beating(
        h, {(1, 0): 0.03 * up, (0, 1): 0.02 * up}, (first, second), [(x, 0.02, 0.6), (x, 0.02, 0.2)]
    )


# the second tone is the first times a + b/n: after n periods of the first all is as it was, and means are
# sharp
CASES = {
    "a qubit, the tones alike": (qubit(0.1, 0.08, 0.93, 0.93 * 16 / 15), 15),
    "a qubit, one twice the other": (qubit(0.5, 0.4, 0.7, 0.7 * 47 / 23), 23),
    "a ladder, in a frame": (ladder(1.21, 1.21 * 19 / 20), 20),
    "a Kerr oscillator": (kerr(1.0, 21 / 20), 20),
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning", "ignore::sambe.errors.TruncationWarning")
@pytest.mark.parametrize("name", CASES)
def test_beats_are_what_time_makes_of_them(name: str) -> None:
    beating, periods = CASES[name]
    # a little off, so that the tones do not fold
    tones = beating.system().replace(omega=(beating.omega[0], beating.omega[1] * (1.0 + 1e-7)))
    flow = sambe.steady_state(tones)
    got, wanted = flow.energy_current.values, beating.means(150.0, 2.0 * np.pi * periods / beating.omega[0])
    assert int(flow.cross_terms_kept) == 1
    assert abs(got - wanted).max() < 3e-3 * abs(wanted).max()  # by the order of the coupling
    if "frame" not in name:  # without the terms that turn with the beat
        plain = sambe.steady_state(tones, secular="partial").energy_current.values
        assert abs(plain - wanted).max() > 3e-2 * abs(wanted).max()


def drawn(seed: int) -> tuple[Beating, float]:
    """A random system of two or three levels, and its slowest beat of few quanta."""
    rng = np.random.default_rng(seed)
    n = int(rng.choice([2, 3]))

    def hermitian() -> Any:
        x = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
        return 0.5 * (x + x.conj().T)

    first, ratio = float(rng.uniform(0.2, 1.5)), float(rng.uniform(0.5, 2.5))
    if seed % 2:
        p, q = ((1, 1), (2, 1), (3, 2), (3, 1), (4, 3))[int(rng.integers(5))]
        ratio = p / q * (1.0 + float(rng.choice([-1.0, 1.0]) * 10.0 ** rng.uniform(-2.5, -1.2)))
    one, two = 10.0 ** rng.uniform(-1.5, 0.0, 2)
    baths = [(hermitian(), 10.0 ** rng.uniform(-2.7, -2.0), float(t)) for t in rng.uniform(0.3, 1.5, 2)]
    levels = np.diag(np.cumsum(rng.uniform(0.3, 1.5, n)))
    drive = {(1, 0): 0.5 * one * hermitian(), (0, 1): 0.5 * two * hermitian()}
    slowest = min(abs(p - q * ratio) for p in range(1, 5) for q in range(1, 4))
    return Beating(levels, drive, (first, first * ratio), baths), first * slowest


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for number in range(int(sys.argv[1])):
        beating, slowest = drawn(number)
        length = float(np.clip(8.0 * np.pi / slowest, 1500.0, 40000.0))
        try:
            got = sambe.steady_state(beating.system()).energy_current.values
        except sambe.ConvergenceError:
            print(number, "refused", flush=True)
            continue
        wanted = beating.means(800.0, length, window=np.hanning)
        print(number, f"{abs(got - wanted).max() / abs(wanted).max():.1e} of the largest", flush=True)
