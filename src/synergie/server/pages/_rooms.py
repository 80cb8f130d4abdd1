"""Every room: add a page's router here."""

from fastapi import APIRouter

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
    scenarios,
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
        scenarios.router,
        public.router,
        open_files.router,
        publications.router,
        sandbox.router,
    )
