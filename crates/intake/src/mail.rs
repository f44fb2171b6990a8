//! Mail: RFC 5322 and MIME, by `mail-parser`.
//!
//! What is looked for, in this order: an automatic answer or a bounce (no report); a feedback report;
//! XARF in a part of JSON; a form in the text; a receipt number in the subject, by which the mail joins
//! its report. Whatever is attached stays sealed.

use incident::Hash;
use incident::record::{Body, Contact, Draft, Introduction, Receipt};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use crate::fields::{build, introduction};
use crate::format::Format;
use crate::reading::{Reading, Sealed};
use crate::{Arrival, arf, form, text, xarf};

/// The most attachments that are described.
const MOST_SEALED: usize = 1_000;

/// An item that is a mail.
pub(crate) fn item(arrival: &Arrival<'_>, reading: &mut Reading) {
    let Some(mail) = MessageParser::default().parse(arrival.bytes) else {
        return reading.corrupt("no mail: it has no fields");
    };
    if mail.headers().is_empty() {
        return reading.corrupt("no mail: it has no fields");
    }
    reading.sealed = mail.attachments().take(MOST_SEALED).map(sealed).collect();
    if let Some(why) = automatic(&mail) {
        return reading.not_a_report(why);
    }
    let reference = mail.message_id().map(|id| text::cut(id, 500));
    if let Some(part) = mail.parts.iter().find(|part| is(part, "message", "feedback-report")) {
        reading.format = Some(Format::Arf);
        return arf::report(part.contents(), reference, arrival, reading);
    }
    if let Some(part) = xarf_part(&mail) {
        reading.format = Some(Format::Xarf);
        return xarf::item(part.contents(), arrival, reading);
    }
    letter(&mail, reference, arrival, reading);
}

/// The part of a mail that is XARF.
fn xarf_part<'m>(mail: &'m Message<'m>) -> Option<&'m MessagePart<'m>> {
    mail.parts.iter().find(|part| is_json(part) && xarf::is_xarf(part.contents()))
}

/// What is attached at a place: parts of the mail, then the evidence of a report in it.
pub(crate) fn attached(bytes: &[u8], place: usize) -> Option<Vec<u8>> {
    let mail = MessageParser::default().parse(bytes)?;
    let parts: Vec<&MessagePart<'_>> = mail.attachments().take(MOST_SEALED).collect();
    match parts.get(place) {
        Some(part) => Some(contents(part).to_vec()),
        None => xarf::attached(xarf_part(&mail)?.contents(), place.checked_sub(parts.len())?),
    }
}

fn contents<'m>(part: &'m MessagePart<'m>) -> &'m [u8] {
    match &part.body {
        PartType::Message(message) => message.raw_message(),
        _ => part.contents(),
    }
}

/// A mail that somebody wrote.
fn letter(
    mail: &Message<'_>,
    reference: Option<String>,
    arrival: &Arrival<'_>,
    reading: &mut Reading,
) {
    let body: String = (0..mail.text_body_count())
        .filter_map(|part| mail.body_text(part))
        .map(|text| text::undeclared(text.into_owned()) + "\n")
        .collect();
    let subject = text::undeclared(mail.subject().unwrap_or_default().to_owned());
    if form::is_form(&body) {
        let fields = form::fields(&body);
        let read =
            build(&fields, arrival.zone).and_then(|draft| Ok((draft, introduction(&fields)?)));
        return match read {
            Ok((draft, who)) => reading.draft(1, signed(draft, who, mail, reference)),
            Err(fault) => reading.refuse(1, fault.to_string()),
        };
    }
    match Receipt::find(&subject) {
        Some(receipt) => reading.answers = Some(receipt),
        None => reading.unsupported(
            "a mail without a form, a feedback report or XARF: read it, and answer it",
        ),
    }
}

/// The draft, with its sender where the form names none. A consultation keeps the mail's reference too.
fn signed(
    mut draft: Draft,
    who: Introduction,
    mail: &Message<'_>,
    reference: Option<String>,
) -> Draft {
    let from = mail.from().and_then(|from| from.first());
    let address = from.and_then(|from| from.address()).map(str::to_owned);
    if draft.reporter.is_none() && address.is_some() {
        let name = from.and_then(|from| from.name()).map(|name| text::undeclared(name.to_owned()));
        let contact = Contact { name, mail: address, ..Contact::default() };
        draft.reporter = Some(Introduction { contact, ..who });
    }
    draft.reference = draft.reference.or(reference);
    if let Body::Consultation(consultation) = &mut draft.body
        && consultation.about.is_none()
    {
        consultation.about = mail.subject().and_then(Receipt::find);
    }
    draft
}

/// Why a mail is no report, where a machine wrote it in answer to something.
fn automatic(mail: &Message<'_>) -> Option<&'static str> {
    // RFC 3834, section 5.
    let auto = mail.header("Auto-Submitted").and_then(|value| value.as_text()).unwrap_or("no");
    if !auto.trim().to_ascii_lowercase().starts_with("no") {
        return Some("an automatic answer");
    }
    let kind = mail.content_type().and_then(|kind| kind.attribute("report-type"));
    let bounce = kind.is_some_and(|kind| {
        kind.eq_ignore_ascii_case("delivery-status")
            || kind.eq_ignore_ascii_case("disposition-notification")
    });
    bounce.then_some("a notice of delivery")
}

fn is(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|media| {
        media.ctype().eq_ignore_ascii_case(kind)
            && media.subtype().is_some_and(|name| name.eq_ignore_ascii_case(subtype))
    })
}

fn is_json(part: &MessagePart<'_>) -> bool {
    is(part, "application", "json")
        || is(part, "application", "xarf+json")
        || part.attachment_name().is_some_and(|name| name.to_ascii_lowercase().ends_with(".json"))
}

fn sealed(part: &MessagePart<'_>) -> Sealed {
    let bytes = contents(part);
    let media = part.content_type().map(|media| {
        let subtype = media.subtype().unwrap_or("octet-stream");
        text::cut(&format!("{}/{subtype}", media.ctype()), 200)
    });
    Sealed {
        name: part.attachment_name().map(|name| text::cut(&text::undeclared(name.to_owned()), 200)),
        media,
        size: bytes.len() as u64,
        sha256: Hash::of(bytes),
    }
}
