"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

from stp_portal.serving import check_may_serve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stp_portal.settings")
check_may_serve()
application = get_wsgi_application()
