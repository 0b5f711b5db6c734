"""Full text: the words of a record as a stored column, of threats and groups as indexed expressions; names by trigram.

Words are stemmed as English, and what has accents is found without them; names, references and codes are kept as they
stand as well. ``disruption_search`` and ``words_sought`` part words at the same signs (``disruptions.searching``).
"""

from django.db import migrations

CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION oic_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION oic_english ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION oic_simple (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION oic_simple ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""
NO_CONFIGURATIONS = """
DROP TEXT SEARCH CONFIGURATION oic_simple;
DROP TEXT SEARCH CONFIGURATION oic_english;
"""

# The bodies name what they use by its identity (RETURN), so that no search path can lead them elsewhere.
FUNCTIONS = """
CREATE FUNCTION words_parted(written text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(written, '/.-_@:&=+~%#''<>', '               ');

CREATE FUNCTION disruption_search(
    operation text, agency_reference text, oic_identifier_code text, reference text, summary text, impact text
) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(
            to_tsvector(
                'oic_simple'::regconfig,
                words_parted(operation || ' ' || agency_reference || ' ' || oic_identifier_code || ' ' || reference)
            ),
            'A'
        )
        || setweight(to_tsvector('oic_english'::regconfig, words_parted(operation)), 'A')
        || setweight(to_tsvector('oic_english'::regconfig, words_parted(summary)), 'B')
        || setweight(to_tsvector('oic_english'::regconfig, words_parted(impact)), 'C');

CREATE FUNCTION names_search(name text, others text[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector('oic_simple'::regconfig, words_parted(name || ' ' || array_to_string(others, ' ')))
        || to_tsvector('oic_english'::regconfig, words_parted(name || ' ' || array_to_string(others, ' ')));

CREATE FUNCTION words_sought(words text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN phraseto_tsquery('oic_english'::regconfig, words) || phraseto_tsquery('oic_simple'::regconfig, words);

CREATE FUNCTION word_begun(word text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsquery('oic_english'::regconfig, word || ':*') || to_tsquery('oic_simple'::regconfig, word || ':*');
"""
NO_FUNCTIONS = """
DROP FUNCTION word_begun(text);
DROP FUNCTION words_sought(text);
DROP FUNCTION names_search(text, text[]);
DROP FUNCTION disruption_search(text, text, text, text, text, text);
DROP FUNCTION words_parted(text);
"""

OF_A_RECORD = "disruption_search(operation, agency_reference, oic_identifier_code, reference, summary, impact)"
COLUMN = f"""
ALTER TABLE disruptions_disruption ADD COLUMN search tsvector GENERATED ALWAYS AS ({OF_A_RECORD}) STORED NOT NULL
"""
# A past state is found by an index as well: working its words out for all of history would take minutes.
INDEXES = f"""
CREATE INDEX disruption_search_idx ON disruptions_disruption USING gin (search);
CREATE INDEX disruption_event_search_idx ON disruptions_disruptionevent USING gin (({OF_A_RECORD}));
CREATE INDEX disruption_operation_like_idx ON disruptions_disruption USING gin (operation gin_trgm_ops)
    WHERE operation <> '';
CREATE INDEX soc_threat_search_idx ON disruptions_socthreat USING gin (names_search(title, aliases));
CREATE INDEX soc_threat_event_search_idx ON disruptions_socthreatevent USING gin (names_search(title, aliases));
CREATE INDEX ocg_event_search_idx ON disruptions_ocgevent USING gin (names_search(name, aliases));
CREATE INDEX ocg_search_idx ON disruptions_ocg USING gin (names_search(name, aliases));
"""
NO_INDEXES = """
DROP INDEX ocg_search_idx;
DROP INDEX ocg_event_search_idx;
DROP INDEX soc_threat_event_search_idx;
DROP INDEX soc_threat_search_idx;
DROP INDEX disruption_operation_like_idx;
DROP INDEX disruption_event_search_idx;
DROP INDEX disruption_search_idx;
"""


class Migration(migrations.Migration):
    dependencies = [("disruptions", "0008_exports")]

    operations = [
        migrations.RunSQL(CONFIGURATIONS, NO_CONFIGURATIONS),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(COLUMN, "ALTER TABLE disruptions_disruption DROP COLUMN search"),
        migrations.RunSQL(INDEXES, NO_INDEXES),
    ]
