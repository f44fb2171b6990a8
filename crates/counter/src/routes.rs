//! Every route, and what it needs. The router is made from this table and from nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Method};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post};
use incident::staff::Role;

use crate::failure::Failure;
use crate::{Counter, MOST_BODY, api, gate, public, shell, staff};

/// What a route needs of whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing.
    Nothing,
    /// Nothing, but it costs something: a network may do it only so often.
    Patience,
    /// A role, or one above it.
    Role(Role),
}

/// A route.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) needs: Needs,
    serve: fn() -> MethodRouter<Arc<Counter>>,
}

impl Route {
    /// Whether programs ask, and not people.
    pub(crate) fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    pub(crate) fn is_limited(&self) -> bool {
        self.needs == Needs::Patience
    }
}

type Serve = fn() -> MethodRouter<Arc<Counter>>;

const fn route(method: Method, path: &'static str, needs: Needs, serve: Serve) -> Route {
    Route { method, path, needs, serve }
}

const NOTHING: Needs = Needs::Nothing;
const PATIENCE: Needs = Needs::Patience;
const ANALYST: Needs = Needs::Role(Role::Analyst);
const EDITOR: Needs = Needs::Role(Role::Editor);
const ADMINISTRATOR: Needs = Needs::Role(Role::Administrator);

pub(crate) static ROUTES: [Route; 40] = [
    // Everybody.
    route(Method::GET, "/", NOTHING, || get(public::landing)),
    route(Method::GET, "/counter.css", NOTHING, || get(shell::style)),
    route(Method::GET, "/{language}", NOTHING, || get(public::begin)),
    route(Method::GET, "/{language}/{form}", NOTHING, || get(public::form)),
    route(Method::POST, "/{language}/{form}", PATIENCE, || post(public::send)),
    route(Method::GET, "/{language}/status", NOTHING, || get(public::ask_status)),
    route(Method::POST, "/{language}/status", PATIENCE, || post(public::status)),
    route(Method::GET, "/api/v1/openapi.json", NOTHING, || get(api::document)),
    route(Method::POST, "/api/v1/reports", PATIENCE, || post(api::send)),
    route(Method::GET, "/api/v1/receipts/{receipt}", PATIENCE, || get(api::receipt)),
    route(Method::POST, "/api/v1/sessions", PATIENCE, || post(api::enter)),
    // Whoever wants to be of the staff.
    route(Method::GET, "/staff/language/{language}", NOTHING, || get(staff::choose_language)),
    route(Method::GET, "/staff/login", NOTHING, || get(staff::login)),
    route(Method::POST, "/staff/login", PATIENCE, || post(staff::enter)),
    route(Method::GET, "/staff/join/{token}", PATIENCE, || get(staff::invited)),
    route(Method::POST, "/staff/join/{token}", PATIENCE, || post(staff::join)),
    // The staff.
    route(Method::POST, "/staff/logout", ANALYST, || post(staff::leave)),
    route(Method::GET, "/staff", ANALYST, || get(staff::list)),
    route(Method::GET, "/staff/reports/{id}", ANALYST, || get(staff::show)),
    route(Method::POST, "/staff/reports/{id}/sealed/{place}", ANALYST, || post(staff::unseal)),
    route(Method::GET, "/staff/months", ANALYST, || get(staff::months)),
    route(Method::GET, "/staff/months/{month}", ANALYST, || get(staff::month)),
    route(Method::GET, "/staff/names", ANALYST, || get(staff::names)),
    route(Method::GET, "/staff/cases", ANALYST, || get(staff::cases)),
    route(Method::POST, "/staff/cases", ANALYST, || post(staff::open_case)),
    route(Method::GET, "/staff/cases/{id}", ANALYST, || get(staff::case)),
    route(Method::POST, "/staff/cases/{id}", ANALYST, || post(staff::change_case)),
    route(Method::DELETE, "/api/v1/sessions", ANALYST, || delete(api::leave)),
    route(Method::GET, "/api/v1/reports", ANALYST, || get(api::list)),
    route(Method::GET, "/api/v1/reports/{id}", ANALYST, || get(api::show)),
    route(Method::GET, "/api/v1/counts", ANALYST, || get(api::count)),
    route(Method::GET, "/api/v1/cases", ANALYST, || get(api::cases)),
    route(Method::POST, "/api/v1/cases", ANALYST, || post(api::open_case)),
    route(Method::POST, "/api/v1/cases/{id}/changes", ANALYST, || post(api::change_case)),
    // Who decides on names and months.
    route(Method::POST, "/staff/names", EDITOR, || post(staff::decide)),
    route(Method::POST, "/staff/months/{month}", EDITOR, || post(staff::change_month)),
    // Who knows reporters, and looks after accounts.
    route(Method::GET, "/staff/reporters", ADMINISTRATOR, || get(staff::reporters)),
    route(Method::POST, "/staff/reporters", ADMINISTRATOR, || post(staff::erase)),
    route(Method::GET, "/staff/accounts", ADMINISTRATOR, || get(staff::accounts)),
    route(Method::POST, "/staff/accounts", ADMINISTRATOR, || post(staff::change_accounts)),
];

/// Every page and the interface, over a counter. Whoever serves it by sockets tells each connection's
/// address (`ConnectInfo`), or all senders are one network.
pub fn router(counter: Arc<Counter>) -> Router {
    let mut router = Router::new();
    for route in &ROUTES {
        let gate = from_fn_with_state((counter.clone(), route), gate::gate);
        router = router.route(route.path, (route.serve)().route_layer(gate));
    }
    router
        .fallback(async || Failure::missing())
        .method_not_allowed_fallback(async || Failure::not_so())
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(from_fn(gate::tongue))
        .layer(map_response(secured))
        .with_state(counter)
}

const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// The browser loads our style sheet and nothing else, runs nothing, and keeps nothing.
async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
