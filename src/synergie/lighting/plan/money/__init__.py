"""What a scenario costs: works, bills after the re-fit, upkeep, year by year, body by body."""

from synergie.lighting.plan.money._found import money_of
from synergie.lighting.plan.money._money import BodyMoney, CommuneMoney, Money

__all__ = ["BodyMoney", "CommuneMoney", "Money", "money_of"]
