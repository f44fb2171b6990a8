//! What a form or an address says, or a failure that is a page of ours.

use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::failure::{Failure, NO_FORM};
use crate::words::Text;

/// What a form says.
pub(crate) struct Filled<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Filled<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Filled<T>, Failure> {
        let form = Form::from_request(request, state).await;
        let Form(said) = form.map_err(|bad| Failure::new(bad.status(), NO_FORM))?;
        Ok(Filled(said))
    }
}

/// What the query of an address says.
pub(crate) struct Asking<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asking<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asking<T>, Failure> {
        let query = Query::from_request_parts(parts, state).await;
        let words =
            Text("The address asks for nothing that is here.", "アドレスの指定が読み取れません。");
        let Query(asked) = query.map_err(|bad| Failure::new(bad.status(), words))?;
        Ok(Asking(asked))
    }
}

/// What the path of an address says: what cannot be read is nowhere.
pub(crate) struct Place<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Place<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Place<T>, Failure> {
        let path = Path::from_request_parts(parts, state).await;
        let Path(place) = path.map_err(|_| Failure::missing())?;
        Ok(Place(place))
    }
}
