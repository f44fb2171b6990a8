//! Ten thousand damaged mails, forms and files: every item is kept as it came, and has one fate.

use incident::record::Channel;

use super::*;

const ITEMS: usize = 10_000;

/// What means something to a reader.
const PIECES: [&[u8]; 22] = [
    b"\0",
    b"\"",
    b"\r\n\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"{",
    b"[",
    b"}",
    b",",
    b";",
    b": ",
    b"\x1b$B",
    b"\x1b(B",
    b"\xff\xfe",
    b"\xe2\x96\xa0",
    b"[x]",
    b"=?ISO-2022-JP?B?GyRC?=",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b" FOUND\n",
    b"99999999999999999999",
    b"9999-99-99",
];

/// A workbook with one row, its XML uncompressed, so that damage reaches it.
fn workbook() -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let of = "http://schemas.openxmlformats.org";
    let (main, kinds) = (
        format!("{of}/spreadsheetml/2006/main"),
        format!("{of}/officeDocument/2006/relationships"),
    );
    let relations = |target: &str, kind: &str| {
        format!(
            "<Relationships xmlns=\"{of}/package/2006/relationships\"><Relationship Id=\"r\" Type=\"{kinds}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let cells = |row: u32, cells: [&str; 2]| -> String {
        let [one, other] = cells.map(|cell| format!("t=\"inlineStr\"><is><t>{cell}</t></is></c>"));
        format!("<row r=\"{row}\"><c r=\"A{row}\" {one}<c r=\"B{row}\" {other}</row>")
    };
    let rows = cells(1, ["virus", "discovered"]) + &cells(2, ["W32/Netsky.P", "2005-05-12"]);
    for (name, text) in [
        ("_rels/.rels", relations("xl/workbook.xml", "officeDocument")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{kinds}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", relations("worksheets/a.xml", "worksheet")),
        (
            "xl/worksheets/a.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn seeds() -> Vec<(Vec<u8>, Channel)> {
    let form = virus_form("a@example.jp", "2005-05-12", &["W32/Netsky.P", "W32/Bagle.A"]);
    let access = access_form("intrusion", true, "Facets: fraud:phishing\nNarrative: x\ny\n");
    let mail = format!(
        "From: =?UTF-8?B?5aSq6YOO?= <a@example.jp>\r\nMessage-ID: <1@x>\r\nSubject: x\r\n\r\n{form}"
    );
    let mixed = format!(
        "From: a@example.jp\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n{access}\r\n--b\r\nContent-Type: application/zip; name=x.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n--b--\r\n"
    );
    let arf = "From: a@example.jp\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: virus\r\nUser-Agent: x/1\r\nVersion: 1\r\nX-Virus-Name: W32/Netsky.P\r\nArrival-Date: Thu, 12 May 2005 10:00:00 +0900\r\n\r\n--b--\r\n";
    let xarf = r#"{"xarf_version":"4.0.0","report_id":"1","timestamp":"2005-05-12T10:00:00Z","reporter":{"org":"x","contact":"a@example.jp"},"category":"connection","type":"port_scan","evidence":[{"payload":"eA=="}]}"#;
    let csv = "mail,virus,discovered,pieces\na@example.jp,W32/Netsky.P,2005-05-12,7\n\"b\",W32/Bagle.A,H17.5.12,\"1,000\"\n";
    let vcdb = "year,victim.state,action.Malware,action.Hacking,action.Social,action.Physical,action.Misuse,action.Error,action.Environmental,action.Unknown,victim.industry.name,pattern\n2010,MO,0,1,0,0,1,0,0,0,Public ,Privilege Misuse\n";
    let clam = "Mon May  2 10:12:13 2005 -> /x/y: Worm.SomeFool.P FOUND\n/x: OK\n";
    vec![
        (form.into_bytes(), Channel::Form),
        (access.into_bytes(), Channel::Form),
        (mail.into_bytes(), Channel::Mail),
        (mixed.into_bytes(), Channel::Mail),
        (arf.into(), Channel::Mail),
        (xarf.into(), Channel::Api),
        (csv.into(), Channel::File),
        (vcdb.into(), Channel::File),
        (clam.into(), Channel::Log),
        (workbook(), Channel::File),
    ]
}

/// One change or two: a byte, a cut, a piece put in, a part doubled or taken out.
fn damage(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(2) {
        let place = random.below(bytes.len() + 1);
        let end = (place + random.below(40)).min(bytes.len());
        match random.below(6) {
            0 if place < bytes.len() => bytes[place] = random.next().to_le_bytes()[0],
            1 => bytes.truncate(place),
            2 | 3 => drop(bytes.splice(place..place, random.of(&PIECES).iter().copied())),
            4 => drop(bytes.drain(place..end)),
            _ => drop(bytes.splice(place..place, bytes[place..end].repeat(1 + random.below(20)))),
        }
    }
    bytes
}

#[test]
fn nothing_is_lost() {
    let shelf = Shelf::folder();
    let mut book = shelf.book();
    // The workbook is one before it is damaged, and its dry run says the same.
    let whole = Raw { bytes: &workbook(), channel: Channel::File, received: MAY, format: None };
    assert_eq!(book.dry_run(&whole).unwrap().totals.get("report"), Some(&1));
    let (seeds, mut random) = (seeds(), Random(7));
    let damaged: Vec<(Vec<u8>, Channel)> = (0..ITEMS)
        .map(|_| {
            let (seed, channel) = random.of(&seeds);
            (damage(seed, &mut random), *channel)
        })
        .collect();
    let mut fates = std::collections::BTreeMap::new();
    for some in damaged.chunks(1_000) {
        let raws: Vec<Raw<'_>> =
            some.iter().map(|(bytes, channel)| raw(bytes, *channel, MAY)).collect();
        for (taken, raw) in book.take_in(&raws, NOW).unwrap().iter().zip(&raws) {
            *fates.entry(taken.disposition).or_insert(0) += 1;
            assert_eq!(book.item_bytes(taken.item).unwrap().unwrap(), raw.bytes);
        }
    }
    assert_eq!(fates.values().sum::<usize>(), ITEMS);
    // Some of everything, or nothing was tried.
    assert!(fates.len() >= 6 && fates.values().all(|&times| times > 5), "{fates:?}");
    assert_eq!(book.audit().unwrap().totals.received, ITEMS as u64);
}
