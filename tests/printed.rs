//! The bulletin that is kept as a sample: what is printed of it, read by programs of others.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use press::Bundle;
use serde_json::Value;

use crate::common::{Observatory, has};

/// The bulletin of May 2005.
pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/bulletin/2005-05")
}

/// Whether there is a Japanese font to print with.
pub(crate) fn japanese() -> bool {
    let noto = "ls /usr/share/fonts/*/noto/NotoSansCJK-*.ttc || fc-list :lang=ja family | grep .";
    has("sh", &["-c", noto])
}

/// What the program writes today is the sample: all of it follows from its figures.
/// `YAGURA_WRITE_SAMPLES=1` prints it anew, after `cargo test -p summary` has written its pages.
#[test]
fn the_sample_is_what_the_program_writes() {
    if std::env::var_os("YAGURA_WRITE_SAMPLES").is_some() {
        let (mut bundle, _) = Bundle::read(&sample()).unwrap();
        let documents = summary::write(&summary::figures(&bundle).unwrap()).documents;
        print::add(&mut bundle, &[documents.en, documents.ja], &summary::PRINTED).unwrap();
        bundle.write(&sample()).unwrap();
    }
    let observatory = Observatory::new();
    let sample = sample().display().to_string();
    // Another version of a Japanese font may be here.
    let said = observatory.run(&["bulletin", "verify", &sample, "--pdf-as-read"]).ended(0);
    assert!(said.out.starts_with("verified: "), "{}", said.out);
    let set_anew = !said.err.contains("bulletin.en.pdf: it was read but not set anew");
    assert!(set_anew, "the font of English comes with the program: {}", said.err);
}

/// Who changes the names of the fonts has a PDF that is read and no more: that does not prove it.
#[test]
fn a_pdf_that_is_not_set_anew_is_not_proven() {
    let observatory = Observatory::new();
    let out = observatory.data().with_file_name("bulletin");
    let (mut bundle, _) = Bundle::read(&sample()).unwrap();
    let fonts = bundle.text("fonts.jsonl").unwrap().replacen("sha256\":\"", "sha256\":\"0", 1);
    bundle.put("fonts.jsonl", fonts);
    bundle.write(&out).unwrap();
    let verify = ["bulletin", "verify", out.to_str().unwrap()];
    let said = observatory.run(&verify).ended(1);
    assert!(said.out.contains("bulletin.en.pdf: it was read but not set anew"), "{}", said.out);
    assert!(said.out.contains("--pdf-as-read"), "{}", said.out);
    let said = observatory.run(&[&verify[..], &["--pdf-as-read"]].concat()).ended(0);
    assert!(said.err.contains("bulletin.en.pdf: it was read but not set anew"), "{}", said.err);
}

/// The figures that a page prints, each as its claim says it in a language.
fn figures(lang: &str) -> Vec<String> {
    let page = fs::read_to_string(sample().join(format!("index.{lang}.html"))).unwrap();
    let claims = fs::read_to_string(sample().join("claims.json")).unwrap();
    let printed = |claim: &Value| {
        let id = claim["id"].as_str().unwrap();
        page.contains(&format!("data-claim=\"{id}\""))
    };
    let text = |claim: &Value| claim["texts"][lang][0].as_str().unwrap().to_owned();
    let claims = claims.lines().map(|line| serde_json::from_str(line).unwrap());
    claims.filter(printed).map(|claim| text(&claim)).collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Another reader of PDF finds every claimed figure in both languages, and no fault in the files.
#[test]
fn other_readers_find_every_figure() {
    if !has("qpdf", &["--version"]) || !has("pdftotext", &["-v"]) {
        return;
    }
    for lang in ["en", "ja"] {
        let pdf = sample().join(format!("bulletin.{lang}.pdf"));
        let checked = Command::new("qpdf").arg("--check").arg(&pdf).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        let text = Command::new("pdftotext").arg(&pdf).arg("-").output().unwrap();
        let text = squeezed(&String::from_utf8(text.stdout).unwrap());
        let figures = figures(lang);
        assert!(figures.len() > 60, "{}", figures.len());
        for figure in figures {
            assert!(text.contains(&squeezed(&figure)), "{figure} is not in {}", pdf.display());
        }
    }
}

/// What nobody published is on no front page; what was changed since is a draft again.
#[test]
fn states_lead_to_a_front_page_and_a_feed() {
    let observatory = Observatory::new();
    let folder = observatory.data().with_file_name("bulletins");
    let month = folder.join("2005-05");
    let (bundle, _) = Bundle::read(&sample()).unwrap();
    bundle.write(&month).unwrap();
    let (at, shelf) = (month.to_str().unwrap(), folder.to_str().unwrap());
    let state = |more: &[&str]| observatory.run(&[&["bulletin", "state", at], more].concat());
    let front = || {
        let base = "https://example.jp/bulletins";
        observatory.run(&["bulletin", "front", shelf, "--base", base]).ended(0);
        fs::read_to_string(folder.join("index.html")).unwrap()
    };
    assert_eq!(state(&[]).ended(0).out, "draft\n");
    assert!(state(&["--to", "published"]).ended(1).err.contains("cannot become published"));
    state(&["--to", "reviewed"]).ended(0);
    assert!(front().contains("No bulletin is published yet"));
    state(&["--to", "published", "--at", "2005-06-10T00:00:00Z"]).ended(0);
    assert!(front().contains("2005-05/index.ja.html"));
    let feed = fs::read_to_string(folder.join("feed.atom")).unwrap();
    assert!(feed.contains("<id>https://example.jp/bulletins/2005-05/index.en.html</id>"), "{feed}");
    let json = fs::read(folder.join("2005-05.json")).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["state"], "published");
    assert_eq!(json["at"], "2005-06-10T00:00:00Z");
    observatory.run(&["bulletin", "verify", at]).ended(0);
    // A file that was changed makes it none that verifies, and it can be withdrawn all the same.
    let page = month.join("index.en.html");
    let whole = fs::read(&page).unwrap();
    fs::write(&page, "changed").unwrap();
    state(&["--to", "superseded"]).ended(0);
    fs::write(&page, whole).unwrap();
    assert!(front().contains("(superseded)"));

    let claims = month.join("claims.json");
    let text = fs::read_to_string(&claims).unwrap();
    let mut forged = bundle.clone();
    forged.put("claims.json", text.replacen("5021", "5012", 1));
    forged.write(&month).unwrap();
    assert_eq!(state(&[]).ended(0).out, "draft\n");
    assert!(state(&["--to", "reviewed"]).ended(1).err.contains("does not verify"));
}
