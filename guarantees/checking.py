"""The checks of a review, each done on exact integers and said in words: ○ or 要確認, and why."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from guarantees import facts
from guarantees.models import Endorsement, ObligeeTerms, RequestedGuarantee
from guarantees.terms import Medium, Product
from netdesk.formats import both_calendars, percent, wareki, yen


@dataclass(frozen=True)
class Check:
    """One question that a review asks."""

    subject: str
    is_fine: bool
    why: str


def checks(requested: RequestedGuarantee) -> list[Check]:
    """Every check of this requested guarantee, in the order of the page."""
    terms = _terms(requested)
    return [
        *([_medium(requested)] if requested.medium == Medium.ELECTRONIC else []),
        _ratio(requested.product, requested.guaranteed_amount, requested.ratio_base, terms),
        _period(requested),
        _obligee(requested),
    ]


def _terms(requested: RequestedGuarantee) -> ObligeeTerms:
    """The obligee's own percentages, or the usual ones where it has none."""
    application = requested.application
    row = ObligeeTerms.objects.filter(obligee=application.obligee, work_kind=application.work_kind).first()
    return row or ObligeeTerms()


def _medium(requested: RequestedGuarantee) -> Check:
    failed = facts.failed_terms(requested.application)
    return Check("電子保証の利用条件", not failed, "".join(failed) or "発注者の条件を満たしています。")


def _ratio(product: str, amount: int, base: int, terms: ObligeeTerms) -> Check:
    said = f"{yen(amount)}は{yen(base)}の{percent(amount, base)}"
    if product == Product.PERFORMANCE:
        floor = terms.performance_floor_percent
        return Check("保証金額の割合", amount * 100 >= base * floor, f"{said}（下限{floor}%）")
    cap = terms.interim_cap_percent if product == Product.INTERIM else terms.advance_cap_percent
    return Check("保証金額の割合", amount * 100 <= base * cap, f"{said}（上限{cap}%）")


def _period(requested: RequestedGuarantee) -> Check:
    application = requested.application
    is_fine = application.contracted_on <= application.work_ends_on and requested.deadline >= application.work_ends_on
    said = f"請負契約日 {wareki(application.contracted_on)}、工期の終わり {wareki(application.work_ends_on)}、"
    return Check("工期と保証期限", is_fine, f"{said}保証期限 {both_calendars(requested.deadline)}")


def _obligee(requested: RequestedGuarantee) -> Check:
    is_listed = requested.application.obligee is not None
    return Check(
        "発注者",
        is_listed,
        "登録済みの発注者です。" if is_listed else "手入力の発注者です。名称と職名を確認してください。",
    )


def endorsement_checks(endorsement: Endorsement) -> list[Check]:
    """Every check of a change asked for on an issued guarantee. Its medium stays, so the obligee's terms are not asked (Q5)."""
    guarantee, after = endorsement.guarantee, endorsement.facts_after
    requested, price = guarantee.requested, after["contract_price"]
    base = price if guarantee.product == Product.PERFORMANCE else requested.annual_target_amount or price
    medium = f"発行時の「{guarantee.get_medium_display()}」のままです。変更では発注者の利用条件を判定しません。"
    return [
        _ratio(guarantee.product, after["guaranteed_amount"], base, _terms(requested)),
        _deadline(endorsement.facts_before, after),
        Check("証書の形式", True, medium),
    ]


def _deadline(before: dict, after: dict) -> Check:
    """The new deadline covers the new work period, and the old one has not passed."""
    has_passed = date.fromisoformat(before["guarantee_ends_on"]) < timezone.localdate()
    said = (
        f"工期の終わり {both_calendars(after['work_ends_on'])}、保証期限 {both_calendars(after['guarantee_ends_on'])}"
    )
    is_fine = not has_passed and after["guarantee_ends_on"] >= after["work_ends_on"]
    return Check("工期と保証期限", is_fine, said + ("（変更前の保証期限を過ぎています）" if has_passed else ""))
