"""What a sensor worn there would have read: motion capture → acceleration and angular rate.

scipy is loaded when it is needed: it takes longer than measuring a recording of a worn sensor.
"""

import numpy as np

from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

CUTOFF_HZ = 12.0  # gait's content ends near 6 Hz, contacts reach 15; above is marker noise squared
SLOW_HZ = 60.0  # slower captures are refined, so that a contact is found between two frames
REFINED = 4


def derived(position_m: Floats, rotation: Floats, rate_hz: float) -> tuple[Floats, Floats, Floats]:
    """Time (m,), specific force (m, 3) and angular rate (m, 3) in the sensor's axes.

    `position_m` (n, 3) and `rotation` (n, 3, 3), sensor axes to world with z up.  Smoothed
    without lag below 12 Hz, then differentiated on quintic splines; at rest it reads +g upward.
    """
    from scipy.interpolate import make_interp_spline  # noqa: PLC0415
    from scipy.signal import butter, sosfiltfilt  # noqa: PLC0415
    from scipy.spatial.transform import Rotation  # noqa: PLC0415

    cutoff_hz = min(CUTOFF_HZ, 0.35 * rate_hz)
    sos = butter(2, cutoff_hz, fs=rate_hz, output="sos")
    quaternion = _continuous(Rotation.from_matrix(rotation).as_quat())
    smooth = sosfiltfilt(sos, np.concatenate((position_m, quaternion), axis=1), axis=0)
    time_s = np.arange(len(smooth)) / rate_hz
    spline = make_interp_spline(time_s, smooth, k=5)
    refined = REFINED if rate_hz < SLOW_HZ else 1
    at_s = np.arange((len(smooth) - 1) * refined + 1) / (rate_hz * refined)
    at_s[-1] = time_s[-1]
    pose, velocity, change = (spline(at_s, nu=k) for k in (0, 1, 2))

    #   q' = ½ q ⊗ (0, ω)  in sensor axes, so  ω = 2 Im(q* ⊗ q')
    norm = np.linalg.norm(pose[:, 3:], axis=1, keepdims=True)
    q, rate = pose[:, 3:] / norm, velocity[:, 3:] / norm
    gyr = 2 * (q[:, 3:] * rate[:, :3] - rate[:, 3:] * q[:, :3] - np.cross(q[:, :3], rate[:, :3]))
    force = change[:, :3] + np.array([0.0, 0.0, STANDARD_GRAVITY_MPS2])
    return at_s, Rotation.from_quat(q).inv().apply(force), gyr


def worn(acc: Floats, gyr: Floats, *, tilt_rad: tuple[float, float, float] = (0.0, 0.0, 0.0),
         acc_noise_mps2: float = 0.0, gyr_noise_radps: float = 0.0, seed: int = 0,
         ) -> tuple[Floats, Floats]:  # fmt: skip
    """The same sensor strapped on askew (a rotation vector in its own axes) and noisy."""
    from scipy.spatial.transform import Rotation  # noqa: PLC0415

    strap = Rotation.from_rotvec(tilt_rad).inv()
    random = np.random.default_rng(seed)
    return (
        strap.apply(acc) + random.normal(0.0, 1.0, acc.shape) * acc_noise_mps2,
        strap.apply(gyr) + random.normal(0.0, 1.0, gyr.shape) * gyr_noise_radps,
    )


def _continuous(quaternion: Floats) -> Floats:
    """Of q and −q, which are one rotation, the one nearer to the sample before."""
    turns = np.sign(np.sum(quaternion[1:] * quaternion[:-1], axis=1))
    flips = np.cumprod(np.concatenate(([1.0], np.where(turns < 0, -1.0, 1.0))))
    return np.asarray(quaternion * flips[:, None])
