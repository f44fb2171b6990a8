//! The gate before every route: limits, who asks, what their role is, and that the request is theirs.

mod filled;
mod limits;
mod tongue;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use incident::staff::{Act, Role};

pub(crate) use filled::{Asking, Filled, Place};
pub(crate) use limits::{Limits, Network};
use tongue::cookie;
pub(crate) use tongue::{LANGUAGE_COOKIE, tongue};

use crate::failure::Failure;
use crate::routes::{Needs, Route};
use crate::words::{Language, Sentence, Text, role};
use crate::{Counter, MOST_BODY, now, secret};

/// The name of the staff's cookie.
pub(crate) const COOKIE_NAME: &str = "yagura";

/// How long a request may take, its body included.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody of the staff, whose session was looked up.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// What a form carries to be theirs.
    pub(crate) guard: String,
    /// The mark of the session.
    pub(crate) mark: String,
    /// What the pages are in.
    pub(crate) language: Language,
}

/// That a role may not do something.
fn not_for(who: Role) -> Failure {
    Failure::forbidden(Sentence::new(
        format!("This is not for {who}s."),
        format!("{}には権限がありません。", Language::Ja.of(&role(who))),
    ))
}

impl Who {
    /// Nothing where they may, and a failure where they may not.
    pub(crate) fn must(&self, act: Act) -> Result<(), Failure> {
        if self.role.may(act) {
            return Ok(());
        }
        Err(not_for(self.role))
    }
}

const SIGN_IN: Text<'_> = Text("Sign in first.", "先にサインインしてください。");

/// Only a route with a gate that asks for a role has somebody.
impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Who, Failure> {
        let who = parts.extensions.get::<Who>().cloned();
        who.ok_or_else(|| Failure::forbidden(SIGN_IN))
    }
}

/// The gate of a route.
pub(crate) async fn gate(
    State((counter, route)): State<(Arc<Counter>, &'static Route)>,
    request: Request,
    next: Next,
) -> Response {
    let passed = async {
        let request = pass(&counter, route, request).await?;
        Ok::<Response, Failure>(next.run(request).await)
    };
    let done = tokio::time::timeout(PATIENCE, passed).await;
    let words = Text("The request took too long.", "時間がかかりすぎたため、打ち切りました。");
    let late = || Failure::new(StatusCode::REQUEST_TIMEOUT, words);
    match done.unwrap_or_else(|_| Err(late())) {
        Ok(response) => response,
        Err(failure) if route.is_api() => failure.json(),
        Err(failure) if failure.status == StatusCode::UNAUTHORIZED => {
            Redirect::to("/staff/login").into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

async fn pass(
    counter: &Counter,
    route: &'static Route,
    mut request: Request,
) -> Result<Request, Failure> {
    if route.is_limited() {
        let network = network(counter, &request);
        if !counter.limits.spend(network, Instant::now()) {
            return Err(Failure::too_many());
        }
    }
    let Needs::Role(needed) = route.needs else { return Ok(request) };
    let sign_in = || Failure::new(StatusCode::UNAUTHORIZED, SIGN_IN);
    // A browser sends its cookie by itself, so the interface takes none.
    let token = if route.is_api() { bearer(&request) } else { cookie(&request, COOKIE_NAME) };
    let mark = secret::mark(&token.ok_or_else(sign_in)?);
    let (asked, at) = (mark.clone(), now());
    let found = counter.ask(move |book| book.session(&asked, at)).await?;
    let (account, guard) = found.ok_or_else(sign_in)?;
    if !account.role.covers(needed) {
        return Err(not_for(account.role));
    }
    if !route.is_api() && route.method != Method::GET {
        request = guarded(request, &guard).await?;
    }
    let language = request.extensions().get::<Language>().copied().unwrap_or(Language::En);
    let who = Who { name: account.name, role: account.role, guard, mark, language };
    request.extensions_mut().insert(who);
    Ok(request)
}

/// The request, where its form carries the guard: no other page can know it.
async fn guarded(request: Request, guard: &str) -> Result<Request, Failure> {
    let (parts, body) = request.into_parts();
    let words = Text("The form is too large.", "入力が大きすぎます。");
    let too_large = |_| Failure::new(StatusCode::PAYLOAD_TOO_LARGE, words);
    let bytes = to_bytes(body, MOST_BODY).await.map_err(too_large)?;
    let said = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "guard");
    if !said.is_some_and(|(_, said)| secret::same(&said, guard)) {
        return Err(Failure::forbidden(Text(
            "The form is not of this session: load the page again.",
            "このセッションの入力フォームではありません。ページを読み込み直してください。",
        )));
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn bearer(request: &Request) -> Option<String> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}

/// Where a request comes from. What a proxy added last is what the proxy saw itself.
fn network(counter: &Counter, request: &Request) -> Network {
    let forwarded = || {
        let values = request.headers().get_all("x-forwarded-for");
        let last = values.iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let peer = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let address = if counter.setup.behind_proxy { forwarded().or_else(peer) } else { peer() };
    Network::of(address)
}
