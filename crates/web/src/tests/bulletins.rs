//! What was published is given as it is, and nothing else of a folder.

use std::fs;
use std::path::Path;

use axum::http::{Method, StatusCode};
use press::{Bundle, FEED, State, state_line};

use super::{ask_in, get, says};

/// Two months: one published, with a page in Japanese too, and one that was only reviewed.
fn shelve(folder: &Path) {
    let shelf = folder.join("bulletins");
    let mut bundle = Bundle::default();
    bundle.put("index.en.html", "<style>p { color: red }</style><p>94 reports</p>");
    bundle.put("index.ja.html", "<p>94件</p>");
    bundle.put("data/access.csv", "Month,Reports\n");
    bundle.put("claims.json", "{}\n");
    let line = |state| state_line(state, "2005-06-10T00:00:00Z", &bundle.manifest());
    for (month, state) in [("2005-05", State::Published), ("2005-06", State::Reviewed)] {
        bundle.write(&shelf.join(month)).unwrap();
        fs::write(shelf.join(format!("{month}.state")), line(state)).unwrap();
    }
    fs::write(shelf.join(FEED), "<feed/>").unwrap();
}

#[tokio::test]
async fn who_has_none_is_told_how_to_publish_one() {
    let page = get("/bulletins").await;
    says(&page, StatusCode::OK, "No bulletin is published.");
    says(&page, StatusCode::OK, "yagura bulletin make --month YYYY-MM --out ");
}

#[tokio::test]
async fn published_months_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    shelve(folder.path());
    for page in ask_in(folder.path(), Method::GET, &["/bulletins", "/bulletins/"]).await {
        for part in [
            "<strong>May 2005</strong>",
            "href=\"/bulletins/2005-05/index.ja.html\" lang=\"ja\" hreflang=\"ja\">日本語</a>",
            "href=\"/bulletins/2005-05/MANIFEST\"",
            "published 2005-06-10",
            "Not published yet: June 2005 (reviewed).",
            "href=\"/bulletins/feed.atom\"",
        ] {
            says(&page, StatusCode::OK, part);
        }
        assert!(!page.text.contains("/bulletins/2005-06"), "{}", page.text);
        assert!(!page.text.contains("PDF"), "it has none: {}", page.text);
    }
}

#[tokio::test]
async fn files_are_given_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    shelve(folder.path());
    let paths = [
        ("index.en.html", "text/html; charset=utf-8"),
        ("data/access.csv", "text/csv; charset=utf-8; header=present"),
        ("claims.json", "text/plain; charset=utf-8"),
        ("MANIFEST", "text/plain; charset=utf-8"),
    ];
    for (path, kind) in paths {
        let asked = format!("/bulletins/2005-05/{path}");
        let answer = ask_in(folder.path(), Method::GET, &[&asked]).await.remove(0);
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers["content-type"], kind);
        let file = folder.path().join("bulletins/2005-05").join(path);
        assert_eq!(answer.text, fs::read_to_string(file).unwrap());
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline';"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn nothing_else_is_given() {
    let folder = tempfile::tempdir().unwrap();
    shelve(folder.path());
    let page = folder.path().join("bulletins/2005-05/index.ja.html");
    fs::write(&page, "<p>95件</p>").unwrap();
    let paths = [
        "/bulletins/2005-06/index.en.html",
        "/bulletins/2005-05/..%2f2005-06%2findex.en.html",
        "/bulletins/2005-05/%2e%2e/2005-05.state",
        "/bulletins/2005-05/data/",
        "/bulletins/2005-05.state",
        "/bulletins/%2e%2e/yagura.toml",
        "/bulletin/2005-05",
    ];
    for answer in ask_in(folder.path(), Method::GET, &paths).await {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
    }
    let changed = ask_in(folder.path(), Method::GET, &["/bulletins/2005-05/index.ja.html"]).await;
    let sentence = "2005-05/index.ja.html was changed since it was published";
    says(&changed[0], StatusCode::INTERNAL_SERVER_ERROR, sentence);
}
