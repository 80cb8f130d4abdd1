"""Requirements of a maintenance year and what would lift them, beside those of every plan."""

NO_DAYS = "{}: no crew that may do it has a crew-day in its open weeks between {} and {}"
LATE = "{}: at most {} light-point-weeks late"
LATE_LACKS = "{} light-point-weeks late more in {}"
