"""Offers of a tender: from the rows of price schedules to offers, lots, a problem, a comparison.

Nothing here needs a solver; the award is `synergie.purchase.plan.award`.
"""
