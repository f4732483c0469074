"""The door as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Holds no tables yet."""

    name = "chengzai.web"
    label = "web"
