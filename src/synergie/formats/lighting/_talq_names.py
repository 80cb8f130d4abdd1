"""The names of TALQ 2.7.1 that we read, and what they are in our words."""

from typing import Literal

from synergie.schemas.readings.register_reading import RegisterQuantity
from synergie.schemas.series import Unit

LIGHT_FUNCTIONS = frozenset(
    {"LuminaireAssetFunction", "LampActuatorFunction", "LampMonitorFunction"}
)
CABINET_FUNCTIONS = frozenset({
    "CabinetConfigurationFunction", "CabinetMonitorFunction", "SegmentMonitorFunction",
})  # fmt: skip

SOURCES: dict[str, str] = {
    "LED": "LED", "HPS": "SHP", "LPS": "SBP", "MH": "IM", "COSMO": "IM", "FLUORESCENT": "FLUO",
    "MERCURY VAPOR": "VM", "OTHER": "AU",
}  # fmt: skip
"""lightSourceType → EclExt typeSource."""
WRITTEN: dict[str, str] = {
    "LED": "LED", "SHP": "HPS", "SBP": "LPS", "IM": "MH", "FLUO": "FLUORESCENT",
    "VM": "MERCURY VAPOR", "AU": "OTHER", "HAL": "OTHER", "INC": "OTHER", "IND": "OTHER",
    "XEN": "OTHER",
}  # fmt: skip
"""EclExt typeSource → lightSourceType; TALQ has no word for halogen, induction and the like."""

REGISTERS: dict[str, tuple[RegisterQuantity, Unit]] = {
    "activeEnergy": ("active_energy", "kWh"),
    "totalActiveEnergy": ("active_energy", "kWh"),
    "operatingHours": ("operating_time", "h"),
}
"""Attributes that count up: cumulative since installation or a reset of the counter."""

type Subject = Literal["light_point", "cabinet", "unknown"]

_OF_LAMPS = (
    "lampFailure", "dimmingFailure", "lampUnexpectedOn", "relayFailure", "cyclingFailure",
    "controlGearCommFailure", "controlGearComFailure", "controlGearFailure",
    "controlGearOverallFailureCondition", "controlGearThermalShutdown", "lampPowerTooHigh",
    "lampPowerTooLow", "absoluteLampPowerTooHigh", "absoluteLampPowerTooLow",
    "absolutLampPowerTooHigh", "absolutLampPowerTooLow", "lampVoltageTooHigh",
    "lampVoltageTooLow", "lightSourceOpenCircuit", "lightSourceShortCircuit",
    "lightSourceOverallFailureCondition", "lightSourceThermalShutdown", "invalidLampType",
)  # fmt: skip
_OF_CABINETS = (
    "cabinetDoorOpen", "circuitBreakerTripped", "switchingErrorOn", "switchingErrorOff",
)  # fmt: skip
_OF_EITHER = (
    "supplyLoss", "contactorError", "leakageDetected", "supplyVoltageTooHigh",
    "supplyVoltageTooLow", "currentTooHigh", "currentTooLow", "powerFactorTooLow",
    "highTemperature", "temperatureTooHigh", "communicationFailure", "deviceMalfunction",
)  # fmt: skip
FAULTS: dict[str, Subject] = {
    **dict.fromkeys(_OF_LAMPS, "light_point"),
    **dict.fromkeys(_OF_CABINETS, "cabinet"),
    **dict.fromkeys(_OF_EITHER, "unknown"),
}
"""Events that are a fault of lighting, the misspelt twins of older versions included."""
