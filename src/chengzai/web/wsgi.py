"""The door for a server process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengzai.web.settings")
application = get_wsgi_application()
