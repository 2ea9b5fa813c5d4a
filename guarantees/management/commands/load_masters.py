"""Load the reference data of the first day; run again, it adds what is missing and changes nothing that is there."""

from django.core.management.base import BaseCommand
from django.db import transaction

from guarantees import masters
from guarantees.models import Addressee, Branch, HandInRule, Obligee, ObligeeTerms, RateBand, RateTable, Signatory
from guarantees.terms import Product


class Command(BaseCommand):
    help = "Load branches, obligees with their terms, rate tables, and the surety's signatory."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        Signatory.objects.get_or_create(starts_on=masters.SIGNATORY_STARTS_ON, defaults=masters.SIGNATORY)
        for branch in masters.BRANCHES:
            Branch.objects.get_or_create(code=branch.code, defaults=branch._asdict())
        for row in masters.OBLIGEES:
            self._load_obligee(row)
        for rates in masters.RATES:
            self._load_rates(rates)

    def _load_obligee(self, row: masters.ObligeeRow) -> None:
        obligee, is_new = Obligee.objects.get_or_create(code=row.code, defaults={"name": row.name})
        if not is_new:
            return
        Addressee.objects.bulk_create(Addressee(obligee=obligee, title=title) for title in row.addressees)
        if row.terms is None:
            return
        for kind in row.terms.kinds:
            ObligeeTerms.objects.create(
                obligee=obligee,
                work_kind=kind,
                basis=row.terms.basis,
                starts_on=row.terms.starts_on,
                minimum_contract_price=row.terms.minimum_contract_price,
                advance_cap_percent=masters.ADVANCE_CAP_PERCENT[kind],
                source=f"{row.terms.source}「{row.terms.wording}」",
            )
        for product in (Product.ADVANCE, Product.INTERIM, Product.PERFORMANCE):
            HandInRule.objects.create(
                obligee=obligee,
                product=product,
                channel=row.channel,
                other_papers=row.other_papers,
                source=row.terms.source,
            )

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
