"""Reference data of the surety in the administration pages. Business is done in the stages, never here."""

from datetime import date

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.utils import timezone

from guarantees import staffing
from guarantees.models import (
    Addressee,
    BankAccount,
    Branch,
    Contractor,
    ContractorMember,
    HandInRule,
    MasterChange,
    Obligee,
    ObligeeTerms,
    RateBand,
    RateTable,
    Signatory,
    StaffMember,
)
from guarantees.premiums import Band, NotATariff, Tariff
from guarantees.terms import Rounding, TermsBasis

DATED: tuple[str, ...] = (TermsBasis.CONTRACT, TermsBasis.NOTICE, TermsBasis.PLAN)


class AddresseeInline(admin.TabularInline):
    model = Addressee
    extra = 0


class HandInRuleInline(admin.StackedInline):
    model = HandInRule
    extra = 0


@admin.register(Obligee)
class ObligeeAdmin(admin.ModelAdmin):
    """発注者 with its 職名 and 提出方法; its terms are versions and have pages of their own."""

    list_display = ["code", "name"]
    search_fields = ["code", "name"]
    inlines = [AddresseeInline, HandInRuleInline]


class FromTomorrowForm(ModelForm):
    """A version begins tomorrow at the earliest: nobody writes the past."""

    def clean_starts_on(self) -> date:
        return _from_tomorrow(self.cleaned_data["starts_on"])


class ObligeeTermsForm(ModelForm):
    """A version of an obligee's terms begins tomorrow at the earliest, and tells the day that it goes by."""

    def clean_in_force_from(self) -> date:
        return _from_tomorrow(self.cleaned_data["in_force_from"])

    def clean(self) -> None:
        super().clean()
        is_dated = self.cleaned_data.get("basis") in DATED
        if is_dated and not self.cleaned_data.get("starts_on") and "starts_on" not in self.errors:
            self.add_error("starts_on", "対象の開始日を入力してください")


def _from_tomorrow(day: date) -> date:
    if day <= timezone.localdate():
        raise ValidationError("適用開始日は、明日以降の日付を入力してください")
    return day


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


@admin.register(ObligeeTerms)
class ObligeeTermsAdmin(OnlyTheFuture, admin.ModelAdmin):
    """電子保証の利用条件: a change is a new version that begins on a day to come."""

    form = ObligeeTermsForm
    list_display = ["obligee", "work_kind", "in_force_from", "basis", "starts_on", "minimum_contract_price"]
    list_filter = ["basis", "work_kind"]
    list_select_related = ["obligee"]
    search_fields = ["obligee__code", "obligee__name"]
    autocomplete_fields = ["obligee"]
    actions = None


@admin.register(Signatory)
class SignatoryAdmin(OnlyTheFuture, admin.ModelAdmin):
    """保証会社の記名: a change is a new version that begins on a day to come."""

    form = FromTomorrowForm
    list_display = ["starts_on", "company_name", "president"]
    actions = None


@admin.register(StaffMember)
class StaffMemberAdmin(admin.ModelAdmin):
    """保証会社の職員: who works where and as what. Each change is kept; the person signs in again after it."""

    list_display = ["user", "branch", "role"]
    list_filter = ["branch", "role"]
    list_select_related = ["user", "branch"]
    search_fields = ["user__username", "user__full_name"]
    actions = None

    def save_model(self, request, obj, form, change) -> None:
        staffing.assign(member=obj, by=request.user)

    def delete_model(self, request, obj) -> None:
        staffing.dismiss(member=obj, by=request.user)


@admin.register(Branch)
class BranchAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "phone"]


@admin.register(MasterChange)
class MasterChangeAdmin(admin.ModelAdmin):
    """登録データの変更履歴: read only, by trigger too."""

    list_display = ["changed_at", "act", "subject", "changed_by"]
    list_filter = ["act"]
    list_select_related = ["changed_by"]
    actions = None

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


admin.site.register([Contractor, ContractorMember])
