"""What a comparison of scenarios takes for granted, in sentences a catalogue can translate."""

LAW_AS_KNOWN = (
    "the law is checked as it was read; limits in lm/m2, colour in natural areas and hours of "
    "works are those that the trade works with, to be checked on the text"
)
FACTORS = (
    "assumed by kind of lamp: share of the flux on the road, maintenance factors, and the flux of "
    "luminaires that tell none; classes M are met by illuminance (E = L / 0.07), an estimate"
)
USAGE_ASSUMED = "luminaires of unknown category are checked as category {}"
LEGAL_UNKNOWN = (
    "scenario {}: it is not known whether all luminaires keep the law; it is not excluded"
)
ORDER_MISSING = "scenario {} needs orders of mayors that are not there yet; it is not excluded"
WORSE_OFF = (
    "a commune is worse off than under the first scenario when it pays more or is lit less, and "
    "neither pays less nor is lit more: bill of a year after the works, hours with light of its "
    "priority places, else of all its luminaires"
)
NO_COMMUNE = (
    "{} luminaires stand in no known commune: they count in the whole, and in no comparison of "
    "communes"
)
FAILURES_ASSUMED = "how often lamps fail is assumed: no failure model was learned from tickets"
ONE_FACTOR = "carbon stands on one emission factor only; two are wanted, for they differ widely"
WORSE_UNKNOWN = (
    "scenario {}: it is not known whether {} communes are worse off; it is not excluded for them"
)
TOO_FEW = "only {} of {} criteria are known for all: no scenario is said to beat another"
NOT_COMPARED = "{} is not known for {} of {} scenarios: it is left out of what beats what, for all"
