//! The tables and their columns, from the one list that they are made of.

use maud::{Markup, html};
use observation::{Field, Type};

use crate::shell::{self, Room};

const COLUMNS: [&str; 4] = ["Column", "Type", "Unit", "Meaning"];

/// The page.
pub(crate) async fn page() -> Markup {
    let tables = archive::reference();
    let body = html! {
        header {
            h1 { "Reference" }
            p.lead { "The archive\u{2019}s tables. They are Delta Lake: any tool that reads it can ask them, and so does "
                code { "yagura sql" } "." }
            p { @for (name, _) in tables { a href={ "#" (name) } { (name) } " " } a href="#functions" { "functions" } }
        }
        @for (name, fields) in tables { (table(name, fields)) }
        (functions())
    };
    shell::page("Reference", Room::Reference, &body)
}

fn table(name: &str, fields: &[Field]) -> Markup {
    let rows = html! { tbody { @for field in fields {
        tr {
            th scope="row" { code { (field.name) } }
            td { (kind(field.ty)) @if field.nullable { ", may be null" } }
            td { (field.unit) }
            td.words { (field.meaning) }
        }
    } } };
    html! {
        section id=(name) {
            h2 { (name) }
            (crate::look::html::table(&format!("Columns of {name}"), &COLUMNS, COLUMNS.len(), &rows))
        }
    }
}

/// What queries have beside the functions of every SQL.
fn functions() -> Markup {
    let rows = html! { tbody { @for (call, meaning) in archive::FUNCTIONS {
        tr {
            th scope="row" { code { (call) } }
            td.words { (meaning) }
        }
    } } };
    html! {
        section id="functions" {
            h2 { "functions" }
            (crate::look::html::table("Functions for addresses, in yagura sql", &["Call", "Gives"], 2, &rows))
        }
    }
}

fn kind(ty: Type) -> &'static str {
    match ty {
        Type::Time => "time (UTC)",
        Type::Day => "day",
        Type::Text => "text",
        Type::Bytes => "bytes",
        Type::Int => "32-bit number",
        Type::Long => "64-bit number",
        Type::Bool => "true or false",
    }
}
