"""Load the reference data of the first day; run again, it adds what is missing and changes nothing that is there."""

from django.core.management.base import BaseCommand
from django.db import transaction

from guarantees import masters
from guarantees.masters_more_obligees import MORE_OBLIGEES
from guarantees.masters_obligees import ADVANCE_CAP_PERCENT, OBLIGEES, ObligeeRow
from guarantees.models import (
    Addressee,
    BankAccount,
    Branch,
    HandInRule,
    Obligee,
    ObligeeTerms,
    RateBand,
    RateTable,
    Signatory,
)


class Command(BaseCommand):
    help = "Load branches with their bank accounts, obligees with their terms, rate tables, and the surety's signatory."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        Signatory.objects.get_or_create(starts_on=masters.SIGNATORY_STARTS_ON, defaults=masters.SIGNATORY)
        for branch in masters.BRANCHES:
            Branch.objects.get_or_create(code=branch.code, defaults=branch._asdict())
        for account in masters.BANK_ACCOUNTS:
            self._load_bank_account(account)
        for row in (*OBLIGEES, *MORE_OBLIGEES):
            self._load_obligee(row)
        for rates in masters.RATES:
            self._load_rates(rates)

    def _load_bank_account(self, row: masters.BankAccountRow) -> None:
        BankAccount.objects.get_or_create(
            branch=Branch.objects.get(code=row.branch_code),
            starts_on=masters.BANK_ACCOUNTS_START_ON,
            defaults={
                "bank_name": row.bank_name,
                "bank_branch": row.bank_branch,
                "number": row.number,
                "holder": masters.BANK_ACCOUNT_HOLDER,
            },
        )

    def _load_obligee(self, row: ObligeeRow) -> None:
        obligee, is_new = Obligee.objects.get_or_create(code=row.code, defaults={"name": row.name})
        if not is_new:
            return
        Addressee.objects.bulk_create(Addressee(obligee=obligee, title=title) for title in row.addressees)
        for kind in row.terms.kinds if row.terms else ():
            ObligeeTerms.objects.create(
                obligee=obligee,
                work_kind=kind,
                in_force_from=masters.TERMS_IN_FORCE_FROM,
                basis=row.terms.basis,
                starts_on=row.terms.starts_on,
                minimum_contract_price=row.terms.minimum_contract_price,
                advance_cap_percent=ADVANCE_CAP_PERCENT[kind],
                wording=row.terms.wording,
                source=row.source,
            )
        for rule in row.hand_in:
            facts = rule._asdict()
            for product in facts.pop("products"):
                HandInRule.objects.create(obligee=obligee, product=product, source=row.source, **facts)

    def _load_rates(self, row: masters.RatesRow) -> None:
        table, is_new = RateTable.objects.get_or_create(
            product=row.product,
            starts_on=masters.RATES_START_ON,
            defaults={
                "minimum_amount": row.minimum_amount,
                "tax_percent": row.tax_percent,
                "is_sample": not row.source,
                "source": row.source,
            },
        )
        if not is_new:
            return
        lower = 0
        for upper, rate in row.bands:
            RateBand.objects.create(table=table, lower_amount=lower, upper_amount=upper, rate=rate)
            lower = upper or lower
