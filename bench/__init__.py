"""The benchmark: generated records, the product's own paths beside bare SQL that does the same work, ratios."""
