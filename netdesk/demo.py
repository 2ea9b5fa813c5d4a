"""Who may sign in to the demo world: the one list that `make run` prints and `load_demo` makes people of."""

from typing import NamedTuple

PASSWORD = "net-desk-demo-2026"


class SignIn(NamedTuple):
    """A made-up person; `desk` is a value of netdesk.User.desk, `who` is what tells a visitor whom they play."""

    username: str
    who: str
    desk: str


SIGN_INS: list[SignIn] = [
    SignIn("contractor", "○○建設 株式会社", "contractor"),
    SignIn("rival-contractor", "△△土木 株式会社", "contractor"),
    SignIn("reviewer", "神奈川支店 審査担当者", "surety"),
    SignIn("approver", "神奈川支店 発行責任者", "surety"),
    SignIn("nagano-reviewer", "長野支店 審査担当者", "surety"),
    SignIn("nagano-approver", "長野支店 発行責任者", "surety"),
    SignIn("head-approver", "本店 発行責任者", "surety"),
    SignIn("head-office", "本店 審査担当者", "surety"),
    SignIn("officer", "平塚市 契約検査課", "dsure"),
    SignIn("officer-admin", "平塚市 契約検査課（管理者）", "dsure"),
    SignIn("rival-officer", "柏市", "dsure"),
    SignIn("operator", "D-Sure 運営者", "dsure"),
    SignIn("admin", "管理者", "admin"),
]
