"""What stands beside a request: the other guarantees of its job, duplicates, a joint venture's partners, and their sum."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import BigIntegerField, OuterRef, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from guarantees.check import Check, Mention
from guarantees.models import Application, Certificate, RequestedGuarantee
from guarantees.terms import Product
from netdesk.formats import yen

MOST_MENTIONED = 10
MOST_COMPARED = 50  # applications of one job
YEARS_LOOKED_BACK = 2  # for the same obligee and amount: an older equal amount is another job
NO_ADVANCE = (
    "この工事に、前払金保証の申込も契約もありません。契約保証は、前払金が予定されている工事が対象です。"
    "契約書などで前払金の予定を確認してください。"
)


def checks(requested: RequestedGuarantee) -> list[Check]:
    """Each check that looks at other requests. Four queries."""
    job = _job(requested)
    own = [one for one in job if one.contractor_id == requested.contractor_id]
    others = [one for one in job if one.contractor_id != requested.contractor_id]
    is_performance = requested.product == Product.PERFORMANCE
    return [
        _guarantees_of_job(own),
        *([_advance_planned(own)] if is_performance else []),
        _duplicates(requested, own),
        *([_venture(requested, others)] if requested.application.jv_name or others else []),
        *([_sum(requested, own)] if requested.product != Product.RESERVATION else []),
    ]


def _job(requested: RequestedGuarantee) -> list[RequestedGuarantee]:
    """Everything else that stands for this job, of any contractor: by the job's row, or by obligee and 工事名."""
    application = requested.application
    named = Q(work_name=application.work_name, **_obligee_of(application))
    found = Application.objects.filter(Q(work=application.work) | named, submitted_at__isnull=False).order_by("-pk")
    keys = list(found.values_list("pk", flat=True)[:MOST_COMPARED])  # first, by the indexes of job and 工事名
    in_force = Certificate.objects.in_force().filter(guarantee=OuterRef("guarantee"))
    agreed = Subquery(in_force.values_list(Cast(KeyTextTransform("guaranteed_amount", "facts"), BigIntegerField()))[:1])
    rows = RequestedGuarantee.objects.standing().filter(application__in=keys).exclude(pk=requested.pk)
    return list(
        rows.with_application()
        .annotate(amount_now=Coalesce(agreed, Cast("guaranteed_amount", BigIntegerField())))
        .order_by("pk")
    )


def _obligee_of(application: Application) -> dict:
    return {"obligee": application.obligee, "typed_obligee": application.typed_obligee}


def _guarantees_of_job(own: list[RequestedGuarantee]) -> Check:
    said = f"この保証のほかに{len(own)}件あります。" if own else "この保証のほかにはありません。"
    return Check("この工事の保証", True, said, _mentions(own))


def _advance_planned(own: list[RequestedGuarantee]) -> Check:
    """契約保証 is a rider of the advance payment's guarantee (domain.md 38)."""
    advances = [one for one in own if one.product == Product.ADVANCE]
    said = "同じ工事に前払金保証があります。" if advances else NO_ADVANCE
    return Check("前払金の予定", bool(advances), said, _mentions(advances))


def _duplicates(requested: RequestedGuarantee, own: list[RequestedGuarantee]) -> Check:
    same_job = [one for one in own if one.product == requested.product]
    same_amount = [one for one in _of_same_amount(requested) if one.pk not in {other.pk for other in own}]
    if not same_job and not same_amount:
        return Check("重複", True, "同じ工事、または同じ発注者・金額の申込はありません。")
    found = [*(["同じ工事の申込"] if same_job else []), *(["同じ発注者・金額の申込"] if same_amount else [])]
    return Check("重複", False, f"{'と、'.join(found)}があります。", _mentions([*same_job, *same_amount]))


def _of_same_amount(requested: RequestedGuarantee) -> list[RequestedGuarantee]:
    application = requested.application
    obligee = {f"application__{name}": value for name, value in _obligee_of(application).items()}
    since = timezone.localdate() - timedelta(days=365 * YEARS_LOOKED_BACK)
    rows = RequestedGuarantee.objects.standing().drafted_within(since, None).exclude(application=application)
    equal = {name: getattr(requested, name) for name in ("contractor", "product", "guaranteed_amount")}
    found = rows.filter(application__submitted_at__isnull=False, **equal, **obligee)
    keys = list(found.newest_first().values_list("pk", flat=True)[:MOST_MENTIONED])  # along the contractor's index
    return list(RequestedGuarantee.objects.filter(pk__in=keys).with_application().newest_first())


def _venture(requested: RequestedGuarantee, others: list[RequestedGuarantee]) -> Check:
    """A joint venture's guarantee is asked for once, by its representative (seed 000:210)."""
    application, subject = requested.application, "JV・ほかの会社との競合"
    if others:
        names = "、".join(sorted({one.application.contractor.name for one in others}))
        said = (
            f"同じ発注者・工事名の申込が、別の会社（{names}）からもあります。JVの代表者からの申込か確認してください。"
        )
        return Check(subject, False, said, _mentions(others))
    if application.jv_representative:
        return Check(subject, False, f"申込者はJVの代表者（{application.jv_representative}）ではありません。")
    return Check(subject, True, "申込者はJVの代表者です。ほかの構成員からの申込はありません。")


def _sum(requested: RequestedGuarantee, own: list[RequestedGuarantee]) -> Check:
    """Together the guarantees of one job stay within its price; a reservation becomes another guarantee and is not counted."""
    price = requested.application.contract_price
    counted = [one.amount_now for one in own if one.product != Product.RESERVATION]  # type: ignore[attr-defined]
    together = requested.guaranteed_amount + sum(counted)
    said = f"{len(counted) + 1}件の保証金額の合計 {yen(together)}、請負金額 {yen(price)}"
    return Check("保証金額の合計", together <= price, said)


def _mentions(rows: Iterable[RequestedGuarantee]) -> tuple[Mention, ...]:
    named = {}
    for one in rows:
        application = one.application
        number = f"　{one.guarantee.number}" if one.guarantee else ""
        label = f"{one.product_short}{number}（受付番号 {application.receipt_number}、{one.procedure.label}）"
        named[one.pk] = Mention(label, application.public_id, application.branch_id, application.branch.name)
    return tuple(list(named.values())[:MOST_MENTIONED])
