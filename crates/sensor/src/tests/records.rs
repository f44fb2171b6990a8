//! Every record comes back, and what is no record is none. Every prefix of a journal is told of
//! exactly.

use capture::fold::{Conversation, Fold};
use observation::{Access, Coverage, Fates, HOUR, Kind, Point, Tool};
use proptest::prelude::*;
use spool::{Journal, Replayed};

use super::stream::{PERIOD, Stream};
use super::*;
use crate::account::{Account, Cell, Hour, Unkept};
use crate::begin::{self, Past};
use crate::record::{access, account, conversation, coverage};
use crate::source::now;
use crate::{Stop, run};

fn tokyo() -> Point {
    "tokyo".parse().unwrap()
}

#[test]
fn accesses_come_back() {
    let mut kinds = std::collections::BTreeSet::new();
    let mut longest = 0;
    for seed in 0..30 {
        let mut scenario = testkit::Scenario::new(seed);
        scenario.everything(6);
        let watch = Target::new(
            tokyo(),
            Mode::Dark,
            vec!["::/0".parse().unwrap(), "0.0.0.0/0".parse().unwrap()],
            Vec::new(),
        )
        .watch(&Default::default())
        .unwrap();
        let mut fold = Fold::new(watch, Spans::default());
        for frame in scenario.frames() {
            let link = dissect::LinkType::Ethernet;
            let dissected = dissect::dissect(link, &frame.bytes, frame.wire_length);
            fold.push(Some(frame.time), false, &dissected).unwrap();
        }
        fold.close();
        fold.take_finished(|rows| {
            for row in rows {
                let mut payload = Vec::new();
                access::encode(row, &mut payload);
                assert_eq!(access::decode(&tokyo(), &payload).as_ref(), Some(row));
                for end in 0..payload.len() {
                    assert_eq!(access::decode(&tokyo(), &payload[..end]), None);
                }
                kinds.insert(row.kind);
                longest = longest.max(payload.len());
            }
        });
    }
    assert!(kinds.len() >= 8, "{kinds:?}");
    assert!(longest < 160, "{longest} bytes");
}

#[test]
fn numbers_are_never_given_anew() {
    let base = |kind, tool| Access {
        first_seen: 0,
        duration: 0,
        point: tokyo(),
        src: "192.0.2.1".parse().unwrap(),
        dst: "192.0.2.2".parse().unwrap(),
        protocol: 6,
        ports: None,
        icmp: None,
        kind,
        packets: 1,
        syns: 0,
        bytes: 40,
        tcp_flags: None,
        ttl: 64,
        syn: None,
        tool,
        quoted: None,
        payload: None,
    };
    let number = |row: Access, at: usize| {
        let mut payload = Vec::new();
        access::encode(&row, &mut payload);
        assert_eq!(access::decode(&tokyo(), &payload), Some(row));
        *payload.get(at).unwrap_or(payload.last().unwrap())
    };
    let kinds = Kind::ALL.map(|kind| (kind.as_str(), number(base(kind, None), 4)));
    let names = kinds.map(|(name, _)| name);
    assert_eq!(kinds.map(|(_, number)| number), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!((names[0], names[4], names[8]), ("tcp-syn", "udp", "other"));
    let tools = Tool::ALL.map(|tool| (tool.as_str(), number(base(Kind::Other, Some(tool)), 99)));
    assert_eq!(tools, [("zmap", 0), ("masscan", 1), ("mirai", 2)]);
}

fn fates() -> impl Strategy<Value = Fates> {
    prop::array::uniform7(0..u64::MAX >> 8).prop_map(|[a, s, x, o, e, m, n]| Fates {
        packets: a + s + x + o + e + m + n,
        inbound: a + s + x,
        outbound: o,
        elsewhere: e,
        malformed: m,
        not_ip: n,
        access_packets: a,
        solicited: s,
        expected: x,
        truncated: n / 2,
    })
}

proptest! {
    #[test]
    fn coverage_comes_back(
        fates in fates(), hour in 0..600_000_i64, seconds in prop::option::of(0..=3_600_u32),
        dropped in prop::option::of(any::<u64>()), addresses in prop::option::of(any::<u64>()),
        needs in any::<u64>(), assumed in any::<bool>(), named in any::<bool>(),
        unkept in prop::option::of(any::<(u8, u16, u64, u64)>()),
        clock_offset in prop::option::of(any::<i64>()),
    ) {
        let unkept = unkept.map(|(protocol, port, accesses, packets)| {
            observation::Unkept { protocol, port, accesses, packets }
        });
        let hour = hour * HOUR;
        let point = named.then(tokyo);
        let seconds_up = seconds;
        let row = Coverage { point, hour, seconds_up, assumed, fates, dropped, addresses, unkept, clock_offset };
        let mut payload = Vec::new();
        coverage::encode(&row, needs, &mut payload);
        prop_assert_eq!(coverage::decode(&tokyo(), &payload), Some((row, needs)));
        payload.pop();
        prop_assert_eq!(coverage::decode(&tokyo(), &payload), None);
    }

    #[test]
    fn accounts_come_back(
        turn in 0..u32::MAX, counted in any::<i64>(),
        hours in prop::collection::btree_map(0..600_000_i64, (0..3_601_u32, any::<u64>(), fates()), 0..4),
        cells in prop::collection::btree_map((0..600_000_i64, any::<u8>(), any::<u16>()), any::<(u64, u64)>(), 0..4),
    ) {
        let hour = |(hour, (seconds, dropped, fates))| (hour, Hour { seconds, dropped, fates });
        let cell = |((hour, protocol, port), (accesses, packets))| {
            (Cell { hour, protocol, port }, Unkept { accesses, packets })
        };
        let account = Account {
            counted,
            hours: hours.into_iter().map(hour).collect(),
            unkept: cells.into_iter().map(cell).collect(),
        };
        let mut payload = Vec::new();
        account::encode(turn, &account, &mut payload);
        prop_assert_eq!(account::decode(&payload), Some((turn, account.clone())));
        let mut told = account.clone();
        for cell in account.unkept.keys() {
            let row = account.unkept_row(*cell, &tokyo()).unwrap();
            told.told_by(&row);
        }
        prop_assert!(told.unkept.is_empty() && told.hours == account.hours);
    }

    #[test]
    fn conversations_come_back(
        protocol in any::<u8>(), v6 in any::<bool>(), ends in any::<[(u128, u16); 2]>(),
        last in any::<i64>(), marks in any::<[bool; 3]>(),
    ) {
        let [host, other] = ends.map(|(number, port)| {
            let v4 = std::net::Ipv4Addr::from(number as u32);
            (if v6 { std::net::Ipv6Addr::from(number).into() } else { v4.into() }, port)
        });
        let [host_ended, other_ended, reset] = marks;
        let one = Conversation { protocol, host, other, last, host_ended, other_ended, reset };
        let mut payload = Vec::new();
        conversation::encode(&one, &mut payload);
        prop_assert_eq!(conversation::decode(&payload), Some(one));
        payload.pop();
        prop_assert_eq!(conversation::decode(&payload), None);
    }

    #[test]
    fn strangers_are_no_records(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut versioned = bytes.clone();
        versioned.insert(0, 1);
        for bytes in [&bytes, &versioned] {
            let _ = access::decode(&tokyo(), bytes);
            let _ = coverage::decode(&tokyo(), bytes);
            let _ = account::decode(bytes);
            let _ = conversation::decode(bytes);
        }
    }
}

/// A record as replay gives it.
enum Kept {
    Rows(spool::Lane, u8, u64, Vec<u8>),
    State(u8, Vec<u8>),
}

impl Kept {
    fn of(replayed: &Replayed<'_>) -> Self {
        match *replayed {
            Replayed::Rows { lane, tag, number, payload } => {
                Kept::Rows(lane, tag, number, payload.to_vec())
            }
            Replayed::State { tag, payload } => Kept::State(tag, payload.to_vec()),
            Replayed::Lost { .. } => panic!("nothing was damaged"),
        }
    }

    fn replayed(&self) -> Replayed<'_> {
        match self {
            Kept::Rows(lane, tag, number, payload) => {
                Replayed::Rows { lane: *lane, tag: *tag, number: *number, payload }
            }
            Kept::State(tag, payload) => Replayed::State { tag: *tag, payload },
        }
    }
}

/// Whatever prefix of a journal a kill leaves: its rows and images hold exactly the packets that its
/// account and its rows of coverage tell of, and every packet of a second that is counted.
#[test]
fn every_prefix_is_told_of_exactly() {
    let data = tempfile::tempdir().unwrap();
    let mut setup = setup(data.path(), None);
    // Superseding begins only when everything before has closed: here, nothing.
    setup.spans = Spans::default();
    let epoch = now();
    let stream = Stream::new(epoch, epoch + 60 * SECOND);
    let stop = Stop::default();
    let from = now();
    std::thread::scope(|scope| {
        let point = scope.spawn(|| run(stream, &setup, &stop));
        std::thread::sleep(Duration::from_secs(4));
        stop.stop();
        point.join().unwrap().unwrap();
    });
    let until = now();
    let journal = begin::open(&setup.places.spool, setup.limits, 0).unwrap().journal;
    let mut records = Vec::new();
    journal.replay(|replayed| records.push(Kept::of(&replayed))).unwrap();
    assert!(records.len() > 20);
    let mut counted = 0;
    for length in 0..=records.len() {
        counted = counted.max(check(&journal, &setup, &records[..length], epoch, from));
    }
    assert!(counted >= 1, "a second was counted");
    assert!(until - from >= 4 * SECOND);
}

/// Checks a prefix, and gives its counted seconds.
fn check(
    journal: &Journal<spool::Folder>,
    setup: &Setup,
    records: &[Kept],
    epoch: i64,
    from: i64,
) -> i64 {
    let watch = setup.target.clone().watch(&Default::default()).unwrap();
    let mut past = Past::empty(&tokyo(), watch, setup.spans);
    let (mut told, mut seconds, mut held) = (Fates::default(), 0, 0);
    for kept in records {
        let replayed = kept.replayed();
        if let Replayed::Rows { lane, payload, .. } = replayed {
            if let Some(row) = access::decode(&tokyo(), payload).filter(|_| lane.number() == 1) {
                held += row.packets;
            }
            if lane.number() == 2 {
                let (row, _) = coverage::decode(&tokyo(), payload).unwrap();
                told += &row.fates;
                seconds += i64::from(row.seconds_up.unwrap());
            }
        }
        past.take(&replayed).unwrap();
    }
    past.settle();
    past.fold.changed(u32::MAX - 1, |_| {});
    past.fold.close();
    past.fold.take_finished(|open| held += open.iter().map(|row| row.packets).sum::<u64>());
    for hour in past.account.hours.values() {
        told += &hour.fates;
        seconds += i64::from(hour.seconds);
    }
    assert_eq!(held, told.access_packets);
    assert!(told.add_up());
    if seconds > 0 {
        let last = past.account.counted * SECOND;
        assert!(past.account.counted - seconds >= from.div_euclid(SECOND));
        let first = epoch.max(last - seconds * SECOND);
        let sent = (last - 1 - epoch) / PERIOD - (first - 1 - epoch).max(0) / PERIOD;
        assert!(held as i64 >= sent, "{held} of {sent} packets of counted seconds are held");
    }
    let _ = journal;
    seconds
}
