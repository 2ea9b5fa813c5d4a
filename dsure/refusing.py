"""What D-Sure answers where it does not accept what the surety asked for. Callers name them by `dsure.depositing`."""

from netdesk.acting import Refusal


class Refused(Refusal):
    """D-Sure does not accept what the surety asked for."""

    sentence = "D-Sureが受け付けませんでした。"


class UnknownObligee(Refused):
    """No organisation of this code is registered."""

    sentence = "この発注者はD-Sureに登録されていません。"


class UnknownNumber(Refused):
    """Nothing of this number (or no such request) lies here."""

    sentence = "この保証契約番号の電子証書はD-Sureにありません。"


class OtherObligee(Refused):
    """The guarantee, or the facts, name another organisation."""

    sentence = "電子証書の発注者が、預けようとしている発注者と一致しません。"


class OtherNumber(Refused):
    """The facts name another guarantee."""

    sentence = "電子証書の保証契約番号が、預けようとしている番号と一致しません。"


class OtherBytes(Refused):
    """What lies here under this version, or the cause of its voiding, is another."""

    sentence = "同じ版に、内容の異なる電子証書がすでにあります。"


class OutOfOrder(Refused):
    """The version is not the next one, or is not there."""

    sentence = "電子証書の版の順序が正しくありません。"


class Altered(Refused):
    """The bytes are not those of the hash."""

    sentence = "電子証書のSHA-256が一致しません。"


class SealBroken(Refused):
    """The PDF is not under the surety's unbroken seal."""

    sentence = "電子証書の電子署名を確認できません。"


class Unreadable(Refused):
    """The facts are of a layout that D-Sure cannot show, or without a deadline."""

    sentence = "電子証書の記載事項に不足があります。"


class KeyNotAsExpected(Refused):
    """A verifier is missing from version 1, or comes with a later one."""

    sentence = "認証キーの照合値は、最初の版にだけ添えます。"


class AlreadyClosed(Refused):
    """The guarantee was released or cancelled."""

    sentence = "この保証契約はすでに解除または解約されています。"


class NothingLeft(Refused):
    """The version is the last one that is not voided."""

    sentence = "ただ一つ残る版は取り消せません。"


class AlreadyAnswered(Refused):
    """The request has its last answer."""

    sentence = "この依頼にはすでに回答しています。"
