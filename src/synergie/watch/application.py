"""What watch adds to the core: lamps that report themselves."""

from synergie.application import Application, Placement

APPLICATION = Application(
    name="watch",
    commands=(Placement("watch", "synergie.watch.commands.watch"),),
)
