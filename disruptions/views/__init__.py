"""Pages of the domain: a view parses, calls one service or one reader, and answers."""
