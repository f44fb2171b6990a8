//! Every capture of the shared data through the whole program: what decent, broken and fuzzed files
//! do to an import.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Seek as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{Observatory, Said, add_up, count, files_below, index, shared, text};

/// Where every capture is not asked for, one of so many is imported.
const SAMPLE: usize = 24;

/// Files of one call into a new archive: few, so that one that hangs or takes much is noticed.
const CALL: usize = 12;

/// What one file may take, by the promise.
const SECONDS: u64 = 10;
const MEBIBYTES: u64 = 256;

/// Files in which the index counts custom blocks as packets, as tshark does: they carry none.
const CUSTOM_BLOCKS: [(&str, u64); 3] = [
    ("captures/formats/libtrace/complex.pcapng", 5),
    ("captures/formats/pcap-parser-crate/test017-be.pcapng", 0),
    ("captures/formats/pcap-parser-crate/test017-le.pcapng", 0),
];

/// The words of a refusal, and why such a file is not imported.
const REFUSALS: [(&str, &str); 5] = [
    ("holds packets of link type", "a link type that is not read"),
    ("is not a capture that can be read", "no capture"),
    ("is empty", "empty"),
    ("times are damaged", "times that no capture could have"),
    ("which is not read:", "a format that is not read"),
];

/// Whatever a file holds, the import goes on to the next, tells every packet that a well-known
/// reader finds, and stays small.
#[test]
fn every_capture_is_imported_or_refused() {
    let Some(data) = shared("data") else { return };
    let files = chosen(&data);
    let index = index("").into_iter().map(|file| (file.name, file.packets)).collect();
    let mut sweep = Sweep { index, ..Sweep::default() };
    for files in files.chunks(CALL) {
        sweep.import(&data, files);
    }
    sweep.close(files.len());
}

/// All files, or a sample that is the same every time.
fn chosen(data: &Path) -> Vec<PathBuf> {
    let folders = ["captures/formats", "captures/synthetic", "fuzz"];
    let files: Vec<PathBuf> =
        folders.iter().flat_map(|folder| files_below(&data.join(folder)).unwrap()).collect();
    if std::env::var("YAGURA_SWEEP").is_ok_and(|files| files == "all") {
        return files;
    }
    let exception = |path: &Path| CUSTOM_BLOCKS.iter().any(|(name, _)| path.ends_with(name));
    let files = files.into_iter().enumerate();
    files.filter(|(n, path)| n % SAMPLE == 0 || exception(path)).map(|(_, path)| path).collect()
}

/// Runs an import and watches its peak memory, in MiB; ends it where it takes too long. What it
/// prints goes to files, as nobody reads while it runs.
fn watched(command: &mut Command, most: Duration) -> (Said, u64) {
    let (mut out, mut err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command.stdout(out.try_clone().unwrap()).stderr(err.try_clone().unwrap());
    let (status, memory) = ended(&mut command.spawn().unwrap(), most);
    let text = |file: &mut File| {
        file.rewind().unwrap();
        std::io::read_to_string(file).unwrap()
    };
    (Said { status, out: text(&mut out), err: text(&mut err) }, memory)
}

fn ended(child: &mut Child, most: Duration) -> (Option<i32>, u64) {
    let (start, mut memory) = (Instant::now(), 0);
    loop {
        memory = memory.max(peak(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), memory);
        }
        if start.elapsed() > most {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A process's peak resident memory, MiB, where the system tells it (proc(5), VmHWM in KiB).
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

/// What came of all files.
#[derive(Default)]
struct Sweep {
    /// Packets of each file, where the index says.
    index: BTreeMap<String, Option<u64>>,
    /// The files of this archive, by SHA-256.
    seen: BTreeSet<String>,
    whole: u64,
    partial: u64,
    again: u64,
    memory: u64,
    refused: BTreeMap<String, u64>,
    wrong: Vec<String>,
}

impl Sweep {
    /// Imports files into a new archive, and looks whether it holds what was said.
    fn import(&mut self, data: &Path, files: &[PathBuf]) {
        let observatory = Observatory::new();
        let import = Observatory::import_of(&["--point", "f", "--overlap"], files);
        let most = Duration::from_secs(SECONDS) * u32::try_from(files.len()).unwrap();
        let (said, memory) = watched(&mut observatory.command(&import), most);
        self.memory = self.memory.max(memory);
        assert!(matches!(said.status, Some(0 | 1 | 3)), "{:?}: {}", said.status, said.err);
        let summary = said.json();
        add_up(&summary);
        self.seen.clear();
        self.take(data, &summary, said.status);
        let rows = observatory.sql("select coalesce(sum(packets), 0) as packets from access");
        assert_eq!(count(&rows[0], "packets"), count(&summary, "access_packets"), "{files:?}");
    }

    fn take(&mut self, data: &Path, summary: &Value, status: Option<i32>) {
        let files = summary["files"].as_array().unwrap();
        for file in files {
            let path = Path::new(text(file, "file"));
            let name = path.strip_prefix(data).unwrap().to_str().unwrap();
            let packets = self.index.get(name).copied().flatten();
            self.file(name, file, packets);
        }
        let errors = files.iter().filter(|file| !file["error"].is_null()).count();
        let expected = match errors {
            0 => 0,
            _ if files.iter().all(|file| !file["error"].is_null() && file["partial"] == false) => 1,
            _ => 3,
        };
        assert_eq!(status, Some(expected), "{errors} of {} files have errors", files.len());
    }

    fn file(&mut self, name: &str, file: &Value, indexed: Option<u64>) {
        let packets = count(file, "packets");
        if file["already_imported"] == true {
            self.again += 1;
            let known = self.seen.contains(text(file, "sha256"));
            self.check(known && packets == 0, name, "is new, and was called imported");
            return;
        }
        if let Some(sha256) = file["sha256"].as_str() {
            self.seen.insert(sha256.to_owned());
        }
        match file["error"].as_str() {
            Some(error) if file["partial"] == false => {
                self.check(packets == 0, name, "was refused, and counted");
                self.refusal(name, error);
                return;
            }
            Some(_) => self.partial += 1,
            None => self.whole += 1,
        }
        let exception = CUSTOM_BLOCKS.iter().find(|(of, _)| *of == name);
        let expected = exception.map(|(_, packets)| *packets).or(indexed);
        let said = format!("has {packets} packets, and {expected:?} by the index");
        self.check(expected.is_none_or(|expected| expected == packets), name, &said);
    }

    fn refusal(&mut self, name: &str, error: &str) {
        match REFUSALS.iter().find(|(words, _)| error.contains(words)) {
            Some((_, why)) => *self.refused.entry((*why).to_owned()).or_default() += 1,
            None => self.wrong.push(format!("{name} was refused: {error}")),
        }
    }

    fn check(&mut self, holds: bool, name: &str, said: &str) {
        if !holds {
            self.wrong.push(format!("{name} {said}"));
        }
    }

    fn close(&self, files: usize) {
        let Sweep { whole, partial, again, refused, memory, wrong, .. } = self;
        println!(
            "{files} files: {whole} read, {partial} in part, {again} of the same bytes as another; \
             refused: {refused:?}; at most {memory} MiB"
        );
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(*memory <= MEBIBYTES, "{memory} MiB");
        assert!(*whole as usize * 2 > files, "only {whole} of {files} were read");
    }
}
