"""The surety's business as a Django app."""

from django.apps import AppConfig


class GuaranteesConfig(AppConfig):
    name = "guarantees"
    verbose_name = "Net Desk（保証）"
    default_auto_field = "django.db.models.BigAutoField"
