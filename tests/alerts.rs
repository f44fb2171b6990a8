//! `yagura alerts`: what was found reaches people once. Channels themselves are tried with other people's
//! receivers in `crates/alert/tests/peers.rs`.

use std::net::UdpSocket;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use observation::{DAY, HOUR, Micros};
use testkit::file::{pcap_header, pcap_record};
use testkit::telescope::{BEGIN, Extras, SURGE, Telescope};

use crate::common::Observatory;

/// A month at ten points whose surge began twenty hours ago.
fn month() -> Observatory {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as Micros;
    let later = now.div_euclid(HOUR) * HOUR - 20 * HOUR - (BEGIN + SURGE.0 * DAY);
    let mut capture = Vec::new();
    pcap_header(&mut capture).unwrap();
    for mut frame in Telescope::new(21, Extras::default()).frames(600_000, 20) {
        frame.time += later;
        if frame.time < now - HOUR {
            pcap_record(&mut capture, &frame).unwrap();
        }
    }
    let observatory = Observatory::new();
    let capture = observatory.file("month.pcap", capture);
    let point = |k| format!("[[point]]\nname = \"p{k}\"\nwatch = [\"198.18.{k}.0/27\"]\n");
    let points = observatory.file("points.toml", (0..10).map(point).collect::<String>());
    observatory.import(&["--points", points.to_str().unwrap()], &[&capture], 0);
    observatory
}

#[test]
fn a_surge_is_told_once_and_not_after_somebody_has_seen_to_it() {
    let observatory = month();
    let log = UdpSocket::bind("127.0.0.1:0").unwrap();
    log.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let address = log.local_addr().unwrap();
    let settings = format!(
        "[alerts]\nkinds = [\"surge\"]\nminutes_apart = 0\n[[alerts.syslog]]\naddress = \"udp://{address}\"\n"
    );
    observatory.settings(&settings);
    let tried = observatory.run(&["alerts", "test"]).ended(0);
    assert!(tried.out.contains("taken"), "{}", tried.out);
    let heard = || {
        let mut bytes = [0; 4_096];
        let length = log.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(bytes.get(..length).unwrap()).into_owned()
    };
    assert!(heard().contains("kind=\"test\""));

    let said = observatory.run(&["alerts", "send"]).ended(0);
    assert!(said.out.contains("one finding told"), "{}", said.out);
    let told = heard();
    assert!(told.contains("kind=\"surge\"") && told.contains("dst_port=\"1433\""), "{told}");
    let again = observatory.run(&["alerts", "send"]).ended(0);
    assert!(again.out.contains("nothing to tell"), "{}", again.out);

    // A channel that hears of it for the first time, after it was seen to.
    let id = told.split("id=\"").nth(1).unwrap().split('"').next().unwrap();
    observatory.run(&["findings", "ack", id, "--note", "known"]).ended(0);
    std::fs::remove_file(observatory.data().join("alerts.json")).unwrap();
    let after = observatory.run(&["alerts", "send"]).ended(0);
    assert!(after.out.contains("nothing to tell"), "{}", after.out);
}

#[test]
fn settings_that_would_leak_or_tell_nobody_are_refused() {
    let observatory = Observatory::new();
    let refused = |settings: &str, why: &str| {
        observatory.settings(settings);
        let said = observatory.run(&["check-config"]).ended(1);
        assert!(said.err.contains(why), "{}", said.err);
    };
    refused(
        "[[alerts.mail]]\nserver = \"smtp://a\"\nuser = \"u\"\npassword_file = \"/f\"\n\
         from = \"a@b\"\nto = [\"c@d\"]\n",
        "a password goes by smtp+starttls:// or smtps:// only",
    );
    refused("[[alerts.webhook]]\nurl = \"ftp://a\"\nsecret_file = \"/f\"\n", "write https://");
    refused("[alerts]\nhourly = 0\n", "write a number from 1 to 60");
    observatory.settings("");
    let said = observatory.run(&["alerts", "send"]).ended(2);
    assert!(said.err.contains("no channel is named"), "{}", said.err);
}
