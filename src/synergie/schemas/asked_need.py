"""A need that somebody without an account says: what they would like to read, and why."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.trust.agreement import Dataset, Grant, Purpose
from synergie.schemas.wire import Wire
from synergie.units import LongText, Many, Text

type AskerKind = Literal["company", "citizens", "public_body", "other"]


class AskedNeed(Wire):
    """What is asked, by whom, why; the least that lets somebody answer. Kept for 12 months."""

    asker: Text
    """The company, group or body that asks; for a person alone, "un habitant" is enough."""
    asker_kind: AskerKind
    """What kind of asker it is: it says which conditions apply."""
    purpose: Purpose
    """The one purpose; two purposes are two needs."""
    why: LongText
    """What will be done with the data, in the asker's own words: a council decides on it."""
    datasets: Annotated[Many[Dataset], Field(min_length=1, max_length=5)]
    """The kinds of data."""
    granularity: Grant
    """How fine; the coarsest that serves is answered soonest."""
    things: LongText
    """Which places or equipment, in words: whoever asks does not know their identifiers."""
    contact: Text | None = None
    """A function: "chargée d'études". Null: none given. No name is asked."""
    address: Text | None = None
    """Where to answer: an e-mail or a postal address. Null: the answer is seen by nobody else."""
