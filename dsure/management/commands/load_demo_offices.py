"""Load D-Sure's part of the demo world: the organisations, their officers, and the operator. Called by `load_demo`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from dsure import connecting
from dsure.models import Client, Department, Obligee, Officer, Operator, Scope
from netdesk.models import User

ORGANISATIONS = {
    "05214": ("にかほ市", "総務課"),
    "12217": ("柏市", "契約課"),
    "12423": ("長生村", "総務課"),
    "14203": ("平塚市", "契約検査課"),
    "20217": ("佐久市", "契約課"),
}
WORKS_SECTION = "道路整備課"  # of 平塚市: to whom 契約検査課 hands a guarantee on
OFFICERS = {"officer": ("14203", False), "officer-admin": ("14203", True), "rival-officer": ("12217", False)}


class Command(BaseCommand):
    help = "Load the organisations and officers of the demo world (demo mode only). Run again, it changes nothing."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The demo world is for DEMO_MODE=true only.")
        departments = {}
        for code, (name, department) in ORGANISATIONS.items():
            obligee, _ = Obligee.objects.get_or_create(code=code, defaults={"name": name})
            departments[code], _ = Department.objects.get_or_create(obligee=obligee, name=department)
        Department.objects.get_or_create(obligee=departments["14203"].obligee, name=WORKS_SECTION)
        for username, (code, is_administrator) in OFFICERS.items():
            Officer.objects.get_or_create(
                user=User.objects.get(username=username),
                defaults={
                    "obligee": departments[code].obligee,
                    "department": departments[code],
                    "is_administrator": is_administrator,
                },
            )
        Operator.objects.get_or_create(user=User.objects.get(username="operator"))
        self._connect(Officer.objects.select_related("user", "obligee").get(user__username="officer-admin"))

    def _connect(self, administrator: Officer) -> None:
        """A token that nobody has (its text is thrown away), and a webhook that is stopped, so that no demo calls anybody."""
        if not Client.objects.filter(obligee=administrator.obligee).exists():
            connecting.make(name="電子契約システム", scopes=Scope.values, ends_on=None, by=administrator)
            webhook, _ = connecting.add(url="https://hooks.example.jp/d-sure", by=administrator)
            connecting.stop(webhook=webhook, by=administrator)
