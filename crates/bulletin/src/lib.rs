//! A month into pages and data.
//!
//! A bulletin is made in two steps that are kept apart. [`Model::gather`] asks the archive's named
//! questions and holds plain figures; everything after it is a pure function of the model, so that
//! the same archive gives the same bytes: no clock, no host, no order by chance.
//!
//! A bulletin is public: it holds no watched address and no source address, only counts.
//!
//! The pages' look, figures and charts are here too, in [`html`], [`chart`] and [`STYLE`], for the
//! other pages of the house.

pub mod change;
pub mod chart;
mod error;
pub mod figure;
pub mod html;
pub mod listing;
mod model;
mod month;
pub mod page;
pub mod place;
pub mod rate;
pub mod service;
mod table;
#[cfg(test)]
mod trial;
mod write;

use std::path::Path;

use archive::Archive;
use jiff::Timestamp;

pub use error::{Error, Result};
pub use model::{Half, Model, PointOfMonth};
pub use month::{BadMonth, Month};
pub use table::{Table, tables};
pub use write::Made;

/// The style sheet of every page: screen, phone and paper, light only.
pub const STYLE: &str = include_str!("style.css");

/// Makes the bulletin of a month in a folder: `index.en.html`, `data/*.csv` and `charts/*.svg`.
///
/// The page stands alone: style and charts are inside it. `as_of` is printed as the moment that
/// the figures stand for, where the caller has one. The folder is made if it is not there; files
/// of the same names are replaced, each at once, other files are left alone.
///
/// # Errors
/// The archive cannot answer, a chart cannot be drawn, or the folder cannot be written.
pub async fn make(
    archive: &Archive,
    month: Month,
    as_of: Option<Timestamp>,
    out: &Path,
) -> Result<Made> {
    let model = Model::gather(archive, month, as_of).await?;
    write::write(&model, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_empty_archive_gives_a_page_that_says_so() {
        let (home, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let location = url::Url::from_directory_path(home.path()).unwrap();
        let archive = Archive::open(&location, "Asia/Tokyo").await.unwrap();
        let made = make(&archive, "2005-05".parse().unwrap(), None, out.path()).await.unwrap();
        assert!(!made.has_data);
        let page = std::fs::read_to_string(made.page).unwrap();
        assert!(page.contains("The archive has no data of May 2005"), "{page}");
        assert!(page.contains("civil days in Asia/Tokyo"), "{page}");
    }
}
