"""What performance contracts add to the core."""

from synergie.application import Application, Placement

APPLICATION = Application(
    name="contract",
    groups=(
        Placement("contract", "synergie.contract.commands.contract:app", before="keys"),
        Placement("weather", "synergie.measure.commands.weather:app", before="keys"),
    ),
)
