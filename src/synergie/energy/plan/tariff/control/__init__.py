"""The rules that invoices are looked at with; `energy.plan.tariff.invoice` runs them."""
