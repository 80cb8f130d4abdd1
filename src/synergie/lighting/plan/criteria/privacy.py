"""Data and privacy: what is recorded about people, how long, and how fine it is published."""

from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._stated import figure_of
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_SOURCE = Phrase(text="the catalogue of data and the register of processing, as they were told")

CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="personal_fields",
            stake="privacy",
            unit="fields",
            direction="min",
            purpose=Phrase(text="how many things are recorded about people"),
            source=_SOURCE,
        ),
        stated=figure_of,
        only_stated=True,
        least=0,
    ),
    Criterion(
        told=CriterionTold(
            criterion="retention",
            stake="privacy",
            unit="d",
            direction="min",
            purpose=Phrase(text="how long what is recorded is kept"),
            source=_SOURCE,
        ),
        stated=figure_of,
        only_stated=True,
        least=0,
    ),
    Criterion(
        told=CriterionTold(
            criterion="finest_step",
            stake="privacy",
            unit="min",
            direction="max",
            purpose=Phrase(text="the finest time step that is published: the coarser, the safer"),
            source=_SOURCE,
        ),
        stated=figure_of,
        only_stated=True,
        least=0,
    ),
)
