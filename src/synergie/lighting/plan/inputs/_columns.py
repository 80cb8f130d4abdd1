"""The columns of the small tables that an agent types for a study (`columns.csv`)."""

from synergie.formats.columns import load_columns, load_words

_PACKAGE = "synergie.lighting.plan.inputs"
COLUMNS = load_columns(_PACKAGE, load_words(_PACKAGE))
"""By table: areas, communes, places, stated, scenarios."""
