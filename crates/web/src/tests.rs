//! Requests to the router over an archive that holds nothing yet; [`places`]: over one with rows.

mod bulletins;
mod findings;
mod places;

use std::path::Path;
use std::sync::Arc;

use archive::Archive;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use press::Shelf;
use tower::ServiceExt as _;
use url::Url;

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn ask(method: Method, paths: &[&str]) -> Vec<Answer> {
    let folder = tempfile::tempdir().unwrap();
    ask_in(folder.path(), method, paths).await
}

/// Asks over a folder's bulletins, and an archive that holds nothing.
async fn ask_in(folder: &Path, method: Method, paths: &[&str]) -> Vec<Answer> {
    let location = Url::from_directory_path(folder.join("archive")).unwrap();
    let archive = Archive::open(&location, "UTC").await.unwrap();
    ask_of(archive, Shelf::new(folder.join("bulletins")), method, paths).await
}

async fn ask_of(archive: Archive, shelf: Shelf, method: Method, paths: &[&str]) -> Vec<Answer> {
    let router = crate::router(Arc::new(archive), shelf);
    let mut answers = Vec::new();
    for path in paths {
        let request = Request::builder().method(&method).uri(*path).body(Body::empty()).unwrap();
        let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        answers.push(Answer { status: parts.status, headers: parts.headers, text });
    }
    answers
}

async fn get(path: &str) -> Answer {
    ask(Method::GET, &[path]).await.remove(0)
}

#[track_caller]
fn says(answer: &Answer, status: StatusCode, sentence: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.text.contains(sentence), "{sentence:?} is not in {}", answer.text);
}

#[tokio::test]
async fn an_empty_archive_says_how_to_import() {
    says(&get("/").await, StatusCode::OK, "yagura import --point NAME FILE");
}

#[tokio::test]
async fn errors_are_sentences() {
    says(&get("/nowhere").await, StatusCode::NOT_FOUND, "There is no page at this address.");
    let script = get("/?point=%3Cscript%3E").await;
    assert!(!script.text.contains("<script"), "{}", script.text);
}

#[tokio::test]
async fn health_is_json() {
    let health = get("/healthz").await;
    assert_eq!(health.status, StatusCode::OK);
    let json: serde_json::Value = serde_json::from_str(&health.text).unwrap();
    assert_eq!(json, serde_json::json!({"status": "ok", "days": null}));
}

#[tokio::test]
async fn the_reference_names_every_column() {
    let page = get("/reference").await;
    for (table, fields) in archive::reference() {
        says(&page, StatusCode::OK, &format!("<section id=\"{table}\">"));
        for field in fields {
            says(&page, StatusCode::OK, &format!("<code>{}</code>", field.name));
        }
    }
    says(&page, StatusCode::OK, "<code>scanner(src)</code>");
    says(&page, StatusCode::OK, "<code>ip('192.0.2.1')</code>");
}

#[tokio::test]
async fn every_answer_is_locked_down() {
    for answer in ask(Method::GET, &["/", "/style.css", "/nowhere", "/healthz"]).await {
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(!answer.headers.contains_key("set-cookie"));
        let inline = ["<script", " style=\"", "<style", "https://", " onclick"];
        assert!(!inline.iter().any(|mark| answer.text.contains(mark)), "{}", answer.text);
    }
}

#[tokio::test]
async fn pages_are_only_read() {
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        for answer in ask(method, &["/", "/bulletins", "/healthz"]).await {
            says(&answer, StatusCode::METHOD_NOT_ALLOWED, "ask with GET or HEAD");
        }
    }
    let head = ask(Method::HEAD, &["/"]).await.remove(0);
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
}
