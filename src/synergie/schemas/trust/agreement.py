"""An agreement: one owner, one recipient, one purpose, signed twice over the same bytes."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, LongText, Many, OrganisationId, Sha256, Text

type Dataset = Literal["consumption", "assets", "work_orders", "contracts", "needs"]
"""`consumption`: delivery points, series, curves. `assets`: sites, cabinets, light points.
`work_orders`: works on them. `contracts`: what is subscribed, and the lines of bills. `needs`: what
the owner publishes for a pooled purchase."""
type Granularity = Literal["raw", "half_hour", "hour", "day", "month", "year"]
"""Finest first: the series' own steps, half-hours, hours, civil days, months and years."""
type Grant = Literal["raw", "half_hour", "hour", "day", "month", "year", "aggregate"]
"""What an agreement opens: a granularity, or `aggregate`: sums over the cells of a scheme, which
compares with none of the others."""
type Direction = Literal["read", "write"]
"""`read`: the recipient sees. `write`: it may also send, in the owner's name."""
type DataSubject = Literal["legal_person", "natural_person", "mixed"]
"""Whom the data are about."""
type FieldRight = Literal["supply_link", "annual_energy", "maximum_power", "delivery_point_number"]
"""What is finer than the rest of a record, and closed unless it is named."""
type Purpose = Literal[
    "joint_purchase", "joint_maintenance", "lighting_planning", "energy_monitoring",
    "tariff_optimisation", "public_reporting",
]  # fmt: skip
"""Closed list; two purposes are two agreements (CNIL)."""
type LegalBasis = Literal["contract", "public_task", "consent", "own_data"]
type State = Literal[
    "draft", "proposed", "active", "suspended", "revoked", "terminated", "expired", "invalid",
]  # fmt: skip
"""`invalid`: what is stored is not what both signed; it opens nothing."""
type AgreementFault = Literal[
    "terms", "digest", "signature", "key", "items", "columns", "state",
]  # fmt: skip
"""Why an agreement is invalid, in the order in which it is looked at. `terms`: their digest is not
the one that is recorded. `digest`: a signature is over other terms. `signature`: one is missing, or
does not verify. `key`: it was made by a key that was unknown, or whose use had ended. `items`: the
things listed are not those that the terms name. `columns`: parties or dates are kept otherwise than
signed. `state`: no act led to it."""
type Act = Literal["propose", "withdraw", "accept", "suspend", "resume", "revoke", "terminate"]
type Party = Literal["owner", "recipient"]
type Actor = Literal["owner", "recipient", "operator"]
"""Who acts: a party, or the operator of the server, who may suspend and resume only."""

OPERATOR = "operator"
"""How a history calls the operator; no organisation bears this name."""

MAX_ITEMS = 20_000


class PerimeterRef(Wire):
    """A named perimeter in one version: what joins it later is not covered."""

    id: Id
    """The perimeter."""
    version: Annotated[int, Field(ge=1)]
    """Its version."""


class Selector(Wire):
    """What is covered, item by item; never "all".

    A thing covers what hangs on it: a site its delivery points, a delivery point its series, a
    cabinet its light points.
    """

    sites: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Site identifiers."""
    supply_points: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Delivery point identifiers."""
    cabinets: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Cabinet identifiers."""
    series: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Series identifiers."""
    light_points: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Light point identifiers."""
    purchases: Annotated[Many[Id], Field(max_length=100)] = ()
    """Pooled purchases whose coordinator may read the needs that the owner publishes for them."""
    perimeter: PerimeterRef | None = None
    """A named perimeter of the owner's, in one version. Null: only what is named here."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.ids() or self.perimeter):
            raise ValueError(
                "at least one site, delivery point, series, cabinet, light point or purchase, or a "
                "perimeter"
            )
        return self

    def ids(self) -> frozenset[str]:
        """Every identifier named; those of the perimeter are in the store."""
        named = self.sites, self.supply_points, self.cabinets, self.series, self.light_points
        return frozenset(one for some in (*named, self.purchases) for one in some)


class Period(Wire):
    """A half-open interval of time."""

    start: Instant
    """Start, included."""
    end: Instant | None = None
    """End, excluded. Null: open."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError("an end after the start")
        return self


class Terms(Wire):
    """What the two parties sign: the RFC 8785 bytes of exactly these fields."""

    owner: OrganisationId
    """The body that decides on the data."""
    recipient: OrganisationId
    """The body that may read them."""
    title: Text
    """What people call it. Example: "Éclairage : entretien en commun 2027"."""
    datasets: Annotated[Many[Dataset], Field(min_length=1, max_length=5)]
    """The kinds of data that are opened."""
    selector: Selector
    """The things that are covered."""
    granularity: Grant
    """The finest step that may be seen of a curve. Asking finer is refused, not coarsened."""
    cell_scheme: Id | None = None
    """With `aggregate`: the scheme whose cells are summed. Null: no aggregate."""
    direction: Direction = "read"
    """Whether the recipient reads, or also writes."""
    fields: Many[FieldRight] = ()
    """What of a record is opened beyond its base."""
    data_subject: DataSubject = "legal_person"
    """Whom the data are about; a natural person's are under more rules."""
    consent_refs: Annotated[Many[Id], Field(max_length=MAX_ITEMS)] = ()
    """Consents relied on, for natural persons and steps finer than the day."""
    recipient_clients: Annotated[Many[Text], Field(max_length=50)] = ()
    """Programs of the recipient that may use it. Empty: all of them."""
    purpose: Purpose
    """The one purpose; use for another needs another agreement."""
    legal_basis: LegalBasis
    """Why the owner may share; the organisation decides, the software only records."""
    legal_reference: LongText | None = None
    """The text relied on. Example: "code de l'énergie, L.111-73". Null: none stated."""
    data_period: Period
    """Which readings: their own time, not when they are read."""
    valid_from: Instant
    """From when the agreement may be used."""
    valid_until: Instant
    """Until when it may be used."""
    retention_days: Annotated[int, Field(ge=1, le=3660, json_schema_extra={"unit": "d"})]
    """How long the recipient may keep what it read, days."""
    onward: Literal["none", "open_data"] = "none"
    """Whether it may be passed on: `none`, or aggregates only as `open_data`."""

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.owner == self.recipient:
            raise ValueError("two different organisations")
        if self.valid_until <= self.valid_from:
            raise ValueError("an end of validity after its start")
        return self

    @model_validator(mode="after")
    def _sums_of_a_scheme(self) -> Self:
        if (self.granularity == "aggregate") != (self.cell_scheme is not None):
            raise ValueError("a cell scheme with `aggregate`, and only then")
        return self


class Signature(Wire):
    """One party's signature over the terms."""

    role: Party
    """Which party signed."""
    organisation: OrganisationId
    """The organisation that signed."""
    signed_at: Instant
    """When, as the signer says."""
    jws: Annotated[str, Field(max_length=4096)]
    """Compact JWS, `typ` `synergie-agreement+jwt`, over the digest of the terms."""


class ActRequest(Wire):
    """What goes with an act on an agreement."""

    signature: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    """For `propose` and `accept`: compact JWS by a key of the organisation, `typ`
    `synergie-agreement+jwt`, over the digest of the terms. Null for every other act."""


class Transition(Wire):
    """One change of state."""

    act: Literal[
        "draft", "propose", "withdraw", "accept", "suspend", "resume", "revoke", "terminate",
        "replace",
    ]  # fmt: skip
    """What was done. `replace`: a later version takes its place, at the moment told."""
    by: OrganisationId
    """Who did it; `operator` for the operator of the server."""
    at: Instant
    """When. Of a `replace`: when the later version begins, which may be still to come."""
    state: State
    """The state it led to."""


class Agreement(Wire):
    """An agreement as the server holds it."""

    id: Id
    """Identifier given by the server."""
    version: Annotated[int, Field(ge=1)]
    """A change of terms is a new version, signed again."""
    terms: Terms
    """What is signed."""
    terms_sha256: Sha256
    """SHA-256 of the RFC 8785 bytes of the terms with id and version."""
    state: State
    """State now; each read computes `expired` from the clock, and `invalid` from the signatures."""
    fault: AgreementFault | None = None
    """Why what is stored is not what was signed; it opens nothing. Null: it is."""
    signatures: Many[Signature]
    """The signatures given so far, at most one a party."""
    history: Many[Transition]
    """Every change of state, oldest first."""
    summary: LongText
    """The agreement in one plain French sentence."""
    suspended_by: Actor | None = None
    """Who suspended it and may resume it. Null: it is not suspended."""
    version_in_force: Annotated[int, Field(ge=1)] | None = None
    """The version that opens data now, which may be another one. Null: none does."""
    version_pending: Annotated[int, Field(ge=1)] | None = None
    """The newest version that you see and that both have not signed yet. Null: there is none."""
    consents_holding: Annotated[int, Field(ge=0)] | None = None
    """How many of the consents that the terms name hold now; which ones, their owner alone sees.
    Null: the terms name none, or it was not counted (lists; for the recipient, a version that does
    not bind both now)."""
