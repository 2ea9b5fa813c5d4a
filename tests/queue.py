"""The background worker, in tests."""

from procrastinate.contrib.django import app


def run_queue() -> None:
    """The worker, once through the queue, on a connection of its own as in real life."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
