"""Who may call the API: a bearer token of an organisation, and never a browser's session."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from dsure.api.problems import Problem
from dsure.models import Client, Scope

SEEN_EVERY = timedelta(minutes=1)


class ApiRequest(HttpRequest):
    """A request that came with a living token."""

    auth: Client


class Token(HttpBearer):
    """Bearer: the token must live, have the scope (where one is asked for), come with JSON where it brings a body, and
    with no parameter in its address but those of `takes`."""

    def __init__(self, scope: Scope | None = None, takes: tuple[str, ...] = ()):
        super().__init__()
        self.scope, self.takes = scope, set(takes)

    def authenticate(self, request: HttpRequest, token: str) -> Client | None:
        """The client whose token it is; None leads to 401, whatever is wrong with it."""
        client = Client.objects.of_token(token)
        if client is None:
            return None
        _note_use(client)
        if self.scope and self.scope not in client.scopes:
            raise Problem("forbidden", f"このAPIには権限「{self.scope.label}」（{self.scope}）が必要です。")
        if request.method == "POST" and request.content_type != "application/json":
            raise Problem("unsupported-media-type")
        if self.scope and request.GET.keys() - self.takes:  # a slip in a name must not ask for something else
            raise Problem("invalid", "URLに使えないパラメーターがあります。")
        return client


def _note_use(client: Client) -> None:
    """`last_used_at` is right to the minute; a busy system does not write its row at each call."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
    Client.objects.filter(stale, pk=client.pk).update(last_used_at=now)
