//! The counter as browsers and programs see it.

mod api;
mod desk;
mod editors;
mod forms;
mod tongue;
mod walk;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use incident::staff::Role;
use register::{Invitation, Queue, Register};
use tower::ServiceExt as _;

use crate::{Counter, Setup, now, router, secret};

const HERE: &str = "192.0.2.1:1234";

/// Where a new book's months begin and end.
const ZONE: &str = "Asia/Tokyo";

/// A month that cannot end while a test runs: tomorrow's.
fn open_month() -> String {
    let tomorrow = jiff::Timestamp::now().in_tz(ZONE).unwrap().tomorrow().unwrap();
    tomorrow.strftime("%Y-%m").to_string()
}

/// A counter over a new book.
struct House {
    counter: Arc<Counter>,
    _folder: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
struct Said {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    bytes: Vec<u8>,
}

impl Said {
    fn is(self, status: u16) -> Said {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// What stands between two texts, the first time.
    fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.text.split_once(before).unwrap_or_else(|| panic!("{}", self.text)).1;
        rest.split_once(after).unwrap().0
    }

    fn to(&self) -> &str {
        self.headers.get("location").map_or("", |to| to.to_str().unwrap())
    }
}

impl House {
    fn new() -> House {
        House::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut Setup)) -> House {
        let memory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = memory.unwrap();
        let place = folder.path().join("reports.db").display().to_string();
        let book = Register::open(&place, ZONE, now()).unwrap();
        let (queue, _) = Queue::start(book).unwrap();
        let mut setup = Setup {
            organisation: "Example & Co".to_owned(),
            contact: "csirt@example.org".to_owned(),
            zone: "Asia/Tokyo".to_owned(),
            https: false,
            behind_proxy: false,
            per_minute: 10_000,
            style: "body{}".to_owned(),
        };
        change(&mut setup);
        House { counter: Counter::new(queue, setup), _folder: folder }
    }

    async fn send(&self, request: Request<Body>) -> Said {
        self.send_from(HERE, request).await
    }

    async fn send_from(&self, peer: &str, mut request: Request<Body>) -> Said {
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router(self.counter.clone()).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Said { status: parts.status, headers: parts.headers, text, bytes: bytes.to_vec() }
    }

    async fn get(&self, path: &str) -> Said {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Said {
        self.send(form(path, fields, None)).await
    }

    /// The path of an invitation that somebody sent.
    async fn counter_path(&self, by: &Somebody) -> String {
        let fields = [("act", "invite"), ("role", "analyst")];
        let said = by.post(self, "/staff/accounts", &fields).await.is(200);
        said.between("<code>", "</code>").to_owned()
    }

    /// Does something with the book.
    async fn book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Register) -> register::Result<T> + Send + 'static,
    ) -> T {
        self.counter.ask(work).await.unwrap()
    }

    /// Somebody with a role and a session: the token and the guard.
    async fn somebody(&self, name: &'static str, role: Role) -> Somebody {
        let token = secret::token().unwrap();
        let mark = secret::mark(&token);
        self.book(move |book| {
            let found = book.account(name)?;
            let account = match found {
                Some(account) => account,
                None => {
                    let until = now() + 1_000_000_000;
                    let (mark, secret) = (name.to_owned(), "GEZDGNBV".to_owned());
                    book.invite(&Invitation { mark, role, secret, until }, "test", now())?;
                    book.join_staff(name, name, "no hash", 0, now())?
                }
            };
            let until = now() + 1_000_000_000;
            assert!(book.begin_session(
                account.id,
                account.step + 1,
                &mark,
                "guard",
                until,
                now()
            )?);
            Ok(())
        })
        .await;
        Somebody { token }
    }
}

/// Somebody who is signed in.
struct Somebody {
    token: String,
}

impl Somebody {
    async fn get(&self, house: &House, path: &str) -> Said {
        let request = Request::get(path).header(COOKIE, format!("a=b; yagura={}", self.token));
        house.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, house: &House, path: &str, fields: &[(&str, &str)]) -> Said {
        let fields = [fields, &[("guard", "guard")]].concat();
        house.send(form(path, &fields, Some(&self.token))).await
    }

    /// The same as somebody who chose a language.
    async fn get_in(&self, house: &House, language: &str, path: &str) -> Said {
        let cookie = format!("language={language}; yagura={}", self.token);
        house.send(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn post_in(
        &self,
        house: &House,
        language: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Said {
        let fields = [fields, &[("guard", "guard")]].concat();
        let mut request = form(path, &fields, Some(&self.token));
        let chosen = format!("language={language}").parse().unwrap();
        request.headers_mut().append(COOKIE, chosen);
        house.send(request).await
    }

    async fn api(&self, house: &House, method: &str, path: &str, body: &str) -> Said {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(CONTENT_TYPE, "application/json");
        house.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }
}

fn form(path: &str, fields: &[(&str, &str)], token: Option<&str>) -> Request<Body> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(token) = token {
        request = request.header(COOKIE, format!("yagura={token}"));
    }
    request.body(Body::from(body)).unwrap()
}
