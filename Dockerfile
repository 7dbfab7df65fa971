# The portal for a server: one image, run as web server, worker and scheduler by docker-compose.yml.
FROM python:3.11.14-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 UPLOADS_DIR=/var/lib/stp-portal/uploads
WORKDIR /srv/stp-portal

COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock

COPY . ./
# Static files are part of the image; uploads are on a volume, which takes its owner from this folder.
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent portal \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && mkdir -p "$UPLOADS_DIR" \
    && chown -R portal:portal var "$UPLOADS_DIR"

USER portal
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["gunicorn", "stp_portal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--graceful-timeout", "20", "--access-logfile", "-", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
