"""Reference data of the surety in the administration pages. Business is done in the stages, never here."""

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.utils import timezone

from guarantees.models import (
    Addressee,
    BankAccount,
    Branch,
    Contractor,
    ContractorMember,
    HandInRule,
    Obligee,
    ObligeeTerms,
    RateBand,
    RateTable,
    Signatory,
    StaffMember,
)
from guarantees.premiums import Band, NotATariff, Tariff
from guarantees.terms import Rounding


class AddresseeInline(admin.TabularInline):
    model = Addressee
    extra = 0


class ObligeeTermsInline(admin.StackedInline):
    model = ObligeeTerms
    extra = 0


@admin.register(Obligee)
class ObligeeAdmin(admin.ModelAdmin):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]
    inlines = [AddresseeInline, ObligeeTermsInline]


class FromTomorrowForm(ModelForm):
    """A version begins tomorrow at the earliest: nobody writes the past."""

    def clean_starts_on(self):
        starts_on = self.cleaned_data["starts_on"]
        if starts_on <= timezone.localdate():
            raise ValidationError("適用開始日は、明日以降の日付を入力してください")
        return starts_on


class RateBandFormSet(BaseInlineFormSet):
    """The bands of one version, which must reach from nothing to every amount without a gap."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        bands = [Band(row["lower_amount"], row["upper_amount"], row["rate"]) for row in kept]
        try:
            Tariff(bands=tuple(sorted(bands, key=lambda band: band.lower)), minimum=0, rounding=Rounding.DOWN_TO_1)
        except NotATariff as fault:
            raise ValidationError(str(fault)) from fault


class OnlyTheFuture(BaseModelAdmin):
    """A version that has begun is read only, with its bands; the database's trigger says the same."""

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.has_begun)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.has_begun)


class RateBandInline(OnlyTheFuture, admin.TabularInline):
    model = RateBand
    formset = RateBandFormSet
    extra = 1

    def has_add_permission(self, request, obj=None) -> bool:
        return super().has_add_permission(request, obj) and not (obj and obj.has_begun)


@admin.register(RateTable)
class RateTableAdmin(OnlyTheFuture, admin.ModelAdmin):
    """保証料率表: a change of rates is a new version that begins on a day to come."""

    form = FromTomorrowForm
    list_display = ["product", "starts_on", "minimum_amount", "rounding", "is_sample"]
    list_filter = ["product"]
    inlines = [RateBandInline]
    actions = None


@admin.register(BankAccount)
class BankAccountAdmin(OnlyTheFuture, admin.ModelAdmin):
    """振込先: another account is a new version that begins on a day to come."""

    form = FromTomorrowForm
    list_display = ["branch", "starts_on", "bank_name", "bank_branch", "number"]
    list_filter = ["branch"]
    actions = None


admin.site.register([Branch, Contractor, ContractorMember, HandInRule, Signatory, StaffMember])
