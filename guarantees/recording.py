"""The chain of events: who did what when, each event with the hash of the one before (design.md, section 4)."""

import hashlib
import json
from datetime import UTC, datetime

from django.utils import timezone

from guarantees.models import Application, ChainHead, Event, Guarantee, RequestedGuarantee
from guarantees.terms import Act


def record(
    act: Act,
    *,
    by,
    application: Application | None = None,
    requested: RequestedGuarantee | None = None,
    guarantee: Guarantee | None = None,
    details: dict | None = None,
) -> Event:
    """Append one event, as the last step of a stage: it holds the chain's head until commit."""
    ChainHead.objects.get_or_create(pk=1)
    head = ChainHead.objects.select_for_update().get(pk=1)
    application = requested.application if requested else application
    event = Event(
        sequence=head.last_sequence + 1,
        happened_at=timezone.now(),
        done_by=by,
        act=act,
        application=application,
        product=requested.product if requested else "",
        guarantee=guarantee,
        revision=application.revision if application else None,
        details=details or {},
        previous_sha256=head.last_sha256,
    )
    event.sha256 = sha256_of(event)
    event.save(force_insert=True)
    head.last_sequence, head.last_sha256 = event.sequence, event.sha256
    head.save(update_fields=["last_sequence", "last_sha256"])
    return event


def sha256_of(event: Event) -> str:
    """The event's own hash, over every column and the hash before it, the time in one fixed UTC form."""
    columns = [
        event.sequence,
        utc_text(event.happened_at),
        event.done_by_id,
        event.act,
        event.application_id,
        event.product,
        event.guarantee_id,
        event.revision,
        event.details,
        event.previous_sha256,
    ]
    text = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def utc_text(moment: datetime) -> str:
    """A moment as `2026-12-01T03:04:05.000006Z`, whatever time zone it came in."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def first_broken() -> int | None:
    """The sequence of the first event that does not fit the chain or its own hash; None where all is whole."""
    sequence, previous = 0, "0" * 64
    for event in Event.objects.order_by("sequence").iterator():
        sequence += 1
        if (event.sequence, event.previous_sha256, event.sha256) != (sequence, previous, sha256_of(event)):
            return sequence
        previous = event.sha256
    head = ChainHead.objects.filter(pk=1).first() or ChainHead()
    return None if (head.last_sequence, head.last_sha256) == (sequence, previous) else sequence + 1
