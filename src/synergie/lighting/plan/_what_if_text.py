"""What turns out otherwise in lighting, in sentences a catalogue can translate."""

CASES = {
    "energy": "energy costs {} % more, or less",
    "works": "works cost {} % more, or less",
    "growth": "the bill grows by {} % a year",
    "discount": "the discount rate is {} % a year",
    "horizon": "costs are counted over years: {}",
}
"""By kind of case."""
