"""A delivery point that no lot takes, or several, in sentences a catalogue can translate."""

FITS_NONE = {
    "building": "the point {} ({}, building) fits no lot",
    "public_lighting": "the point {} ({}, street lighting) fits no lot",
    "water": "the point {} ({}, water works) fits no lot",
    "charging": "the point {} ({}, charging) fits no lot",
    "other": "the point {} ({}, other usage) fits no lot",
}
FITS_SEVERAL = {
    "building": "the point {} ({}, building) fits the lots {}",
    "public_lighting": "the point {} ({}, street lighting) fits the lots {}",
    "water": "the point {} ({}, water works) fits the lots {}",
    "charging": "the point {} ({}, charging) fits the lots {}",
    "other": "the point {} ({}, other usage) fits the lots {}",
}
