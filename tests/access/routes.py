"""Every route that asks for a token, and how it is called rightly: the table of the access matrix.

**A new route needs one line in `ROWS`** (and, for a new noun, its identifier in
`tests.server.place.furnish` and in `ABSENT`); until then the matrix is red. Everything else is
found in the OpenAPI document: method, scope, whether it knows a granularity.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx2
import pytest

from synergie.server.app import build_openapi_document
from tests.formats.frames.made import half_hours, written
from tests.server import buying, contracting, lighting, maintaining
from tests.server.place import (
    BUDGET_LINE,
    HOOK,
    Furnished,
    Member,
    cabinet,
    cell_scheme,
    consent,
    curve,
    light_point,
    perimeter,
    point,
    profile,
    series,
    site,
    sums,
    terms,
    webhook,
)

DOCUMENT = build_openapi_document()
PERIOD = "start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"
REACTIVE = {"quantity": "reactive_inductive", "unit": "VAr"}
TRACE = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
ABSENT = {
    "site": "site_22222222222222222222",
    "supply_point": "sp_22222222222222222222",
    "series": "ser_22222222222222222222",
    "cabinet": "cab_22222222222222222222",
    "light_point": "lp_22222222222222222222",
    "batch": "bat_22222222222222222222",
    "agreement": "agr_2222222222222222",
    "profile": "no-such-profile",
    "consent": "con_22222222222222222222",
    "perimeter": "per_22222222222222222222",
    "record": "999999",
    "deposit": "dep_22222222222222222222",
    "export": "exp_22222222222222222222",
    "scheme": "cells_22222222222222222222",
    "release": "rel_22222222222222222222",
    "sums": "agr_2222222222222222",
    "webhook": "wh_2222222222222222",
    "purchase": "pur_22222222222222222222",
    "stage": "pur_22222222222222222222",
    "tender": "pur_22222222222222222222",
    "group": "pur_22222222222222222222",
    "plan": "plan_22222222222222222222",
    "campaign": "cmp_22222222222222222222",
    "ending": "cmp_22222222222222222222",
    "season": "cmp_22222222222222222222",
    "year": "plan_22222222222222222222",
    "works": "cmp_22222222222222222222",
    "tour": "rnd_22222222222222222222",
    "lighting": "lst_22222222222222222222",
    "dusk": "lst_22222222222222222222",
    "glow": "lst_22222222222222222222",
    "verdict": "lst_22222222222222222222",
    "effects": "lcp_22222222222222222222",
    "weighed": "lcp_22222222222222222222",
    "options": "opt_22222222222222222222",
    "poll": "cst_22222222222222222222",
    "alert": "alr_22222222222222222222",
    "contract": "ctr_22222222222222222222",
}
"""Noun → an identifier of the right form that names nothing."""


@dataclass(frozen=True)
class Row:
    """How an operation is called rightly, and which thing of another it could be called on.

    `path` and `body` hold `{noun}` where the identifier of a thing goes. Exactly one of `names`
    (the noun it is called on), `own` (it only ever touches the caller's own data) and `public` (it
    belongs to nobody: there is no wrong organisation). `shared`: the agreement opens it to its
    recipient, so the end of the agreement closes it.
    """

    path: str
    status: int
    names: str | None = None
    body: Callable[[Furnished, dict[str, str]], Any] | None = None
    public: bool = False
    own: bool = False
    shared: bool = False
    media_type: str | None = None


def _items(item: dict[str, Any]) -> Callable[[Furnished, dict[str, str]], Any]:
    return lambda _place, _ids: {"items": [item]}


def _under(noun: str, query: str = "") -> Row:
    """A list that is read under the agreement by its recipient."""
    return Row(f"/v1/{noun}?{query}agreement={{agreement}}", 200, "agreement", shared=True)


_EFFECTS = "/v1/lighting-studies/{glow}/comparisons/{effects}"
_WEIGHED = "/v1/lighting-studies/{verdict}/comparisons/{weighed}"

ROWS: dict[str, Row] = {
    "list_organisations": Row("/v1/organisations", 200, public=True),
    "read_organisation": Row("/v1/organisations/org-one", 200, public=True),
    "publish_sites": Row("/v1/sites", 201, body=_items(site("S9")), own=True),
    "list_sites": _under("sites"),
    "read_site": Row("/v1/sites/{site}", 200, "site", shared=True),
    "publish_supply_points": Row(
        "/v1/supply-points", 201, body=_items(point("99000000000099")), own=True
    ),
    "list_supply_points": _under("supply-points"),
    "read_supply_point": Row("/v1/supply-points/{supply_point}", 200, "supply_point", shared=True),
    "publish_series": Row("/v1/series", 201, body=_items(series(**REACTIVE)), own=True),
    "list_series": _under("series"),
    "read_one_series": Row("/v1/series/{series}", 200, "series", shared=True),
    "read_curve": Row(f"/v1/series/{{series}}/curve?{PERIOD}", 200, "series", shared=True),
    "send_curves": Row(
        "/v1/curves",
        201,
        "series",
        # beside what is there: the batch that is undone below must have nothing on top of it
        body=lambda _, ids: curve(ids["series"], values=[7], start="2026-11-09T00:00:00Z"),
    ),
    "close_series": Row(
        "/v1/series/{series}/closures",
        201,
        "series",
        body=lambda _, __: {"first_day": "2026-10-01", "last_day": "2026-10-02"},
    ),
    "list_closures": Row("/v1/series/{series}/closures", 200, "series"),
    "export_curves": _under("curves", f"{PERIOD}&"),
    "publish_cabinets": Row("/v1/cabinets", 201, body=_items(cabinet("A9")), own=True),
    "list_cabinets": _under("cabinets"),
    "read_cabinet": Row("/v1/cabinets/{cabinet}", 200, "cabinet", shared=True),
    "publish_light_points": Row("/v1/light-points", 201, body=_items(light_point("L9")), own=True),
    "list_light_points": _under("light-points"),
    "read_light_point": Row("/v1/light-points/{light_point}", 200, "light_point", shared=True),
    "draft_agreement": Row(
        "/v1/agreements", 201, body=lambda x, _: terms(x.owner, x.partner), own=True
    ),
    "list_agreements": Row("/v1/agreements", 200, own=True),
    "read_agreement": Row("/v1/agreements/{agreement}", 200, "agreement"),
    "act_on_agreement": Row(
        "/v1/agreements/{agreement}/suspend", 200, "agreement", body=lambda *_: {}
    ),
    "list_agreement_versions": Row("/v1/agreements/{agreement}/versions", 200, "agreement"),
    "draft_agreement_version": Row(
        "/v1/agreements/{agreement}/versions",
        201,
        "agreement",
        body=lambda x, _: terms(x.owner, x.partner),
    ),
    "read_agreement_clauses": Row("/v1/agreements/{agreement}/clauses", 200, "agreement"),
    "read_agreement_proof": Row("/v1/agreements/{agreement}/proof", 200, "agreement"),
    "read_agreement_odrl": Row("/v1/agreements/{agreement}/odrl", 200, "agreement"),
    "read_agreement_page": Row("/v1/agreements/{agreement}/document.html", 200, "agreement"),
    "read_agreement_pdf": Row("/v1/agreements/{agreement}/document.pdf", 200, "agreement"),
    "give_consent": Row(
        "/v1/consents", 201, body=lambda x, _: consent(x.ids["supply_point"]), own=True
    ),
    "list_consents": Row("/v1/consents", 200, own=True),
    "read_consent": Row("/v1/consents/{consent}", 200, "consent"),
    "withdraw_consent": Row("/v1/consents/{consent}/withdraw", 200, "consent"),
    "save_perimeter": Row(
        "/v1/perimeters", 200, body=lambda x, _: perimeter(x.ids["site"], name="Autre"), own=True
    ),
    "list_perimeters": Row("/v1/perimeters", 200, own=True),
    "read_perimeter": Row("/v1/perimeters/{perimeter}", 200, "perimeter"),
    "list_cell_schemes": Row("/v1/cell-schemes", 200, own=True),
    "read_cell_scheme": Row("/v1/cell-schemes/{scheme}", 200, public=True),
    "save_cell_scheme": Row("/v1/cell-schemes/autre", 200, body=lambda *_: cell_scheme(), own=True),
    "publish_release": Row(
        "/v1/releases", 201, "scheme", body=lambda _, ids: sums(ids["scheme"], period="2025-01")
    ),
    "list_releases": Row("/v1/releases?agreement={sums}", 200, "sums", shared=True),
    "read_release": Row("/v1/releases/{release}?agreement={sums}", 200, "release", shared=True),
    "list_batches": Row("/v1/batches", 200, own=True),
    "list_unknown_batches": Row(
        "/v1/batches/unknown",
        200,
        body=lambda *_: {"receipts": [{"id": "bat_22222222222222222222", "digest": "ab" * 32}]},
        own=True,
    ),
    "read_batch": Row("/v1/batches/{batch}", 200, "batch"),
    "read_signed_receipt": Row("/v1/batches/{batch}/receipt.jws", 200, "batch"),
    "read_signed_deposit": Row("/v1/deposits/{deposit}/receipt.jws", 200, "deposit"),
    "make_export": Row("/v1/exports", 201, body=lambda *_: {"kinds": ["sites"]}, own=True),
    "list_exports": Row("/v1/exports", 200, own=True),
    "read_export": Row("/v1/exports/{export}", 200, "export"),
    "download_export": Row("/v1/exports/{export}/files/sites.ndjson", 200, "export"),
    "read_manifest": Row("/v1/exports/{export}/manifest.jws", 200, "export"),
    "read_export_tree_head": Row("/v1/exports/{export}/tree-head.jws", 200, "export"),
    "read_export_receipt": Row("/v1/exports/{export}/receipt", 200, "export"),
    "receive_export": Row(
        "/v1/exports/{export}/receipt",
        200,
        "export",
        body=lambda x, _: {"receipt": x.ids["receipt"]},
    ),
    "list_profiles": Row("/v1/profiles", 200, own=True),
    "read_profile": Row("/v1/profiles/{profile}", 200, "profile"),
    "save_profile": Row("/v1/profiles/autre", 200, body=lambda *_: profile(), own=True),
    # the address is registered already, so it is not called again
    "register_webhook": Row("/v1/webhooks", 201, body=lambda *_: {"url": HOOK}, own=True),
    "list_webhooks": Row("/v1/webhooks", 200, own=True),
    "read_webhook": Row("/v1/webhooks/{webhook}", 200, "webhook"),
    "rotate_webhook_key": Row("/v1/webhooks/{webhook}/rotate", 200, "webhook"),
    "test_webhook": Row("/v1/webhooks/{webhook}/test", 202, "webhook"),
    "list_webhook_deliveries": Row("/v1/webhooks/{webhook}/deliveries", 200, "webhook"),
    "remove_webhook": Row("/v1/webhooks/{webhook}", 204, "webhook"),
    "list_alerts": Row("/v1/alerts", 200, own=True),
    "read_alert": Row("/v1/alerts/{alert}", 200, "alert"),
    "judge_alert": Row(
        "/v1/alerts/{alert}/verdict", 200, "alert", body=lambda *_: {"verdict": "acknowledged"}
    ),
    "make_alert_ticket": Row("/v1/alerts/{alert}/ticket", 200, "alert"),
    "create_contract": Row(
        "/v1/contracts",
        201,
        body=lambda x, _: contracting.request(x.owner.organisation, x.partner.organisation),
        own=True,
    ),
    "list_contracts": Row("/v1/contracts", 200, own=True),
    "read_contract": Row("/v1/contracts/{contract}", 200, "contract"),
    "sign_contract": Row(
        "/v1/contracts/{contract}/sign", 200, "contract", body=lambda *_: {"signature": "x" * 20}
    ),
    "create_statement": Row(
        "/v1/contracts/{contract}/statements",
        201,
        "contract",
        body=lambda *_: contracting.STATEMENT,
    ),
    "list_budget_lines": Row("/v1/budget/lines", 200, own=True),
    "replace_budget_lines": Row(
        "/v1/budget/lines", 200, body=lambda *_: {"lines": [BUDGET_LINE]}, own=True
    ),
    "read_budget_actual": Row("/v1/budget/actual?year=2026", 200, own=True),
    "forecast_budget": Row("/v1/budget/forecast?year=2027", 200, own=True),
    "read_budget_sheet": Row("/v1/budget/sheet?year=2027&form=csv", 200, own=True),
    "create_campaign": Row("/v1/campaigns", 201, body=lambda *_: maintaining.campaign(), own=True),
    "list_campaigns": Row("/v1/campaigns", 200, own=True),
    "read_campaign": Row("/v1/campaigns/{campaign}", 200, "campaign"),
    "change_campaign": Row(
        "/v1/campaigns/{campaign}", 200, "campaign", body=lambda *_: maintaining.campaign()
    ),
    "invite_bodies": Row(
        "/v1/campaigns/{campaign}/bodies",
        200,
        "campaign",
        body=lambda x, _: {"bodies": [x.owner.organisation]},
    ),
    "read_campaign_progress": Row("/v1/campaigns/{season}/progress", 200, "season"),
    "act_on_campaign": Row("/v1/campaigns/{ending}/close", 200, "ending", body=lambda *_: {}),
    "read_campaign_inputs": Row("/v1/campaigns/{season}/inputs", 200, "season"),
    "keep_campaign_plan": Row(
        "/v1/campaigns/{season}/plans",
        201,
        "season",
        body=lambda x, _: json.loads(x.ids["year_request"]),
    ),
    "list_campaign_plans": Row("/v1/campaigns/{season}/plans", 200, "season"),
    "read_campaign_plan": Row("/v1/campaigns/{season}/plans/{year}", 200, "season"),
    "read_campaign_problem": Row("/v1/campaigns/{season}/plans/{year}/problem", 200, "season"),
    "list_campaign_parts": Row("/v1/campaigns/{season}/plans/{year}/parts", 200, "season"),
    "read_campaign_part": Row("/v1/campaigns/{season}/plans/{year}/part", 200, "season"),
    "answer_campaign_part": Row(
        "/v1/campaigns/{season}/plans/{year}/answer",
        200,
        "season",
        body=lambda x, _: {"answer": "accept", "part_sha256": x.ids["year_part"]},
    ),
    "withdraw_campaign_answer": Row(
        "/v1/campaigns/{season}/plans/{year}/answer/withdraw", 200, "season"
    ),
    "keep_rounds": Row(
        "/v1/campaigns/{works}/rounds",
        201,
        "works",
        body=lambda x, _: json.loads(x.ids["tour_request"]),
    ),
    "list_rounds": Row("/v1/campaigns/{works}/rounds", 200, "works"),
    "read_rounds": Row("/v1/campaigns/{works}/rounds/{tour}", 200, "works"),
    "read_rounds_part": Row("/v1/campaigns/{works}/rounds/{tour}/part", 200, "works"),
    "create_lighting_study": Row(
        "/v1/lighting-studies", 201, body=lambda *_: lighting.record(), own=True
    ),
    "list_lighting_studies": Row("/v1/lighting-studies", 200, own=True),
    "read_lighting_study": Row("/v1/lighting-studies/{lighting}", 200, "lighting"),
    "change_lighting_study": Row(
        "/v1/lighting-studies/{lighting}", 200, "lighting", body=lambda *_: lighting.record()
    ),
    "invite_lighting_bodies": Row(
        "/v1/lighting-studies/{lighting}/bodies",
        200,
        "lighting",
        body=lambda x, _: {"bodies": [x.owner.organisation]},
    ),
    "act_on_lighting_study": Row(
        "/v1/lighting-studies/{dusk}/close", 200, "dusk", body=lambda *_: {}
    ),
    "read_lighting_inputs": Row("/v1/lighting-studies/{glow}/inputs", 200, "glow"),
    "publish_lighting_options": Row(
        "/v1/lighting-studies/{lighting}/options",
        201,
        "lighting",
        body=lambda *_: lighting.options(),
    ),
    "list_lighting_options": Row("/v1/lighting-studies/{glow}/options", 200, "glow"),
    "read_lighting_options": Row("/v1/lighting-studies/{glow}/options/{options}", 200, "glow"),
    "keep_lighting_comparison": Row(
        "/v1/lighting-studies/{glow}/comparisons",
        201,
        "glow",
        body=lambda x, _: json.loads(x.ids["effects_request"]),
    ),
    "list_lighting_comparisons": Row("/v1/lighting-studies/{glow}/comparisons", 200, "glow"),
    "read_lighting_comparison": Row(_EFFECTS, 200, "glow"),
    "read_lighting_problem": Row(f"{_EFFECTS}/problem", 200, "glow"),
    "list_lighting_parts": Row(f"{_EFFECTS}/parts", 200, "glow"),
    "read_lighting_part": Row(f"{_EFFECTS}/part", 200, "glow"),
    "give_lighting_voice": Row(
        f"{_EFFECTS}/voice",
        200,
        "glow",
        body=lambda x, _: {"part_sha256": x.ids["effects_part"], "groups": [lighting.council()]},
    ),
    "withdraw_lighting_voice": Row(f"{_EFFECTS}/voice/withdraw", 200, "glow"),
    "read_lighting_voice": Row(f"{_WEIGHED}/voice", 200, "verdict"),
    "read_lighting_voices": Row(f"{_WEIGHED}/voices", 200, "verdict"),
    "keep_lighting_weighing": Row(
        f"{_WEIGHED}/weighing",
        200,
        "verdict",
        body=lambda x, _: json.loads(x.ids["weighing_request"]),
    ),
    "read_lighting_weighing": Row(f"{_WEIGHED}/weighing", 200, "verdict"),
    "answer_lighting_part": Row(
        f"{_WEIGHED}/answer",
        200,
        "verdict",
        body=lambda x, _: {
            "answer": "accept",
            "scenario": "s2",
            "part_sha256": x.ids["weighed_part"],
        },
    ),
    "withdraw_lighting_answer": Row(f"{_WEIGHED}/answer/withdraw", 200, "verdict"),
    "publish_consultation": Row(
        "/v1/lighting-studies/{lighting}/consultations",
        201,
        "lighting",
        body=lambda *_: lighting.consulted(),
    ),
    "list_consultations": Row("/v1/lighting-studies/{glow}/consultations", 200, "glow"),
    "read_consultation": Row("/v1/lighting-studies/{glow}/consultations/{poll}", 200, "glow"),
    "create_purchase": Row("/v1/purchases", 201, body=lambda *_: buying.purchase(), own=True),
    "list_purchases": Row("/v1/purchases", 200, own=True),
    "read_purchase": Row("/v1/purchases/{purchase}", 200, "purchase"),
    "change_purchase": Row(
        "/v1/purchases/{purchase}", 200, "purchase", body=lambda *_: buying.purchase()
    ),
    "invite_members": Row(
        "/v1/purchases/{purchase}/members",
        200,
        "purchase",
        body=lambda x, _: {"members": [x.owner.organisation]},
    ),
    "act_on_purchase": Row("/v1/purchases/{stage}/close_survey", 200, "stage", body=lambda *_: {}),
    "publish_needs": Row(
        "/v1/purchases/{purchase}/needs", 200, "purchase", body=lambda x, _: buying.needs(x.owner)
    ),
    "read_needs": Row(
        "/v1/purchases/{group}/needs?agreement={agreement}", 200, "group", shared=True
    ),
    "withdraw_needs": Row("/v1/purchases/{stage}/needs/withdraw", 200, "stage"),
    "save_offers": Row(
        "/v1/purchases/{purchase}/offers", 200, "purchase", body=lambda *_: buying.offers()
    ),
    "read_offers": Row("/v1/purchases/{purchase}/offers", 200, "purchase"),
    "save_market": Row(
        "/v1/purchases/{purchase}/market", 200, "purchase", body=lambda x, _: buying.market(x.owner)
    ),
    "read_market": Row("/v1/purchases/{purchase}/market", 200, "purchase"),
    "save_forward": Row(
        "/v1/purchases/{purchase}/forward", 200, "purchase", body=lambda *_: buying.forward()
    ),
    "read_forward": Row("/v1/purchases/{purchase}/forward", 200, "purchase"),
    "read_purchase_inputs": Row("/v1/purchases/{tender}/inputs", 200, "tender"),
    "keep_plan": Row(
        "/v1/purchases/{tender}/plans",
        201,
        "tender",
        body=lambda x, _: json.loads(x.ids["plan_request"]),
    ),
    "list_plans": Row("/v1/purchases/{tender}/plans", 200, "tender"),
    "read_plan": Row("/v1/purchases/{tender}/plans/{plan}", 200, "tender"),
    "read_plan_inputs": Row("/v1/purchases/{tender}/plans/{plan}/inputs", 200, "tender"),
    "list_parts": Row("/v1/purchases/{tender}/plans/{plan}/parts", 200, "tender"),
    "read_part": Row("/v1/purchases/{tender}/plans/{plan}/part", 200, "tender"),
    "answer_part": Row(
        "/v1/purchases/{tender}/plans/{plan}/answer",
        200,
        "tender",
        body=lambda x, _: {"answer": "accept", "part_sha256": x.ids["part"]},
    ),
    "withdraw_answer": Row("/v1/purchases/{tender}/plans/{plan}/answer/withdraw", 200, "tender"),
    "follow_changes": _under("changes"),
    "undo_deposit": Row("/v1/deposits/{batch}/undo?dry_run=true", 200, "batch"),
    "list_freshness": _under("freshness"),
    "list_accesses": Row("/v1/audit/accesses", 200, own=True),
    "read_record": Row("/v1/audit/records/{record}", 200, "record"),
    "read_years": Row("/v1/years?supply_point={supply_point}", 200, "supply_point"),
    "list_records": Row("/v1/records/register_reading", 200, own=True),
    "deposit_file": Row(
        "/v1/deposits?name=a.csv&dry_run=true",
        201,
        body=lambda *_: written([half_hours(date(2026, 6, 10))], "curves-csv"),
        own=True,
        media_type="application/octet-stream",
    ),
}


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Operation → method, path of *document*, scope; of those that ask for a token."""
    found = {}
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            for scheme in operation["security"]:
                (scope,) = scheme["dpop"]
                found[operation["operationId"]] = (verb.upper(), path, scope)
    return found


OPERATIONS = operations(DOCUMENT)
ALIKE = sorted(
    {
        (method, "{" in path): name
        for name, (method, path, _) in sorted(OPERATIONS.items(), reverse=True)
    }.values()
)
"""An operation of each method, of a thing and of a list: what the guard does before any of them is
the same for all."""
ON_SQLITE = pytest.mark.parametrize("furnishing", ["sqlite"], indirect=True, scope="module")
"""What an engine has no part in, or the same part whichever the route is."""


def knowing(parameter: str) -> set[str]:
    """The operations whose address knows *parameter*, as the document tells."""
    return {
        operation["operationId"]
        for verbs in DOCUMENT["paths"].values()
        for operation in verbs.values()
        for one in operation.get("parameters", ())
        if one["in"] == "query" and one["name"] == parameter and operation["security"]
    }


@dataclass(frozen=True)
class Case:
    """One operation, ready to be called by anyone, rightly or not."""

    furnished: Furnished
    row: Row
    method: str
    scope: str

    @property
    def right(self) -> Member:
        """Who may call it: the owner, or the recipient of the agreement that a list names."""
        under = "agreement={" in self.row.path
        return self.furnished.partner if under else self.furnished.owner

    @property
    def under(self) -> str:
        """The noun of the agreement that opens it: one on curves, or one on sums."""
        return "sums" if "={sums}" in self.row.path else "agreement"

    def path(self, ids: dict[str, str] | None = None) -> str:
        return self.row.path.format(**(ids or self.furnished.ids))

    def body(self, ids: dict[str, str] | None = None) -> Any:
        make = self.row.body
        return None if make is None else make(self.furnished, ids or self.furnished.ids)

    def call(
        self,
        member: Member,
        ids: dict[str, str] | None = None,
        *,
        query: str = "",
        headers: dict[str, str] | None = None,
        **how: Any,
    ) -> httpx2.Response:
        """The operation, called by *member* on *ids*, or on the owner's things."""
        path = self.path(ids)
        path += f"{'&' if '?' in path else '?'}{query}" if query else ""
        kind = {"Content-Type": self.row.media_type} if self.row.media_type else {}
        return member.call(self.method, path, self.body(ids), headers=kind | (headers or {}), **how)

    def resume(self) -> None:
        """Put back what a right call has suspended or removed."""
        if self.method == "DELETE":
            webhook(self.right)
        if self.row.path.endswith("/suspend"):
            answer = self.right.act(self.furnished.ids["agreement"], "resume")
            assert answer.status_code == 200, answer.text


def case_of(operation: str, furnished: Furnished) -> Case:
    """The case of *operation*; a route that nobody has put in the table fails here."""
    method, _, scope = OPERATIONS[operation]
    assert operation in ROWS, f"{operation} has no row in tests/access/routes.py"
    return Case(furnished, ROWS[operation], method, scope)


def rows(wanted: Callable[[Row], bool]) -> list[str]:
    """The operations whose row is *wanted*."""
    return sorted(name for name, row in ROWS.items() if wanted(row))


def inventory(furnished: Furnished) -> list[Any]:
    """What the owner has, as it reads it itself."""
    nouns = (
        "sites",
        "supply-points",
        "series",
        "cabinets",
        "light-points",
        "batches",
        "profiles",
        "exports",
        "purchases",
        "campaigns",
        "lighting-studies",
        "alerts",
        "contracts",
        "budget/lines",
    )
    owned = [furnished.owner.every(f"/v1/{noun}") for noun in nouns]
    agreements = furnished.owner.every("/v1/agreements")
    return [*owned, [agreement["id"] for agreement in agreements]]
