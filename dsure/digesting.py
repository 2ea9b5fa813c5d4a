"""The monthly mail about what an organisation's guarantees need: counts alone, to those officers who want it (issue 5.9)."""

from datetime import date, datetime, time
from itertools import groupby

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from dsure import foreseeing
from dsure.models import DigestWish, Obligee, Officer
from netdesk import mailing
from netdesk.acting import Refusal
from netdesk.business_days import DAY, next_business_day

SUBJECT = "【D-Sure】今月の保証の確認事項"


class NoAddress(Refusal):
    """Nobody knows where to send it."""

    sentence = "メールアドレスが登録されていないため、お知らせを送信できません。先にメールアドレスを登録してください。"


@transaction.atomic
def want(*, by: Officer) -> None:
    """The officer gets the mail from the next month's first business day on. Raises NoAddress."""
    if not by.user.email:
        raise NoAddress
    DigestWish.objects.get_or_create(officer=by, defaults={"wished_at": timezone.now(), "wished_by": by.user})


@transaction.atomic
def want_no_more(*, by: Officer) -> None:
    """The officer gets no more of them."""
    DigestWish.objects.filter(officer=by).delete()


@transaction.atomic
def tell_all(today: date) -> int:
    """On the first business day of a month or later, each officer who wanted it before that day has this month's mail, once.

    Gives how many were queued. Those who may not sign in any more get none.
    """
    month = today.replace(day=1)
    first = next_business_day(month - DAY)
    if today < first:
        return 0
    wishes = DigestWish.objects.select_for_update(of=("self",)).exclude(told_for=month)
    wishes = wishes.filter(
        wished_at__lt=timezone.make_aware(datetime.combine(first, time())), officer__user__is_active=True
    )
    due = wishes.select_related("officer__user", "officer__obligee", "officer__department").order_by(
        "officer__obligee_id", "pk"
    )
    told = 0
    for obligee, group in groupby(due, key=lambda wish: wish.officer.obligee):
        told += _tell(obligee, list(group), today)
    return told


def _tell(obligee: Obligee, wishes: list[DigestWish], today: date) -> int:
    """One count for the organisation, one mail for each officer who has an address."""
    counted = foreseeing.counts(obligee, today)
    officers = [wish.officer for wish in wishes if wish.officer.user.email]
    bodies = [
        render_to_string("mails/dsure/digest.txt", {"officer": officer, "counted": counted, "month": today.month})
        for officer in officers
    ]
    mailing.queue_all(to=[officer.user.email for officer in officers], subject=SUBJECT, bodies=bodies)
    DigestWish.objects.filter(pk__in=[wish.pk for wish in wishes]).update(told_for=today.replace(day=1))
    return len(officers)
