"""Serves under any WSGI server: `gunicorn wsgi:app`, `waitress-serve wsgi:app` ..."""

from portal import create_app

app = create_app()
