"""What is assumed of time, money and carbon where nobody tells it: every figure is a parameter."""

from datetime import date

from synergie.lighting.plan.inputs import _text
from synergie.lighting.records.study import EmissionFactor, StudyRules

CO2 = (
    EmissionFactor(
        name="mix moyen",
        kg_mwh=52,
        source="Base Empreinte V23.6, by a public repository; not re-read at its source",
    ),
    EmissionFactor(name="RTE 2023", kg_mwh=32, source="RTE, bilan électrique 2023"),
)
"""Two factors, as domain.md §11 asks for: French gains are small with either."""


def rules_of(on: date) -> StudyRules:
    """The rules of the house at the network tariff of *on*: works from the next year on."""
    return StudyRules(on=on, starts=on.year + 1, year=on.year, co2=CO2, source=_text.RULES)
