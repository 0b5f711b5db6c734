"""The REST API of the domain: parse, call one service or one reader, answer."""
