"""Reads exports with other people's programs and says what they are, as one line of JSON.

Arguments: the folder with report.xarf, report.misp, report.xml, report.json;
the folder of iodef.xsd.
"""

import json
import pathlib
import sys

import jsonschema
import lxml.etree
import pymisp
import xarf

exports, schemas = map(pathlib.Path, sys.argv[1:])
said = {}

# XARF's own library: its schema, and its models.
lines = (exports / "report.xarf").read_text().splitlines()
parsed = [xarf.parse(line) for line in lines]
errors = [str(error.message) for one in parsed for error in one.errors]
kinds = [f"{one.report.category}/{one.report.type}" for one in parsed if one.report]
said["xarf"] = {"errors": errors, "kinds": kinds}

# PyMISP: every event loads, and none of its parts goes missing on the way out again.
events = json.loads((exports / "report.misp").read_text())["response"]
loaded = []
for event in events:
    misp = pymisp.MISPEvent()
    misp.load(event)
    again = json.loads(misp.to_json())
    loaded.append([len(again["Attribute"]), len(again["Tag"]), again["info"]])
    for attribute in misp.attributes:
        assert attribute.type == "text"
said["misp"] = loaded

# libxml2 and the schema.
schema = lxml.etree.XMLSchema(lxml.etree.parse(str(schemas / "iodef.xsd")))
document = lxml.etree.parse(str(exports / "report.xml"))
schema.validate(document)
name = {"i": "urn:ietf:params:xml:ns:iodef-2.0"}
said["xml"] = {
    "errors": [error.message for error in schema.error_log],
    "virus": document.xpath("//i:AdditionalData[@name='virus']/text()", namespaces=name),
    "ids": document.xpath("//i:IncidentID/text()", namespaces=name),
}

# RFC 8727: names and shapes of the members that an export writes, by its figure 3 and appendix.
text = {"type": "string"}
texts = {"type": "array", "items": text, "minItems": 1}


def members(required, **optional):
    every = {**required, **optional}
    return {"type": "object", "properties": every, "required": list(required), "additionalProperties": False}


def several(item):
    return {"type": "array", "items": item, "minItems": 1}


incident = members(
    {
        "purpose": {"enum": ["traceback", "mitigation", "reporting", "watch", "other"]},
        "IncidentID": members({"id": text, "name": text}),
        "GenerationTime": text,
        "Contact": several(
            members(
                {"role": {"const": "creator"}, "type": {"enum": ["person", "organization"]}},
                ContactName=texts,
                Email=several(members({"EmailTo": text})),
            )
        ),
    },
    restriction={"enum": ["white", "green", "amber", "red"]},
    DetectTime=text,
    StartTime=text,
    ReportTime=text,
    Description=texts,
    Discovery=several(members({}, source=text)),
    Assessment=several(
        members(
            {"Impact": several(members({"SystemImpact": members({"type": text})}))},
            occurrence={"enum": ["actual", "potential"]},
            IncidentCategory=texts,
            Cause=texts,
        )
    ),
    AdditionalData=several(members({"name": text, "dtype": {"const": "string"}, "value": text}, meaning=text)),
)
shape = members({"version": {"const": "2.0"}, "Incident": several(incident)}, lang=text)
values = json.loads((exports / "report.json").read_text())
said["json"] = {
    "errors": [error.message for error in jsonschema.Draft202012Validator(shape).iter_errors(values)],
    "ids": [one["IncidentID"]["id"] for one in values["Incident"]],
}
print(json.dumps(said))
