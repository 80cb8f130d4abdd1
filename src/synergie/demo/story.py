"""The main job from end to end, with real components: files, server, agreements, plans, report."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from synergie.client import Client
from synergie.demo import plans, reading, refusals
from synergie.demo.accords import sign_all
from synergie.demo.contracting import play_contract, write_statement
from synergie.demo.folder import Folder, recreate_folder
from synergie.demo.handover import handed_over
from synergie.demo.house import running
from synergie.demo.options import Options
from synergie.demo.outcome import Outcome
from synergie.demo.partners import Partner, enrol_partners
from synergie.demo.report import render_demo_report
from synergie.demo.screen import Screen
from synergie.demo.sending import Sender, SentDeposit
from synergie.demo.watching import follow_alerts
from synergie.samples import ENERGY, EPCI, LIGHTING, Territory, territory
from synergie.schemas.trust.agreement import Agreement

type Catalogue = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Three organisations in front of one server."""

    folder: Folder
    whole: Territory
    partners: Mapping[str, Partner]
    clients: Mapping[str, Client]
    screen: Screen
    translate: Catalogue
    """Gives the French of refusals and of the plans' sentences."""
    began: float
    """When the demonstration began, on the monotonic clock, s."""

    def play(self, *, now: datetime) -> Outcome:
        """Deposits, agreements, a contract, a refusal, a handover, both plans, and the report."""
        sent = self._deposits()
        self.screen.step("Accords : rédaction et signatures")
        signed = sign_all(self.clients, now=now)
        self.screen.step("Lecture sous les accords")
        points = reading.purchase_points(self.clients[ENERGY], signed)
        park = reading.park(self.clients[LIGHTING], signed)
        self.screen.step("Contrat de performance : référence, relevé, signatures")
        contracted = play_contract(self.clients, self.partners, self.whole, signed, now=now)
        write_statement(contracted, self.folder.statement)
        self.screen.step("Un refus, une révocation")
        watched = signed["monitoring"]
        days, refusal = refusals.too_fine(self.clients[LIGHTING], watched, self.translate)
        revocation = refusals.refuse_after_revocation(
            self.clients[EPCI], self.clients[LIGHTING], watched, self.translate
        )
        self.screen.step("Une remise signée, vérifiée hors ligne")
        handover = handed_over(
            self.clients[LIGHTING], signed["maintenance-epci"], self.folder.handover
        )
        self.screen.step("Alertes de l'éclairage : ticket, tournée, compte rendu")
        watched_lamps = follow_alerts(self.clients[LIGHTING], self.partners[LIGHTING], self.whole)
        self.screen.step("Plan d'achat groupé")
        purchase_problem, purchase = plans.purchase_plan(points)
        certified = plans.write_certified_purchase(purchase_problem, purchase, self.folder.purchase)
        self.screen.step("Plan d'entretien commun")
        maintenance_problem, maintenance = plans.maintenance_plan(park)
        outcome = Outcome(
            whole=self.whole,
            sent=sent,
            series={name: tuple(client.series()) for name, client in self.clients.items()},
            agreements=self._as_they_stand(signed),
            days_read=days,
            refusal=refusal,
            revocation=revocation,
            handover=handover,
            lamps=watched_lamps,
            contract=contracted,
            statement=self.folder.statement,
            points=tuple(points),
            park=park,
            purchase_problem=purchase_problem,
            purchase=purchase,
            certified=certified,
            purchase_folder=self.folder.purchase,
            maintenance_problem=maintenance_problem,
            maintenance=maintenance,
            made_at=now,
            report=self.folder.report,
            seconds=time.monotonic() - self.began,
        )
        self.folder.report.write_text(render_demo_report(outcome, self.translate), "utf-8")
        return outcome

    def _deposits(self) -> tuple[SentDeposit, ...]:
        """What each organisation sends, one after the other."""
        sent: list[SentDeposit] = []
        for name, partner in self.partners.items():
            self.screen.step(f"Dépôts : {partner.organisation.name}")
            sent += Sender(partner, self.clients[name], self.whole, self.screen).send()
        return tuple(sent)

    def _as_they_stand(self, signed: Mapping[str, Agreement]) -> tuple[Agreement, ...]:
        return tuple(
            self.clients[agreement.terms.owner].agreement(agreement.id)
            for agreement in signed.values()
        )


@contextmanager
def play_story(
    options: Options, *, screen: Screen, translate: Catalogue, now: datetime
) -> Iterator[tuple[Outcome, str, Mapping[str, Partner]]]:
    """What happened, the address of the server, and its partners; the server is up until the end.

    *now* dates what is registered and signed.
    """
    began = time.monotonic()
    folder = recreate_folder(options.folder)
    screen.step("Territoire : tirage des données synthétiques")
    whole = territory(seed=options.seed, fast=options.fast)
    partners = enrol_partners(folder, whole, now=now)
    screen.step("Serveur : démarrage")
    with running(folder) as url, ExitStack() as stack:
        scene = Scene(
            folder=folder,
            whole=whole,
            partners=partners,
            clients={name: stack.enter_context(p.client(url)) for name, p in partners.items()},
            screen=screen,
            translate=translate,
            began=began,
        )
        yield scene.play(now=now), url, partners
