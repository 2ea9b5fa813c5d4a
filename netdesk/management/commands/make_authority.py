"""Makes the test authority and the seals that documents carry; run once at set-up, does nothing when run again."""

from django.conf import settings
from django.core.management.base import BaseCommand

from netdesk import sealing


class Command(BaseCommand):
    help = "Make the test authority and the two seals in SEAL_FOLDER, unless they are there already."

    def handle(self, *args: object, **options: object) -> None:
        sealing.make_authority(settings.SEAL_FOLDER)
        self.stdout.write(f"Seals are in {settings.SEAL_FOLDER}.")
