//! A claim, as a line of JSON and as a value.
//!
//! A line is an object: `id` (a text or a number), `op` (the operator's name), the operator's own
//! keys, and what holds for all its figures (`scope`, `breaks`, `least_base`). Keys that the grammar
//! does not know are carried along. docs/claims.md says the grammar.

use std::fmt;
use std::str::FromStr;

use crate::decimal::Decimal;
use crate::frame::Frame;
use crate::json::Json;
use crate::keys::{Grammar, Keys, Written, shape};
use crate::op::Statement;
use crate::refusal::Refusal;
use crate::verdict::Verdict;

/// A statement about figures that can be recomputed.
///
/// Written as a line and read again, it is the same claim, and so has the same verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its name, if it has one.
    pub id: Option<Id>,
    /// What is stated.
    pub statement: Statement,
    /// What holds for all its figures.
    pub frame: Frame,
    /// Keys of the line that the grammar does not know.
    pub rest: Vec<(String, Json)>,
}

/// The name of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id {
    /// A text.
    Text(String),
    /// A number.
    Number(Decimal),
}

impl Claim {
    /// A claim without a frame.
    pub fn new(id: impl Into<String>, statement: impl Into<Statement>) -> Claim {
        Claim {
            id: Some(Id::Text(id.into())),
            statement: statement.into(),
            frame: Frame::default(),
            rest: Vec::new(),
        }
    }

    /// The same claim in a frame.
    pub fn within(self, frame: Frame) -> Claim {
        Claim { frame, ..self }
    }

    /// Proves or refutes what is stated, or says why neither can be.
    pub fn check(&self) -> Verdict {
        self.statement.check(&self.frame).into()
    }

    /// Reads a claim; where it is none, at least its name if that can be read.
    pub(crate) fn read(text: &str) -> Result<Claim, (Option<Id>, Refusal)> {
        let json: Json = text.parse().map_err(|error| (None, Refusal::Json(error)))?;
        let Json::Object(entries) = json else { return Err((None, Refusal::NotAnObject)) };
        let mut keys = Keys::of(Json::Object(entries), "claim").map_err(|why| (None, why))?;
        let id: Option<Id> = keys.maybe("id").map_err(|why| (None, why))?;
        Claim::from_keys(keys, id.clone()).map_err(|why| (id, why))
    }

    fn from_keys(mut keys: Keys, id: Option<Id>) -> Result<Claim, Refusal> {
        let operator: String = keys.need("op")?;
        let statement = Statement::read(&operator, &mut keys)?;
        let frame = Frame::take(&mut keys)?;
        Ok(Claim { id, statement, frame, rest: keys.rest() })
    }
}

impl FromStr for Claim {
    type Err = Refusal;

    /// Reads a line.
    fn from_str(line: &str) -> Result<Claim, Refusal> {
        Claim::read(line).map_err(|(_, why)| why)
    }
}

impl fmt::Display for Claim {
    /// Writes a line, without its break.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys = Written::default();
        keys.maybe("id", self.id.as_ref());
        keys.put("op", &self.statement.operator().to_owned());
        self.statement.write(&mut keys);
        self.frame.put(&mut keys);
        keys.0.extend(self.rest.iter().cloned());
        Json::Object(keys.0).fmt(f)
    }
}

impl Grammar for Id {
    fn read(json: Json, key: &str) -> Result<Id, Refusal> {
        match json {
            Json::Text(text) => Ok(Id::Text(text)),
            Json::Number(number) => Ok(Id::Number(number)),
            _ => Err(shape(key, "a text or a number")),
        }
    }

    fn write(&self) -> Json {
        match self {
            Id::Text(text) => Json::Text(text.clone()),
            Id::Number(number) => Json::Number(number.clone()),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Text(text) => f.write_str(text),
            Id::Number(number) => number.fmt(f),
        }
    }
}
