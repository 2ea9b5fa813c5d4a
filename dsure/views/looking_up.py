"""電子証書を閲覧する: look-up by number and key, and whatever holds them read into the two boxes."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from dsure import finding, hashing, keys, noticing, viewing
from dsure.access import OfficerRequest, officer_only, operator_to_own_page
from dsure.forms.looking_up import FindForm, LookUpForm
from dsure.models import register_of
from dsure.views.damaged import refuses_damaged
from netdesk import confined, throttling
from netdesk.rendering import Together

CHANGES_SHOWN = 5
TYPO = (
    "保証契約番号か認証キーに入力の誤りがあります。「認証キー」のお知らせ（PDF）と1文字ずつ見比べてください"
    "（照会はしていません。失敗の回数にも数えません）"
)
NOT_READ = "番号とキーを読み取れませんでした"
NOTHING_FOUND = (
    "保証契約番号も認証キーも見つかりませんでした。お知らせに記載の番号とキーを、上の2つの欄に入力してください"
)
UNREADABLE = "このPDFは読み取れませんでした。お知らせに記載の番号とキーを、上の2つの欄に入力してください"
READING_BUSY = "ただいま読み取りが混み合っています。数秒おいて、もう一度操作してください"


@operator_to_own_page
@officer_only
@refuses_damaged
@sensitive_post_parameters("number", "key")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: OfficerRequest) -> HttpResponse:
    """電子証書を閲覧する: a right pair leads to the certificate's own address; number and key are in no address."""
    if request.method != "POST":
        return _page(request, LookUpForm(), **_changes(request))
    form = LookUpForm(request.POST)
    return _answered(request, form) if form.is_valid() else _page(request, form)


@officer_only
@sensitive_post_parameters("text")
@sensitive_variables("finder", "found", "first", "others", "boxes")
@require_POST
def find(request: OfficerRequest) -> HttpResponse:
    """Number and key of a pasted text or a notice, in the boxes of the look-up; nothing is looked up, nothing kept."""
    finder = FindForm(request.POST, request.FILES)
    found = _found(finder) if finder.is_valid() else None
    if not found:
        return _page(request, LookUpForm(), finder, errors_title=NOT_READ)
    first, *others = boxes = _boxes(found)
    return _page(request, first, found=found, candidates=boxes if others else [])


@sensitive_variables("text")
def _found(finder: FindForm) -> finding.Found:
    """What the text and the PDF hold; what is wrong with them is said at the field."""
    text = finder.cleaned_data["text"]
    try:
        if finder.cleaned_data["notice"]:
            text += "\n" + confined.text_of(finder.cleaned_data["notice"])
    except (confined.Unreadable, confined.Busy) as refusal:
        finder.add_error("notice", UNREADABLE if isinstance(refusal, confined.Unreadable) else READING_BUSY)
        return finding.Found()
    found = finding.search(text)
    if not found:
        finder.add_error("notice" if finder.cleaned_data["notice"] else "text", NOTHING_FOUND)
    return found


@sensitive_variables()
def _boxes(found: finding.Found) -> list[LookUpForm]:
    """A look-up form for each pair that was found; where there is none, one with what there is."""
    if not found.pairs:
        return [LookUpForm(initial={"number": found.number, "key": found.key})]
    pairs = [{"number": number, "key": keys.grouped(key)} for number, key in found.pairs]
    forms = [LookUpForm(initial=pair, auto_id=f"id_%s_{place}") for place, pair in enumerate(pairs, start=1)]
    return forms if len(pairs) > 1 else [LookUpForm(initial=pairs[0])]


def _changes(request: OfficerRequest) -> dict:
    """変更のお知らせ: what changed since the organisation last looked, newest change first."""
    changed = register_of(request.officer.obligee).with_changes().changed_since_seen()
    rows = list(changed.listed().with_history().order_by("-changed_at", "-pk")[:CHANGES_SHOWN])
    for row in rows:
        row.happened = noticing.happened_since(row, row.last_seen_at)
    return {"changes": rows, "change_count": changed.count()}


@sensitive_variables("form", "number", "key", "context")
def _answered(request: OfficerRequest, form: LookUpForm) -> HttpResponse:
    """The answer to a readable pair. Every reason why nothing opens gives the same page."""
    number, key = form.cleaned_data["number"], form.cleaned_data["key"]
    context: dict = {}
    status = 200
    try:
        certificate = viewing.look_up(by=request.officer, number_text=number, key_text=key)
    except viewing.Typo:
        form.add_error("key", TYPO)
    except viewing.NoMatch:
        form.add_error(None, viewing.NO_MATCH)
    except throttling.MustWait as wait:
        context["waits_seconds"], status = wait.seconds, 429
    except throttling.Stopped:
        context["is_stopped"], status = True, 429
    except hashing.Busy as busy:
        context["waits_seconds"], context["is_busy"], status = busy.seconds, True, 503
    else:
        return redirect("dsure:certificate", public_id=certificate.deposit.public_id)
    response = _page(request, form, status=status, **context)
    if "waits_seconds" in context:
        response["Retry-After"] = context["waits_seconds"]
    return response


@sensitive_variables()
def _page(
    request: OfficerRequest, pair: LookUpForm, finder: FindForm | None = None, *, status: int = 200, **context
) -> HttpResponse:
    together = Together(pair=pair, finder=finder or FindForm())
    return render(request, "dsure/look_up.html", {"form": together, "section": "lookup", **context}, status=status)
