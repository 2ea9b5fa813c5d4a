"""People in the administration pages. Passwords are set by command or reset, never read here."""

from django.contrib import admin

from netdesk.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["username", "full_name", "desk", "is_active"]
    list_filter = ["desk", "is_active"]
    search_fields = ["username", "full_name"]
    fields = ["username", "full_name", "desk", "email", "is_active", "is_staff"]

    def save_model(self, request, obj, form, change) -> None:
        """A person who may no longer sign in, or not here, is signed out everywhere at once."""
        super().save_model(request, obj, form, change)
        if not obj.is_active or "desk" in form.changed_data:
            obj.sessions.all().delete()
