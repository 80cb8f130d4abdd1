"""Sentences of a study, which a catalogue can translate."""

DAY_MORE = "{}: one crew-day more in week {} saves {} EUR"
NO_DAY_MORE = "{}: one crew-day more in a full week saves nothing"
NEVER_FULL = "{}: no week is full; crew-days more are worth nothing"
CREW_MORE = "{}: one crew more ({} crew-days a week) saves {} EUR a year, its days paid"
CREW_MORE_NOTHING = "{}: one crew more ({} crew-days a week) saves nothing"
CREW_FEWER_NOTHING = "{}: one crew fewer ({} crew-days a week) costs nothing more"
CREW_FEWER = "{}: one crew fewer ({} crew-days a week) costs {} EUR more"
CREW_FEWER_LATE = (
    "{}: one crew fewer ({} crew-days a week) costs {} EUR more; {} light-point-weeks late more"
)
CREW_NEEDED = "{}: with one crew fewer ({} crew-days a week) there is no plan"
NOT_FOUND = "{}: no plan was found in the time given with {} crew-days a week"
FAIRER = "no zone more than {} weeks late a light point: {} EUR more"
FAIR_ALREADY = "the cheapest plan is the fairest too: no zone can be less late"
ON_TIME = "no visit is late in any zone"

CASES = {
    "crew_days": "{}: crew-days a week more or fewer: {}",
    "depot_out": "{}: no crew-day at all",
    "day_costs": "crew-days cost {} % more, or less",
    "leaves": "{} leaves with its visits and its crews",
}
"""What turns out otherwise, by kind of case."""

WHOLE_SOLVES = "each figure is a solve of the whole year with that one change"
DAYS_PAID = "crew-days are paid as they are used; a crew that waits is not paid here"
FULL_WEEKS = "of a depot's full weeks, the first {} are tried one by one"

WAY_SERVICE = "let zones be later than with their own organisations alone"
WAY_LATENESS = "lift the limits of lateness of zones"
WAY_CLOSED = "open the closed weeks of {} visits"
WAY_WINDOWS = "let {} visits come up to {} weeks later than their window"
WAY_DAYS = "{} crew-days more a week at {}"
WAY_CREW = "crews of {} authorised and equipped for every visit, in every zone"
WAY_LEFT_OUT = "leave out {} visits: {}"
