"""The clock of D-Sure's monthly mail. Found by procrastinate under this name (PROCRASTINATE_AUTODISCOVER_MODULE_NAME)."""

from django.utils import timezone
from procrastinate.contrib.django import app

from dsure import digesting


@app.periodic(cron="5 * * * *")
@app.task(name="dsure.tell_digest", queueing_lock="dsure.tell_digest")
def tell_digest(timestamp: int) -> None:
    """Every hour of the working day: whoever is due is told. Most days nobody is; a day on which the worker stood still is made up for."""
    now = timezone.localtime()
    if 8 <= now.hour < 18:
        digesting.tell_all(now.date())
