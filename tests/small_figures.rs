//! Small figures: neither one reporter nor one point follows from two bulletins in a row.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::bulletin::{MAP, report, says};
use crate::common::Observatory;

/// A family that one reporter told of is in no file, nor follows from a sum, in a month's bulletin and in the
/// next one, which looks back at it.
#[test]
fn one_reporter_is_not_recognised_by_two_bulletins() {
    let observatory = Observatory::new();
    observatory.settings("zone = \"Asia/Tokyo\"\n");
    let header = "メールアドレス,発見日,ウイルス名,検出数\r\n";
    for month in ["2005-04", "2005-05"] {
        let mut text = header.to_owned();
        for (family, who, times) in
            [("Netsky", 20, 4), ("Mytob", 9, 2), ("Bagle", 4, 2), ("Mydoom", 1, 7)]
        {
            for n in 0..who * times {
                let (who, day) = (n % who, n / who + 1);
                let _ = write!(text, "{who}@example.jp,{month}-{day:02},W32/{family}.A@MM,31\r\n");
            }
        }
        let table = observatory.file(&format!("{month}.csv"), text);
        report(&observatory, &format!("{month}-29T03:00:00Z"), &[table]);
    }
    let mut told = Vec::new();
    for month in ["2005-04", "2005-05"] {
        let out = observatory.data().with_file_name(month).display().to_string();
        let make = ["bulletin", "make", "--month", month, "--lang", "en", "--out", &out];
        observatory.run(&make).ended(0);
        for file in ["index.en.html", "claims.json", "figures.json", "data/virus-families.csv"] {
            let text = fs::read_to_string(Path::new(&out).join(file)).unwrap();
            for hidden in ["Mydoom", "Bagle"] {
                assert!(!text.contains(hidden), "{hidden} is in {file} of {month}");
            }
        }
        told.push(fs::read_to_string(Path::new(&out).join("data/virus-families.csv")).unwrap());
    }
    // 7 of the one and 8 of the smallest that could have been told.
    says(&told[0], "Netsky,80");
    says(&told[0], "Others together,15");
    says(&told[1], "Netsky,80,80,");
    says(&told[1], "Mytob,18,18,");
    says(&told[1], "Others together,15");
}

/// A log of four points: a line is service, how many of the points saw it, and how often each.
fn seen(month: &str, services: &[(u16, u64, u64)]) -> String {
    let mut text = String::from("time,point,src,port\n");
    for (port, points, times) in services {
        for n in 0..points * times {
            let (point, day, second) = (n % points, n / points % 28 + 1, n / points / 28 % 60);
            let _ = writeln!(
                text,
                "{month}-{day:02} 12:00:{second:02},point-{point},192.0.2.{},{port}",
                n % 250
            );
        }
    }
    text
}

/// A service that one point saw is in no file, nor follows by subtracting, of a month's bulletin and of the next
/// one, where nobody asked for it any more.
#[test]
fn one_point_is_not_recognised_by_two_bulletins() {
    let observatory = Observatory::new();
    observatory.settings("zone = \"Asia/Tokyo\"\n");
    let map = observatory.file("map.toml", MAP);
    let options = ["--format", "csv", "--map", map.to_str().unwrap()];
    let april = seen("2005-04", &[(445, 4, 300), (135, 4, 100), (23, 4, 30), (31_337, 1, 7)]);
    let may = seen("2005-05", &[(445, 4, 310), (135, 4, 90), (23, 4, 40)]);
    for (name, log) in [("april.csv", april), ("may.csv", may)] {
        observatory.import(&options, &[observatory.file(name, log)], 0);
    }
    let figures: Vec<serde_json::Value> = ["2005-04", "2005-05"]
        .map(|month| {
            let out = observatory.data().with_file_name(month).display().to_string();
            let make = ["bulletin", "make", "--month", month, "--lang", "en", "--out", &out];
            observatory.run(&make).ended(0);
            let read = |file: &str| fs::read_to_string(Path::new(&out).join(file)).unwrap();
            for file in ["index.en.html", "claims.json", "figures.json", "data/services.csv"] {
                assert!(!read(file).contains("31337"), "{file} of {month}");
            }
            serde_json::from_str(&read("figures.json")).unwrap()
        })
        .into();
    let april = &figures[0]["monitoring"]["services"];
    let hidden = serde_json::json!({"445/tcp": 1200, "135/tcp": 400, "other": 127});
    assert_eq!(april, &hidden, "the least of the others is hidden with it");
    assert_eq!(
        &figures[1]["monitoring"]["services_before"], april,
        "the next bulletin tells no more"
    );
    assert_eq!(figures[1]["monitoring"]["services"]["23/tcp"], 160);
}
