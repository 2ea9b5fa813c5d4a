"""More words of the trade: why a key is re-issued, what an obligee asks for in D-Sure, and what each cause of an endorsement changes."""

from django.db.models import TextChoices

from guarantees.terms import EndorsementCause


class KeyReissueReason(TextChoices):
    """Why another key is asked for."""

    LOST = "lost", "紛失した"
    LEAKED = "leaked", "第三者に知られた、またはそのおそれがある"
    OTHER = "other", "その他"


class RequestKind(TextChoices):
    """What an obligee asks for in D-Sure, in D-Sure's own values."""

    RELEASE = "release", "保証の解除依頼"
    PARTIAL_RELEASE = "partial_release", "保証の一部解除依頼"
    CLAIM = "claim", "保証金請求"


class RequestAnswer(TextChoices):
    """Where a request from D-Sure stands: our newest answer, in D-Sure's own values; none yet is 未受付."""

    TAKEN_UP = "taken_up", "受付済"
    CARRIED_OUT = "carried_out", "実施済"
    DECLINED = "declined", "不可"


# Causes that change what the certificate in force says; of these, the ones that make a new version.
CHANGE_FACTS = (EndorsementCause.AMENDMENT, EndorsementCause.CORRECTION, EndorsementCause.AMENDMENT_CANCELLATION)
MAKE_A_VERSION = (EndorsementCause.AMENDMENT, EndorsementCause.CORRECTION)
