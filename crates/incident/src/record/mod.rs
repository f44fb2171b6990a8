//! What people tell, as plain records.
//!
//! An [`Item`] is what arrived: bytes by a channel. Reading it gives [`Draft`]s; a draft that is taken in
//! becomes a [`Filing`], whose reporter is a number and whose contact stands elsewhere. A filing is a
//! virus report, an access report or a consultation. [`Detection`]s are counts that scanners made.

mod access;
mod consultation;
mod detection;
mod filing;
mod item;
mod label;
mod reporter;
mod virus;

pub use access::{
    AccessReport, BadAccess, Category, Cause, Found, MOST_FACETS, Narrative, Occurred,
};
pub use consultation::Consultation;
pub use detection::Detection;
pub use filing::{BadReceipt, Body, Draft, Filing, FilingId, Kind, Receipt, Tlp};
pub use item::{Channel, Disposition, Item, ItemId};
pub use label::{LABELS, Label, UnknownLabel};
pub use reporter::{Contact, Introduction, Reporter, ReporterClass, ReporterId};
pub use virus::{BadVirus, Line, MOST_LINES, Route, VirusReport, VirusStatus};
