"""Results that many modules read: one with known features, one audit and one set of findings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

Make = Callable[..., xr.Dataset]

SIZES = {"floquet": 1.0, "driven_dressed": 1.0 + 1e-9, "dressed": 1.4}
MEANINGS = "ok bad_parameter stationary_state_not_unique"


@pytest.fixture
def make() -> Make:
    """Maker of results over ``axes`` (omega, bias, drive), by one equation or several.

    pump = 2e-3 size A^2/((w - 1)^2 + A^2), left = 6e-4 bias - pump/2, right = -6e-4 bias - pump/2.
    """

    def result(equations: tuple[str, ...] = (), **axes: object) -> xr.Dataset:
        along = {
            name: xr.DataArray(np.asarray(x, float), dims=name, coords={name: np.asarray(x, float)})
            for name, x in axes.items()
        }
        w, bias, a = (
            along.get(name, xr.DataArray(default))
            for name, default in (("omega", 0.9), ("bias", 0.5), ("drive", 0.1))
        )

        def one(equation: str) -> xr.Dataset:
            pump = SIZES[equation] * 2e-3 * a**2 / ((w - 1) ** 2 + a**2)
            parts = xr.broadcast(6e-4 * bias - pump / 2, -6e-4 * bias - pump / 2, pump)
            names = xr.DataArray(["left", "right", "pump"], dims="terminal", name="terminal")
            j = xr.concat(parts, dim=names).transpose(*axes, "terminal")
            status = xr.zeros_like(j.isel(terminal=0, drop=True)).astype("int8")
            status.attrs = {"flag_values": np.array([0, 1, 2], "int8"), "flag_meanings": MEANINGS}
            return xr.Dataset({"energy_current": j, "status": status}, attrs={"equation": equation})

        if not equations:
            return one("floquet")
        names = xr.DataArray(list(equations), dims="equation", name="equation")
        return xr.concat([one(e) for e in equations], dim=names, combine_attrs="drop_conflicts")

    return result


@pytest.fixture
def omega() -> np.ndarray:
    return np.linspace(0.05, 2.0, 391)  # steps of 0.005, with 1.0 among them


@pytest.fixture(scope="session")
def audited() -> xr.Dataset:
    """An audit of three equations over drive and frequency, its most doubtful point solved exactly."""
    import sambe

    drive, omega = sambe.axis("drive", [0.01, 0.1]), sambe.axis("omega", [0.8, 0.9, 1.0])
    baths = [sambe.Bath(n, spectrum=sambe.DrudeLorentz(0.01, cutoff=2.0), temperature=t)
             for n, t in (("hot", 1.0), ("cold", 0.5))]  # fmt: skip
    return sambe.audit(sambe.models.spin_boson(drive=drive, omega=omega, baths=baths), exact=1)
