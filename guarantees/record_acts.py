"""What is done to records: a contractor's own, and the surety's reference data."""

from django.db.models import TextChoices


class MemberAct(TextChoices):
    """What is done to a contractor's own records (会社情報、担当者)."""

    INVITE = "invite", "担当者を招待"
    INVITE_AGAIN = "invite_again", "招待メールを再送"
    DISABLE = "disable", "利用を停止"
    ENABLE = "enable", "利用を再開"
    MAKE_ADMINISTRATOR = "make_administrator", "管理者に設定"
    END_ADMINISTRATOR = "end_administrator", "管理者から解除"
    PROFILE = "profile", "担当者情報を変更"
    COMPANY = "company", "会社情報を変更"


class MasterAct(TextChoices):
    """What is done to the surety's reference data (登録データ)."""

    IMPORT_OBLIGEES = "import_obligees", "発注者を取り込み"
    STAFF = "staff", "職員の支店・役割を変更"
