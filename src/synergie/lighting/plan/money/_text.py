"""Sentences of the money of scenarios: constant English, translated by the catalogue."""

from synergie.schemas.plan import Phrase

NO_TERMS = "{} of {} cabinets have no known tariff option, power or price schedule"
NO_ENERGY = "{} of {} cabinets feed luminaires whose power is not known"
NOT_PRICED = "{} of {} cabinets have no price for the energy of their option"
NO_CABINET = "{} luminaires hang on no known cabinet: who pays for them is not known"
NO_PRICE = "the price of {} is not known"
NO_CLOCK = "the price of a clock is not known, for {} cabinets"
NO_REPAIR = "what a repair costs is not known"
NO_PART = "the price of a part or lamp is not known for {}"
NO_RATE = "how often it fails is not known for {}"
NO_LIFE = "how long it serves is not known for {}"
NO_KIND = "the kind of {} luminaires is not known"
BUDGET = "{} asks for {} EUR in {}, its budget is {} EUR"
BUDGET_ALL_YEARS = "{} asks for {} EUR, its budget is {} EUR"
EVERYBODY = "the whole"
REFIT = (
    "option and subscribed power are fitted again only behind cabinets where something changes; "
    "the energy falls more than the bill, whose fixed part stays"
)
OFF_PEAK = "off-peak hours of {} cabinets were assumed from 22:00 to 06:00"
NO_CEE = "no price of energy savings certificates was given: they bring no money"
STAYS = "luminaires that stay are not renewed within the horizon"
END_OF_WORKS = "a year of works is paid at the bill of before: what is done counts from the next"
PROPORTION = "a cabinet that is done in several years is billed between before and after, by lights"


def phrase(text: str, *values: object) -> Phrase:
    """A sentence with what fills its places."""
    return Phrase(text=text, values=tuple(str(one)[:200] or "-" for one in values))
