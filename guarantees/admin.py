"""Reference data of the surety in the administration pages. Business is done in the stages, never here."""

from django.contrib import admin

from guarantees.models import (
    Addressee,
    Branch,
    Contractor,
    ContractorMember,
    HandInRule,
    Obligee,
    ObligeeTerms,
    Signatory,
    StaffMember,
)


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


admin.site.register([Branch, Contractor, ContractorMember, HandInRule, Signatory, StaffMember])
