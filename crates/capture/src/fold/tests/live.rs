//! Whose conversation a packet belongs to.

use testkit::frame::{echo, error, message};

use super::*;

const SERVER: &str = STRANGER;
const ROUTER: &str = "192.0.2.254";
const HOURS: i64 = 3_600;

/// A segment of the conversation that the host began with a server.
fn out(seconds: i64, flags: u8) -> Frame {
    at(seconds, &segment(HOST, SERVER, (5000, 80), flags))
}

/// Its answer.
fn back(seconds: i64, flags: u8) -> Frame {
    at(seconds, &segment(SERVER, HOST, (80, 5000), flags))
}

fn ask(seconds: i64) -> Frame {
    at(seconds, &datagram(HOST, SERVER, (5000, 53)))
}

fn answer(seconds: i64) -> Frame {
    at(seconds, &datagram(SERVER, HOST, (53, 5000)))
}

fn ping(seconds: i64, reply: bool, id: u16) -> Frame {
    let ends = if reply { (SERVER, HOST) } else { (HOST, SERVER) };
    at(seconds, &echo(&from_to(ends.0, ends.1), reply, id, 1, b"x"))
}

fn check(cases: &[(&[Frame], &str)]) {
    for (index, (frames, expect)) in cases.iter().enumerate() {
        assert_eq!(fates(frames), *expect, "case {index}");
    }
}

#[test]
fn whoever_sent_first_began_it() {
    let visit = |dst_port| {
        let ports = (4000, dst_port);
        let back = (dst_port, 4000);
        [
            at(0, &segment(STRANGER, HOST, ports, SYN)),
            at(0, &segment(HOST, STRANGER, back, SYN | ACK)),
            at(0, &segment(STRANGER, HOST, ports, ACK)),
        ]
    };
    check(&[
        (&[out(0, SYN), back(0, SYN | ACK), out(0, ACK), back(0, PSH)], "osos"),
        (&[back(0, SYN | ACK), out(0, RST), back(0, SYN | ACK)], "aoa"),
        (&visit(23), "aoa"),
        (&visit(443), "xox"),
        (&[at(0, &datagram(STRANGER, HOST, (4000, 443)))], "a"),
        (&[out(0, SYN), at(0, &segment(SERVER, HOST, (81, 5000), ACK))], "oa"),
        (&[out(0, SYN), at(0, &segment(ROUTER, HOST, (80, 5000), ACK))], "oa"),
        (&[out(0, SYN), at(0, &datagram(SERVER, HOST, (80, 5000)))], "oa"),
    ]);
}

#[test]
fn tcp_is_remembered_for_two_hours() {
    check(&[
        (&[out(0, SYN), back(2 * HOURS, ACK)], "os"),
        (&[out(0, SYN), back(2 * HOURS + 1, ACK)], "oa"),
        (&[out(0, SYN), back(2 * HOURS, ACK), back(4 * HOURS, ACK)], "oss"),
        (
            &[
                out(0, SYN),
                back(2 * HOURS + 1, ACK),
                out(2 * HOURS + 1, ACK),
                back(2 * HOURS + 1, ACK),
            ],
            "oaoa",
        ),
    ]);
}

#[test]
fn a_conversation_that_is_over_for_four_minutes() {
    let end =
        |flags: [u8; 2], seconds| fates(&[out(0, flags[0]), back(0, flags[1]), back(seconds, ACK)]);
    assert_eq!(end([FIN | ACK, FIN | ACK], 240), "oss");
    assert_eq!(end([FIN | ACK, FIN | ACK], 241), "osa");
    assert_eq!(end([FIN | ACK, ACK], 241), "oss", "one side may go on");
    assert_eq!(end([ACK, FIN | ACK], 241), "oss");
    assert_eq!(end([RST, ACK], 240), "oss");
    assert_eq!(end([RST, ACK], 241), "osa");
    assert_eq!(end([SYN, RST | ACK], 241), "osa");
}

#[test]
fn a_new_conversation_on_the_ports_of_the_old() {
    let over = [out(0, RST), out(241, SYN), back(2 * HOURS, ACK)];
    assert_eq!(fates(&over), "oos", "the old reset is forgotten with it");
}

#[test]
fn everything_else_for_five_minutes() {
    check(&[
        (&[ask(0), answer(300)], "os"),
        (&[ask(0), answer(301)], "oa"),
        (&[ask(0), answer(300), answer(600)], "oss"),
        (&[answer(0), ask(0), answer(1)], "aoa"),
        (&[ping(0, false, 7), ping(300, true, 7)], "os"),
        (&[ping(0, false, 7), ping(301, true, 7)], "oa"),
        (&[ping(0, false, 7), ping(0, true, 8)], "oa"),
        (&[ping(0, true, 8)], "a"),
    ]);
    let micro = Frame { time: 300 * SECOND + 1, ..answer(0) };
    assert_eq!(fates(&[ask(0), micro]), "oa");
}

#[test]
fn what_is_remembered_outlives_an_access_and_a_jump() {
    let elsewhere = at(100 * HOURS, &datagram(ROUTER, SERVER, (1, 1)));
    check(&[
        (&[answer(0), answer(61), ask(61), answer(61)], "aaoa"),
        (&[ask(0), elsewhere, answer(1)], "oes"),
    ]);
}

#[test]
fn an_error_belongs_to_what_it_quotes() {
    let asked = datagram(HOST, SERVER, (5000, 53));
    let never = datagram(HOST, SERVER, (5001, 53));
    let forged = datagram("198.18.1.2", SERVER, (5000, 53));
    let pinged = echo(&from_to(HOST, SERVER), false, 7, 1, b"x");
    let refused =
        |seconds, of: &Datagram| at(seconds, &error(&from_to(ROUTER, HOST), (3, 3), of, 28));
    let served = segment(HOST, STRANGER, (443, 4000), SYN | ACK);
    let reset = segment(HOST, STRANGER, (23, 4000), RST);
    let visit = |port| at(0, &segment(STRANGER, HOST, (4000, port), SYN));
    check(&[
        (&[ask(0), refused(300, &asked)], "os"),
        (&[ask(0), refused(301, &asked)], "oa"),
        (&[ask(0), refused(0, &never)], "oa"),
        (&[ask(0), refused(0, &forged)], "oa"),
        (&[refused(0, &asked)], "a"),
        (&[at(0, &pinged), refused(0, &pinged)], "os"),
        (&[visit(443), at(0, &served), refused(0, &served)], "xox"),
        (&[visit(23), at(0, &reset), refused(0, &reset)], "aoa"),
        // An error keeps nothing alive.
        (&[ask(0), refused(300, &asked), answer(301)], "osa"),
        (&[ask(0), at(0, &message(&from_to(ROUTER, HOST), (3, 3), &[0; 4]))], "oa"),
    ]);
}

#[test]
fn errors_of_icmpv6() {
    let asked = datagram(HOST_V6, "2001:db8::9", (5000, 53));
    let too_big = error(&from_to("2001:db8::fe", HOST_V6), (2, 0), &asked, 48);
    check(&[(&[at(0, &asked), at(0, &too_big)], "os"), (&[at(0, &too_big)], "a")]);
}

#[test]
fn later_fragments_belong_to_the_latest_of_their_addresses() {
    let whole = udp(&from_to(SERVER, HOST), (53, 5000), &[7; 100]);
    let pieces: Vec<Frame> = whole.fragments(40).iter().map(|piece| at(0, piece)).collect();
    let [first, second, third] = <[Frame; 3]>::try_from(pieces).unwrap();
    let visit = at(0, &datagram(SERVER, HOST, (9, 9)));
    let again = [ask(0), visit.clone(), first.clone(), second.clone()];
    check(&[
        (&[ask(0), first.clone(), second.clone(), third.clone()], "osss"),
        (&[ask(0), second.clone()], "os"),
        (&[first, second.clone(), third], "aaa"),
        (&[ask(0), visit, second.clone()], "oaa"),
        (&again, "oass"),
        (&[out(0, SYN), second], "oa"),
    ]);
    let posted = tcp(
        &from_to(STRANGER, HOST),
        &Segment { ports: (4000, 443), payload: vec![7; 60], ..Segment::default() },
    );
    let pieces: Vec<Frame> = posted.fragments(40).iter().map(|piece| at(0, piece)).collect();
    assert_eq!(fates(&pieces), "xx");
}

#[test]
fn housekeeping() {
    let v6 = from_to("fe80::1", HOST_V6);
    let mut cases = vec![
        (datagram("192.0.2.1", HOST, (67, 68)), "x"),
        (datagram("192.0.2.1", HOST, (68, 67)), "a"),
        (datagram("192.0.2.1", DARK, (67, 68)), "a"),
        (datagram("fe80::1", HOST_V6, (547, 546)), "x"),
        (datagram("fe80::1", HOST_V6, (546, 547)), "a"),
        (message(&from_to("192.0.2.1", HOST), (133, 0), &[0; 4]), "a"),
        (message(&from_to("fe80::1", "2001:db8:d::5"), (135, 0), &[0; 20]), "a"),
    ];
    let line = (130..=137).chain([143]);
    cases.extend(line.map(|icmp_type| (message(&v6, (icmp_type, 0), &[0; 20]), "x")));
    let others = [129, 138, 142, 144];
    cases.extend(others.map(|icmp_type| (message(&v6, (icmp_type, 0), &[0; 20]), "a")));
    for (packet, expect) in cases {
        assert_eq!(fates(&[at(0, &packet)]), expect, "{:?}", packet.about);
    }
}

#[test]
fn a_packet_to_its_very_sender_is_never_solicited() {
    let land = at(0, &segment(HOST, HOST, (80, 80), SYN));
    assert_eq!(fates(&[land.clone(), land]), "aa");
}

#[test]
fn watched_hosts_that_call_each_other() {
    let mut watchers = points();
    watchers.push(Watcher::live("other".parse().unwrap(), &[(ip("198.18.2.1"), 32)], &[]));
    let letters = |frames: &[Frame]| fold_frames(&watchers, CAPACITY, frames).letters;
    let call = |dst| at(0, &segment(HOST, dst, (5000, 80), SYN));
    let reply = |src| at(0, &segment(src, HOST, (80, 5000), SYN | ACK));
    assert_eq!(letters(&[call("198.18.2.1"), reply("198.18.2.1")]), "as");
    assert_eq!(letters(&[call(DARK), reply(DARK)]), "as");
    assert_eq!(letters(&[reply(DARK), call(DARK), reply(DARK)]), "aaa");
    let asked = datagram(HOST, SERVER, (5000, 53));
    let misled = error(&from_to(ROUTER, "198.18.2.1"), (3, 3), &asked, 28);
    assert_eq!(letters(&[ask(0), at(0, &misled)]), "oa", "it quotes another host's packet");
}
