"""What performance contracts add to the core."""

from synergie.application import Application, ClientCalls, MenuEntry, Placement

APPLICATION = Application(
    name="contract",
    tags={"contracts": "Performance contracts: plans of measurement, statements, signatures."},
    services=("synergie.contract.services:ContractServices",),
    collections=("synergie.contract.exchange.features:STATEMENTS",),
    pages=("synergie.contract.pages:router",),
    menu=(
        MenuEntry(
            "/contrats",
            "Contrats",
            "Contracts",
            "Les économies garanties sont-elles au rendez-vous ?",
            "Are the savings that were guaranteed there?",
            before="/depot",
        ),
    ),
    dues=("synergie.contract.exchange.years:list_contract_dues",),
    rules=("synergie.contract.storage._scope:RULES",),
    calls=(
        ClientCalls(
            "contracts",
            "synergie.contract.client.contracts:Contracts",
            "synergie.contract.client.contracts:AsyncContracts",
        ),
    ),
    groups=(
        Placement("contract", "synergie.contract.commands.server:app", before="keys"),
        Placement("weather", "synergie.measure.commands.weather:app", before="keys"),
    ),
    routers=("synergie.contract.api.contracts:router",),
    bodies=(
        "synergie.contract.records.document:ContractRequest",
        "synergie.contract.records.document:ContractSignatureRequest",
        "synergie.contract.records.document:StatementRequest",
    ),
)
