//! Fields into a draft.

use incident::record::{
    AccessReport, Body, Category, Cause, Consultation, Contact, Draft, Found, Introduction, Label,
    Line, Narrative, Occurred, ReporterClass, Route, Tlp, VirusReport, VirusStatus,
};

use super::Fields;
use super::choice::{Choice, yes};
use super::ticks::ticked;
use super::value::{day, number};
use super::words::Field;
use crate::fault::Fault;

/// What makes the fields a virus report, an access report or a consultation. `zone` is that of days
/// that name none.
///
/// The fault, where there is one, names the field.
pub(crate) fn build(fields: &Fields, zone: &str) -> Result<Draft, Fault> {
    let virus = fields.has(Field::Virus);
    let access = fields.has(Field::Category);
    let body = match (virus, access, fields.has(Field::Question)) {
        (true, false, false) => Body::Virus(virus_report(fields, zone)?),
        (false, true, false) => Body::Access(access_report(fields)?),
        (false, false, true) => Body::Consultation(consultation(fields)?),
        (false, false, false) => {
            return Err(Fault::Nothing);
        }
        _ => return Err(Fault::Mixed),
    };
    let tlp = choice(fields, Field::Tlp)?.unwrap_or(Tlp::Amber);
    let reference = fields.one(Field::Reference)?.map(str::to_owned);
    let reporter = Some(introduction(fields)?).filter(|who| who.contact.key().is_some());
    Ok(Draft { reporter, reference, tlp, body })
}

/// What the fields say of whoever files, be it anonymous.
pub(crate) fn introduction(fields: &Fields) -> Result<Introduction, Fault> {
    let text = |field| fields.one(field).map(|text| text.map(str::to_owned));
    let contact = Contact {
        name: text(Field::Name)?,
        organisation: text(Field::Organisation)?,
        mail: text(Field::Mail)?,
        phone: text(Field::Phone)?,
    };
    let class = choice(fields, Field::Class)?.unwrap_or(ReporterClass::Unknown);
    Ok(Introduction { class, sector: text(Field::Sector)?, contact })
}

/// The one choice of a field, ticked or written.
fn choice<C: Choice>(fields: &Fields, field: Field) -> Result<Option<C>, Fault> {
    let Some(word) = word(fields, field)? else { return Ok(None) };
    let found = C::of(&word);
    found.map(Some).ok_or(Fault::Choice(field.as_str(), word))
}

fn answer(fields: &Fields, field: Field) -> Result<Option<bool>, Fault> {
    let Some(word) = word(fields, field)? else { return Ok(None) };
    yes(&word).map(Some).ok_or(Fault::YesNo(field.as_str(), word))
}

/// The one word of a field, ticked or written.
fn word(fields: &Fields, field: Field) -> Result<Option<String>, Fault> {
    let Some(text) = fields.lines(field) else { return Ok(None) };
    match ticked(&text).as_deref() {
        None => Ok(Some(text)),
        Some([]) => Ok(None),
        Some([one]) => Ok(Some(one.clone())),
        Some(_) => Err(Fault::Ticks(field.as_str())),
    }
}

fn date(fields: &Fields, field: Field) -> Result<Option<jiff::civil::Date>, Fault> {
    let Some(text) = fields.one(field)? else { return Ok(None) };
    let wrong = || Fault::Day(field.as_str(), text.to_owned());
    day(text).map(Some).ok_or_else(wrong)
}

fn virus_report(fields: &Fields, zone: &str) -> Result<VirusReport, Fault> {
    let discovered = date(fields, Field::Discovered)?;
    let zone = fields.one(Field::Zone)?.unwrap_or(zone).to_owned();
    Ok(VirusReport {
        status: choice(fields, Field::Status)?.unwrap_or(VirusStatus::Found),
        discovered: discovered.ok_or(Fault::Missing("discovered"))?,
        zone,
        lines: lines(fields)?,
        route: choice(fields, Field::Route)?.unwrap_or(Route::Unknown),
    })
}

/// Names, each with its own vendor and number, or all with one vendor.
fn lines(fields: &Fields) -> Result<Vec<Line>, Fault> {
    let names: Vec<&str> = fields
        .all(Field::Virus)
        .iter()
        .flat_map(|value| value.split([';', '\n']))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let vendors = each(fields, Field::Vendor, names.len())?;
    let pieces = each(fields, Field::Pieces, names.len())?;
    let line = |((name, vendor), pieces): ((&str, Option<&str>), Option<&str>)| {
        let wrong = |text: &str| Fault::Number("pieces", text.to_owned());
        let pieces = pieces.map(|text| number(text).ok_or_else(|| wrong(text))).transpose()?;
        Ok(Line { name: name.to_owned(), vendor: vendor.map(str::to_owned), pieces })
    };
    names.into_iter().zip(vendors).zip(pieces).map(line).collect()
}

/// A value for each name: none, or as many as there are names; one vendor is that of all.
fn each(fields: &Fields, field: Field, names: usize) -> Result<Vec<Option<&str>>, Fault> {
    let values: Vec<&str> = fields
        .all(field)
        .iter()
        .flat_map(|value| value.split([';', '\n']))
        .map(str::trim)
        .collect();
    match values.as_slice() {
        [] => Ok(vec![None; names]),
        [one] if field == Field::Vendor => Ok(vec![Some(*one); names]),
        all if all.len() == names => Ok(all.iter().map(|value| Some(*value)).collect()),
        all => Err(Fault::Each(field.as_str(), all.len(), names)),
    }
}

fn access_report(fields: &Fields) -> Result<AccessReport, Fault> {
    let category: Category = choice(fields, Field::Category)?.ok_or(Fault::NoTick("category"))?;
    let damage = answer(fields, Field::Damage)?.ok_or(Fault::Missing("damage"))?;
    let text = |field| fields.lines(field);
    let occurred = date(fields, Field::Occurred)?.map(Occurred::Day);
    let publish = answer(fields, Field::Publish)?.unwrap_or(false);
    Ok(AccessReport {
        category,
        damage,
        facets: facets(fields)?,
        cause: choice(fields, Field::Cause)?.unwrap_or(Cause::Unknown),
        found: choice(fields, Field::Found)?.unwrap_or(Found::Unknown),
        occurred,
        note: text(Field::Note),
        recovery: text(Field::Recovery),
        narrative: text(Field::Narrative).map(|text| Narrative { text, publish }),
    })
}

fn facets(fields: &Fields) -> Result<Vec<Label>, Fault> {
    let Some(text) = fields.lines(Field::Facets) else { return Ok(Vec::new()) };
    let words = match ticked(&text) {
        Some(ticked) => ticked,
        None => text.split([';', ',', '\n', ' ']).map(str::to_owned).collect(),
    };
    let words = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
    words.map(|word| Ok(word.parse()?)).collect()
}

fn consultation(fields: &Fields) -> Result<Consultation, Fault> {
    let text = fields.lines(Field::Question).unwrap_or_default();
    let subject =
        fields.one(Field::Subject)?.map_or_else(|| crate::text::cut(&text, 60), str::to_owned);
    let about = fields.one(Field::About)?.map(str::parse).transpose()?;
    Ok(Consultation { subject, text, about })
}
