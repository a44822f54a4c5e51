"""Planted breaches and near misses, one module a family of harms.

Takes: a stage on which ordinary life has been played.
Gives: drafts of events with the incidents they belong to.
Keeps: nothing.
Never: looks at a rule; what is written here is what a person who does such a thing would write.
"""

from __future__ import annotations

from ombud.town.breaches.crowd import plant_crowds
from ombud.town.breaches.identity import plant_impersonation
from ombud.town.breaches.mobs import plant_mobs
from ombud.town.breaches.money import plant_payments
from ombud.town.breaches.plan import PLANS, plant_plan
from ombud.town.stage import Stage


def plant_all(stage: Stage) -> None:
    """Plant every harm in both languages."""
    for plan in PLANS:
        plant_plan(stage, plan)
    plant_impersonation(stage)
    plant_payments(stage)
    plant_crowds(stage)
    plant_mobs(stage)
