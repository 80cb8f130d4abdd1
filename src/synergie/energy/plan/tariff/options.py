"""Names of tariff options (FTA), as grid operators, bills and price schedules write them."""

_ALIASES = {
    "BTSUPCU4": "BTSUPCU",
    "BTSUPLU4": "BTSUPLU",
    "BTINFCU": "BTINFCUST",
    "BTINFMU": "BTINFMUDT",
}
"""Above 36 kVA every option has four classes: flows write the 4, deliberations do not."""


GAS_OPTIONS = ("T1", "T2", "T3", "T4", "TP")
"""Distribution options of gas (ATRD), by yearly energy; TP is near the transport network."""


def option_name(told: str) -> str:
    """The option that *told* names, whatever its case; an unknown name in capitals."""
    name = told.strip().upper().replace(" ", "").replace("_", "").replace("-", "")
    return _ALIASES.get(name, name)
