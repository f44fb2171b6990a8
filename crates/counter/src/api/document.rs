//! What the interface is, as OpenAPI 3.1.

use serde_json::{Value, json};

/// The document. A test holds its paths equal to the routes.
pub(super) fn document() -> Value {
    let token = json!([{ "token": [] }]);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Yagura, reports",
            "version": "1",
            "description": "Reports of viruses and of unauthorized access: taken in from everybody, worked on by the staff.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": {
            "/api/v1/openapi.json": { "get": {
                "operationId": "document", "summary": "This document", "security": [],
                "responses": { "200": { "description": "The document" } },
            } },
            "/api/v1/reports": {
                "post": {
                    "operationId": "report", "summary": "Take in a report; the same reference and words again are the same report",
                    "security": [],
                    "requestBody": { "required": true, "content": { "application/json": { "schema": { "anyOf": [
                        { "$ref": "#/components/schemas/Form" }, { "$ref": "#/components/schemas/Xarf" },
                    ] } } } },
                    "responses": {
                        "200": said("It is stored and read", "Taken"),
                        "422": said("It is stored, and could not be read", "Taken"),
                        "400": said("It is no JSON", "Error"), "429": said("Too much came from one network", "Error"),
                    },
                },
                "get": {
                    "operationId": "reports", "summary": "Reports, latest first", "security": token,
                    "parameters": [
                        query("find", "Words that all stand in it, or a receipt number", &json!({ "type": "string" }), false),
                        query("kind", "One kind alone", &json!({ "enum": ["virus", "access", "consultation"] }), false),
                        query("before", "Reports before this number", &json!({ "type": "integer" }), false),
                        query("most", "Reports at most", &json!({ "type": "integer", "minimum": 1, "maximum": 200 }), false),
                    ],
                    "responses": { "200": said("A page", "Page"), "401": said("No session", "Error") },
                },
            },
            "/api/v1/reports/{id}": { "get": {
                "operationId": "show", "summary": "A report, without who filed it", "security": token,
                "parameters": [path("id", &json!({ "type": "integer" }))],
                "responses": {
                    "200": said("The report", "Any"), "401": said("No session", "Error"),
                    "403": said("TLP:RED, and the role may not see it", "Error"), "404": said("There is none", "Error"),
                },
            } },
            "/api/v1/receipts/{receipt}": { "get": {
                "operationId": "status", "summary": "What became of a report, for whoever has its receipt number",
                "security": [],
                "parameters": [path("receipt", &json!({ "type": "string", "examples": ["7K2M-0QX9-V4TD"] }))],
                "responses": { "200": said("The status", "Status"), "404": said("There is none", "Error") },
            } },
            "/api/v1/sessions": {
                "post": {
                    "operationId": "enter", "summary": "Begin a session of twelve hours", "security": [],
                    "requestBody": body("Credentials"),
                    "responses": { "200": said("A token", "Token"), "403": said("They do not go together", "Error") },
                },
                "delete": {
                    "operationId": "leave", "summary": "End it", "security": token,
                    "responses": { "204": { "description": "It is over" }, "401": said("No session", "Error") },
                },
            },
            "/api/v1/counts": { "get": {
                "operationId": "count", "summary": "A month's count under a rule", "security": token,
                "parameters": [
                    query("month", "The month", &json!({ "type": "string", "examples": ["2005-05"] }), true),
                    query("rule", "The rule", &json!({ "type": "string", "examples": ["ipa-2005"] }), true),
                ],
                "responses": {
                    "200": said("The count", "Any"), "400": said("No such month or rule", "Error"),
                    "401": said("No session", "Error"),
                },
            } },
            "/api/v1/cases": {
                "get": {
                    "operationId": "cases", "summary": "Every case", "security": token,
                    "responses": { "200": said("The cases", "Any"), "401": said("No session", "Error") },
                },
                "post": {
                    "operationId": "open", "summary": "Open a case", "security": token, "requestBody": body("NewCase"),
                    "responses": { "200": said("The case's number", "Any"), "401": said("No session", "Error") },
                },
            },
            "/api/v1/cases/{id}/changes": { "post": {
                "operationId": "change", "summary": "Change a case", "security": token,
                "parameters": [path("id", &json!({ "type": "integer" }))],
                "requestBody": body("Change"),
                "responses": {
                    "200": said("The event's number, by which a merge or split is undone", "Any"),
                    "401": said("No session", "Error"), "404": said("No such case or report", "Error"), "409": said("The case cannot be changed so", "Error"),
                },
            } },
        },
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas(),
        },
    })
}

fn said(description: &str, schema: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

fn body(schema: &str) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn query(name: &str, description: &str, schema: &Value, required: bool) -> Value {
    json!({ "name": name, "in": "query", "description": description, "required": required, "schema": schema })
}

fn path(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn schemas() -> Value {
    json!({
        "Any": { "type": ["object", "array"] },
        "Error": { "type": "object", "required": ["error"], "properties": { "error": { "type": "string" } } },
        "Token": { "type": "object", "required": ["token"], "properties": { "token": { "type": "string" } } },
        "Form": {
            "description": "The fields of a form by their names: virus and discovered, or category and damage, or question; reference makes it one report",
            "type": "object", "minProperties": 1, "additionalProperties": { "type": "string" },
            "examples": [{ "virus": "W32/Netsky.P", "discovered": "2005-05-12", "status": "found" }],
        },
        "Xarf": {
            "description": "XARF 4, or 3", "type": "object",
            "anyOf": [{ "required": ["xarf_version"] }, { "required": ["ReporterInfo"] }],
        },
        "Taken": {
            "type": "object", "required": ["receipt", "disposition", "faults"],
            "properties": {
                "receipt": { "type": ["string", "null"] }, "disposition": { "type": "string" },
                "faults": { "type": "array", "items": { "type": "string" } },
            },
        },
        "Status": {
            "type": "object", "required": ["receipt", "kind", "received", "work"],
            "properties": {
                "receipt": { "type": "string" }, "kind": { "enum": ["virus", "access", "consultation"] },
                "received": { "type": "integer", "description": "Microseconds since 1970" },
                "work": { "enum": ["open", "waiting", "closed", null] },
            },
        },
        "Page": {
            "type": "object", "required": ["reports", "next", "hidden"],
            "properties": {
                "reports": { "type": "array", "items": { "type": "object" } },
                "next": { "type": ["integer", "null"] }, "hidden": { "type": "integer" },
            },
        },
        "Credentials": {
            "type": "object", "required": ["name", "password", "code"],
            "properties": {
                "name": { "type": "string" }, "password": { "type": "string" }, "code": { "type": "string" },
            },
        },
        "NewCase": {
            "type": "object", "required": ["title"],
            "properties": { "title": { "type": "string" }, "filing": { "type": "integer" } },
        },
        "Change": {
            "type": "object", "required": ["what"],
            "properties": { "what": { "enum": [
                "assigned", "commented", "moved", "due", "incident", "linked", "unlinked", "merged", "split", "undone",
            ] } },
            "examples": [{ "what": "commented", "text": "asked the provider" }, { "what": "merged", "into": 3 }],
        },
    })
}
