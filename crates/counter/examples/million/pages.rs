//! The staff's pages over a full book, as a browser asks for them, but for the socket.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::COOKIE;
use counter::{Counter, Setup};
use http_body_util::BodyExt as _;
use incident::staff::Role;
use register::{Invitation, Queue, Register};
use tower::ServiceExt as _;

use crate::timed;

const TOKEN: &str = "a token of the measurement";

pub(crate) fn ask(mut book: Register, reports: usize) -> Result<(), Box<dyn Error>> {
    let now = jiff::Timestamp::now().as_microsecond();
    let until = now + 86_400_000_000;
    let mark = incident::Hash::of(TOKEN.as_bytes()).to_string();
    let role = Role::Administrator;
    let invitation = Invitation { mark: mark.clone(), role, secret: String::new(), until };
    book.invite(&invitation, "measurement", now)?;
    let name = format!("measurement-{now}");
    let account = book.join_staff(&mark, &name, "no hash", 0, now)?;
    book.begin_session(account.id, 1, &mark, "guard", until, now)?;
    for n in 0..100 {
        let case = book.open_case(&format!("case {n}"), &name, now)?;
        let change = incident::case::Change::Linked { filing: n + 1, incident: None };
        book.change_case(case, change, &name, now)?;
    }
    let (queue, _thread) = Queue::start(book)?;
    let setup = Setup {
        organisation: String::new(),
        contact: String::new(),
        zone: "Asia/Tokyo".to_owned(),
        https: false,
        behind_proxy: false,
        per_minute: 1_000_000,
        style: String::new(),
    };
    let pages = counter::router(Counter::new(queue, setup));
    let runtime = Arc::new(tokio::runtime::Builder::new_current_thread().enable_all().build()?);
    for path in [
        "/staff".to_owned(),
        format!("/staff?kind=virus&before={}", reports / 2),
        "/staff?kind=access".to_owned(),
        "/staff?find=netsky".to_owned(),
        format!("/staff?find=netsky+w32+found&before={}", reports / 3),
        "/staff?find=scan+400020".to_owned(),
        "/staff?find=netsky+scan".to_owned(),
        format!("/staff/reports/{}", reports / 2),
        "/staff/cases".to_owned(),
        "/staff/cases/50".to_owned(),
        "/staff/months".to_owned(),
        "/staff/months/2005-05".to_owned(),
        "/staff/names".to_owned(),
    ] {
        timed(&format!("page {path}"), || runtime.block_on(page(&pages, &path)))?;
    }
    Ok(())
}

async fn page(pages: &Router, path: &str) -> Result<usize, Box<dyn Error>> {
    let request = Request::get(path).header(COOKIE, format!("yagura={TOKEN}"));
    let answer = pages.clone().oneshot(request.body(Body::empty())?).await?;
    if answer.status() != 200 {
        return Err(format!("{path}: {}", answer.status()).into());
    }
    Ok(answer.into_body().collect().await?.to_bytes().len())
}
