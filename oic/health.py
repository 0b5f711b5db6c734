"""Ask a site whether it answers, with its database: `python -m oic.health URL`, for a container's health check."""

import http.client
import sys
import urllib.parse

SECONDS = 5


def answers(url: str) -> bool:
    """Say whether the health page answers that all is well."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
    try:
        connection.request("GET", f"{address.path}?format=text")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not answers(sys.argv[1]))
