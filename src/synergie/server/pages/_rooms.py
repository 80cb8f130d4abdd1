"""The routers of the core's pages and of those that applications declare."""

from fastapi import APIRouter

from synergie.applications import load_declared
from synergie.server.pages import (
    _static,
    accessibilite,
    agreement_drafting,
    agreement_keys,
    agreement_signing,
    agreements,
    carte,
    catalogue,
    comptes,
    deposit,
    digest,
    entrer,
    home,
    journal,
    need,
    open_files,
    plans,
    public,
    publications,
    sandbox,
    seances,
    sites,
)


def page_routers() -> tuple[APIRouter, ...]:
    """The routers of all pages, in the order in which their paths are tried."""
    return (
        _static.router,
        entrer.router,
        seances.router,
        comptes.router,
        accessibilite.router,
        home.router,
        digest.router,
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
        publications.router,
        sandbox.router,
    )
