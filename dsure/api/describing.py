"""What the OpenAPI schema says of answers that are not JSON of ours: problems, and the PDF."""

from dsure.api.problems import KINDS, MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "問題の種類（この説明の該当箇所のURL）"},
        "title": {"type": "string", "description": "問題の種類の名前"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "説明"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
ALWAYS = ("unauthenticated", "forbidden", "invalid", "internal")


def problems(*names: str) -> dict:
    """The responses of these kinds, and of those that every endpoint may have."""
    responses: dict = {}
    for kind in (KINDS[name] for name in dict.fromkeys((*ALWAYS, *names))):
        known = responses.get(kind.status)
        title = f"{known['description']}／{kind.title}" if known else kind.title
        responses[kind.status] = {
            "description": title,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return {"responses": dict(sorted(responses.items()))}


def with_pdf(described: dict) -> dict:
    """The same, with a PDF as the answer."""
    pdf = {
        "description": "PDF",
        "headers": {"D-Sure-SHA256": {"description": "PDFのSHA-256（16進）", "schema": {"type": "string"}}},
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
    return {"responses": {200: pdf, **described["responses"]}}
