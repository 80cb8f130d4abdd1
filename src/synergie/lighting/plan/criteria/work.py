"""Work load: minutes that agents spend on keying, checks and answers."""

from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._stated import figure_of
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="agent_minutes",
            stake="work",
            unit="min/month",
            direction="min",
            purpose=Phrase(text="how much daily work it gives the agents"),
            source=Phrase(text="a study of their time, as it was told"),
        ),
        stated=figure_of,
        only_stated=True,
        least=0,
    ),
)
