"""What a web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from oic.environment import embedded_cluster
from oic.start_checks import require_safe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oic.settings")

cluster = embedded_cluster()
hold = cluster.acquire() if cluster is not None else None

application = get_wsgi_application()
require_safe_start()
