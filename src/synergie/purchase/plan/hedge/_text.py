"""What a hedge assumes, in words: constant English texts, for the catalogue."""

NO_FORECAST = "{} scenarios of prices and loads, given as they are: no price is forecast here"
CAP = "in no kind of hours is more than {} % of the mean load bought ahead: no speculation"
TAIL = "the risk is the mean cost of the {} % dearest scenarios, all equally likely"
SPREAD = "what is bought and not consumed is sold back {} EUR/MWh under the spot price"
NO_SPREAD = "what is bought and not consumed is sold back at the spot price"
