//! Every route, as nobody and as everybody.

use std::path::Path;

use axum::http::Method;

use super::*;
use crate::routes::{Needs, ROUTES, Route};

/// What anybody may ask for. A route that is not here needs a role: whoever adds one says so here.
const PUBLIC: [(&str, &str); 16] = [
    ("GET", "/"),
    ("GET", "/counter.css"),
    ("GET", "/{language}"),
    ("GET", "/{language}/{form}"),
    ("POST", "/{language}/{form}"),
    ("GET", "/{language}/status"),
    ("POST", "/{language}/status"),
    ("GET", "/api/v1/openapi.json"),
    ("POST", "/api/v1/reports"),
    ("GET", "/api/v1/receipts/{receipt}"),
    ("POST", "/api/v1/sessions"),
    ("GET", "/staff/language/{language}"),
    ("GET", "/staff/login"),
    ("POST", "/staff/login"),
    ("GET", "/staff/join/{token}"),
    ("POST", "/staff/join/{token}"),
];

fn path(route: &Route) -> String {
    let mut path = route.path.to_owned();
    for (name, value) in [
        ("{language}", "en"),
        ("{form}", "virus"),
        ("{receipt}", "7K2M-0QX9-V4TD"),
        ("{token}", "none"),
        ("{id}", "1"),
        ("{place}", "0"),
        ("{month}", "2005-05"),
    ] {
        path = path.replace(name, value);
    }
    assert!(!path.contains('{'), "{path}");
    path
}

#[test]
fn what_anybody_may_ask_for() {
    let open = ROUTES.iter().filter(|route| !matches!(route.needs, Needs::Role(_)));
    let open: Vec<(&str, &str)> = open.map(|route| (route.method.as_str(), route.path)).collect();
    assert_eq!(open, PUBLIC);
    // Whatever changes something or guesses at a secret costs patience.
    for route in ROUTES.iter().filter(|route| route.needs == Needs::Nothing) {
        assert_eq!(route.method, Method::GET, "{}", route.path);
    }
}

/// Routes come from the table alone: nothing else in this room makes one.
#[test]
fn there_is_no_other_route() {
    let mut made = Vec::new();
    for file in files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        if file.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for words in [
            ".route(",
            ".nest(",
            ".merge(",
            ".route_service(",
            ".nest_service(",
            "fallback_service(",
        ] {
            made.extend(text.matches(words).map(|words| (file.clone(), words.to_owned())));
        }
    }
    let made: Vec<(&str, &str)> = made
        .iter()
        .map(|(file, words)| (file.file_name().unwrap().to_str().unwrap(), words.as_str()))
        .collect();
    assert_eq!(made, [("routes.rs", ".route(")]);
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether a request passed the gate.
fn passed(route: &Route, said: &Said) -> bool {
    match said.status.as_u16() {
        401 => false,
        403 => !said.text.contains("This is not for"),
        303 => said.to() != "/staff/login" || route.path == "/staff/logout",
        _ => true,
    }
}

async fn ask(house: &House, route: &Route, somebody: Option<&Somebody>) -> Said {
    let path = path(route);
    let body = if route.is_api() { "{}" } else { "guard=guard" };
    let kind =
        if route.is_api() { "application/json" } else { "application/x-www-form-urlencoded" };
    let mut request =
        Request::builder().method(route.method.clone()).uri(path).header(CONTENT_TYPE, kind);
    if let Some(somebody) = somebody {
        request = if route.is_api() {
            request.header(AUTHORIZATION, format!("Bearer {}", somebody.token))
        } else {
            request.header(COOKIE, format!("yagura={}", somebody.token))
        };
    }
    house.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn every_route_lets_in_whom_it_should() {
    let house = House::new();
    house.somebody("first", Role::Administrator).await;
    for route in &ROUTES {
        let name = format!("{} {}", route.method, route.path);
        let said = ask(&house, route, None).await;
        let Needs::Role(needed) = route.needs else {
            assert!(passed(route, &said) || route.path == "/staff/login", "{name}: {said:?}");
            continue;
        };
        if route.is_api() {
            assert_eq!(said.status, 401, "{name}");
            assert!(said.json()["error"].is_string());
        } else {
            assert_eq!((said.status.as_u16(), said.to()), (303, "/staff/login"), "{name}");
        }
        let names = ["ann", "bob", "eve"];
        for (name_of, role) in names.into_iter().zip(Role::ALL) {
            // A session of its own each time: one of the routes ends it.
            let somebody = house.somebody(name_of, *role).await;
            let said = ask(&house, route, Some(&somebody)).await;
            assert_eq!(passed(route, &said), role.covers(needed), "{name} as {role}: {said:?}");
            assert_ne!(said.status.as_u16() / 100, 5, "{name} as {role}: {said:?}");
        }
        // What is no session, or one of another kind, is nobody's.
        let forged = Somebody { token: "guard".to_owned() };
        assert!(
            !passed(route, &ask(&house, route, Some(&forged)).await)
                || route.path == "/staff/logout"
        );
        assert!(!ask(&house, route, Some(&forged)).await.status.is_success());
    }
}

/// Another page can make a browser send its cookie, and cannot know the guard.
#[tokio::test]
async fn a_forged_form_changes_nothing() {
    let house = House::new();
    let somebody = house.somebody("ann", Role::Administrator).await;
    let forms = ROUTES.iter().filter(|route| {
        route.method == Method::POST && matches!(route.needs, Needs::Role(_)) && !route.is_api()
    });
    let mut tried = 0;
    for route in forms {
        for fields in [&[("title", "x")][..], &[("guard", "another")], &[("guard", "")]] {
            let said = house.send(form(&path(route), fields, Some(&somebody.token))).await;
            assert_eq!(said.status, 403, "{}", route.path);
            assert!(said.text.contains("not of this session"));
        }
        tried += 1;
    }
    assert_eq!(tried, 8);
    // The interface takes no cookie at all.
    let request =
        Request::get("/api/v1/cases").header(COOKIE, format!("yagura={}", somebody.token));
    house.send(request.body(Body::empty()).unwrap()).await.is(401);
}

#[tokio::test]
async fn every_answer_keeps_the_browser_quiet() {
    let house = House::new();
    for path in ["/en", "/nowhere/at/all", "/staff", "/api/v1/cases", "/counter.css"] {
        let said = house.get(path).await;
        for (name, wanted) in [
            ("content-security-policy", "default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert!(said.headers[name].to_str().unwrap().contains(wanted), "{path}");
        }
        assert!(said.headers.get("set-cookie").is_none(), "{path}");
    }
    house.get("/fr/virus").await.is(404);
    house.get("/en/nothing").await.is(404);
    assert!(house.post("/ja", &[]).await.is(405).text.contains("このアドレスでは"));
    for (path, wanted) in [("/api/v1/nothing", 404), ("/api/v1/openapi.json", 405)] {
        assert!(house.post(path, &[]).await.is(wanted).json()["error"].is_string());
    }
}
