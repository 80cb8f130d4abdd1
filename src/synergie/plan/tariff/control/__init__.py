"""The rules that invoices are looked at with; `plan.tariff.invoice` runs them."""
