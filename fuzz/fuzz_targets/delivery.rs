//! Any bytes as what a point sends: as a whole body, as what stands behind a good header, as an Arrow
//! stream in a good frame, as a good stream with other bytes in it, as a status, as a token.

#![no_main]

use delivery::{
    Bounds, Checked, Freshness, Generation, Lane, Position, Seal, Status, Table, Token, body,
};
use libfuzzer_sys::fuzz_target;
use observation::{AccessBatch, Coverage, Fates, HOUR, Point, coverage_batch};

const NOW: i64 = 500_000 * HOUR;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let table = if choice & 8 == 0 { Table::Access } else { Table::Coverage };
    match choice % 8 {
        0 => unpacked(rest),
        1 => unpacked(&framed(table, rest, rest.len() as u32)),
        2 => unpacked(&framed(table, &compressed(rest), rest.len() as u32)),
        3 => status(rest),
        4 => token(rest),
        _ => {
            let stream = changed(stream(table), rest);
            unpacked(&framed(table, &compressed(&stream), stream.len() as u32));
        }
    }
});

/// Whatever is accepted keeps the rules.
fn unpacked(body: &[u8]) {
    let point = point();
    let Ok(Checked { header, rows }) = body::unpack(body, &point, NOW, &Bounds::default()) else {
        return;
    };
    assert_eq!(header.lane.point, point);
    assert_eq!(rows.num_rows(), header.rows as usize);
    assert_eq!(rows.schema(), header.lane.table.schema());
    let span = (header.after, header.upto);
    let again = body::pack(&header.lane, header.freshness, span, &rows).expect("it was a delivery");
    let again = body::unpack(&again, &point, NOW, &Bounds::default()).expect("and still is one");
    assert_eq!(again.rows, rows);
}

fn point() -> Point {
    "p".parse().expect("a good name")
}

fn compressed(stream: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(stream, 1).expect("memory")
}

/// A body with a good header of one row, before any frame.
fn framed(table: Table, frame: &[u8], plain: u32) -> Vec<u8> {
    let good = good(table);
    // The header ends with the point's name, which is one byte long.
    let mut body = good[..HEADER].to_vec();
    body[PLAIN..PLAIN + 4].copy_from_slice(&plain.to_le_bytes());
    body.extend_from_slice(frame);
    body
}

const PLAIN: usize = 4 + 2 + 1 + 1 + 16 + 32 + 4;
const HEADER: usize = PLAIN + 4 + 1 + 1;

/// A good delivery of one row.
fn good(table: Table) -> Vec<u8> {
    let rows = match table {
        Table::Access => {
            let mut batch = AccessBatch::new(0, NOW, None);
            batch.extend(&[access()], std::iter::once(Default::default()));
            batch.finish()
        }
        Table::Coverage => coverage_batch(&[hour()], NOW),
    };
    let lane = Lane { point: point(), generation: Generation([1; 16]), table };
    let upto = Position { sequence: 1, seal: Seal::of(1, b"row") };
    body::pack(&lane, Freshness::Live, (Position::START, upto), &rows).expect("a good delivery")
}

fn stream(table: Table) -> Vec<u8> {
    zstd::bulk::decompress(&good(table)[HEADER..], 1 << 20).expect("a good frame")
}

/// Each three bytes: where, and what.
fn changed(mut stream: Vec<u8>, changes: &[u8]) -> Vec<u8> {
    for change in changes.as_chunks::<3>().0 {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % stream.len();
        stream[at] = change[2];
    }
    stream
}

fn access() -> observation::Access {
    observation::Access {
        first_seen: NOW,
        duration: 0,
        point: point(),
        src: [192, 0, 2, 1].into(),
        dst: [198, 51, 100, 1].into(),
        protocol: 6,
        ports: Some((40_000, 23)),
        icmp: None,
        kind: observation::Kind::TcpSyn,
        packets: 1,
        syns: 1,
        bytes: 40,
        tcp_flags: Some(2),
        ttl: 50,
        syn: None,
        tool: Some(observation::Tool::Mirai),
        quoted: None,
        payload: None,
    }
}

fn hour() -> Coverage {
    Coverage {
        point: Some(point()),
        hour: NOW,
        seconds_up: Some(3_600),
        assumed: false,
        fates: Fates::default(),
        dropped: None,
        addresses: None,
        unkept: None,
        clock_offset: None,
    }
}

/// What is read is written and read again.
fn status(bytes: &[u8]) {
    let Ok(status) = serde_json::from_slice::<Status>(bytes) else { return };
    let text = serde_json::to_vec(&status).expect("a status has a text");
    assert_eq!(serde_json::from_slice::<Status>(&text).ok(), Some(status));
}

fn token(bytes: &[u8]) {
    let Some(Ok(token)) = std::str::from_utf8(bytes).ok().map(str::parse::<Token>) else { return };
    assert_eq!(token.to_string().parse::<Token>(), Ok(token));
}
