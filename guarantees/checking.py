"""The checks of a review, each done on exact integers and said in words: ○ or 要確認, and why."""

from datetime import date

from django.utils import timezone

from guarantees import conflicting, facts, following
from guarantees.check import Check
from guarantees.models import Endorsement, Guarantee, ObligeeTerms, RequestedGuarantee
from guarantees.terms import AskedBy, EndorsementCause, GuaranteeState, Medium, Product
from netdesk.formats import both_calendars, percent, wareki, yen


def checks(requested: RequestedGuarantee) -> list[Check]:
    """Every check of this requested guarantee, in the order of the page."""
    terms = _terms(requested)
    return [
        *([_medium(requested)] if requested.medium == Medium.ELECTRONIC else []),
        *([_paper(requested)] if requested.product == Product.RESERVATION else []),
        _ratio(requested.product, requested.guaranteed_amount, requested.ratio_base, terms),
        _tender(requested) if requested.product == Product.RESERVATION else _period(requested),
        _obligee(requested),
        *_followed(requested),
        *conflicting.checks(requested),
    ]


def _terms(requested: RequestedGuarantee) -> ObligeeTerms:
    """The obligee's own percentages of today, or the usual ones where it has none."""
    application = requested.application
    today = timezone.localdate()
    return ObligeeTerms.objects.for_work(application.obligee, application.work_kind, today) or ObligeeTerms()


def _medium(requested: RequestedGuarantee) -> Check:
    failed = facts.failed_terms(requested.application)
    return Check("電子保証の利用条件", not failed, "".join(failed) or "発注者の条件を満たしています。")


def _paper(requested: RequestedGuarantee) -> Check:
    is_fine = requested.medium == Medium.PAPER
    return Check("証書の形式", is_fine, "契約保証予約は、証書（紙）のみ発行します。電子保証はありません。")


def _ratio(product: str, amount: int, base: int, terms: ObligeeTerms) -> Check:
    said = f"{yen(amount)}は{yen(base)}の{percent(amount, base)}"
    if product in (Product.PERFORMANCE, Product.RESERVATION):
        floor = terms.performance_floor_percent
        return Check("保証金額の割合", amount * 100 >= base * floor, f"{said}（下限{floor}%）")
    cap = terms.interim_cap_percent if product == Product.INTERIM else terms.advance_cap_percent
    return Check("保証金額の割合", amount * 100 <= base * cap, f"{said}（上限{cap}%）")


def _period(requested: RequestedGuarantee) -> Check:
    contracted_on, ends_on = requested.application.contracted_on, requested.application.work_ends_on
    is_in_order = bool(contracted_on and ends_on and contracted_on <= ends_on <= requested.deadline)
    has_passed = requested.deadline < timezone.localdate() and requested.guarantee is None
    said = f"請負契約日 {_said(contracted_on)}、工期の終わり {_said(ends_on)}、"
    said += f"保証期限 {both_calendars(requested.deadline)}" + ("（保証期限を過ぎています）" if has_passed else "")
    return Check("工期と保証期限", is_in_order and not has_passed, said)


def _tender(requested: RequestedGuarantee) -> Check:
    tendered_on = requested.application.tendered_on
    is_fine = bool(tendered_on and timezone.localdate() <= tendered_on <= requested.deadline)
    said = f"入札（見積）予定日 {_said(tendered_on)}、予約の有効期限 {both_calendars(requested.deadline)}"
    return Check("入札予定日と有効期限", is_fine, said)


def _said(day: date | None) -> str:
    return wareki(day) if day else "なし"


def _obligee(requested: RequestedGuarantee) -> Check:
    is_listed = requested.application.obligee is not None
    return Check(
        "発注者",
        is_listed,
        "登録済みの発注者です。" if is_listed else "手入力の発注者です。名称と職名を確認してください。",
    )


def _followed(requested: RequestedGuarantee) -> list[Check]:
    if requested.follows is None:
        return []
    if requested.product == Product.PERFORMANCE:
        return [_in_force("契約保証予約", requested.follows), _as_reserved(requested, requested.follows)]
    advance = following.in_force(requested.follows)
    return [
        _in_force("前払金保証", requested.follows),
        _together(advance, requested.guaranteed_amount, advance.facts["contract_price"]),
        _half_period(requested),
        _confirmed(requested),
    ]


def _together(advance: following.Followed, amount: int, price: int) -> Check:
    together = advance.amount + amount
    said = f"前払金 {yen(advance.amount)}と合わせて {yen(together)}、請負金額 {yen(price)}"
    return Check("前払金との合計", together <= price, said)


def _in_force(subject: str, guarantee: Guarantee) -> Check:
    ends_on = following.in_force(guarantee).ends_on
    is_fine = guarantee.state == GuaranteeState.IN_FORCE and ends_on >= timezone.localdate()
    state = "終了" if ends_on < timezone.localdate() else guarantee.get_state_display()
    return Check(f"もとの{subject}", is_fine, f"{guarantee.number}　{state}（{both_calendars(ends_on)}まで）")


def _half_period(requested: RequestedGuarantee) -> Check:
    """Half of the days from the first to the last of the 工期 have passed by today, counted in whole days."""
    starts_on, ends_on = requested.application.work_starts_on, requested.application.work_ends_on
    if starts_on is None or ends_on is None:
        return Check("工期の2分の1の経過", False, "工期が申告されていません。")
    passed, whole = max((timezone.localdate() - starts_on).days, 0), (ends_on - starts_on).days + 1
    return Check("工期の2分の1の経過", passed * 2 >= whole, f"工期{whole}日のうち、本日までに{passed}日が経過")


def _confirmed(requested: RequestedGuarantee) -> Check:
    told = (requested.is_half_period_over, requested.is_planned_work_done, requested.is_half_work_done)
    said = "お客様が3つの要件すべてを確認済みと申告しています。発注者の認定調書で確かめてください。"
    return Check("中間前払金の要件", all(told), said if all(told) else "確認されていない要件があります。")


def _as_reserved(requested: RequestedGuarantee, reservation: Guarantee) -> Check:
    """The 契約保証 is for the obligee of the reservation and at most for the amount that was promised."""
    promised = following.in_force(reservation)
    application = requested.application
    is_fine = (
        requested.guaranteed_amount <= promised.amount and application.obligee_name == promised.facts["obligee_name"]
    )
    said = f"予約：{promised.facts['obligee_name']}「{promised.facts['work_name']}」、{yen(promised.amount)}まで"
    return Check("予約の内容との一致", is_fine, said)


def endorsement_checks(endorsement: Endorsement) -> list[Check]:
    """Every check of what was asked for on an issued guarantee. Its medium stays, so the obligee's terms are not asked (Q5)."""
    guarantee, before, after = endorsement.guarantee, endorsement.facts_before, endorsement.facts_after
    if not endorsement.changes_facts:
        return [_asked_by(endorsement), _not_over(before)]
    requested, price = guarantee.requested, after["contract_price"]
    base = price if guarantee.product == Product.PERFORMANCE else requested.annual_target_amount or price
    medium = f"発行時の「{guarantee.get_medium_display()}」のままです。変更では発注者の利用条件を判定しません。"
    advance = requested.follows if guarantee.product == Product.INTERIM else None
    return [
        _ratio(guarantee.product, after["guaranteed_amount"], base, _terms(requested)),
        *([_together(following.in_force(advance), after["guaranteed_amount"], price)] if advance else []),
        _deadline(before, after) if "work_ends_on" in after else _not_over(after),
        Check("証書の形式", True, medium),
    ]


def _asked_by(endorsement: Endorsement) -> Check:
    """Who asked, and by what; what came on paper has to be looked at."""
    if endorsement.request_cursor is not None:
        return Check("申出", True, f"発注者がD-Sureで依頼しています（No.{endorsement.request_cursor}）。")
    if endorsement.asked_by_whom == AskedBy.OBLIGEE:
        return Check("申出", False, "発注者の書面を確認してください（理由の欄に日付と番号があります）。")
    if endorsement.cause == EndorsementCause.CANCELLATION:
        return Check("申出", False, "発注者が解約を了承していることを、書面で確認してください。")
    return Check("申出", True, f"{endorsement.get_asked_by_whom_display()}からの申出です。")


def _not_over(facts: dict) -> Check:
    ends_on = date.fromisoformat(facts["guarantee_ends_on"])
    is_over = ends_on < timezone.localdate()
    return Check("保証期限", not is_over, both_calendars(ends_on) + ("（すでに終了しています）" if is_over else ""))


def _deadline(before: dict, after: dict) -> Check:
    """The new deadline covers the new work period, and the old one has not passed."""
    has_passed = date.fromisoformat(before["guarantee_ends_on"]) < timezone.localdate()
    said = (
        f"工期の終わり {both_calendars(after['work_ends_on'])}、保証期限 {both_calendars(after['guarantee_ends_on'])}"
    )
    is_fine = not has_passed and after["guarantee_ends_on"] >= after["work_ends_on"]
    return Check("工期と保証期限", is_fine, said + ("（変更前の保証期限を過ぎています）" if has_passed else ""))
