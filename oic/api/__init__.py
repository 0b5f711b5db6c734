"""The roof of the API: addresses, error shapes, parsers, pagination, schema, docs."""
