"""The words of the trade, with their Japanese labels, and which status may follow which."""

from django.db.models import TextChoices


class Product(TextChoices):
    """商品（保証区分）: what is guaranteed."""

    ADVANCE = "advance", "前払金保証"
    INTERIM = "interim", "中間前払金保証"
    PERFORMANCE = "performance", "契約保証"
    RESERVATION = "reservation", "契約保証予約"


# 保証種類, the short names in the lists (seed 001:116).
PRODUCT_SHORT = {
    Product.ADVANCE: "前払",
    Product.INTERIM: "中間前払",
    Product.PERFORMANCE: "契約",
    Product.RESERVATION: "予約",
}
# The product's digit in the guarantee number; our assumption.
PRODUCT_DIGIT = {Product.ADVANCE: 1, Product.INTERIM: 2, Product.PERFORMANCE: 3, Product.RESERVATION: 4}

# What a contractor confirms before an interim advance, each a field of RequestedGuarantee.
INTERIM_CONDITIONS = ("is_half_period_over", "is_planned_work_done", "is_half_work_done")

# What each product's amount is called where it is typed and read.
AMOUNT_LABEL = {
    Product.ADVANCE: "前払金保証金額",
    Product.INTERIM: "中間前払金保証金額",
    Product.PERFORMANCE: "契約保証金額",
    Product.RESERVATION: "予約する契約保証金額",
}
# What a product may follow: an interim advance its advance, a 契約保証 the reservation that promised it.
FOLLOWED = {Product.INTERIM: Product.ADVANCE, Product.PERFORMANCE: Product.RESERVATION}


class Medium(TextChoices):
    """証書の形式: fixed for the life of a guarantee (seed 002:241, Q5)."""

    PAPER = "paper", "証書（紙）"
    ELECTRONIC = "electronic", "電子保証（認証キーを含む）"


class WorkKind(TextChoices):
    """工事・業務の種別."""

    WORKS = "works", "工事"
    CONSULTING = "consulting", "業務委託（工事系コンサル業務）"
    SERVICES = "services", "業務委託（その他）"


class TermsBasis(TextChoices):
    """What an obligee's terms go by (domain.md B5)."""

    CONTRACT = "contract", "請負契約日"
    NOTICE = "notice", "入札公告等の日"
    PLAN = "plan", "契約予定通知日"
    APPROVAL = "approval", "発注者が電子保証の利用を認めた案件"
    ENDED = "ended", "電子保証の取扱いなし"


class PremiumPayment(TextChoices):
    """保証料支払方法. 一括納付 is read as the monthly collective payment (assumption)."""

    MONTHLY = "monthly", "一括納付"
    PER_CASE = "per_case", "都度納付"


class OrderKind(TextChoices):
    """受注区分: how the work was won (seed 001:66)."""

    OPEN = "open", "一般競争入札"
    DESIGNATED = "designated", "指名競争入札"
    NEGOTIATED = "negotiated", "随意契約"
    OTHER = "other", "その他（見積もりあわせ等）"


# The two kinds that end with an award: 落札日 is required (seed 001:67).
COMPETITIONS = (OrderKind.OPEN, OrderKind.DESIGNATED)


class Delivery(TextChoices):
    """受取方法: how papers come to the contractor (seed 001:83)."""

    POST = "post", "送付"
    COUNTER = "counter", "当社窓口"


class Rounding(TextChoices):
    """端数処理: how a premium becomes a round amount. Nothing public says which is used; ours is 見本."""

    DOWN_TO_100 = "down_to_100", "100円未満切捨て"
    DOWN_TO_10 = "down_to_10", "10円未満切捨て"
    DOWN_TO_1 = "down_to_1", "1円未満切捨て"
    UP_TO_100 = "up_to_100", "100円未満切上げ"


class StatementKind(TextChoices):
    """The papers that say what a guarantee costs or what is paid back (domain.md 3)."""

    PREMIUM = "premium", "保証料計算書"
    PREMIUM_REFUND = "premium_refund", "保証料返還計算書"
    FEE = "fee", "手数料通知書"
    FEE_REFUND = "fee_refund", "手数料返還計算書"


# The two that pay back.
REFUNDS = (StatementKind.PREMIUM_REFUND, StatementKind.FEE_REFUND)


class ApplicationStatus(TextChoices):
    """Where an application stands."""

    DRAFT = "draft", "作成中"
    SUBMITTED = "submitted", "送信済"
    RETURNED = "returned", "差戻し"
    WITHDRAWN = "withdrawn", "取下げ"
    DISCARDED = "discarded", "破棄"


# Applications that ask for nothing any more.
GIVEN_UP = (ApplicationStatus.WITHDRAWN, ApplicationStatus.DISCARDED)


class Status(TextChoices):
    """Where one requested guarantee stands at the surety."""

    RECEIVED = "received", "受付済"
    UNDER_REVIEW = "under_review", "審査中"
    APPROVED = "approved", "承認済"
    ISSUED = "issued", "発行済"
    DECLINED = "declined", "引受不可"


class Procedure(TextChoices):
    """手続状況 as the contractor reads it: derived from the rows, stored nowhere."""

    DRAFT = "draft", "作成中"
    RECEIVED = "received", "受付済"
    UNDER_REVIEW = "under_review", "審査中"
    AWAITING_PREMIUM = "awaiting_premium", "入金待ち"
    BEING_ISSUED = "being_issued", "発行手続中"
    ISSUED = "issued", "発行済"
    RETURNED = "returned", "差戻し"
    WITHDRAWN = "withdrawn", "取下げ"
    DECLINED = "declined", "引受不可"


class Act(TextChoices):
    """What an event tells of."""

    DRAFT = "draft", "下書きを作成"
    EDIT = "edit", "内容を修正"
    DISCARD = "discard", "下書きを破棄"
    SUBMIT = "submit", "申込を送信"
    RESUBMIT = "resubmit", "申込を再送信"
    WITHDRAW = "withdraw", "取下げ"
    TAKE_UP = "take_up", "審査を開始"
    APPROVE = "approve", "承認"
    TAKE_OVER = "take_over", "審査を引き継ぐ"
    SEND_BACK = "send_back", "審査へ戻す"
    DECLINE = "decline", "引受不可"
    RETURN = "return", "差戻し"
    TELL = "tell", "お客様へのお知らせを記入"
    ATTACH_OBLIGEE = "attach_obligee", "発注者を一覧と結び付け"
    ISSUE = "issue", "発行"
    ASK_ENDORSEMENT = "ask_endorsement", "異動の申出"
    TAKE_BACK_ENDORSEMENT = "take_back_endorsement", "異動の取下げ"
    TAKE_UP_ENDORSEMENT = "take_up_endorsement", "異動の審査を開始"
    APPROVE_ENDORSEMENT = "approve_endorsement", "異動の承認"
    SEND_BACK_ENDORSEMENT = "send_back_endorsement", "異動を審査へ戻す"
    DECLINE_ENDORSEMENT = "decline_endorsement", "異動の引受不可"
    ISSUE_ENDORSEMENT = "issue_endorsement", "異動の発行"
    CONFIRM_PAYMENT = "confirm_payment", "入金を確認"
    REPAY = "repay", "返金を記録"
    MAKE_BILL = "make_bill", "請求書を作成"
    DISPATCH = "dispatch", "発送・交付を記録"
    TAKE_BACK_DISPATCH = "take_back_dispatch", "発送・交付の記録を取消"
    TAKE_UP_REQUEST = "take_up_request", "発注者の依頼を受付"
    ANSWER_REQUEST = "answer_request", "発注者の依頼に回答"


class Cause(TextChoices):
    """Why a version of a certificate came to be."""

    ISSUE = "issue", "新規"
    AMENDMENT = "amendment", "変更"
    CORRECTION = "correction", "訂正"


class VoidingCause(TextChoices):
    """Why a version was taken back (seed 001:136: neither is shown in the contractor's history)."""

    CORRECTION = "correction", "訂正"
    AMENDMENT_CANCELLATION = "amendment_cancellation", "変更取消"


class EndorsementCause(TextChoices):
    """異動: the one change that an endorsement asks for on an issued guarantee."""

    AMENDMENT = "amendment", "変更"
    CORRECTION = "correction", "訂正"
    AMENDMENT_CANCELLATION = "amendment_cancellation", "変更取消"
    KEY_REISSUE = "key_reissue", "認証キー再発行"
    RELEASE = "release", "解除"
    CANCELLATION = "cancellation", "解約"


class EndorsementStatus(TextChoices):
    """Where one endorsement stands: as a requested guarantee does, and it can be taken back before its review."""

    RECEIVED = "received", "受付済"
    UNDER_REVIEW = "under_review", "審査中"
    APPROVED = "approved", "承認済"
    ISSUED = "issued", "発行済"
    DECLINED = "declined", "引受不可"
    WITHDRAWN = "withdrawn", "取下げ"


class AskedBy(TextChoices):
    """Who asked for an endorsement."""

    CONTRACTOR = "contractor", "お客様"
    SURETY = "surety", "保証会社"
    OBLIGEE = "obligee", "発注者"


class GuaranteeState(TextChoices):
    """What somebody caused. Ending by time is derived from the deadline and never stored."""

    IN_FORCE = "in_force", "有効"
    RELEASED = "released", "解除"
    CANCELLED = "cancelled", "解約"


class Standing(TextChoices):
    """What a guarantee is worth today, in the word that every screen shows: its state, or that its deadline has passed."""

    IN_FORCE = "in_force", "有効"
    ENDED = "ended", "終了"
    RELEASED = "released", "解除"
    CANCELLED = "cancelled", "解約"


class StaffRole(TextChoices):
    """What a person of the surety may do: the reviewer approves (承認), the approver issues (発行)."""

    REVIEWER = "reviewer", "審査担当者"
    APPROVER = "approver", "発行責任者"


# The value of 対象 for the first version (seed 001:141); amendments are 変更－１, 変更－２ …
FIRST_TARGET = "新規"
# Note 2 of the certificate (seed 000:182, mended in design.md 7), and the products whose certificate carries it.
PRICE_ALONE = "請負金額のみの変更の場合は、この保証契約の効力に影響を及ぼさないので、保証契約の変更の手続きをとる必要はありません。"
PRICE_ALONE_CHANGES_NOTHING = (Product.ADVANCE, Product.INTERIM)

APPLICATION_MOVES = {
    ApplicationStatus.DRAFT: {ApplicationStatus.SUBMITTED, ApplicationStatus.DISCARDED},
    ApplicationStatus.SUBMITTED: {ApplicationStatus.RETURNED, ApplicationStatus.WITHDRAWN},
    ApplicationStatus.RETURNED: {ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN},
    ApplicationStatus.WITHDRAWN: set(),
    ApplicationStatus.DISCARDED: set(),
}
MOVES = {
    Status.RECEIVED: {Status.UNDER_REVIEW, Status.RECEIVED},
    Status.UNDER_REVIEW: {Status.APPROVED, Status.DECLINED, Status.RECEIVED},
    Status.APPROVED: {Status.ISSUED, Status.UNDER_REVIEW, Status.RECEIVED},
    Status.ISSUED: set(),
    Status.DECLINED: set(),
}
ENDORSEMENT_MOVES = {
    EndorsementStatus.RECEIVED: {EndorsementStatus.UNDER_REVIEW, EndorsementStatus.WITHDRAWN},
    EndorsementStatus.UNDER_REVIEW: {
        EndorsementStatus.APPROVED,
        EndorsementStatus.DECLINED,
        EndorsementStatus.WITHDRAWN,
    },
    EndorsementStatus.APPROVED: {EndorsementStatus.ISSUED, EndorsementStatus.UNDER_REVIEW},
    EndorsementStatus.ISSUED: set(),
    EndorsementStatus.DECLINED: set(),
    EndorsementStatus.WITHDRAWN: set(),
}
OPEN_ENDORSEMENTS = (EndorsementStatus.RECEIVED, EndorsementStatus.UNDER_REVIEW, EndorsementStatus.APPROVED)
