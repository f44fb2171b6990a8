//! The programming interface.

use serde_json::json;

use super::*;
use crate::routes::ROUTES;

async fn report(house: &House, body: &serde_json::Value) -> Said {
    let request = Request::post("/api/v1/reports").header(CONTENT_TYPE, "application/json");
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn reports_by_programs() {
    let house = House::new();
    let form = json!({ "virus": "W32/Netsky.P", "discovered": "2005-05-12", "reference": "7", "mail": "a@example.jp" });
    let first = report(&house, &form).await.is(200).json();
    assert_eq!(first["disposition"], "parsed");
    let again = report(&house, &form).await.is(200).json();
    assert_eq!(
        (&again["receipt"], &again["disposition"]),
        (&first["receipt"], &json!("duplicate"))
    );
    let xarf = json!({
        "xarf_version": "4.0.0", "report_id": "1", "timestamp": "2005-05-12T10:00:00Z",
        "reporter": { "org": "x", "contact": "a@example.jp" }, "category": "connection", "type": "port_scan",
    });
    report(&house, &xarf).await.is(200);
    let bad = report(&house, &json!({ "virus": "x", "discovered": "soon" })).await.is(422).json();
    assert_eq!(bad["receipt"], json!(null));
    assert!(bad["faults"][0].as_str().unwrap().starts_with("discovered"));
    report(&house, &json!({ "colour": "red" })).await.is(422);
    for no_report in [json!([]), json!(1), json!({}), json!({ "virus": 1 })] {
        report(&house, &no_report).await.is(400);
    }
    let request = Request::post("/api/v1/reports").body(Body::from("{")).unwrap();
    house.send(request).await.is(400);

    let ann = house.somebody("ann", Role::Analyst).await;
    let list = ann.api(&house, "GET", "/api/v1/reports?kind=virus&most=1", "").await.is(200).json();
    assert_eq!(list["reports"][0]["receipt"], first["receipt"]);
    ann.api(&house, "GET", "/api/v1/reports?kind=colour", "").await.is(400);
    ann.api(&house, "GET", "/api/v1/reports?before=x", "").await.is(400);
    assert_eq!(
        ann.api(&house, "GET", "/api/v1/reports/1", "").await.is(200).json()["filing"]["id"],
        1
    );
    let count = "/api/v1/counts?rule=ipa-2019&month=";
    let said = ann.api(&house, "GET", &format!("{count}{}", open_month()), "").await.is(200);
    assert_eq!(said.json()["rule"], "ipa-2019");
    ann.api(&house, "GET", &format!("{count}2005-13"), "").await.is(400);
    ann.api(&house, "GET", "/api/v1/counts?rule=none&month=2005-05", "").await.is(400);

    let open = r#"{"title":"a case","filing":1}"#;
    assert_eq!(ann.api(&house, "POST", "/api/v1/cases", open).await.is(200).json()["case"], 1);
    let change = "/api/v1/cases/1/changes";
    ann.api(&house, "POST", change, r#"{"what":"commented","text":"hm"}"#).await.is(200);
    ann.api(&house, "POST", change, r#"{"what":"opened","title":"x"}"#).await.is(400);
    ann.api(&house, "POST", change, r#"{"what":"merged","into":9}"#).await.is(404);
    ann.api(&house, "POST", change, r#"{"what":"merged","into":1}"#).await.is(409);
    ann.api(&house, "POST", change, "{").await.is(400);
    assert_eq!(
        ann.api(&house, "GET", "/api/v1/cases", "").await.is(200).json()[0]["title"],
        "a case"
    );
    ann.api(&house, "DELETE", "/api/v1/sessions", "").await.is(204);
    ann.api(&house, "GET", "/api/v1/cases", "").await.is(401);
}

#[tokio::test]
async fn the_document_is_the_interface() {
    let house = House::new();
    let said = house.get("/api/v1/openapi.json").await.is(200);
    let document = said.json();
    let mut told: Vec<(String, String)> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, what) in methods.as_object().unwrap() {
            told.push((method.to_uppercase(), path.clone()));
            let open = what["security"] == json!([]);
            let route = ROUTES
                .iter()
                .find(|r| r.path == path && r.method == method.to_uppercase().as_str());
            let needs = route.map(|route| matches!(route.needs, crate::routes::Needs::Role(_)));
            assert_eq!(needs, Some(!open), "{method} {path}");
        }
    }
    let mut routes: Vec<(String, String)> = ROUTES
        .iter()
        .filter(|route| route.is_api())
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    told.sort();
    routes.sort();
    assert_eq!(told, routes);

    let Some(python) = std::env::var_os("YAGURA_TEST_PYTHON") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no Python is named");
        println!("skipped: YAGURA_TEST_PYTHON names no Python with xtask/requirements.txt");
        return;
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &said.text).unwrap();
    let read = std::process::Command::new(python)
        .args(["-m", "openapi_spec_validator"])
        .arg(file.path())
        .output()
        .unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stdout));
}
