"""The first save of a new record, several times at once: one record."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from disruptions.models import Disruption, StartedDraft
from tests.disruptions.pages import WHAT
from tests.disruptions.test_races import AT_ONCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_click_at_the_same_moment_makes_one_record(recorder):
    sent = {"role": "lead", "key": str(uuid4()), **WHAT}
    browsers = [Client() for _ in range(AT_ONCE)]
    for browser in browsers:
        browser.force_login(recorder)
    connection.close()
    answers = at_once(lambda place: browsers[place].post(reverse("disruption_new"), sent))
    record = Disruption.objects.get()
    assert {answer.url for answer in answers} == {reverse("disruption_step", args=[record.reference, "threat"])}
    assert record.version == 1
    assert StartedDraft.objects.get().disruption == record
