//! Tables.

use std::collections::BTreeMap;

use incident::record::{Channel, Disposition};

use super::{access, of, shared, virus};
use crate::Format;

#[test]
fn every_row_has_a_fate() {
    let table = "メールアドレス,発見日,ウイルス名,検出数\r\na@example.jp,2005-05-12,W32/Netsky.P; W32/Bagle.A,\"1,000; 2\"\r\n,,,\r\na@example.jp,soon,W32/Netsky.P,1\r\nshort,row\r\n";
    let reading = of(table.as_bytes(), Channel::File);
    assert_eq!(reading.format, Some(Format::Csv));
    assert_eq!((reading.read, reading.refused, reading.other), (1, 2, 2));
    assert_eq!(reading.disposition(), Disposition::InPart);
    assert_eq!(virus(&reading.drafts[0].draft).lines[0].pieces, Some(1_000));
    assert!(reading.faults()[0].starts_with("row 4: discovered"), "{:?}", reading.faults());
    let tabs = table.replace(",2005", "\t2005").replace(',', "\t");
    assert_eq!(of(tabs.as_bytes(), Channel::File).format, Some(Format::Csv));
    let unknown = of(b"virus,discovered,colour\nx,2005-05-12,red\n", Channel::File);
    assert_eq!(unknown.disposition(), Disposition::Corrupt);
    assert!(unknown.faults()[0].contains("colour"));
}

#[test]
fn vcdb() {
    let Some(bytes) = shared("incidents/vcdb.csv") else { return };
    let reading = of(&bytes, Channel::File);
    assert_eq!(reading.format, Some(Format::Vcdb));
    // What Python's csv module counts by the same rules: 5,701 incidents and a header.
    assert_eq!(reading.rows.len(), 5_702);
    let mut categories = BTreeMap::new();
    for placed in &reading.drafts {
        *categories.entry(access(&placed.draft).category.as_str()).or_insert(0) += 1;
    }
    let wanted = [("dos", 137), ("intrusion", 1_475), ("other", 1_051), ("worm infection", 136)];
    assert_eq!(categories, wanted.into());
    assert_eq!((reading.read, reading.refused, reading.other), (2_799, 0, 2_903));
}
