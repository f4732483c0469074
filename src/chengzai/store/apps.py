"""The store as a Django application, which gives it tables and migrations."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Names the tables `store_…`."""

    name = "chengzai.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
