"""The routers of the core's pages and of those that applications declare."""

from fastapi import APIRouter

from synergie.applications import load_declared
from synergie.server.pages import _static, home, need, plans, sandbox
from synergie.server.pages.assets import carte, sites
from synergie.server.pages.publication import catalogue, embeds, open_files, public, publications
from synergie.server.pages.readings import deposit, digest, weekly_mail
from synergie.server.pages.trust import (
    accessibilite,
    agreement_drafting,
    agreement_keys,
    agreement_signing,
    agreements,
    comptes,
    entrer,
    journal,
    seances,
    vues,
)


def page_routers() -> tuple[APIRouter, ...]:
    """The routers of all pages, in the order in which their paths are tried."""
    return (
        _static.router,
        entrer.router,
        seances.router,
        vues.router,
        comptes.router,
        accessibilite.router,
        home.router,
        digest.router,
        weekly_mail.router,
        sites.router,
        deposit.router,
        carte.router,
        journal.router,
        agreement_keys.router,
        agreement_drafting.router,
        agreements.router,
        agreement_signing.router,
        need.router,
        catalogue.router,
        plans.router,
        *load_declared("pages"),
        public.router,
        open_files.router,
        embeds.router,
        publications.router,
        sandbox.router,
    )
