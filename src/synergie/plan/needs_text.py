"""The requirements of plans and what would lift them, in sentences a catalogue can translate.

The first `{}` of what would lift a requirement is the amount; the others are what it is about.
"""

NOT_PRICED = "{} has no offer in {} that prices all it needs"
NO_CREW = "{} in {}: no crew serves the zone and may work on its network"

TIER_FLOOR = "{}, tier {}: at least {} MWh"
TIER_FLOOR_LACKS = "{} MWh more for {}, tier {}"
TIER_ROOF = "{}, tier {}: at most {} MWh"
TIER_ROOF_LACKS = "{} MWh less for {}, tier {}"
SUPPLIER_LOTS = "{}: at most {} lots"
SUPPLIER_LOTS_LACKS = "{} lots more for {}"
FIXED_COST = "{}: its members together save its fixed cost, {} EUR"
FIXED_COST_LACKS = "{} EUR less of fixed cost for {}"
NO_MORE_THAN_ALONE = "{} pays in {} no more than alone, {} EUR"
NO_MORE_THAN_ALONE_LACKS = "{} EUR less asked of {} in {}"

VISITED = "{} is visited between week {} and week {}"
VISITED_LACKS = "{} of {} left out"
CREW_DAYS = "week {}: {} crew-days from {}"
CREW_DAYS_LACKS = "{} crew-days more from {} in week {}"

SUPPLIER_ROOF = "{} supplies at most {} MWh a year"
SUPPLIER_ROOF_LACKS = "{} MWh more of capacity of {}"
SUPPLIER_FLOOR = "{} supplies at least {} MWh a year if it wins"
SUPPLIER_FLOOR_LACKS = "{} MWh more for {}"
AWARDS_LEAST = "{}: at least {} awards"
AWARDS_LEAST_LACKS = "{} awards less in {}"
AWARDS_MOST = "{}: at most {} awards"
AWARDS_MOST_LACKS = "{} awards more in {}"
GREEN = "at least {} % of all energy with guarantees of origin"
GREEN_LACKS = "{} MWh more of green energy"
WITH_FEES = "{} pays in all no more than alone, coordinator's fee included"
WITH_FEES_LACKS = "{} EUR less asked of {} by the coordinator"
NO_DAYS = "{}: no crew that may do it has a crew-day in its open weeks between {} and {}"
LATE = "{}: at most {} light-point-weeks late"
LATE_LACKS = "{} light-point-weeks late more in {}"
