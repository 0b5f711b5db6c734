"""How many requests each API client has made in the present minute.

Unlogged: a crash may forget a minute's count, and counting costs no flush of the write-ahead log. One row a client,
written by one upsert a request.
"""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE agencies_request_window (
    client_id bigint PRIMARY KEY,
    minute timestamptz NOT NULL,
    requests integer NOT NULL
) WITH (fillfactor = 50)
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_a_role_ends_at_once")]

    operations = [migrations.RunSQL(CREATE, reverse_sql="DROP TABLE agencies_request_window")]
