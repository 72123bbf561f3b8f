"""The JSON schema of the document of a tool (`document`), draft 2020-12."""

from typing import Any

from segkit.typing_tool.export.document import DOCUMENT_FORMAT, DOCUMENT_VERSION

__all__ = ["document_schema"]

_TEXT: dict[str, Any] = {"type": "string"}
_WHOLE: dict[str, Any] = {"type": "integer"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


def document_schema() -> dict[str, Any]:
    """Return the schema that every document fulfils."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": DOCUMENT_FORMAT,
        **_record(
            format={"const": DOCUMENT_FORMAT},
            version={"const": DOCUMENT_VERSION},
            steps=_list(_TEXT),
            segments={"type": "array", "minItems": 2, "items": {"type": ["string", "integer"]}},
            fields={"type": "array", "minItems": 1, "items": _field()},
            voter={"oneOf": [_forest(), _scorecard()]},
            weights={"oneOf": [_shares(), _odds()]},
            abstention=_record(
                cut=_COUNT, bits=_COUNT, mostly={"type": "number"}, reasons=_list(_TEXT)
            ),
        ),
    }


def _field() -> dict[str, Any]:
    return _record(
        name=_TEXT,
        kind={"enum": ["number", "text", "boolean"]},
        levels=_list(_TEXT),
        edges=_list({"type": "number"}),
        codes=_list(_COUNT),
        missing=_COUNT,
        unseen={"type": "integer", "minimum": -1},
        pooled=_COUNT,
        n_codes={"type": "integer", "minimum": 1, "maximum": 64},
    )


def _forest() -> dict[str, Any]:
    tree = _record(
        field=_list({"type": "integer", "minimum": -1}),
        threshold=_list(_COUNT),
        left=_list(_WHOLE),
        right=_list(_WHOLE),
        votes=_list(_list(_COUNT)),
    )
    return _record(kind={"const": "forest"}, trees=_list(tree))


def _scorecard() -> dict[str, Any]:
    return _record(
        kind={"const": "scorecard"}, everyone=_list(_COUNT), points=_list(_list(_list(_COUNT)))
    )


def _shares() -> dict[str, Any]:
    positive = {"type": "integer", "minimum": 1}
    return _record(
        kind={"const": "shares"}, multipliers=_list(positive), steps=positive, table=_list(positive)
    )


def _odds() -> dict[str, Any]:
    return _record(kind={"const": "odds"}, table=_list({"type": "integer", "minimum": 1}))


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _record(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
