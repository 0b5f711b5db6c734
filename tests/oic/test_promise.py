"""Within ``/api/v1/`` nothing that a partner may rely on goes or is narrowed; what is added is promised at once."""

from copy import deepcopy

import pytest

from tests.oic.promise import broken, kept_description, read_promised, statements


@pytest.fixture(scope="module")
def description():
    return kept_description()


@pytest.fixture(scope="module")
def present(description):
    return statements(description)


def test_every_promise_is_kept(present):
    gone = broken(read_promised(), present)
    assert not gone, "Partners rely on this within /api/v1/ (docs/partner.md, What may change):\n" + "\n".join(gone)


def test_what_is_new_is_promised(present):
    """`make docs` adds it."""
    assert sorted(present - set(read_promised())) == []


def take_an_operation(paths, shapes):
    del paths["/api/v1/disruptions/{reference}/withdraw/"]


def take_a_filter(paths, shapes):
    paths["/api/v1/disruptions/"]["get"]["parameters"] = []


def need_a_header(paths, shapes):
    for each in paths["/api/v1/disruptions/"]["post"]["parameters"]:
        each["required"] = True


def take_a_field_of_what_is_read(paths, shapes):
    del shapes["Disruption"]["properties"]["claimed_level"]


def let_a_field_be_missing(paths, shapes):
    shapes["Disruption"]["required"].remove("level")


def let_a_field_be_null(paths, shapes):
    shapes["Disruption"]["properties"]["recorded_at"]["nullable"] = True


def change_a_type(paths, shapes):
    shapes["Disruption"]["properties"]["version"]["type"] = "string"


def take_a_code(paths, shapes):
    shapes["Level"]["enum"].remove("negative")


def need_a_field_of_what_is_sent(paths, shapes):
    shapes["DisruptionInput"]["required"].append("threat")


def shorten_a_text(paths, shapes):
    shapes["DisruptionInput"]["properties"]["summary"]["maxLength"] -= 1


def refuse_null(paths, shapes):
    shapes["DisruptionInput"]["properties"]["summary"]["nullable"] = False


NARROWER = [each for name, each in list(globals().items()) if name.startswith(("take_", "need_", "let_", "change_"))]
NARROWER += [shorten_a_text, refuse_null]


@pytest.mark.parametrize("narrow", NARROWER, ids=lambda each: each.__name__)
def test_what_is_taken_away_is_found(description, present, narrow):
    other = deepcopy(description)
    narrow(other["paths"], other["components"]["schemas"])
    assert broken(present, statements(other))


def test_what_is_added_breaks_nothing(description, present):
    other = deepcopy(description)
    shapes = other["components"]["schemas"]
    shapes["Disruption"]["properties"]["colour"] = {"type": "string"}
    shapes["Disruption"]["required"].append("colour")
    shapes["Level"]["enum"].append("enormous")
    shapes["DisruptionInput"]["properties"]["colour"] = {"type": "string"}
    shapes["DisruptionInput"]["properties"]["summary"]["maxLength"] += 1
    other["paths"]["/api/v1/colours/"] = {"get": {"operationId": "colours_list", "responses": {}}}
    assert not broken(present, statements(other))
