//! Pages as others check them: the Nu Html Checker of the W3C, and axe-core in a real browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use press::{Bundle, Issue, Lang, State};
use serde_json::Value;
use tempfile::TempDir;

use crate::common::has;
use crate::printed::sample;

/// How chromium is asked for a page as a browser has it: offline, with nothing kept.
const BROWSER: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=30000",
    "--dump-dom",
];

/// Pages on a phone break their lines otherwise.
const WIDTHS: [u32; 2] = [1_280, 400];

/// Where axe-core puts its answer.
const ANSWER: &str = "<pre id=\"answer\">";

/// The two checkers, and the pages to check.
pub(crate) struct Checkers {
    modules: PathBuf,
    folder: TempDir,
    pages: Vec<PathBuf>,
}

impl Checkers {
    /// None where they are not here; then the test that wants them is skipped.
    pub(crate) fn find() -> Option<Checkers> {
        let Some(modules) = std::env::var_os("YAGURA_TEST_NODE_MODULES") else {
            println!("skipped: YAGURA_TEST_NODE_MODULES names no folder of xtask/package.json's");
            return None;
        };
        let is_here = has("chromium", &["--version"]) && has("java", &["-version"]);
        let folder = tempfile::tempdir().unwrap();
        is_here.then(|| Checkers { modules: modules.into(), folder, pages: Vec::new() })
    }

    /// Adds a page. A style sheet of the house is put into it, as a file has no server to ask.
    pub(crate) fn add(&mut self, name: &str, page: &str, style: &str) {
        let link = "<link rel=\"stylesheet\" href=\"/style.css\">";
        let page = page.replace(link, &format!("<style>{style}</style>"));
        let path = self.folder.path().join(format!("{name}.html"));
        fs::write(&path, page).unwrap();
        self.pages.push(path);
    }

    /// Everything that either checker finds, a line each.
    pub(crate) fn findings(&self) -> Vec<String> {
        let mut findings = self.html();
        for page in &self.pages {
            findings.extend(WIDTHS.iter().flat_map(|width| self.accessibility(page, *width)));
        }
        findings
    }

    /// Errors and warnings in HTML, CSS and SVG.
    fn html(&self) -> Vec<String> {
        let jar = self.modules.join("vnu-jar/build/dist/vnu.jar");
        let options = ["--also-check-css", "--format", "json", "--stdout", "--exit-zero-always"];
        let mut java = Command::new("java");
        java.arg("-jar").arg(jar).args(options).args(&self.pages);
        let answer = java.output().unwrap().stdout;
        let answer: Value = serde_json::from_slice(&answer).expect("the checker says JSON");
        let messages = answer["messages"].as_array().expect("it has messages");
        let say = |message: &Value| {
            let url = message["url"].as_str().unwrap_or_default();
            let name = url.rsplit('/').next().unwrap_or_default();
            format!("{name}, line {}: {}", message["lastLine"], message["message"])
        };
        messages.iter().map(say).collect()
    }

    /// What axe-core calls a violation, of whatever weight.
    fn accessibility(&self, page: &Path, width: u32) -> Vec<String> {
        let name = page.file_name().unwrap().to_string_lossy();
        let axe = self.modules.join("axe-core/axe.min.js");
        let script = format!(
            "<script src=\"file://{}\"></script><script>\
             axe.run(document).then(said => {{ const pre = document.createElement('pre'); pre.id = 'answer';\
             pre.textContent = JSON.stringify([said.violations, said.passes.length]);\
             document.body.append(pre); }});</script></body>",
            axe.display()
        );
        let text = fs::read_to_string(page).unwrap().replacen("</body>", &script, 1);
        let asked = self.folder.path().join(format!("axe-{name}"));
        fs::write(&asked, text).unwrap();
        let profile = tempfile::tempdir().unwrap();
        let mut chromium = Command::new("chromium");
        chromium.args(BROWSER).arg(format!("--window-size={width},900"));
        chromium.arg(format!("--user-data-dir={}", profile.path().display()));
        let shown = chromium.arg(format!("file://{}", asked.display())).output().unwrap().stdout;
        let shown = String::from_utf8(shown).unwrap();
        let (_, answer) = shown.split_once(ANSWER).expect("axe-core ran to its end");
        let answer = answer.split("</pre>").next().unwrap();
        let answer = answer.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let answer: Value = serde_json::from_str(&answer).expect("axe-core says JSON");
        assert!(answer[1].as_u64() > Some(5), "axe-core looked at something: {answer}");
        let say = |found: &Value| {
            let at = &found["nodes"][0]["html"];
            format!(
                "{name}, {width} wide: {} ({}) {}: {at}",
                found["id"], found["impact"], found["help"]
            )
        };
        answer[0].as_array().unwrap().iter().map(say).collect()
    }
}

/// A page whose faults each checker knows: that nothing is found elsewhere says something.
#[test]
fn faults_of_a_page_are_found() {
    let Some(mut checkers) = Checkers::find() else { return };
    let page = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page</title></head><body>\
                <main><h1>A</h1><p>x</div><p style=\"color:#ddd;background:#fff\">faint</p>\
                <img src=\"data:,\"></main></body></html>";
    checkers.add("faults", page, "");
    let findings = checkers.findings().join("\n");
    for part in ["Stray end tag", "image-alt", "color-contrast", "400 wide"] {
        assert!(findings.contains(part), "{part} is not in\n{findings}");
    }
}

/// Every page of a bundle, and the front page that leads to it.
#[test]
fn pages_of_a_bulletin_have_no_fault() {
    let Some(mut checkers) = Checkers::find() else { return };
    let (bundle, _) = Bundle::read(&sample()).unwrap();
    for path in bundle.paths().filter(|path| path.ends_with(".html")) {
        checkers.add(path.trim_end_matches(".html"), bundle.text(path).unwrap(), "");
    }
    assert_eq!(checkers.pages.len(), 2);
    let issue = |state| Issue {
        month: "2005-05".to_owned(),
        state,
        at: "2005-06-10T00:00:00Z".to_owned(),
        as_of: None,
        titles: vec![
            (Lang::En, "Monthly bulletin, May 2005".to_owned()),
            (Lang::Ja, "月次報告　2005年5月".to_owned()),
        ],
    };
    checkers.add("front", &press::front(&[issue(State::Published), issue(State::Superseded)]), "");
    checkers.add("front-of-nothing", &press::front(&[]), "");
    assert_eq!(checkers.findings(), Vec::<String>::new());
}
