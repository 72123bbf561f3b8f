import json

import pytest

from segkit.typing_tool.export.document import document_of
from segkit.typing_tool.export.schema import document_schema


def test_the_document_fulfils_its_schema(case):
    jsonschema = pytest.importorskip("jsonschema")
    document = document_of(case.tool._fitted())
    schema = document_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json.dumps(document)), schema)
    document["segments"] = ["only one"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)
