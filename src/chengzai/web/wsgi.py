"""The door for a server process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengzai.web.settings")
application = get_wsgi_application()

from chengzai.web._nightly import start_nightly  # noqa: E402 -- needs the application
from chengzai.web._outlooks import outlooks  # noqa: E402 -- only now are the settings read

start_nightly()
outlooks().begin()
