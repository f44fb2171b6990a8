//! Labels of 2005, the traps that names set, and the registry's versions.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

const DAY: Date = date(2005, 5, 12);

fn family(name: &str, vendor: Option<&str>) -> Option<String> {
    Registry::shipped().unwrap().resolve(name, vendor, DAY).family().map(str::to_owned)
}

fn means(name: &str, vendor: Option<&str>, wanted: &str) {
    assert_eq!(family(name, vendor).as_deref(), Some(wanted), "{name} {vendor:?}");
}

fn waits(name: &str, vendor: Option<&str>) {
    assert_eq!(family(name, vendor), None, "{name} {vendor:?}");
}

#[test]
fn labels_of_many_makers() {
    for label in [
        "W32/Netsky.p@MM",
        "WORM_NETSKY.P",
        "W32.Netsky.P@mm",
        "Email-Worm.Win32.NetSky.q",
        "I-Worm.NetSky.q",
        "W32/Netsky-P",
        "Win32/Netsky.P!Worm",
        "Win32:Netsky-P [Wrm]",
        "netsky",
        "Ｗ３２／Ｎｅｔｓｋｙ",
        "  W32/Netsky  ",
        "HTML_NETSKY.P",
        "Win32.Netsky.gen",
        "a variant of Win32/Netsky.B worm",
    ] {
        means(label, None, "Netsky");
    }
    let label = Label::read("Email-Worm.Win32.NetSky.q");
    assert_eq!((label.stem.as_str(), label.variant.as_deref()), ("netsky", Some("q")));
    assert_eq!(Label::read("W32/Bagle.gen").variant, None);
}

#[test]
fn variants_roll_up() {
    for variant in ["A", "B", "P", "Q", "AA", "ZZ", "gen", "dam"] {
        means(&format!("W32/Mytob.{variant}@MM"), Some("McAfee"), "Mytob");
    }
}

/// alias_traps.csv, a test for every line, in its order.
mod traps {
    use super::*;

    #[test]
    fn mimail_is_mydoom_for_one_vendor_and_variant_only() {
        means("W32/Mimail.A@MM", None, "Mimail");
        means("WORM_MIMAIL.R", Some("Trend Micro"), "Mydoom");
        means("WORM_MIMAIL.A", Some("Trend Micro"), "Mimail");
        means("W32/Mimail.R@MM", Some("McAfee"), "Mimail");
        // Whose .R it is was not said: both are possible.
        waits("W32/Mimail.R", None);
    }

    #[test]
    fn autorun_and_palevo_are_two() {
        means("W32/Autorun", None, "Autorun");
        means("W32/Palevo", None, "Palevo");
        waits("Mariposa", None);
    }

    #[test]
    fn families_that_other_lists_lack() {
        for name in [
            "Netsky", "Mytob", "Klez", "Sober", "Zafi", "Lovgate", "Bugbear", "Swen", "Wurmark",
            "Bagz", "Mabutu", "Nyxem",
        ] {
            means(&format!("W32/{name}.a@MM"), None, name);
        }
    }

    #[test]
    fn one_label_is_enough() {
        means("W32/Netsky.p@MM", None, "Netsky");
        // And what AVClass alone knows is only suggested.
        let registry = Registry::shipped().unwrap();
        let found = registry.resolve("Trojan.180solution", None, DAY);
        let suggestion = Some("180solutions".to_owned());
        assert_eq!(found, Resolution::Unknown { stem: "180solution".into(), suggestion });
    }

    #[test]
    fn lovegate_is_spelt_lovgate() {
        means("W32/Lovegate.b", None, "Lovgate");
        means("W32/Lovgate", None, "Lovgate");
    }

    #[test]
    fn a_display_name_is_the_publishers() {
        let registry = Registry::shipped().unwrap();
        for (one, other, family) in [
            ("Stration", "Warezov", "Stration"),
            ("Gaobot", "Agobot", "Agobot"),
            ("Looked", "Viking", "Looked"),
            ("Beagle", "Bagle", "Bagle"),
            ("Downad", "Conficker", "Downad"),
            ("MyWife", "Nyxem", "Nyxem"),
        ] {
            means(one, None, family);
            means(other, None, family);
        }
        assert_eq!(registry.print("Bagle", "ipa"), "W32/Bagle");
        assert_eq!(registry.print("Bagle", "symantec"), "Beagle");
        assert_eq!(registry.print("Bagle", "nobody"), "Bagle");
    }

    #[test]
    fn names_of_the_era() {
        means("Worm.SomeFool.P", Some("ClamAV"), "Netsky");
        means("Worm.SCO.A", Some("clamav"), "Mydoom");
        means("W32.Novarg.A@mm", Some("Symantec"), "Mydoom");
        means("W32.Erkez.D@mm", Some("Norton AntiVirus"), "Zafi");
        means("W32/Mugly.c@MM", Some("McAfee"), "Wurmark");
        means("W32.Blackmal.B@mm", Some("Symantec"), "Nyxem");
        // Out of its scope a name waits: before its time, or of another maker.
        waits("Worm.SomeFool.P", None);
        waits("SCO.Generic", Some("Sophos"));
        let registry = Registry::shipped().unwrap();
        assert_eq!(registry.resolve("WORM_GREW.A", Some("Trend Micro"), DAY).family(), None);
        let later = registry.resolve("WORM_GREW.A", Some("Trend Micro"), date(2006, 1, 22));
        assert_eq!(later.family(), Some("Nyxem"));
    }

    #[test]
    fn what_is_ambiguous_waits() {
        let mut registry = Registry::shipped().unwrap();
        for family in ["Alpha", "Beta"] {
            registry.add(Entry::Family { family: family.into(), source: "test".into() }).unwrap();
            registry.add(alias("both", family, None)).unwrap();
        }
        let families = vec!["Alpha".to_owned(), "Beta".to_owned()];
        let found = registry.resolve("W32/Both.A", None, DAY);
        assert_eq!(found, Resolution::Ambiguous { stem: "both".into(), families });
        for name in
            ["", "?", "W32/", "unknown virus", "Trojan.Generic", "@mm", "Heuristic.LooksLike"]
        {
            waits(name, None);
        }
    }
}

#[test]
fn two_families_in_one_name_wait() {
    for name in [
        "Netsky or Bagle",
        "Mydoom/Netsky",
        "W32/MyDoom-A, W32/Netsky-P",
        "W32/Netsky.p@MM; W32/Bagle@MM",
        "Bagle、Netsky",
        "Netsky・Mytob",
        "Netsky+Mytob",
        "Netsky (or Bagle)",
        "Mydoom or Mimail",
        "Netsky 及び Bagle",
        "Netsky･Bagle",
        "Ｎｅｔｓｋｙ　と　Ｂａｇｌｅ",
        "Foobarix and Netsky",
    ] {
        waits(name, None);
    }
    // Two names of one family are one; what is said beside a name, and variants, are no names.
    for (name, family) in [
        ("W32/Beagle, W32/Bagle", "Bagle"),
        ("Netsky (Bagle's rival)", "Netsky"),
        ("Netsky and its variants", "Netsky"),
        ("Netsky か 亜種", "Netsky"),
        ("W32/Netsky.P worm found in an attachment", "Netsky"),
        ("W32/Netsky-P + ", "Netsky"),
        ("・W32/Netsky.P", "Netsky"),
        ("Trojan + Netsky", "Netsky"),
        ("Netsky.AA+AB", "Netsky"),
        ("Worm/Conficker.Autorun.Gen", "Downad"),
        ("W32/Netsky.P looked like a mail", "Netsky"),
    ] {
        means(name, None, family);
    }
    let mut registry = Registry::shipped().unwrap();
    let both = |registry: &Registry| registry.resolve("Netsky, Mydoom", None, DAY);
    let (stem, families) = ("mydoom+netsky", vec!["Mydoom".to_owned(), "Netsky".to_owned()]);
    assert_eq!(both(&registry), Resolution::Ambiguous { stem: stem.into(), families });
    assert_eq!(registry.stem("Netsky, Mydoom"), stem);
    // A person decides it by itself, and neither family by it.
    registry.add(alias(stem, "Mydoom", None)).unwrap();
    assert_eq!(both(&registry).family(), Some("Mydoom"));
    assert_eq!(registry.resolve("Netsky", None, DAY).family(), Some("Netsky"));
    for bad in ["netsky+mydoom", "netsky+netsky", "+netsky", "netsky+"] {
        let refused = registry.add(alias(bad, "Mydoom", None));
        assert!(matches!(refused, Err(BadEntry::Stem(_))), "{bad}: {refused:?}");
    }
    let compound = Entry::Family { family: "Netsky+Quuxar".into(), source: "test".into() };
    assert!(matches!(registry.add(compound), Err(BadEntry::Stem(_))));
}

fn alias(stem: &str, family: &str, supersedes: Option<usize>) -> Entry {
    let (alias, family) = (stem.into(), family.into());
    Entry::Alias { alias, family, scope: Scope::default(), source: "test".into(), supersedes }
}

#[test]
fn every_trap_of_the_list_has_its_test() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ipa/alias_traps.csv");
    let Ok(bytes) = std::fs::read(file) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{file} is absent");
        eprintln!("skipped: {file} is absent");
        return;
    };
    let traps: Vec<String> = csv::Reader::from_reader(&bytes[..])
        .records()
        .map(|record| record.unwrap()[0].to_owned())
        .collect();
    let begins = [
        "Mimail is a Malpedia synonym",
        "Autorun and Palevo are",
        "Netsky, Mytob, Klez",
        "one label per report",
        "Lovegate / Lovgate",
        "Stration/Warezov",
        "SomeFool (ClamAV)",
        "57 ambiguous names",
    ];
    assert_eq!(traps.len(), begins.len());
    for (trap, begin) in traps.iter().zip(begins) {
        assert!(trap.starts_with(begin), "{trap}");
    }
}

#[test]
fn versions_stay_readable() {
    let mut registry = Registry::shipped().unwrap();
    let before = registry.version();
    assert_eq!(registry.resolve("W32/Fresh.A", None, DAY).family(), None);
    registry.add(Entry::Family { family: "Fresh".into(), source: "a person".into() }).unwrap();
    let wrong = registry.add(alias("stale", "Fresh", None)).unwrap();
    registry.add(alias("stale", "Klez", Some(wrong))).unwrap();
    assert_eq!(registry.resolve("W32/Fresh.A", None, DAY).family(), Some("Fresh"));
    assert_eq!(registry.resolve("Stale", None, DAY).family(), Some("Klez"));
    let then = registry.at(wrong).unwrap();
    assert_eq!(then.resolve("Stale", None, DAY).family(), Some("Fresh"));
    assert_eq!(registry.at(before).unwrap().resolve("W32/Fresh.A", None, DAY).family(), None);
}

#[test]
fn bad_entries() {
    let mut registry = Registry::shipped().unwrap();
    let twice = Entry::Family { family: "Klez".into(), source: "test".into() };
    assert_eq!(registry.add(twice), Err(BadEntry::Twice("Klez".into())));
    assert_eq!(registry.add(alias("x1", "Nobody", None)), Err(BadEntry::NoFamily("Nobody".into())));
    assert_eq!(registry.add(alias("W32/x", "Klez", None)), Err(BadEntry::Stem("W32/x".into())));
    assert_eq!(registry.add(alias("x1", "Klez", Some(9_999))), Err(BadEntry::Supersedes(9_999)));
}

proptest! {
    #[test]
    fn any_label_is_read(label in "\\PC*", vendor in proptest::option::of("\\PC*")) {
        Registry::shipped().unwrap().resolve(&label, vendor.as_deref(), DAY);
    }
}
