#!/bin/sh
# The two roles and their database, made once, when the database container starts on an empty volume.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
	--set owner_password="$OIC_OWNER_PASSWORD" --set app_password="$OIC_APP_PASSWORD" <<'SQL'
CREATE ROLE oic_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE oic_app LOGIN PASSWORD :'app_password';
CREATE DATABASE oic OWNER oic_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE ALL ON DATABASE oic FROM PUBLIC;
GRANT CONNECT ON DATABASE oic TO oic_app;
\connect oic
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
SQL
