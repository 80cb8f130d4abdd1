"""From the files that an agent already has to a `LightingStudy`.

A row that cannot be used is set aside with its place and its reason, and the rest goes on; what
no file tells stays null.
"""

from synergie.lighting.plan.inputs.areas import areas_of
from synergie.lighting.plan.inputs.assets import Assets, FileSummary, in_order, read_asset_files
from synergie.lighting.plan.inputs.built import (
    Built,
    StudyRequest,
    revise_areas,
    revise_study,
    study_of,
)
from synergie.lighting.plan.inputs.communes import communes_of
from synergie.lighting.plan.inputs.places import places_of
from synergie.lighting.plan.inputs.schedules import span_of
from synergie.lighting.plan.inputs.six import six_scenarios
from synergie.lighting.plan.inputs.stated import stated_of
from synergie.lighting.plan.inputs.wanted import scenarios_of

__all__ = [
    "Assets",
    "Built",
    "FileSummary",
    "StudyRequest",
    "areas_of",
    "communes_of",
    "in_order",
    "places_of",
    "read_asset_files",
    "revise_areas",
    "revise_study",
    "scenarios_of",
    "six_scenarios",
    "span_of",
    "stated_of",
    "study_of",
]
