#![allow(clippy::unwrap_used, clippy::panic)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::net::IpAddr;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use observation::{Access, AccessBatch, Coverage, Fates, HOUR, Kind, Origin, Tool, coverage_batch};
use proptest::prelude::*;

use super::*;
use crate::{Generation, Seal};

const NOW: Micros = 1_700_000_000 * SECOND;

fn point() -> Point {
    "tokyo-1".parse().unwrap()
}

fn lane(table: Table) -> Lane {
    Lane { point: point(), generation: Generation([9; 16]), table }
}

fn at(sequence: u64) -> Position {
    Position { sequence, seal: Seal::of(sequence, b"record") }
}

fn access(number: u64, time: Micros) -> Access {
    let bytes = u32::try_from(number).unwrap_or(7).to_be_bytes();
    Access {
        first_seen: time,
        duration: 1_000,
        point: point(),
        src: IpAddr::from(bytes),
        dst: "2001:db8::1".parse().unwrap(),
        protocol: 6,
        ports: Some((number as u16, 23)),
        icmp: None,
        kind: Kind::TcpSyn,
        packets: 3,
        syns: 3,
        bytes: 120,
        tcp_flags: Some(2),
        ttl: 51,
        syn: None,
        tool: (number.is_multiple_of(2)).then_some(Tool::Mirai),
        quoted: None,
        payload: None,
    }
}

fn accesses(rows: impl Iterator<Item = Access>) -> RecordBatch {
    let mut batch = AccessBatch::new(19_675, 5, Some(19_000));
    rows.for_each(|row| {
        batch.extend(&[row], std::iter::once(Origin { country: Some("JP"), asn: None }));
    });
    batch.finish()
}

fn some_accesses(count: u64) -> RecordBatch {
    accesses((0..count).map(|number| access(number, NOW - HOUR + number as i64)))
}

fn hour(fates: Fates) -> RecordBatch {
    let row = Coverage {
        point: Some(point()),
        hour: NOW.div_euclid(HOUR) * HOUR,
        seconds_up: Some(3_600),
        assumed: false,
        fates,
        dropped: Some(0),
        addresses: Some(1),
        unkept: None,
        clock_offset: None,
    };
    coverage_batch(&[row], NOW)
}

fn live(table: Table, rows: &RecordBatch) -> Vec<u8> {
    let count = rows.num_rows() as u64;
    pack(&lane(table), Freshness::Live, (at(10), at(10 + count)), rows).unwrap()
}

fn why(body: &[u8]) -> Reason {
    unpack(body, &point(), NOW, &Bounds::default()).unwrap_err().reason
}

/// A body of any rows, whatever their schema, that says of itself what it should.
fn forged(table: Table, rows: &RecordBatch) -> Vec<u8> {
    body_of(table, rows.num_rows() as u32, &ipc::encode(rows).unwrap())
}

fn body_of(table: Table, rows: u32, stream: &[u8]) -> Vec<u8> {
    let plain = stream.len() as u32;
    let header = Header {
        lane: lane(table),
        freshness: Freshness::Live,
        after: at(10),
        upto: at(10 + u64::from(rows)),
        rows,
        plain,
    };
    let mut body = header.encode();
    body.extend(zstd::bulk::compress(stream, 3).unwrap());
    body
}

#[test]
fn rows_arrive_as_they_were_without_what_the_hub_sets() {
    let rows = some_accesses(1_000);
    let body = live(Table::Access, &rows);
    let checked = unpack(&body, &point(), NOW, &Bounds::default()).unwrap();
    assert_eq!(checked.header.lane, lane(Table::Access));
    assert_eq!((checked.header.after, checked.header.upto), (at(10), at(1_010)));
    assert_eq!(checked.rows.schema(), Table::Access.schema());
    for field in Table::Access.fields() {
        assert_eq!(checked.rows.column_by_name(field.name), rows.column_by_name(field.name));
    }
    assert!(checked.rows.column_by_name("received").is_none());

    let fates = Fates { packets: 5, inbound: 3, outbound: 2, expected: 3, ..Fates::default() };
    let checked = unpack(&live(Table::Coverage, &hour(fates)), &point(), NOW, &Bounds::default());
    assert_eq!(checked.unwrap().rows.num_rows(), 1);
}

#[test]
fn a_point_writes_in_its_own_name_only() {
    let body = live(Table::Access, &some_accesses(3));
    let stranger = "osaka".parse().unwrap();
    let refused = unpack(&body, &stranger, NOW, &Bounds::default()).unwrap_err();
    assert_eq!(refused.reason, Reason::OtherPoint);
    let mut other = access(1, NOW);
    other.point = stranger;
    let body = live(Table::Access, &accesses([access(0, NOW), other].into_iter()));
    assert_eq!(why(&body), Reason::OtherPoint);
    let nobody = Coverage {
        point: None,
        hour: 0,
        seconds_up: None,
        assumed: true,
        fates: Fates::default(),
        dropped: None,
        addresses: None,
        unkept: None,
        clock_offset: None,
    };
    let body = live(Table::Coverage, &coverage_batch(&[nobody], NOW));
    assert_eq!(why(&body), Reason::OtherPoint);
}

#[test]
fn times_are_near_or_marked() {
    let bounds = Bounds::default();
    for (time, reason) in [
        (NOW + bounds.ahead - 1_000, None),
        // The access ends too late.
        (NOW + bounds.ahead - 999, Some(Reason::TooNew)),
        (NOW - bounds.behind, None),
        (NOW - bounds.behind - 1, Some(Reason::TooOld)),
        (i64::MIN, Some(Reason::TooOld)),
        (i64::MAX, Some(Reason::TooNew)),
    ] {
        let rows = accesses([access(1, time)].into_iter());
        let refused = unpack(&live(Table::Access, &rows), &point(), NOW, &bounds).err();
        assert_eq!(refused.map(|refusal| refusal.reason), reason, "{time}");
    }
    for (time, good) in [(1, true), (NOW, true), (-1, false), (NOW + HOUR, false)] {
        let rows = accesses([access(1, time)].into_iter());
        let range = (Position::START, at(1));
        let body = pack(&lane(Table::Access), Freshness::Replayed, range, &rows).unwrap();
        assert_eq!(unpack(&body, &point(), NOW, &bounds).is_ok(), good, "{time}");
    }
}

#[test]
fn values_keep_the_rules_of_their_columns() {
    let rows = some_accesses(2);
    let with = |name: &str, column: ArrayRef| {
        let projected = project(Table::Access, &rows).unwrap();
        let index = projected.schema().index_of(name).unwrap();
        let mut columns = projected.columns().to_vec();
        columns[index] = column;
        forged(Table::Access, &RecordBatch::try_new(Table::Access.schema(), columns).unwrap())
    };
    let ints = |value: i32| Arc::new(arrow_array::Int32Array::from(vec![0, value]));
    let longs = |value: i64| Arc::new(Int64Array::from(vec![0, value]));
    let texts = |value: &'static str| Arc::new(StringArray::from(vec!["", value]));
    let bytes = |value: &'static [u8]| {
        Arc::new(arrow_array::BinaryArray::from_vec(vec![&[1, 2, 3, 4], value]))
    };
    for body in [
        with("src", bytes(b"12345")),
        with("dst", bytes(b"")),
        with("dst_port", ints(65_536)),
        with("dst_port", ints(-1)),
        with("ttl", ints(256)),
        with("tcp_flags", ints(512)),
        with("packets", longs(-1)),
        with("duration", longs(-1)),
        with("kind", texts("tcp-sin")),
        with("tool", texts("nmap")),
        with("syn_options", bytes(&[0; 41])),
    ] {
        assert_eq!(why(&body), Reason::BadValue);
    }
    // A hash may be any number.
    assert!(unpack(&with("payload_hash", longs(-1)), &point(), NOW, &Bounds::default()).is_ok());
    let lies = Fates { packets: 4, inbound: 3, outbound: 2, expected: 3, ..Fates::default() };
    assert_eq!(why(&live(Table::Coverage, &hour(lies))), Reason::BadValue);
}

#[test]
fn the_schema_is_exact() {
    let rows = project(Table::Access, &some_accesses(2)).unwrap();
    // A column too many, one too few, another order, another name, the whole table.
    let all = some_accesses(2);
    let less = rows.project(&(1..rows.num_columns()).collect::<Vec<_>>()).unwrap();
    let mut order: Vec<usize> = (0..rows.num_columns()).collect();
    order.swap(10, 11);
    let swapped = rows.project(&order).unwrap();
    let mut fields: Vec<_> = rows.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
    fields[3] = fields[3].clone().with_name("source");
    let schema = Arc::new(arrow_schema::Schema::new(fields.clone()));
    let renamed = RecordBatch::try_new(schema, rows.columns().to_vec()).unwrap();
    fields[3] = fields[3].clone().with_name("src").with_nullable(true);
    let schema = Arc::new(arrow_schema::Schema::new(fields));
    let nullable = RecordBatch::try_new(schema, rows.columns().to_vec()).unwrap();
    for batch in [&all, &less, &swapped, &renamed, &nullable] {
        assert_eq!(why(&forged(Table::Access, batch)), Reason::Schema);
    }
    assert_eq!(why(&forged(Table::Coverage, &rows)), Reason::Schema);
}

#[test]
fn sizes_are_bounded_before_anything_is_made_of_them() {
    assert_eq!(why(&vec![0; BODY_LIMIT + 1]), Reason::TooLarge);
    // A bomb: the header is honest, and the stream too long.
    let bomb = body_of(Table::Access, 1, &vec![0; PLAIN_LIMIT as usize + 1]);
    assert!(bomb.len() < 10_000);
    assert_eq!(why(&bomb), Reason::TooLarge);
    // The header lies about it.
    let (mut header, frame) = Header::decode(&bomb).unwrap();
    header.plain = 100;
    assert_eq!(why(&[header.encode(), frame.to_vec()].concat()), Reason::Malformed);
    header.rows = ROWS_LIMIT + 1;
    header.upto = at(100_000);
    assert_eq!(why(&[header.encode(), frame.to_vec()].concat()), Reason::TooLarge);
    let many = some_accesses(u64::from(ROWS_LIMIT) + 1);
    let range = (Position::START, at(100_000));
    let packed = pack(&lane(Table::Access), Freshness::Live, range, &many);
    assert!(matches!(packed, Err(PackError::TooLarge { .. })));
}

#[test]
fn what_is_cut_off_or_followed_by_something_is_refused() {
    let body = live(Table::Access, &some_accesses(20));
    for length in 0..body.len() {
        let reason = why(&body[..length]);
        assert!(matches!(reason, Reason::Truncated | Reason::Malformed), "{length}: {reason}");
    }
    assert_eq!(why(&[&body[..], b"x"].concat()), Reason::Malformed);
    let stream = ipc::encode(&project(Table::Access, &some_accesses(20)).unwrap()).unwrap();
    for length in 0..stream.len() - 8 {
        let refused = unpack(
            &body_of(Table::Access, 20, &stream[..length]),
            &point(),
            NOW,
            &Bounds::default(),
        );
        assert!(refused.is_err(), "{length} of {}", stream.len());
    }
    let twice = [&stream[..], &stream[..]].concat();
    assert_eq!(why(&body_of(Table::Access, 20, &twice)), Reason::Malformed);
}

#[test]
fn compressed_buffers_and_wrong_counts_are_refused() {
    let rows = project(Table::Access, &some_accesses(20)).unwrap();
    let stream = ipc::encode(&rows).unwrap();
    assert_eq!(why(&body_of(Table::Access, 19, &stream)), Reason::Malformed);
    let body = live(Table::Access, &some_accesses(20));
    let (mut header, frame) = Header::decode(&body).unwrap();
    header.upto = header.after;
    assert_eq!(why(&[header.encode(), frame.to_vec()].concat()), Reason::Malformed);
}

proptest! {
    /// Whatever is done to the stream, it is refused or gives rows that keep the rules.
    #[test]
    fn a_stream_with_other_bytes_is_refused_or_good(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        coverage in any::<bool>(),
    ) {
        let (table, rows) = if coverage {
            (Table::Coverage, hour(Fates::default()))
        } else {
            (Table::Access, some_accesses(3))
        };
        let count = rows.num_rows() as u32;
        let mut stream = ipc::encode(&project(table, &rows).unwrap()).unwrap();
        for (index, byte) in changes {
            let index = index.index(stream.len());
            stream[index] = byte;
        }
        if let Ok(checked) = unpack(&body_of(table, count, &stream), &point(), NOW, &Bounds::default()) {
            prop_assert_eq!(checked.rows.num_rows(), count as usize);
            let names = checked.rows.column_by_name("point").unwrap();
            let mut names = arrow_array::cast::AsArray::as_string::<i32>(names.as_ref()).iter();
            prop_assert!(names.all(|name| name == Some("tokyo-1")));
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(unpack(&bytes, &point(), NOW, &Bounds::default()).is_err());
        let behind_magic = [b"YGD1\x01\0\x01\0".as_slice(), &bytes].concat();
        prop_assert!(unpack(&behind_magic, &point(), NOW, &Bounds::default()).is_err());
    }
}
