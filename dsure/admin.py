"""Reference data of D-Sure. What is append-only is not here: it is read on D-Sure's own pages, and by nobody who may edit."""

from django.contrib import admin

from dsure.models import Department, Obligee, Officer, Operator


class DepartmentInline(admin.TabularInline):
    model = Department
    fields = ["name"]
    extra = 0


@admin.register(Obligee)
class ObligeeAdmin(admin.ModelAdmin):
    list_display = ["code", "name"]
    search_fields = ["code", "name"]
    fields = ["code", "name"]
    inlines = [DepartmentInline]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        """Certificates are bound to the code: once given it stays."""
        return ["code"] if obj else []


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["name", "obligee"]
    list_select_related = ["obligee"]
    search_fields = ["name", "obligee__name", "obligee__code"]
    autocomplete_fields = ["obligee"]
    fields = ["obligee", "name"]


@admin.register(Officer)
class OfficerAdmin(admin.ModelAdmin):
    list_display = ["user", "obligee", "department", "is_administrator"]
    list_select_related = ["user", "obligee", "department__obligee"]
    list_filter = ["is_administrator"]
    search_fields = ["user__username", "user__full_name", "obligee__name"]
    autocomplete_fields = ["obligee", "department"]


@admin.register(Operator)
class OperatorAdmin(admin.ModelAdmin):
    list_display = ["user"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__full_name"]
