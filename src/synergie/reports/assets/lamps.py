"""Kinds of lamps in words."""

from synergie.reports.language import Pair, choose_text

_LAMPS: dict[str, Pair] = {
    "LED": ("LED", "LED"),
    "SHP": ("sodium haute pression", "high-pressure sodium"),
    "SBP": ("sodium basse pression", "low-pressure sodium"),
    "IM": ("iodures métalliques", "metal halide"),
    "VM": ("vapeur de mercure", "mercury vapour"),
    "FLUO": ("fluorescence", "fluorescent"),
    "HAL": ("halogène", "halogen"),
    "INC": ("incandescence", "incandescent"),
    "IND": ("induction", "induction"),
    "XEN": ("xénon", "xenon"),
    "AU": ("autre lampe", "other"),
    "XX": ("lampe inconnue", "unknown"),
    "cabinet": ("armoire", "cabinet"),
}
"""Kinds of lamps (EclExt typeSource)."""


def describe_lamp(kind: str | None) -> str:
    """A kind of lamp in words."""
    found = _LAMPS.get(kind or "XX")
    return choose_text(*found) if found else kind or ""
