"""Why an act on an endorsement did not happen: one sentence each, shared by those who ask, review and carry out."""

from guarantees.terms import PRICE_ALONE
from netdesk.acting import Refusal


class NotEndorsed(Refusal):
    """The act did not happen; each kind below says why."""


class NotAtThisStage(NotEndorsed):
    """Somebody else was faster, or the endorsement was taken back."""

    sentence = "この異動の状況が変わっているため、操作できませんでした。現在の状況を確認してください。"


class GuaranteeClosed(NotEndorsed):
    """The guarantee was released or cancelled."""

    sentence = "この保証契約はすでに解除または解約されているため、変更できません。"


class NotAmendable(NotEndorsed):
    """A 契約保証予約 is not amended: what is promised is said anew."""

    sentence = "契約保証予約の内容は変更できません。変更が必要なときは、申込送信先の支店へご連絡ください。"


class OneAtATime(NotEndorsed):
    """Another endorsement of this guarantee is still open."""

    sentence = "この保証契約には、手続き中の異動があります。その手続きが終わってから、もう一度お申し込みください。"


class ChangedMeanwhile(NotEndorsed):
    """What the page showed is no longer what is in force, or no longer what is asked for."""

    sentence = "保証契約の内容が変わっています。最新の内容を確認してから、もう一度操作してください。"


class NothingChanges(NotEndorsed):
    """What is asked for is what is in force already."""

    sentence = "現在の内容から変更された項目がありません。"


class NoProcedureNeeded(NotEndorsed):
    """A change of the contract price alone does not touch this guarantee (note 2 of its certificate)."""

    sentence = PRICE_ALONE


class NothingToTakeBack(NotEndorsed):
    """Only what was issued first is left."""

    sentence = "取り消せる変更がありません。この保証契約に残っている保証証書は「新規」だけです。"


class NoKey(NotEndorsed):
    """A guarantee on paper has no key to replace."""

    sentence = "証書（紙）の保証契約には、認証キーがありません。"


class ReasonMissing(NotEndorsed):
    """An act without a word helps nobody."""

    sentence = "理由を入力してください。"


class NotAnApprover(NotEndorsed):
    """Only the approver (発行責任者) issues."""

    sentence = "発行は発行責任者が行います。"


class SamePerson(NotEndorsed):
    """Whoever approved an endorsement does not issue it."""

    sentence = "承認した方は、同じ異動を発行できません。別の発行責任者が発行してください。"


class ApprovalIsStale(NotEndorsed):
    """The facts are no longer those that were approved."""

    sentence = "承認後に内容が変わっています。審査へ戻して、もう一度承認してください。"


class NoSuchRequest(NotEndorsed):
    """D-Sure has no such request for this guarantee, or none that this act answers."""

    sentence = "この保証契約についての、該当する依頼がD-Sureにありません。"


class RequestTakenUp(NotEndorsed):
    """Somebody else took up the request or answered it."""

    sentence = "この依頼は、すでに受付または回答されています。現在の状況を確認してください。"


class TooMuchReleased(NotEndorsed):
    """What is to be released is all that is guaranteed, or more."""

    sentence = "一部解除する金額が、現在の保証金額以上です。発注者に確認し、この依頼には「不可」と回答してください。"


class PremiumNotPaid(NotEndorsed):
    """What a change adds to a premium paid per case has not arrived."""

    sentence = "追加保証料（都度納付）の入金が確認されていないため、発行できません。"


class PaymentConfirmedBySame(NotEndorsed):
    """Whoever confirmed the payment does not issue (design.md, section 8)."""

    sentence = "入金を確認した方は、同じ異動を発行できません。別の発行責任者が発行してください。"
