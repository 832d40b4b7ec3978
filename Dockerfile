# The service without embedded servers: give DATABASE_URL and CELERY_BROKER_URL.
FROM python:3.11-slim AS build
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static
RUN useradd --system --uid 10001 --create-home shop && mkdir -p /srv/media /srv/static && chown shop /srv/media
COPY --from=build /venv /venv
WORKDIR /srv/app
COPY manage.py Procfile ./
COPY shop_content shop_content
COPY fixtures fixtures
COPY locale locale
RUN DATABASE_URL=postgresql://none@127.0.0.1/none CELERY_BROKER_URL=redis://127.0.0.1/0 \
    python manage.py collectstatic --noinput --verbosity 0
USER shop
EXPOSE 8000
CMD ["honcho", "start", "--no-prefix", "web"]
