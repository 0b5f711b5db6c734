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


DISRUPTIONS = "/api/v1/disruptions/"


def take_lists_of_records(paths, shapes):
    shapes["DisruptionInputOrList"]["oneOf"].pop()


def take_the_way_to_send_lists(paths, shapes):
    content = paths[DISRUPTIONS]["post"]["requestBody"]["content"]["application/json"]
    content["schema"] = {"$ref": "#/components/schemas/DisruptionInput"}


def take_shorter_lists(paths, shapes):
    shapes["DisruptionInputOrList"]["oneOf"][1]["maxItems"] = 10


def take_an_etag(paths, shapes):
    del paths[DISRUPTIONS]["post"]["responses"]["201"]["headers"]["ETag"]


def take_a_media_type_of_what_is_read(paths, shapes):
    content = paths["/api/v1/statistics/oic-01/"]["get"]["responses"]["200"]["content"]
    content["application/hal+json"] = content.pop("application/json")


def need_another_media_type(paths, shapes):
    content = paths[DISRUPTIONS]["post"]["requestBody"]["content"]
    content["application/xml"] = content.pop("application/json")


def need_another_scope(paths, shapes):
    paths["/api/v1/vocabulary/"]["get"]["security"] = [{"clientCredentials": ["threats:write"]}]


def need_one_more_scope(paths, shapes):
    paths[DISRUPTIONS]["post"]["security"][0]["clientCredentials"].append("threats:read")


def need_a_pattern(paths, shapes):
    shapes["DisruptionInput"]["properties"]["summary"]["pattern"] = "^[A-Z]+$"


def need_a_longer_text(paths, shapes):
    shapes["DisruptionInput"]["properties"]["summary"]["minLength"] = 500


def need_a_bigger_number(paths, shapes):
    shapes["OutcomeInput"]["properties"]["count"]["minimum"] = 10


def parameter(paths, name):
    return next(each for each in paths[DISRUPTIONS]["get"]["parameters"] if each["name"] == name)


def let_a_filter_take_one_number(paths, shapes):
    parameter(paths, "level")["schema"] = {"type": "integer"}


def let_pages_be_small(paths, shapes):
    parameter(paths, "page_size")["schema"]["maximum"] = 5


def change_the_codes_of_a_filter(paths, shapes):
    parameter(paths, "level")["schema"]["items"] = {"$ref": "#/components/schemas/Status"}


def format_of_trend(paths):
    parameters = paths["/api/v1/statistics/trend/"]["get"]["parameters"]
    return next(each for each in parameters if each["name"] == "format")


def take_a_code_by_another_list(paths, shapes):
    shapes["OtherFormat"] = {"type": "string", "enum": ["csv", "ods"]}
    format_of_trend(paths)["schema"] = {"$ref": "#/components/schemas/OtherFormat"}


def change_the_kinds_of_an_answer(paths, shapes):
    shapes["DisruptionOrResults"]["oneOf"].pop()


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
    shapes["DisruptionInputOrList"]["oneOf"][1] |= {"maxItems": 2_000, "minItems": 0}
    del shapes["DisruptionInput"]["properties"]["impact"]["maxLength"]
    shapes["DisruptionInputOrList"]["oneOf"].append({"type": "string"})
    paths = other["paths"]
    paths[DISRUPTIONS]["post"]["security"].append({"clientCredentials": ["threats:write"]})
    paths[DISRUPTIONS]["post"]["responses"]["201"]["headers"]["Sunset"] = {"schema": {"type": "string"}}
    parameter(paths, "page_size")["schema"]["maximum"] += 1
    shapes["OtherFormat"] = {"type": "string", "enum": ["csv", "json", "ods"]}
    format_of_trend(paths)["schema"] = {"$ref": "#/components/schemas/OtherFormat"}
    paths["/api/v1/colours/"] = {"get": {"operationId": "colours_list", "responses": {}}}
    assert not broken(present, statements(other))
