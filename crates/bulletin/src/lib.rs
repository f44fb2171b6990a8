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
mod monthly;
pub mod page;
pub mod place;
pub mod rate;
pub mod service;
mod table;
#[cfg(test)]
mod trial;

pub use error::{Error, Result};
pub use model::{Half, Model, PointOfMonth};
pub use month::{BadMonth, Month};
pub use monthly::{latest_received, monitoring};
pub use table::{Table, tables};

/// The style sheet of every page: screen, phone and paper, light only.
pub const STYLE: &str = include_str!("style.css");

#[cfg(test)]
mod tests {
    use archive::Archive;

    use super::*;

    #[tokio::test]
    async fn an_empty_archive_gives_a_page_that_says_so() {
        let home = tempfile::tempdir().unwrap();
        let location = url::Url::from_directory_path(home.path()).unwrap();
        let archive = Archive::open(&location, "Asia/Tokyo").await.unwrap();
        let month = "2005-05".parse().unwrap();
        let model = Model::gather(&archive, month, None).await.unwrap();
        assert!(!model.now.has_data());
        assert_eq!(monitoring(&archive, month, None).await.unwrap(), None);
        let page = page::document(&model).unwrap().into_string();
        assert!(page.contains("The archive has no data of May 2005"), "{page}");
        assert!(page.contains("civil days in Asia/Tokyo"), "{page}");
    }
}
