"""Eigenphases: modes stay orthonormal whatever the spectrum, and the circle is cut at its widest gap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe.numerics.eigenphases import floquet_modes

RNG = np.random.default_rng(11)


def unitary(n: int, phases: Any = None) -> Any:
    v = np.linalg.qr(RNG.normal(size=(n, n)) + 1j * RNG.normal(size=(n, n)))[0]
    phases = RNG.uniform(0, 2 * np.pi, n) if phases is None else np.asarray(phases)
    return v @ np.diag(np.exp(-1j * phases)) @ v.conj().T


SPECTRA = {
    "generic": [0.3, 1.1, 2.9, 4.0],
    "degenerate pair": [0.3, 0.3, 2.9, 4.0],
    "nearly degenerate": [0.3, 0.3 + 1e-9, 2.9, 4.0],
    "one eigenvalue": [1.0, 1.0, 1.0, 1.0],
    "mirror images": [1.0, -1.0, 2.0, -2.0],
    "on the branch cut": [np.pi, np.pi - 1e-12, -np.pi + 1e-12, 0.0],
    "opposite": [0.0, np.pi, np.pi / 2, -np.pi / 2],
    "across zero": [1e-13, -1e-13, 0.0, 3.0],
}


@pytest.mark.parametrize("name", SPECTRA)
def test_modes_of_a_unitary_are_orthonormal_whatever_the_spectrum(name: str) -> None:
    u = np.stack([unitary(4, SPECTRA[name]) for _ in range(5)])
    phases, modes = floquet_modes(u)
    np.testing.assert_allclose(
        modes.conj().swapaxes(-1, -2) @ modes, np.broadcast_to(np.eye(4), u.shape), atol=1e-12
    )
    rebuilt = (modes * np.exp(-1j * phases)[:, None, :]) @ modes.conj().swapaxes(-1, -2)
    np.testing.assert_allclose(rebuilt, u, atol=2e-11)
    assert (np.ptp(phases, axis=-1) < 2 * np.pi).all()
    expected = np.exp(-1j * np.sort(np.mod(SPECTRA[name], 2 * np.pi)))
    for row in phases:  # as points on the circle
        distance = np.abs(np.exp(-1j * row)[:, None] - expected)
        assert distance.min(axis=0).max() < 1e-11
        assert distance.min(axis=1).max() < 1e-11


def test_the_zone_is_cut_at_its_widest_gap() -> None:
    # near-degenerate phases on both sides of pi stay together
    phases, _ = floquet_modes(unitary(3, [np.pi - 0.01, -np.pi + 0.01, 0.4])[None])
    ordered = np.sort(phases[0])
    gaps = np.diff(ordered)
    assert gaps.min() == pytest.approx(0.02, abs=1e-10)
    assert np.ptp(ordered) == pytest.approx(2 * np.pi - (np.pi - 0.01 + 0.4), abs=1e-10)
