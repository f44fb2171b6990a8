//! Taking an attachment out: in an encrypted archive, and in no other way.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use incident::Hash;
use incident::staff::Act;
use zip::unstable::write::FileOptionsExt as _;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use crate::failure::Failure;
use crate::gate::{Place, Who};
use crate::words::Text;
use crate::{Counter, now};

/// The password of those who exchange samples. It keeps nothing secret: it keeps scanners, gateways and a hasty
/// hand from opening what is inside (docs/adr/0032).
const PASSWORD: &[u8] = b"infected";

/// An attachment of a report, encrypted.
pub(crate) async fn unseal(
    State(counter): State<Arc<Counter>>,
    who: Who,
    Place((id, place)): Place<(i64, usize)>,
) -> Result<Response, Failure> {
    who.must(Act::Work)?;
    let (by, role) = (who.name.clone(), who.role);
    let found = counter.ask(move |book| {
        if !role.may(Act::See(book.show(id)?.filing.tlp)) {
            return Ok(None);
        }
        book.unseal(id, place, &by, now()).map(Some)
    });
    let found = found.await?.ok_or_else(|| Failure::forbidden(super::case::NOT_YOURS))?;
    let (sealed, bytes) = found;
    let name = sealed.sha256;
    let packed = tokio::task::spawn_blocking(move || archive(&name, &bytes));
    let words = Text("The archive could not be written.", "アーカイブを作成できませんでした。");
    let packed = packed.await.map_err(|_| Failure::gone())?.map_err(|_| Failure::usage(words))?;
    let disposition = format!("attachment; filename=\"{name}.zip\"");
    let headers =
        [(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, packed).into_response())
}

/// An archive with one file, named by its digest: no name of the sender's is a path, or starts a program.
fn archive(name: &Hash, bytes: &[u8]) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .with_deprecated_encryption(PASSWORD)?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name.to_string(), options)?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?.into_inner())
}
