//! Why fields make no filing.

use incident::record::{BadAccess, BadReceipt, BadVirus, Body, UnknownLabel};

/// What is wrong with the fields of a form or a row. Whoever filled it in is at fault; fields are told by the
/// first of their names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing is reported.
    #[error("neither virus, category nor question is given: give one")]
    Nothing,
    /// More than one thing is.
    #[error("virus, category and question do not go together: file each alone")]
    Mixed,
    /// A field that has to be there.
    #[error("{field} is missing: {what}", field = .0, what = missing(.0))]
    Missing(&'static str),
    /// A field that has to be there once.
    #[error("{0} is given twice: give it once")]
    Twice(&'static str),
    /// A word that is none of the choices.
    #[error("{0}: {1:?} is no choice")]
    Choice(&'static str, String),
    /// Neither yes nor no.
    #[error("{0}: {1:?} is neither yes nor no")]
    YesNo(&'static str, String),
    /// Two boxes.
    #[error("{0}: more than one box is ticked: tick one")]
    Ticks(&'static str),
    /// No box.
    #[error("{0}: no box is ticked: tick one")]
    NoTick(&'static str),
    /// A day that is none.
    #[error("{0}: {1:?} is no day: write it like 2005-05-12")]
    Day(&'static str, String),
    /// A number that is none.
    #[error("{0}: {1:?} is no number")]
    Number(&'static str, String),
    /// A field that does not stand for each name.
    #[error("{0} is given {1} times for {2} names: give it once for each")]
    Each(&'static str, usize, usize),
    /// A label of RSIT that is none.
    #[error("facets: {0}")]
    Facet(#[from] UnknownLabel),
    /// A receipt number that is none.
    #[error("about: {0}")]
    About(#[from] BadReceipt),
    /// No virus report.
    #[error(transparent)]
    Virus(#[from] BadVirus),
    /// No access report.
    #[error(transparent)]
    Access(#[from] BadAccess),
}

fn missing(field: &str) -> &'static str {
    match field {
        "discovered" => "give the day of discovery",
        _ => "say yes or no",
    }
}

impl Fault {
    /// The field at fault, where it is one.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Fault::Missing(field)
            | Fault::Twice(field)
            | Fault::Choice(field, _)
            | Fault::YesNo(field, _)
            | Fault::Ticks(field)
            | Fault::NoTick(field)
            | Fault::Day(field, _)
            | Fault::Number(field, _)
            | Fault::Each(field, ..) => Some(field),
            Fault::Facet(_) | Fault::Access(BadAccess::Facets | BadAccess::Twice(_)) => {
                Some("facets")
            }
            Fault::About(_) => Some("about"),
            Fault::Access(BadAccess::Note) => Some("note"),
            Fault::Access(BadAccess::NoDamage(_) | BadAccess::Damage(_)) => Some("damage"),
            Fault::Virus(BadVirus::Pieces) => Some("pieces"),
            Fault::Virus(BadVirus::Zone(_)) => Some("zone"),
            Fault::Virus(_) => Some("virus"),
            Fault::Nothing | Fault::Mixed => None,
        }
    }

    /// What is wrong with a body that was read.
    pub(crate) fn of(body: &Body) -> Result<(), Fault> {
        match body {
            Body::Virus(report) => Ok(report.check()?),
            Body::Access(report) => Ok(report.check()?),
            Body::Consultation(_) => Ok(()),
        }
    }
}
