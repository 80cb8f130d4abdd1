"""Green Button, as the conformance suite asks for it."""

from tests.formats.cases import Case
from tests.formats.greenbutton.feeds import Maker, day, hours

START = 1_767_225_600  # 2026-01-01T00:00Z

CASES = [
    Case(
        format="green-button",
        name="Usage_2026.xml",
        data=Maker(
            blocks=[
                hours(START, range(24)),
                hours(START + 86_400, range(50, 60)),
                [(START + 200_000, 7_200, 35)],
            ]
        ).bytes(),
        records=2,
        bad=Maker(
            blocks=[hours(START, range(24)), hours(START + 86_400, [*range(50, 59), "12,5"])]
        ).bytes(),
        day=lambda one: day(one, 1800),
        day_steps=48,
    )
]
