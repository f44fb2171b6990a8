//! The plain-text form.
//!
//! ```text
//! form  = line...
//! line  = name ":" value        a field begins; ":" may be wide
//!       | text                  the value goes on
//! ```
//!
//! Lines that quote another mail (`>`) and everything after a signature's mark (`-- `) are passed over.
//! The narrative comes last: whatever follows its name belongs to it. Text before the first field is
//! not read.

use crate::fields::{Field, Fields, build};
use crate::reading::Reading;
use crate::{Arrival, text};

/// Whether a text has fields enough to be a form.
pub(crate) fn is_form(text: &str) -> bool {
    let fields = fields(text);
    [Field::Virus, Field::Category, Field::Question].into_iter().any(|field| fields.has(field))
}

/// An item that is a form.
pub(crate) fn item(arrival: &Arrival<'_>, reading: &mut Reading) {
    let text = text::decode(arrival.bytes);
    match build(&fields(&text), arrival.zone) {
        Ok(draft) => reading.draft(1, draft),
        Err(fault) => reading.refuse(1, fault.to_string()),
    }
}

/// The fields of a text.
pub(crate) fn fields(text: &str) -> Fields {
    let mut fields = Fields::default();
    let mut open: Option<(Field, String)> = None;
    for line in text.lines() {
        if line.trim_end() == "--" || line == "-- " {
            break;
        }
        if line.starts_with('>') {
            continue;
        }
        let narrative = open.as_ref().is_some_and(|(field, _)| *field == Field::Narrative);
        match field(line).filter(|_| !narrative) {
            Some((field, value)) => {
                if let Some((field, value)) = open.replace((field, value.to_owned())) {
                    fields.add(field, &value);
                }
            }
            None => {
                if let Some((_, value)) = &mut open {
                    value.push('\n');
                    value.push_str(line);
                }
            }
        }
    }
    if let Some((field, value)) = open {
        fields.add(field, &value);
    }
    fields
}

fn field(line: &str) -> Option<(Field, &str)> {
    let (name, value) = line.split_once([':', '：'])?;
    Some((Field::of(name)?, value))
}
