"""Altitude of the sun by NOAA's solar equations, for dusk, dawn and burn hours."""

from datetime import UTC, datetime
from math import asin, cos, degrees, radians, sin, tan

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_CENTURY_S = 36_525 * 86_400


def compute_altitude(moment: datetime, longitude: float, latitude: float) -> float:
    """Altitude of the sun's centre above the horizon, degrees, without refraction.

    *moment* is aware; *longitude* and *latitude* are WGS 84 degrees, east and north positive.
    Source: NOAA Global Monitoring Laboratory, solar calculator equations. Lamps are lit when it
    is below -3 degrees (calibrated on the 4,139 h a year of Grenoble's contradictory inventory).
    """
    utc = moment.astimezone(UTC)
    century = (utc - _J2000).total_seconds() / _CENTURY_S
    declination, equation_min = _compute_sun_position(century)
    minutes = utc.hour * 60 + utc.minute + utc.second / 60
    hour_angle = radians((minutes + equation_min + 4 * longitude) / 4 - 180)
    north = radians(latitude)
    return degrees(
        asin(sin(north) * sin(declination) + cos(north) * cos(declination) * cos(hour_angle))
    )


def _compute_sun_position(t: float) -> tuple[float, float]:
    """Declination (radians) and equation of time (minutes) at *t* Julian centuries from J2000."""
    mean_longitude = radians(280.46646 + t * (36000.76983 + 0.0003032 * t))
    anomaly = radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - 0.000042037 * t
    centre = (
        sin(anomaly) * (1.914602 - 0.004817 * t)
        + 0.019993 * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1934.136 * t)
    apparent = mean_longitude + radians(centre - 0.00569 - 0.00478 * sin(node))
    obliquity = radians(23.43929 - 0.0130042 * t)
    y = tan(obliquity / 2) ** 2
    equation = (
        y * sin(2 * mean_longitude)
        - 2 * eccentricity * sin(anomaly)
        + 4 * eccentricity * y * sin(anomaly) * cos(2 * mean_longitude)
        - y * y / 2 * sin(4 * mean_longitude)
        - 1.25 * eccentricity**2 * sin(2 * anomaly)
    )
    return asin(sin(obliquity) * sin(apparent)), 4 * degrees(equation)
