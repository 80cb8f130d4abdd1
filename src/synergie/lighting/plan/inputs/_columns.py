"""The columns of the small tables that an agent types for a study (`columns.csv`)."""

from synergie.formats.columns import load_columns

COLUMNS = load_columns("synergie.lighting.plan.inputs")
"""By table: communes, places, stated, scenarios."""
