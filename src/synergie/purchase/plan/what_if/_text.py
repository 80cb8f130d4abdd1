"""What may become of a purchase plan, in sentences a catalogue can translate."""

VOLUMES_ALL = "all volumes change by {} %"
VOLUMES_MEMBER = "the volumes of {} change by {} %"
VOLUMES_USAGE = {
    "building": "the volumes of buildings change by {} %",
    "public_lighting": "the volumes of street lighting change by {} %",
    "water": "the volumes of water works change by {} %",
    "charging": "the volumes of charging points change by {} %",
    "other": "the volumes of other usages change by {} %",
}
PRICES_ALL = "all prices change by {} %"
PRICES_SUPPLIER = "the prices of {} change by {} %"
MEMBER_OUT = "{} leaves the group"
MEMBER_IN = "{} comes into the group"
SUPPLIER_OUT = "{} withdraws its offers"
OFFERS_AT = "the award is decided at {}"
LATE_OFFERS = "these offers come in late: {}"

GONE = "the offer {} is no longer there"
NO_PRICE = "the offer {} has no price for {} MWh"
ABOVE_ALONE = "{} pays {} EUR more than alone in {}"

STABLE = "in {} of {} cases the plan decided now costs no more than the best plan of the case"
REGRET = "at worst it costs {} EUR more than the best plan of the case, when:"
CHANGES = "in {} of {} cases another award would have been best"
CANNOT_KEEP = "in {} of {} cases the plan cannot be kept"
NO_CASE = "no case was looked at"

FLOOR_FREE = "every member can gain at least {} % at no extra cost"
FLOOR_COSTS = "every member can gain at least {} %: the whole then costs {} EUR more"
FLOOR_BLOCKED = "not every member can gain {} %: {} cannot gain more than {} %"
FLOOR_TOGETHER = "not every member can gain {} % at once, though each could by itself"

WAY_FLOOR = "{} MWh more in {}, or the tier {} of {} from {} MWh on"
WAY_ROOF = "the tier {} of {} up to {} MWh, {} MWh more"
WAY_LOTS = "{} may win {} lots, {} more"
WAY_MAX_MWH = "{} may supply {} MWh, {} MWh more"
WAY_MIN_MWH = "{} is content with {} MWh, {} MWh less"
WAY_FIXED = "a fixed cost of {} EUR for {}, {} EUR less"
WAY_ALONE = "{} accepts in {} up to {} EUR more than alone"
WAY_LEAVE = "members may stay out of a lot and buy alone"
WAY_AWARDS = "up to {} offers taken in {}"
WAY_FEWER_AWARDS = "at least {} offers taken in {} instead of {}"
WAY_RULE = "the rule {} is left out"
WAY_GREEN = "{} % of green energy instead of {} %"
WAY_GREEN_LOT = "{} % of green energy in {} instead of {} %"
WAY_EXTENDED = "these offers are extended: {}"
STAYS_OUT = "{} stays out of {}"
