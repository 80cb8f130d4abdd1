"""Pages for people: one room a page, one frame, one door."""

from fastapi import APIRouter

from synergie.server.pages import (
    _static,
    accessibilite,
    agreement_drafting,
    agreement_keys,
    agreement_signing,
    agreements,
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
    scenarios,
    seances,
)
from synergie.server.pages._errors import refusal

__all__ = ["page_routers", "refusal"]


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
        deposit.router,
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
    )
