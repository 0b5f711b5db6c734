"""What the log says of a failure: where it happened, and nothing of what was in the variables."""

import json
import logging.config
from typing import Any

from django.conf import settings


def test_a_failure_is_logged_without_its_variables():
    configuration: Any = settings.LOGGING
    formatter = logging.config.DictConfigurator({}).configure_formatter(configuration["formatters"]["json"])
    try:
        typed = "what somebody typed"
        raise ValueError(len(typed))
    except ValueError as error:
        failure = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("oic", logging.ERROR, __file__, 1, "it failed", None, failure)
    line = json.loads(formatter.format(record))
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "what somebody typed" not in json.dumps(line)
