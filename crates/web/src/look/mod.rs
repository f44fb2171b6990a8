//! How the house's pages look: figures, tables, charts, places and services by name.

pub(crate) mod chart;
pub(crate) mod figure;
pub(crate) mod html;
pub(crate) mod listing;
pub(crate) mod place;
pub(crate) mod rate;
pub(crate) mod service;

/// The style sheet of every page: screen, phone and paper, light only.
pub(crate) const STYLE: &str = include_str!("style.css");
