"""保証証書一覧: questions about what one organisation has opened, and what became of it since its last look."""

from datetime import date
from typing import Self

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    Max,
    Model,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from dsure.models.deposits import Deposit, DepositedCertificate, DepositQuerySet, KeyReplacement, StateChange, Voiding
from dsure.models.handovers import Handover
from dsure.models.logs import How, Viewing
from dsure.models.parties import Obligee
from dsure.models.requests import Acknowledgement, Request

NOT_ANSWERED = ("", Acknowledgement.Kind.WITHDRAWN)


def register_of(obligee: Obligee) -> "RegisterQuerySet":
    """What this organisation has opened once by number and key."""
    return RegisterQuerySet(Deposit).in_register_of(obligee)


class RegisterQuerySet(DepositQuerySet):
    """Deposits in an organisation's register; annotated before they are filtered, ordered last."""

    def with_answer(self) -> Self:
        """Each with `answer`: what stands of 受領 and 返戻 on the version in force (Acknowledgement.Kind), or nothing."""
        answers = Acknowledgement.objects.filter(certificate=OuterRef("in_force_pk")).order_by("-pk")
        in_force = DepositedCertificate.objects.in_force().filter(deposit=OuterRef("pk"))
        return self.annotate(in_force_pk=Subquery(in_force.values("pk")[:1])).annotate(
            answer=Coalesce(Subquery(answers.values("kind")[:1]), Value(""))
        )

    def with_section(self) -> Self:
        """Each with `handed_to` and `handed_to_id`, the section that it was handed to last, and `first_seen_by` (organisation
        and section of the first sight, as they were then)."""
        handed = Handover.objects.filter(deposit=OuterRef("pk")).order_by("-pk")
        first = Viewing.objects.filter(deposit=OuterRef("pk")).order_by("pk")
        return self.annotate(
            handed_to_id=Subquery(handed.values("department_id")[:1]),
            handed_to=Coalesce(Subquery(handed.values("department__name")[:1]), Value("")),
            first_seen_by=Coalesce(Subquery(first.values("organisation")[:1]), Value("")),
        )

    def with_requests(self) -> Self:
        """Each with `asked_for`: what was asked of the surety last and waits for its last answer, in words; or nothing."""
        waiting = Request.objects.open().filter(deposit=OuterRef("pk")).order_by("-pk")
        words = Case(*(When(kind=kind, then=Value(label)) for kind, label in Request.Kind.choices))
        return self.annotate(asked_for=Coalesce(Subquery(waiting.annotate(words=words).values("words")[:1]), Value("")))

    def with_changes(self) -> Self:
        """Each with `changed_at` (a version arrived or was taken back, the key replaced, the guarantee closed) and `last_seen_at`.

        A look is one at the page, which says what counts; a PDF that was fetched by its address is none, and what another
        system read is none (but for its registration, where no person has looked yet).
        """
        seen = Viewing.objects.exclude(how=How.PDF).filter(client=None)
        return self.annotate(
            changed_at=Greatest(
                _latest(DepositedCertificate.objects.all(), "arrived_at"),
                _latest(Voiding.objects.all(), "voided_at", "certificate__deposit"),
                _latest(KeyReplacement.objects.all(), "replaced_at"),
                _latest(StateChange.objects.all(), "closed_at"),
            ),
            last_seen_at=Coalesce(_latest(seen, "viewed_at"), F("register_entry__first_opened_at")),
        )

    def changed_since_seen(self) -> Self:
        """Those of which the organisation has not seen the newest state; of rows `with_changes`."""
        return self.filter(last_seen_at__lt=F("changed_at"))

    def with_history(self) -> Self:
        """Each with its versions (light), key replacements and state changes fetched, for `noticing.happened_since`."""
        return self.prefetch_related(
            Prefetch("certificates", DepositedCertificate.objects.listed()), "key_replacements", "state_changes"
        )

    def listed(self) -> Self:
        """As a register shows them: with standing, answer, section, requests and changes, each with `certificates_in_force` (one,
        without its PDF); newest opened first."""
        in_force = DepositedCertificate.objects.in_force().defer("pdf")
        return (
            self.with_standing()
            .with_answer()
            .with_section()
            .with_requests()
            .with_changes()
            .select_related("register_entry__first_opened_by")
            .prefetch_related(Prefetch("certificates", in_force, to_attr="certificates_in_force"))
            .order_by("-register_entry__first_opened_at", "-pk")
        )

    def saying(self, **held: str) -> Self:
        """Those whose version in force says all of this: facts by name and lookup, `contractor_name__icontains="○○建設"`."""
        facts = {f"facts__{name}": words for name, words in held.items()}
        return self.filter(Exists(DepositedCertificate.objects.in_force().filter(deposit=OuterRef("pk"), **facts)))

    def first_opened(self, first: date | None, last: date | None) -> Self:
        """Those opened for the first time from one day to another, both in; None leaves that end open."""
        found = self.filter(register_entry__first_opened_at__date__gte=first) if first else self
        return found.filter(register_entry__first_opened_at__date__lte=last) if last else found


def _latest(rows: QuerySet[Model], moment: str, path: str = "deposit") -> Subquery:
    """The latest moment among an outer deposit's rows."""
    latest = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(latest=Max(moment))
    return Subquery(latest.values("latest"), output_field=DateTimeField())
