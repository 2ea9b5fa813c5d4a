"""Conditions that the rows of several tables keep."""

from django.db import models
from django.db.models import Q

from guarantees.terms import Delivery


def paired(at: str, by: str) -> Q:
    """An act has a time and a person, or neither."""
    return Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


def delivered_one_way() -> Q:
    """Papers come by post with a day and an address, or are fetched at a day and an hour, or there are none."""
    day_of_post, day_of_visit = Q(wanted_on__isnull=False), Q(visits_on__isnull=False, visit_hour__isnull=False)
    no_post = Q(wanted_on__isnull=True, ship_to_name="", ship_to_postal_code="", ship_to_address="")
    no_visit = Q(visits_on__isnull=True, visit_hour__isnull=True)
    shipped = ~Q(ship_to_name="") & ~Q(ship_to_postal_code="") & ~Q(ship_to_address="")
    return (
        Q(delivery="") & no_post & no_visit
        | Q(delivery=Delivery.POST) & day_of_post & shipped & no_visit
        | Q(delivery=Delivery.COUNTER) & day_of_visit & no_post
    )


def known(field: str, choices: type[models.TextChoices], table: str) -> models.CheckConstraint:
    """The column holds a word of this list and no other."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=f"{table}_{field}_is_known")
