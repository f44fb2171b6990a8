//! Settings and the data folder.

use std::path::Path;

use crate::common::{Observatory, count};
use crate::inputs::sample;

const SOUTH: &str = "test-for-accurate-scan-summary.pcap.xz";

/// A key that is misspelt must not be passed over in silence.
#[test]
fn check_config_tells_settings_and_refuses_what_it_does_not_know() {
    let observatory = Observatory::new();
    let said = observatory.run(&["check-config"]).ended(0).out;
    assert!(said.contains("idle_seconds = 60") && said.contains("active_seconds = 3600"), "{said}");
    observatory.settings("zone = \"Asia/Tokyo\"\n[count]\nidle_seconds = 30\n");
    let said = observatory.run(&["check-config"]).ended(0).out;
    assert!(said.contains("Asia/Tokyo") && said.contains("idle_seconds = 30"), "{said}");
    for wrong in ["zoon = \"UTC\"\n", "[count]\nidle = 3\n", "[quarry]\n", "zone = 3\n", "= 3\n"] {
        observatory.settings(wrong);
        for command in [&["check-config"][..], &["ask", "days"], &["sql", "select 1"]] {
            let said = observatory.run(command);
            assert!(matches!(said.status, Some(1 | 2)), "{wrong:?}, {command:?}: {said:?}");
            assert!(said.err.contains("yagura.toml"), "{}", said.err);
        }
    }
}

/// A value that no command could use is found by the command that checks.
#[test]
fn check_config_refuses_values_without_meaning() {
    let observatory = Observatory::new();
    let never_closed = "[[reports.states]]\nname = \"triage\"\nkind = \"open\"\n";
    for wrong in ["zone = \"Mars/Olympus\"\n", "[count]\nactive_seconds = 0\n", never_closed] {
        observatory.settings(wrong);
        let said = observatory.run(&["check-config"]);
        assert_ne!(said.status, Some(0), "{wrong:?}: {}", said.out);
    }
}

/// A team's words for the states of its cases are told, and a password is not, wherever a URL has it.
#[test]
fn states_are_told_and_passwords_are_not() {
    let observatory = Observatory::new();
    observatory.settings(
        "[reports]\nlocation = \"postgresql:///y?user=u&password=secret&sslmode=require\"\n\
         [[reports.states]]\nname = \"triage\"\nkind = \"open\"\n\
         [[reports.states]]\nname = \"done\"\nkind = \"closed\"\n",
    );
    let said = observatory.run(&["check-config"]).ended(0).out;
    assert!(said.contains("{ name = \"triage\", kind = \"open\" }"), "{said}");
    assert!(said.contains("location = \"postgresql:///y\"") && !said.contains("secret"), "{said}");
}

/// A civil day is the observatory's, whatever the machine's zone.
#[test]
fn days_are_those_of_the_zone() {
    let observatory = Observatory::new();
    observatory.settings("zone = \"Asia/Tokyo\"\n");
    observatory.import(&["--point", "lbl"], &[sample(SOUTH)], 0);
    let answer = observatory.ask(&["days"]);
    assert_eq!(answer["zone"], "Asia/Tokyo");
    // 2018-03-26T18:50:19Z is the 27th in Tokyo.
    assert_eq!(answer["rows"][0]["day"], "2018-03-27", "{answer}");
}

/// --data, else YAGURA_DATA, else the platform's folder.
#[test]
fn the_data_folder() {
    let observatory = Observatory::new();
    let file = sample(SOUTH);
    let file = file.to_str().unwrap();
    let home = observatory.file("x", "").with_file_name("");
    let there = |folder: &Path| folder.join("archive/access/_delta_log").is_dir();

    observatory.run(&["import", "--point", "p", file]).ended(0);
    assert!(there(&observatory.data()), "YAGURA_DATA");

    let named = home.join("named");
    let options = ["import", "--data", named.to_str().unwrap(), "--point", "p", file];
    observatory.run(&options).ended(0);
    assert!(there(&named), "--data comes before YAGURA_DATA");

    let mut command = observatory.command(&["import", "--point", "p", file]);
    assert!(command.env_remove("YAGURA_DATA").output().unwrap().status.success());
    assert!(there(&home.join("yagura")), "XDG_DATA_HOME");

    let query = "select count(*) as n from access";
    let elsewhere =
        observatory.run(&["sql", "--data", named.to_str().unwrap(), "--format", "json", query]);
    assert!(count(&elsewhere.ended(0).json()[0], "n") > 0);
}
