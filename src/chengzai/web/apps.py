"""The door as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Holds the accounts."""

    name = "chengzai.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
