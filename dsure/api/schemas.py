"""What goes into the API and comes out of it; the OpenAPI schema is made of these."""

import re
from datetime import date, datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator

from dsure import keys

NUMBER = r"^[0-9]{5}-[0-9]{5}M$"
KEY = rf"^[{keys.ALPHABET}]{{4}}-?[{keys.ALPHABET}]{{4}}-?[{keys.ALPHABET}]{{4}}$"
_UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")

Number = Annotated[str, StringConstraints(pattern=NUMBER)]


class In(Schema):
    """A body: only the fields that are named."""

    model_config = ConfigDict(extra="forbid")


class LookUpIn(In):
    """受注者から提出された保証契約番号と認証キー。"""

    number: Number = Field(description="保証契約番号", examples=["99999-00005M"])
    key: Annotated[str, StringConstraints(pattern=KEY)] = Field(
        description="認証キー（英数字12文字。4文字ごとのハイフンはあってもよい）"
    )


class AnswerIn(In):
    """受領・返戻、またはその取消し。返戻と取消しには理由が必要です。"""

    kind: Literal["received", "returned", "withdrawn"] = Field(
        description="received：受領、returned：返戻、withdrawn：受領または返戻の取消し"
    )
    reason: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)] = Field(
        "", description="理由（受注者と保証会社に表示されます。受領のときは空）"
    )

    @field_validator("reason")
    @classmethod
    def is_printable(cls, reason: str) -> str:
        if _UNFIT.search(reason):
            raise ValueError("使えない文字があります")
        return reason

    @model_validator(mode="after")
    def says_why(self) -> Self:
        if (self.kind == "received") != (self.reason == ""):
            raise ValueError("返戻と取消しには理由が必要です。受領に理由は付けられません")
        return self


class Version(Schema):
    """電子証書の一つの版。"""

    version: int = Field(description="版（1から始まる連番）")
    target: str = Field(description="対象（新規、変更－１ など）")
    cause: str = Field(description="事由（issue、amendment、correction）")
    arrived_at: datetime = Field(description="電子保証発行日時")
    sha256: str = Field(description="PDFのSHA-256")
    is_voided: bool = Field(description="取り消された版か")


class Standing(Schema):
    """保証契約の現在の状態。"""

    number: str = Field(description="保証契約番号")
    status: str = Field(description="状態のことば（有効、有効（最新は変更－２）、終了、解約 など）")
    standing: str = Field(description="状態のコード（in_force：有効、それ以外：無効）")
    version_in_force: int = Field(description="現在の内容の版")
    guarantee_ends_on: date = Field(description="保証期限")
    as_of: datetime = Field(description="この状態の日時")


class Details(Standing):
    """保証契約の現在の状態と、すべての版。"""

    versions: list[Version] = Field(description="新しい順")


class Page(Schema):
    """保証証書一覧の一部。"""

    items: list[Standing]
    next: str | None = Field(description="続きがあるとき、afterに指定する値")


class Certificate(Schema):
    """電子証書の記載事項。"""

    number: str = Field(description="保証契約番号")
    version: int = Field(description="版")
    sha256: str = Field(description="PDFのSHA-256")
    facts: dict = Field(description="記載事項（金額は円の整数、日付はYYYY-MM-DD）")


class Answer(Schema):
    """記録された受領・返戻・取消し。"""

    number: str = Field(description="保証契約番号")
    version: int = Field(description="版")
    kind: str = Field(description="received、returned、withdrawn")
    reason: str = Field(description="理由")
    acknowledged_at: datetime = Field(description="記録した日時")


class Event(Schema):
    """登録済みの保証契約に起きたこと。"""

    cursor: int = Field(description="通知番号。起きた順に1ずつ増え、欠番はありません")
    event: str = Field(
        description="種類",
        json_schema_extra={"enum": ["registered", "deposited", "voided", "rekeyed", "closed", "answered"]},
    )
    number: str = Field(description="保証契約番号")
    version: int | None = Field(description="版（depositedとvoidedのとき）")
    happened_at: datetime = Field(description="日時")


class Events(Schema):
    """通知番号の順に並んだ変更通知。"""

    items: list[Event]
    next: int = Field(description="次にafterに指定する値")
    has_more: bool = Field(description="続きがいまあるか")
