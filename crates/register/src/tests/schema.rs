//! Migrated tables and fresh ones.

use crate::Error;
use crate::link::{Backend, Link};
use crate::schema;

use super::{NOW, Shelf};

/// Everything that a database says of its tables and indexes.
fn described(link: &mut Link) -> Vec<String> {
    let sql = match link.backend() {
        Backend::Sqlite => "select sql from sqlite_master where sql is not null",
        Backend::Postgres => {
            "select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
                    || ordinal_position
             from information_schema.columns where table_schema = 'public'
             union all select indexdef from pg_indexes where schemaname = 'public'"
        }
    };
    let mut all: Vec<String> =
        link.rows(sql, &[]).unwrap().into_iter().map(|mut row| row.text().unwrap()).collect();
    all.sort();
    all
}

pub(super) fn steps_lead_to_the_fresh_tables(shelf: &Shelf) {
    let mut fresh = Link::open(&shelf.place()).unwrap();
    schema::bring_up(&mut fresh, NOW).unwrap();
    let mut walked = Link::open(&shelf.place()).unwrap();
    schema::walk(&mut walked).unwrap();
    let tables = described(&mut fresh);
    assert!(tables.len() > 20, "{tables:?}");
    assert_eq!(described(&mut walked), tables);
    // An old book is brought up to the same.
    let mut old = Link::open(&shelf.place()).unwrap();
    old.script("create table migration (number {key}, at bigint not null);").unwrap();
    old.script(include_str!("../schema/0001.sql")).unwrap();
    old.script("insert into migration (number, at) values (1, 0)").unwrap();
    schema::bring_up(&mut old, NOW).unwrap();
    schema::bring_up(&mut old, NOW).unwrap();
    let plain = |all: Vec<String>| -> Vec<String> {
        all.into_iter().map(|text| text.replace(" if not exists", "").to_lowercase()).collect()
    };
    assert_eq!(plain(described(&mut old)), plain(tables));
    old.script("insert into migration (number, at) values (99, 0)").unwrap();
    let refused = schema::bring_up(&mut old, NOW);
    assert!(matches!(refused, Err(Error::Newer { found: 99, .. })), "{refused:?}");
}

#[test]
fn on_sqlite() {
    steps_lead_to_the_fresh_tables(&Shelf::folder());
}
