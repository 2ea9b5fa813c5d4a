"""People in the administration pages. Passwords are set by command or reset, never read here."""

from django.contrib import admin

from netdesk.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["username", "full_name", "desk", "is_active"]
    list_filter = ["desk", "is_active"]
    search_fields = ["username", "full_name"]
    fields = ["username", "full_name", "desk", "email", "is_active", "is_staff"]
