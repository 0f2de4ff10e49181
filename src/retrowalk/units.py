"""Every conversion factor, once.  Inside retrowalk all computation is SI.

Multiply to go from the named unit to SI: `speed_mps = speed_kmh * KMH`.
"""

STANDARD_GRAVITY_MPS2 = 9.80665  # CGPM 1901; what a sensor's "1 g" means
KMH = 1000.0 / 3600.0  # km/h → m/s
MPH = 1609.344 / 3600.0  # international mile per hour → m/s
INCH = 0.0254  # → m
FOOT = 12 * INCH  # → m
DEGREE = 3.141592653589793 / 180.0  # → rad
MILLIMETRE = 0.001  # → m
CENTIMETRE = 0.01  # → m
PERCENT = 0.01  # → ratio
MINUTE = 60.0  # → s
HOUR = 3600.0  # → s
DAY = 86400.0  # → s
WEEK = 7 * DAY  # → s
MILLISECOND = 0.001  # → s
MICROSECOND = 1e-6  # → s
NANOSECOND = 1e-9  # → s
