"""The ground floor as a Django app."""

from django.apps import AppConfig


class NetdeskConfig(AppConfig):
    name = "netdesk"
    verbose_name = "共通（利用者・メール）"
    default_auto_field = "django.db.models.BigAutoField"
