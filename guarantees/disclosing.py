"""What is shown of a guarantee: its key, with the sight logged; the key notice; and certificates as they were stored."""

import hashlib

from django.db import transaction

from guarantees import documents, handing_in, vault
from guarantees.models import Bill, Certificate, Guarantee, KeySight, PremiumStatement
from guarantees.terms import Product
from netdesk.models import User


class Damaged(Exception):
    """The stored bytes are not those that were issued. Nothing is shown; somebody has to look."""


class NoKey(Exception):
    """A guarantee on paper has no key."""


@transaction.atomic
def show_key(*, guarantee: Guarantee, where: KeySight.Where, by: User) -> str:
    """The key in clear, after a row that says who saw it where. Raises NoKey for a guarantee on paper."""
    if guarantee.key_ciphertext is None or guarantee.key_version is None:
        raise NoKey(guarantee.number)
    KeySight.objects.create(guarantee=guarantee, key_version=guarantee.key_version, where=where, seen_by=by)
    return vault.take_out(bytes(guarantee.key_ciphertext), number=guarantee.number, key_version=guarantee.key_version)


def key_notice(*, guarantee: Guarantee, by: User) -> bytes:
    """「電子保証にかかる「認証キー」のお知らせ」 as PDF bytes: rendered on each download, unsealed, never stored."""
    facts = guarantee.certificates.in_force().get().facts
    rule = handing_in.rules_of(guarantee.obligee_code)[Product(guarantee.product)]
    key = show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=by)
    notice = documents.KeyNotice(
        work_name=facts["work_name"],
        contractor_name=facts["representative_name"] or facts["contractor_name"],
        product_name=facts["product_name"],
        number=guarantee.number,
        key=key,
        surety_name=facts["surety_name"],
        is_specimen=facts["is_specimen"],
        hand_in=rule.sentences,
    )
    return documents.key_notice(notice)


def bytes_of(kept: Certificate | PremiumStatement | Bill) -> bytes:
    """The stored PDF, if it is still what was issued. Raises Damaged."""
    pdf = bytes(kept.pdf)
    if hashlib.sha256(pdf).hexdigest() != kept.sha256:
        raise Damaged(f"{kept._meta.model_name} {kept.pk}")
    return pdf
