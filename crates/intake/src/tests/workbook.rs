//! Workbooks: made by hand, by openpyxl, and hostile.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use super::*;
use crate::Format;

/// A workbook with sheets of rows; a cell is its text, or a number after `#`, or a day's number after `@`.
pub(super) fn workbook(sheets: &[&[&[&str]]]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    part(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
    );
    part(
        "_rels/.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"b\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    let (mut names, mut targets) = (String::new(), String::new());
    for number in 1..=sheets.len() {
        names += &format!("<sheet name=\"S{number}\" sheetId=\"{number}\" r:id=\"r{number}\"/>");
        targets += &format!(
            "<Relationship Id=\"r{number}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
    }
    part(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>{names}</sheets></workbook>"
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{targets}<Relationship Id=\"s\" Type=\"{relations}/styles\" Target=\"styles.xml\"/></Relationships>"
        ),
    );
    part(
        "xl/styles.xml",
        &format!(
            "<styleSheet xmlns=\"{main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        ),
    );
    for (number, rows) in sheets.iter().enumerate() {
        let mut text = format!("<worksheet xmlns=\"{main}\"><sheetData>");
        for (row, cells) in rows.iter().enumerate() {
            text += &format!("<row r=\"{}\">", row + 1);
            for (cell, column) in cells.iter().zip('A'..) {
                let at = format!("{column}{}", row + 1);
                text += &match (cell.strip_prefix('#'), cell.strip_prefix('@')) {
                    (Some(number), _) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
                    (_, Some(day)) => format!("<c r=\"{at}\" s=\"1\"><v>{day}</v></c>"),
                    _ => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
                };
            }
            text += "</row>";
        }
        part(
            &format!("xl/worksheets/sheet{}.xml", number + 1),
            &(text + "</sheetData></worksheet>"),
        );
    }
    zip.finish().unwrap().into_inner()
}

const HEADER: &[&str] = &["Mail", "Virus", "Discovered", "Pieces"];

#[test]
fn a_table() {
    let bytes = workbook(&[&[
        HEADER,
        // 38484 is 12 May 2005.
        &["a@example.jp", "W32/Netsky.P; W32/Bagle.A", "@38484", ""],
        &["", "ウイルス", "2005-05-12", "#12"],
        &["", "", "", ""],
        &["b@example.jp", "W32/X", "@38484.75", "1,000"],
        &["c@example.jp", "W32/X", "soon", "#1.5"],
    ]]);
    let reading = of(&bytes, Channel::File);
    assert_eq!(reading.format, Some(Format::Xlsx));
    assert_eq!((reading.read, reading.refused, reading.other), (3, 1, 1), "{:?}", reading.faults());
    assert_eq!(reading.disposition(), Disposition::InPart);
    let rows: Vec<u64> = reading.drafts.iter().map(|placed| placed.row).collect();
    assert_eq!(rows, [2, 3, 5]);
    let reports: Vec<&VirusReport> =
        reading.drafts.iter().map(|placed| virus(&placed.draft)).collect();
    assert!(reports.iter().all(|r| r.discovered == jiff::civil::date(2005, 5, 12)));
    assert_eq!(reports[0].lines.len(), 2);
    assert_eq!((reports[1].lines[0].pieces, reports[2].lines[0].pieces), (Some(12), Some(1_000)));
    assert!(reading.faults()[0].starts_with("row 6: "), "{:?}", reading.faults());
}

#[test]
fn other_sheets_are_told() {
    let table: &[&[&str]] = &[HEADER, &["", "W32/X", "@38484", ""]];
    let reading = of(&workbook(&[&[&["notes"]], table, &[], &[&["more"]]]), Channel::File);
    assert_eq!((reading.read, reading.refused), (1, 2));
    assert!(reading.faults().iter().any(|fault| fault.contains("\"S1\"")));
    let reading = of(&workbook(&[&[&["notes", "of mine"]]]), Channel::File);
    assert_eq!(reading.disposition(), Disposition::Unsupported);
    let unknown: &[&[&str]] = &[&["Virus", "Colour"], &["x", "red"]];
    assert_eq!(of(&workbook(&[unknown]), Channel::File).disposition(), Disposition::Corrupt);
    // A zip file of something else is none.
    assert_eq!(of(b"PK\x03\x04 and so on", Channel::File).disposition(), Disposition::Unsupported);
}

#[test]
fn hostile_workbooks() {
    // 100 MB of nothing in a few hundred kilobytes.
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    let nothing = vec![b' '; 1 << 20];
    (0..100).for_each(|_| zip.write_all(&nothing).unwrap());
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let reading = of(&bomb, Channel::File);
    assert_eq!(reading.disposition(), Disposition::Unsupported);
    assert!(reading.faults()[0].contains("unpacks"), "{:?}", reading.faults());

    // Two cells that span a sheet, and one beyond every column.
    let table: &[&[&str]] = &[HEADER, &["", "W32/X", "@38484", ""], &["far"]];
    let far = |bytes: Vec<u8>, from: &str, to: &str| {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).unwrap();
            let mut text = String::new();
            std::io::Read::read_to_string(&mut part, &mut text).unwrap();
            let name = part.name().unwrap().into_owned();
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.replace(from, to).as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let wide = far(workbook(&[table]), "\"A3\"", "\"XFD1048576\"");
    let reading = of(&wide, Channel::File);
    assert_eq!((reading.read, reading.refused), (1, 1), "{:?}", reading.faults());

    // External entities and entities in entities: there is nothing that would resolve them.
    let entity = far(
        workbook(&[table]),
        "<worksheet",
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet",
    );
    let entity = far(entity, "W32/X", "W32/&amp;a;&a;");
    let reading = of(&entity, Channel::File);
    assert!(!format!("{reading:?}").contains("root:"));
}

/// What a standard library writes is read as it was meant, shared strings, styles and all.
#[test]
fn openpyxl_and_we_agree() {
    let Some(python) = std::env::var_os("YAGURA_TEST_PYTHON") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no Python is named");
        println!("skipped: YAGURA_TEST_PYTHON names no Python with xtask/requirements.txt");
        return;
    };
    let script = "
import datetime, sys, openpyxl
book = openpyxl.Workbook()
sheet = book.active
sheet.append(['メールアドレス', 'ウイルス名', '発見日', '検出数', '状況'])
for n in range(300):
    sheet.append([f'{n}@example.jp', 'W32/Netsky.P', datetime.date(2005, 5, 1 + n % 31), n + 1, '発見'])
sheet.append(['x@example.jp', '=1+1', datetime.datetime(2005, 5, 12, 9, 30), 1.0, None])
sheet.freeze_panes = 'A2'
book.save(sys.argv[1])
";
    let file = tempfile::NamedTempFile::new().unwrap();
    let made =
        std::process::Command::new(python).args(["-c", script]).arg(file.path()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let reading = of(&std::fs::read(file.path()).unwrap(), Channel::File);
    // The formula was never computed: its cell is empty, and its row has no virus.
    assert_eq!((reading.read, reading.refused), (300, 1), "{:?}", reading.faults());
    let reports = reading.drafts.iter().map(|placed| virus(&placed.draft));
    let pieces: u64 = reports.clone().map(|report| report.lines[0].pieces.unwrap()).sum();
    assert_eq!(pieces, 300 * 301 / 2);
    assert!(reports.clone().all(|report| report.discovered.month() == 5));
}

/// Damage in the zip and in the XML: a fate for each, and nothing but memory of its size.
#[test]
fn damaged_workbooks() {
    let table: &[&[&str]] = &[HEADER, &["a@example.jp", "W32/X", "@38484", "#7"]];
    let whole = workbook(&[table, &[&["x"]]]);
    // The same without compression, so that damage reaches the XML.
    let mut plain = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut archive = zip::ZipArchive::new(Cursor::new(whole.clone())).unwrap();
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        plain.start_file(name, stored).unwrap();
        std::io::copy(&mut part, &mut plain).unwrap();
    }
    let plain = plain.finish().unwrap().into_inner();
    assert_eq!(of(&plain, Channel::File).read, 1);
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut fates = std::collections::BTreeMap::new();
    for n in 0..2_000 {
        let mut bytes = if n % 2 == 0 { whole.clone() } else { plain.clone() };
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes.truncate(at.max(4)),
                1 => drop(bytes.drain(at..(at + 9).min(bytes.len()))),
                _ => bytes[at] ^= 1 << random(8),
            }
        }
        *fates.entry(of(&bytes, Channel::File).disposition()).or_insert(0) += 1;
    }
    assert!(fates.len() >= 3, "{fates:?}");
}
