"""Essential data of public contracts (DECP), version 2.0.3: what a buyer publishes of an award.

Arrêté du 22 décembre 2022: contracts of 40,000 EUR and more, within two months of their notice.
Names on the wire are those of the published format; the fields, bounds and words follow its public
description, written here anew. Concessions are not read.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, PlainSerializer, Strict, model_validator

from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Many, Siret

type ContractId = Annotated[str, Field(min_length=1, max_length=16)]
type Months = Annotated[int, Field(ge=1)]
type Euros = Annotated[
    Decimal,
    Strict(False),
    Field(ge=1, max_digits=14, decimal_places=2),
    PlainSerializer(float, when_used="json", return_type=float),
]
"""EUR excluding VAT; a number on the wire, as the format wants it: to the cent it is exact."""
type Rate = Annotated[
    Decimal,
    Strict(False),
    Field(ge=0, le=1),
    PlainSerializer(float, when_used="json", return_type=float),
]
type Technique = Literal[
    "Accord-cadre", "Concours", "Système de qualification", "Système d'acquisition dynamique",
    "Catalogue électronique", "Enchère électronique", "Sans objet",
]  # fmt: skip
type Execution = Literal["Tranches", "Bons de commande", "Marchés subséquents", "Sans objet"]
type Procedure = Literal[
    "Procédure adaptée", "Appel d'offres ouvert", "Appel d'offres restreint",
    "Procédure avec négociation", "Marché passé sans publicité ni mise en concurrence préalable",
    "Dialogue compétitif",
]  # fmt: skip
type Clauses = Literal[
    "Travaux", "Maitrise d'œuvre", "Fournitures courantes et services", "Marchés industriels",
    "Prestations intellectuelles", "Techniques de l'information et de la communication",
    "Pas de CCAG",
]  # fmt: skip
type PlaceCode = Literal[
    "Code postal", "Code commune", "Code arrondissement", "Code canton", "Code département",
    "Code région", "Code pays",
]  # fmt: skip
type PriceKind = Literal[
    "Définitif ferme", "Définitif actualisable", "Définitif révisable", "Provisoire"
]
type Social = Literal[
    "Clause sociale", "Critère social", "Marché réservé", "Pas de considération sociale"
]
type Environmental = Literal[
    "Clause environnementale", "Critère environnemental", "Pas de considération environnementale"
]
type HolderIdKind = Literal["SIRET", "TVA", "TAHITI", "RIDET", "FRWF", "IREP", "HORS-UE"]


class _Named(Wire):
    """Names of fields in English here, of the format on the wire."""

    model_config = ConfigDict(populate_by_name=True)


class AwardBuyer(_Named):
    """Who concluded the contract; of a group, its coordinator."""

    id: Annotated[str, Field(pattern=r"^[0-9]{14}$")]
    """Its SIRET; its key is not looked at, as the format does not."""


class Holder(_Named):
    """Who holds the contract."""

    kind: HolderIdKind = Field(alias="typeIdentifiant")
    """Of what kind its identifier is."""
    id: Annotated[str, Field(min_length=1)]
    """Its identifier."""


class HolderEntry(_Named):
    """One holder, as the format lists it."""

    holder: Holder = Field(alias="titulaire")
    """The holder."""


class ExecutionPlace(_Named):
    """Where the contract is carried out."""

    code: Annotated[str, Field(min_length=1)]
    """Code of the place. Example: `54`."""
    kind: PlaceCode = Field(alias="typeCode")
    """Of what kind."""


class Techniques(_Named):
    """Techniques of purchase."""

    words: Annotated[Many[Technique], Field(alias="technique", min_length=1)]
    """Each once."""


class Executions(_Named):
    """Ways in which the contract is carried out."""

    words: Annotated[Many[Execution], Field(alias="modaliteExecution", min_length=1)]
    """Each once."""


class PriceKinds(_Named):
    """Kinds of the price."""

    words: Annotated[Many[PriceKind], Field(alias="typePrix", min_length=1)]
    """Each once."""


class SocialTerms(_Named):
    """What the contract has for society."""

    words: Annotated[Many[Social], Field(alias="considerationSociale", min_length=1)]
    """Each once."""


class EnvironmentalTerms(_Named):
    """What the contract has for the environment."""

    words: Annotated[
        Many[Environmental], Field(alias="considerationEnvironnementale", min_length=1)
    ]
    """Each once."""


class Modification(_Named):
    """What changed after the publication."""

    id: Annotated[int, Field(ge=1)]
    """Its number, rising from 1."""
    notified_on: CivilDate = Field(alias="dateNotificationModification")
    """When the holder was told."""
    published_on: CivilDate = Field(alias="datePublicationDonneesModification")
    """When it was published."""
    months: Months | None = Field(default=None, alias="dureeMois")
    """The new length. Null: as before."""
    eur: Euros | None = Field(default=None, alias="montant")
    """The new amount. Null: as before."""
    holders: Many[HolderEntry] = Field(default=(), alias="titulaires")
    """The new holders. Empty: as before."""


class ModificationEntry(_Named):
    """One modification, as the format lists it."""

    modification: Modification
    """The modification."""


class Subcontract(_Named):
    """A subcontractor that the buyer accepted (acte spécial)."""

    id: Annotated[int, Field(ge=1)]
    """Its number, rising from 1."""
    holder: Holder = Field(alias="sousTraitant")
    """The subcontractor."""
    months: Months = Field(alias="dureeMois")
    """How long."""
    notified_on: CivilDate = Field(alias="dateNotification")
    """When it was told."""
    published_on: CivilDate = Field(alias="datePublicationDonnees")
    """When it was published."""
    eur: Euros = Field(alias="montant")
    """Its amount."""
    price: Literal["Ferme", "Actualisable", "Révisable"] = Field(alias="variationPrix")
    """How its price moves."""


class SubcontractEntry(_Named):
    """One subcontract, as the format lists it."""

    subcontract: Subcontract = Field(alias="acteSousTraitance")
    """The subcontract."""


class SubcontractChange(_Named):
    """What changed of a subcontract."""

    id: Annotated[int, Field(ge=1)]
    """Number of the subcontract."""
    months: Months | None = Field(default=None, alias="dureeMois")
    """The new length. Null: as before."""
    notified_on: CivilDate = Field(alias="dateNotificationModificationSousTraitance")
    """When it was told."""
    eur: Euros | None = Field(default=None, alias="montant")
    """The new amount. Null: as before."""
    published_on: CivilDate = Field(alias="datePublicationDonnees")
    """When it was published."""


class SubcontractChangeEntry(_Named):
    """One change of a subcontract, as the format lists it."""

    change: SubcontractChange = Field(alias="modificationActeSousTraitance")
    """The change."""


class EssentialAward(_Named):
    """The essential data of one contract, or of one lot."""

    id: ContractId
    """The buyer's own number, 16 characters at most."""
    buyer: AwardBuyer = Field(alias="acheteur")
    """Who concluded it."""
    nature: Literal["Marché", "Marché de partenariat", "Marché de défense ou de sécurité"]
    """Its nature."""
    subject: Annotated[str, Field(alias="objet", min_length=1, max_length=1000)]
    """What is bought."""
    cpv: Annotated[str, Field(alias="codeCPV", pattern=r"^[0-9]{8}(-[0-9])?$")]
    """CPV code. 09310000: electricity; 09123000: natural gas."""
    techniques: Techniques
    """How it was bought."""
    executions: Executions = Field(alias="modalitesExecution")
    """How it is carried out."""
    framework: ContractId | None = Field(default=None, alias="idAccordCadre")
    """Of a subsequent contract: its framework. Null: none."""
    innovative: bool = Field(alias="marcheInnovant")
    """Whether it is of innovative works, goods or services."""
    clauses: Clauses = Field(alias="ccag")
    """General clauses."""
    offers: Annotated[int, Field(alias="offresRecues", ge=1)]
    """How many offers came in, refused ones too."""
    advance: bool = Field(alias="attributionAvance")
    """Whether an advance is paid."""
    advance_rate: Rate | None = Field(default=None, alias="tauxAvance")
    """Its part of the amount. Null: not told."""
    grouping: Literal["Conjoint", "Solidaire", "Pas de groupement"] = Field(
        alias="typeGroupementOperateurs"
    )
    """Whether the holders are a group."""
    subcontracted: bool = Field(alias="sousTraitanceDeclaree")
    """Whether subcontractors were declared."""
    procedure: Procedure
    """The procedure."""
    place: ExecutionPlace = Field(alias="lieuExecution")
    """Where."""
    months: Months = Field(alias="dureeMois")
    """How long, with what may be renewed."""
    notified_on: CivilDate = Field(alias="dateNotification")
    """When the holder was told."""
    published_on: CivilDate = Field(alias="datePublicationDonnees")
    """When the data were first published."""
    eur: Euros = Field(alias="montant")
    """Amount, or greatest estimated amount, EUR excluding VAT."""
    price_kinds: PriceKinds = Field(alias="typesPrix")
    """Firm or revised."""
    price_form: Literal["Unitaire", "Forfaitaire", "Mixte"] = Field(alias="formePrix")
    """By unit or in all."""
    holders: Annotated[Many[HolderEntry], Field(alias="titulaires", min_length=1)]
    """Who holds it."""
    social: SocialTerms = Field(alias="considerationsSociales")
    """For society."""
    environmental: EnvironmentalTerms = Field(alias="considerationsEnvironnementales")
    """For the environment."""
    origin_eu: Rate | None = Field(default=None, alias="origineUE")
    """Part of the goods from the European Union. Null: not told; energy is not among the goods."""
    origin_france: Rate | None = Field(default=None, alias="origineFrance")
    """Part of the goods from France. Null: not told."""
    subcontracts: Many[SubcontractEntry] = Field(default=(), alias="actesSousTraitance")
    """Subcontracts. Empty: none."""
    subcontract_changes: Many[SubcontractChangeEntry] = Field(
        default=(), alias="modificationsActesSousTraitance"
    )
    """What changed of them. Empty: nothing."""
    modifications: Many[ModificationEntry] = ()
    """What changed since, by rising number. Empty: nothing."""

    @model_validator(mode="after")
    def _check_lists(self) -> Self:
        lists: tuple[tuple[object, ...], ...] = (
            self.techniques.words, self.executions.words, self.price_kinds.words, self.holders,
            self.social.words, self.environmental.words,
        )  # fmt: skip
        if any(one in some[:n] for some in lists for n, one in enumerate(some)):
            raise ValueError("lists that hold each entry once")
        numbers = [one.modification.id for one in self.modifications]
        if numbers != sorted(set(numbers)):
            raise ValueError("modifications numbered by rising numbers")
        if self.published_on < self.notified_on:
            raise ValueError("a publication that is not before the notice")
        return self


class EssentialAwards(_Named):
    """The list of a file."""

    contracts: Annotated[Many[EssentialAward], Field(alias="marche", min_length=1)]
    """The contracts."""


class EssentialData(_Named):
    """A file of essential data."""

    data: EssentialAwards = Field(alias="marches")
    """What is published."""


class EssentialLot(Wire):
    """What the coordinator says of one lot."""

    id: ContractId
    """Its number of the contract."""
    holders: Annotated[Many[Holder], Field(min_length=1)]
    """Who holds it: the supplier that won, by its SIRET."""
    notified_on: CivilDate
    """When the supplier was told."""
    advance: bool
    """Whether an advance is paid."""
    subcontracted: bool
    """Whether subcontractors were declared."""
    grouping: Literal["Conjoint", "Solidaire", "Pas de groupement"] = "Pas de groupement"
    """Whether the holders are a group."""
    offers: Annotated[int, Field(ge=1)] | None = None
    """How many offers came in, refused ones too. Null: as many as the purchase has for the lot."""


class EssentialTerms(Wire):
    """What a plan does not know, and the coordinator says, of a purchase that is awarded."""

    coordinator: Siret
    """The buyer: the coordinator of the group."""
    cpv: Annotated[str, Field(pattern=r"^[0-9]{8}(-[0-9])?$")] = "09310000"
    """CPV code. Left out: electricity."""
    procedure: Procedure = "Appel d'offres ouvert"
    """The procedure."""
    techniques: Annotated[Many[Technique], Field(min_length=1)] = ("Sans objet",)
    """Techniques of purchase."""
    executions: Annotated[Many[Execution], Field(min_length=1)] = ("Sans objet",)
    """Ways of carrying it out."""
    framework: ContractId | None = None
    """Of subsequent contracts: their framework. Null: none."""
    clauses: Clauses = "Fournitures courantes et services"
    """General clauses."""
    innovative: bool = False
    """Whether it is of innovative goods."""
    place: ExecutionPlace
    """Where the energy is delivered."""
    published_on: CivilDate
    """The day of the publication."""
    social: Annotated[Many[Social], Field(min_length=1)] = ("Pas de considération sociale",)
    """For society."""
    environmental: Annotated[Many[Environmental], Field(min_length=1)] = (
        "Pas de considération environnementale",
    )
    """For the environment."""
    lots: dict[str, EssentialLot]
    """By lot of the purchase."""
