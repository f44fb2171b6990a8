//! The bulletin of May 2005, from filings, a log of ten points, and the series that IPA published.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use press::Bundle;

use crate::common::{Observatory, Said, has, shared};
use crate::printed::japanese;

/// The log's columns.
pub(crate) const MAP: &str = r#"
[csv]
header = true
time = { column = "time", format = "%Y-%m-%d %H:%M:%S", zone = "Asia/Tokyo" }
point = { column = "point" }
src = { column = "src", form = "text" }
protocol = { value = 6 }
dst_port = { column = "port" }
"#;

/// A month's reports and pieces of a family.
type Family = (&'static str, u64, u64);

/// April and May 2005 as IPA published them. Pieces were published in ten thousands: these round to
/// those, and give the change that was published with them. The last family stands for the rest.
const APRIL: [Family; 5] = [
    ("Netsky", 1_009, 3_080_000),
    ("Mydoom", 377, 0),
    ("Bagle", 330, 0),
    ("Mytob", 302, 90_000),
    ("Klez", 2_422, 206_000),
];
const MAY: [Family; 5] = [
    ("Netsky", 1_128, 2_890_000),
    ("Mytob", 584, 450_000),
    ("Mydoom", 446, 0),
    ("Bagle", 336, 0),
    ("Klez", 2_527, 214_000),
];

/// Families that share the rest, so that none of them is greater than those that were named.
const REST: [&str; 8] = ["Klez", "Zafi", "Lovgate", "Sober", "Mimail", "Bagz", "Swen", "Bugbear"];

const ALTERED: &str = "information-content-security:unauthorised-information-modification";

/// Access reports of a kind: category, damage, how many, and of these with altered pages.
type Kind = (&'static str, bool, u32, u32);

/// Each month's access reports.
const ACCESS: [(&str, &[Kind]); 2] = [
    (
        "2005-04",
        &[
            ("intrusion", true, 8, 0),
            ("dos", true, 8, 0),
            ("address spoofing", true, 1, 0),
            ("other", true, 7, 0),
            ("access attempt", false, 24, 0),
        ],
    ),
    (
        "2005-05",
        &[
            ("intrusion", true, 10, 7),
            ("dos", true, 1, 0),
            ("access attempt", false, 80, 0),
            ("worm trace", false, 3, 0),
        ],
    ),
];

/// The rows of a month's virus reports as a table: every reporter, day and family once.
fn viruses(month: &str, families: &[Family]) -> String {
    let mut text = String::from("メールアドレス,発見日,ウイルス名,検出数\r\n");
    let mut add = |family: &str, reports: u64, pieces: u64| {
        for n in 0..reports {
            let (who, day) = (n / 28, n % 28 + 1);
            let pieces = pieces / reports + u64::from(n < pieces % reports);
            let _ =
                write!(text, "{who}@example.jp,{month}-{day:02},W32/{family}.A@MM,{pieces}\r\n");
        }
    };
    for (family, reports, pieces) in families {
        if *family != "Klez" {
            add(family, *reports, *pieces);
            continue;
        }
        for (at, family) in (0..).zip(REST) {
            let share = |all: u64| all / 8 + u64::from(at < all % 8);
            add(family, share(*reports), share(*pieces));
        }
    }
    text
}

/// A month's access reports, a form each.
fn access(observatory: &Observatory, month: &str) -> Vec<PathBuf> {
    let (_, kinds) = ACCESS.iter().find(|(of, _)| *of == month).unwrap();
    let mut files = Vec::new();
    for (category, damage, times, altered) in *kinds {
        for n in 0..*times {
            let (yes, no) = if *damage { ("x", " ") } else { (" ", "x") };
            let facets = if n < *altered {
                format!("Facets: intrusions:system-compromise; {ALTERED}\n")
            } else {
                String::new()
            };
            let form = format!(
                "Category: {category}\nDamage: [{yes}] yes [{no}] no\nMail: {n}@example.org\n\
                 Note: {month} {category} {n}\n{facets}"
            );
            let name = format!("{month}-{}-{n}.txt", category.replace(' ', "-"));
            files.push(observatory.file(&name, form));
        }
    }
    files
}

/// A month of ten points, 594,960 accesses: 1433/tcp from the 16th on 4.5 times as often as before.
fn log() -> String {
    let mut text = String::from("time,point,src,port\n");
    for day in 1..=31 {
        let sql = if day < 16 { 2_000 } else { 9_000 };
        let rpc = if day < 31 { 4_579 } else { 4_590 };
        for (port, times) in [(1433, sql), (445, 9_000), (135, rpc)] {
            for n in 0..times {
                let (hour, minute, second) = (n % 24, n / 24 % 60, n / 1_440 % 60);
                let (point, host) = (n % 10, n % 250);
                let _ = writeln!(
                    text,
                    "2005-05-{day:02} {hour:02}:{minute:02}:{second:02},point-{point},192.0.2.{host},{port}"
                );
            }
        }
    }
    text
}

pub(crate) fn report(observatory: &Observatory, received: &str, files: &[PathBuf]) {
    let mut words = vec!["report", "import", "--received", received];
    words.extend(files.iter().map(|file| file.to_str().unwrap()));
    observatory.run(&words).ended(0);
}

/// An observatory that has seen the month; none where the published series are absent.
fn observatory() -> Option<Observatory> {
    let published = shared("data/ipa")?;
    let observatory = Observatory::new();
    observatory.settings("zone = \"Asia/Tokyo\"\n");
    let quoted = observatory.data().join("quoted");
    fs::create_dir_all(&quoted).unwrap();
    for name in ["virus_monthly.csv", "virus_family_monthly.csv", "access_monthly.csv"] {
        fs::copy(published.join(name), quoted.join(name)).unwrap();
    }
    let runs = "month,family_as_printed,run,source\n2005-03,W32/Netsky,13,IPA\n";
    fs::write(quoted.join("virus_run.csv"), runs).unwrap();
    for (month, families) in [("2005-04", &APRIL), ("2005-05", &MAY)] {
        let table = observatory.file(&format!("{month}.csv"), viruses(month, families));
        let received = format!("{month}-29T03:00:00Z");
        report(&observatory, &received, &[table]);
        report(&observatory, &received, &access(&observatory, month));
    }
    let map = observatory.file("map.toml", MAP);
    let log = observatory.file("log.csv", log());
    let options = ["--format", "csv", "--map", map.to_str().unwrap()];
    observatory.import(&options, &[log], 0);
    Some(observatory)
}

/// A page's words, without its tags and the marks of terms.
pub(crate) fn words(page: &Path) -> String {
    let page = fs::read_to_string(page).unwrap();
    let mut text = String::new();
    for piece in page.split('<').filter(|piece| !piece.starts_with("a class=\"mark\"")) {
        text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    text
}

#[track_caller]
pub(crate) fn says(page: &str, sentence: &str) {
    assert!(page.contains(sentence), "{sentence:?} is not in\n{page}");
}

const ENGLISH: [&str; 17] = [
    "5,021 virus reports were received in May 2005, +13.1% from 4,440 in April 2005.",
    "above 5,000 for the first time in 6 months (since November 2004)",
    "about 3.55 million pieces of viruses were detected, +5.3% from about 3.38 million",
    "Netsky was reported most, 1,128 times. It has been the worst for 6 months running",
    "As IPA counted, it would be 15 months running",
    "Its detections were about 2.89 million, \u{2212}6.2%",
    "Mytob: 584 reports",
    "Its detections were five times those of the month before: about 450,000",
    "Mydoom: 446 reports",
    "Bagle: 336 reports",
    "94 reports of unauthorized access were received in May 2005, almost doubled from 48",
    "11 of them told of actual damage, down by more than half from 24",
    "Intrusion: 10",
    "DoS: 1",
    "In 7 of the intrusions pages were altered.",
    "594,960 accesses were counted at 10 points: about 1,900 accesses per point and day",
    "Accesses to 1433/tcp rose to four to five times their usual level from 16 May",
];
const JAPANESE: [&str; 5] = [
    "2005年5月のウイルスの届出件数は5,021件で、2005年4月の4,440件",
    "2004年11月以来、6か月ぶりに5,000件を超えました。",
    "ウイルスの検出数は約355万個",
    "2005年4月の48件からほぼ倍増",
    "1433/tcpへのアクセスは、5月16日以降、通常の4～5倍に増加しました",
];

/// Every figure that IPA published of the month is said by the bulletin itself; it verifies from the
/// bundle alone and from the archive; whoever changes a figure or the archive is found.
#[test]
fn may_2005_is_told_and_verified() {
    if !japanese() {
        return;
    }
    let Some(observatory) = observatory() else { return };
    let out = observatory.data().with_file_name("bulletin");
    let out = out.to_str().unwrap();
    let make = ["bulletin", "make", "--month", "2005-05", "--lang", "en,ja", "--out", out];
    observatory.run(&make).ended(0);
    let file = |name: &str| Path::new(out).join(name);
    let (english, japanese) = (words(&file("index.en.html")), words(&file("index.ja.html")));
    ENGLISH.iter().for_each(|sentence| says(&english, sentence));
    JAPANESE.iter().for_each(|sentence| says(&japanese, sentence));

    let claims = file("claims.json").display().to_string();
    observatory.run(&["claims", "check", &claims]).ended(0);
    observatory.run(&["bulletin", "verify", out]).ended(0);
    let data = observatory.data().display().to_string();
    observatory.run(&["bulletin", "verify", out, "--data", &data]).ended(0);
    let manifest = fs::read(file("MANIFEST")).unwrap();
    observatory.run(&make).ended(0);
    assert_eq!(fs::read(file("MANIFEST")).unwrap(), manifest, "the same archive, the same bytes");

    // A late report changes what the archive says, and the bundle alone does not know of it.
    let late = observatory.file(
        "late.txt",
        "Category: dos\nDamage: [x] yes [ ] no\nMail: late@example.org\nNote: late\n",
    );
    report(&observatory, "2005-05-30T03:00:00Z", &[late]);
    observatory.run(&["bulletin", "verify", out]).ended(0);
    let said = observatory.run(&["bulletin", "verify", out, "--data", &data]).ended(1).out;
    says(&said, "the archive, claim access-reports: said 94, now 95");
    says(&said, "the archive, claim access-damaged-dos: said 1, now 2");

    let later = format!("{out}-later");
    observatory.run(&["bulletin", "make", "--month", "2005-05", "--out", &later]).ended(0);
    let said = observatory.run(&["bulletin", "erratum", out, &later]).ended(0).out;
    says(&said, "access-reports: said 94, now 95");
    let page = fs::read_to_string(file("index.en.html")).unwrap();
    fs::write(file("index.en.html"), page.replacen("5,021", "5,012", 1)).unwrap();
    let said = observatory.run(&["bulletin", "verify", out]).ended(1).out;
    let places: BTreeSet<&str> =
        said.lines().filter_map(|line| line.split([',', ':']).next()).collect();
    assert_eq!(places, BTreeSet::from(["index.en.html"]), "{said}");
    says(&said, "its SHA-256 is not the MANIFEST's");
    says(&said, "the figures say");
    observatory.run(&["bulletin", "erratum", out, &later]).ended(1);
}

/// Without a Japanese font there is no bulletin in Japanese, and whoever asks for one is told what to install.
#[test]
fn a_missing_font_is_told() {
    if !has("unshare", &["--mount", "true"]) {
        return;
    }
    let observatory = Observatory::new();
    let out = observatory.data().with_file_name("bulletin").display().to_string();
    let make = |lang: &str| -> Said {
        let make = ["bulletin", "make", "--month", "2005-05", "--lang", lang, "--out", &out];
        let program = observatory.command(&make);
        let hidden = "for folder in /usr/share/fonts /usr/local/share/fonts; do \
                      test -d $folder && mount -t tmpfs none $folder; done; exec \"$@\"";
        let mut command = std::process::Command::new("unshare");
        command.args(["--mount", "sh", "-c", hidden, "sh"]);
        command.arg(program.get_program()).args(program.get_args());
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.output().unwrap().into()
    };
    let said = make("en,ja").ended(1).err;
    says(
        &said,
        "there is no Japanese font here to print with: install one, such as Debian's fonts-noto-cjk",
    );
    assert!(!Path::new(&out).exists(), "nothing was written");
    make("en").ended(0);
    assert!(Path::new(&out).join("bulletin.en.pdf").exists());
}

/// An editor's number is tied to a claim or marked as not ours, or there is no bulletin.
#[test]
fn an_unproved_number_of_an_editor_is_refused() {
    let observatory = Observatory::new();
    let out = observatory.data().with_file_name("bulletin");
    let out = out.to_str().unwrap();
    let told = |text: &str, consent: bool| {
        let text =
            format!("en = {text:?}\nja = {text:?}\nconsent = {consent}\ntlp = \"TLP:CLEAR\"\n");
        let file = observatory.file("told.toml", format!("[[narrative]]\n{text}"));
        let file = file.to_str().unwrap();
        observatory.run(&[
            "bulletin",
            "make",
            "--month",
            "2005-05",
            "--lang",
            "en",
            "--out",
            out,
            "--narratives",
            file,
        ])
    };
    let said = told("12 pages were altered", true).ended(1).err;
    says(&said, "holds a number that nothing proves");
    assert!(!Path::new(out).exists(), "nothing was written");
    says(&told("{no-claim} pages", true).ended(1).err, "is no claim of this bulletin");
    told("By [[port 22]].", false).ended(0);
    assert!(!words(&Path::new(out).join("index.en.html")).contains("port 22"), "no consent");
    told("By [[port 22]].", true).ended(0);
    says(&words(&Path::new(out).join("index.en.html")), "By port 22.");
    observatory.run(&["bulletin", "verify", out]).ended(0);
}

/// A seal is a publisher's, over one bundle: what somebody else made, or changed, does not bear it.
#[test]
fn a_seal_is_verified() {
    let observatory = Observatory::new();
    let beside = |name: &str| observatory.data().with_file_name(name).display().to_string();
    let (out, file) = (beside("bulletin"), beside("key"));
    let new = ["bulletin", "key", "--name", "example.jp", &file];
    let key = observatory.run(&new).ended(0).out;
    observatory.run(&new).ended(1);
    let make =
        ["bulletin", "make", "--month", "2005-05", "--lang", "en", "--out", &out, "--key", &file];
    observatory.run(&make).ended(0);
    let verify =
        |key: &str| observatory.run(&["bulletin", "verify", &out, "--sealed-by", key.trim()]);
    verify(&key).ended(0);
    let other = ["bulletin", "key", "--name", "example.jp", &beside("other")];
    let other = observatory.run(&other).ended(0).out;
    says(&verify(&other).ended(1).out, "it is not this publisher's seal");
    verify("example.jp").ended(2);
    // Without a publisher's name a change shows still, and who is behind the key does not.
    let alone = || observatory.run(&["bulletin", "verify", &out]);
    says(&alone().ended(0).err, "a key that calls itself example.jp");
    let folder = Path::new(&out);
    let note = folder.join("MANIFEST.note");
    let sealed = fs::read_to_string(&note).unwrap();
    for bad in [sealed.replacen("0", "1", 1), sealed.replace("=\n", "\n"), String::new()] {
        fs::write(&note, bad).unwrap();
        says(&alone().ended(1).out, "MANIFEST.note: ");
    }
    fs::remove_file(&note).unwrap();
    says(&alone().ended(1).out, "MANIFEST.note: ");
    fs::write(&note, sealed).unwrap();
    let (mut forged, _) = Bundle::read(folder).unwrap();
    let page = forged.text("index.en.html").unwrap().replacen("2005", "2006", 1);
    forged.put("index.en.html", page);
    forged.write(folder).unwrap();
    says(&alone().ended(1).out, "MANIFEST.note: it is no seal over these files");
    let later = ["bulletin", "make", "--month", "2005-06", "--lang", "en", "--out", &out];
    observatory.run(&later).ended(0);
    says(&verify(&key).ended(1).out, "MANIFEST.note");
}

/// A bundle stands alone in its folder, and is made of files.
#[test]
fn a_bundle_is_alone_in_its_folder() {
    let observatory = Observatory::new();
    let out = observatory.data().with_file_name("bulletin");
    let make = |langs: &str| {
        let make = ["bulletin", "make", "--month", "2005-05", "--lang", langs, "--out"];
        observatory.run(&[&make[..], &[out.to_str().unwrap()]].concat())
    };
    let verify = || observatory.run(&["bulletin", "verify", out.to_str().unwrap()]);
    fs::create_dir_all(out.join("data")).unwrap();
    fs::write(out.join("data/theirs.csv"), "a").unwrap();
    says(&make("en").ended(1).err, "files that are no bulletin's (data/theirs.csv)");
    assert!(!out.join("MANIFEST").exists());
    // Nor do they become ours by being named.
    let other = "0".repeat(64);
    fs::write(out.join("MANIFEST"), format!("{other}  data/theirs.csv\n")).unwrap();
    says(&make("en").ended(1).err, "files that are no bulletin's (MANIFEST, data/theirs.csv)");
    fs::remove_file(out.join("data/theirs.csv")).unwrap();
    fs::remove_file(out.join("MANIFEST")).unwrap();
    // What a killed one left is in nobody's way.
    fs::write(out.join("index.en.html.4711.new"), "a").unwrap();
    fs::write(out.join("figures.json"), "a").unwrap();
    make("en").ended(0);
    verify().ended(0);
    // What another program, or an earlier one, had there and this one has not goes.
    let (mut more, _) = Bundle::read(&out).unwrap();
    more.put("data/older.csv", "a");
    more.write(&out).unwrap();
    verify().ended(1);
    make("en").ended(0);
    verify().ended(0);
    // Its figures are changed or gone: it is one still, and a draft.
    fs::write(out.join("figures.json"), "a").unwrap();
    make("en").ended(0);
    fs::remove_file(out.join("figures.json")).unwrap();
    make("en").ended(0);
    // One that was published is not written over because its MANIFEST is gone.
    let (whole, _) = Bundle::read(&out).unwrap();
    let manifest = fs::read(out.join("MANIFEST")).unwrap();
    for to in ["reviewed", "published"] {
        let state = ["bulletin", "state", out.to_str().unwrap(), "--to", to];
        observatory.run(&state).ended(0);
    }
    let mut other = whole.clone();
    other.put("data/more.csv", "a");
    other.write(&out).unwrap();
    fs::remove_file(out.join("MANIFEST")).unwrap();
    fs::remove_file(out.join("data/more.csv")).unwrap();
    make("en").ended(0);
    let later = ["bulletin", "make", "--month", "2005-06", "--lang", "en", "--out"];
    let later = [&later[..], &[out.to_str().unwrap()]].concat();
    says(&observatory.run(&later).ended(1).err, "was published");
    fs::remove_file(out.join("MANIFEST")).unwrap();
    says(&observatory.run(&later).ended(1).err, "was published");
    fs::write(out.join("MANIFEST"), manifest).unwrap();
    let page = out.join("index.en.html");
    let beside = observatory.data().with_file_name("page.html");
    fs::rename(&page, &beside).unwrap();
    std::os::unix::fs::symlink(&beside, &page).unwrap();
    says(&verify().ended(1).out, "index.en.html: it is no regular file");
    fs::remove_file(&page).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&page).status().unwrap();
    assert!(made.success());
    says(&verify().ended(1).out, "index.en.html: it is no regular file");
}

/// A month of which nothing is known is a bulletin that says so.
#[test]
fn an_empty_month_says_so() {
    if !japanese() {
        return;
    }
    let observatory = Observatory::new();
    let out = observatory.data().with_file_name("bulletin");
    let out = out.to_str().unwrap();
    observatory
        .run(&["bulletin", "make", "--month", "2005-05", "--lang", "ja", "--out", out])
        .ended(0);
    says(&words(&Path::new(out).join("index.ja.html")), "当月のデータはありません。");
    assert!(!Path::new(out).join("index.en.html").exists());
    observatory.run(&["bulletin", "verify", out]).ended(0);
    observatory
        .run(&["bulletin", "make", "--month", "2005-05", "--lang", "fr", "--out", out])
        .ended(2);
    observatory.run(&["bulletin", "verify", "nowhere"]).ended(1);
}
