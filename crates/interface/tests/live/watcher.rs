//! Ourselves and tcpdump on the same interface at the same time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use capture::file::{CaptureFile, Frame};
use dissect::LinkType;
use interface::{Interfaces, PacketType, RingSize, Settings};
use observation::{Micros, SECOND};
use tempfile::TempDir;
use testkit::file::{pcap_header, pcap_record};

use testkit::host::{Tcpdump, replay};

/// So long everything is waited for before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// Bytes of the rings, ours and tcpdump's: more than any test sends.
const ROOM: u32 = Tcpdump::ROOM;

/// A frame, kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) time: Option<Micros>,
    pub(crate) link: LinkType,
    pub(crate) bytes: Vec<u8>,
    pub(crate) wire_length: u32,
}

impl Kept {
    pub(crate) fn of(frame: &Frame<'_>) -> Kept {
        let Frame { time, link, bytes, wire_length } = *frame;
        Kept { time, link, bytes: bytes.to_vec(), wire_length }
    }

    /// It as it would be lent.
    pub(crate) fn frame(&self) -> Frame<'_> {
        let Kept { time, link, ref bytes, wire_length } = *self;
        Frame { time, link, bytes, wire_length }
    }
}

/// Opens one interface.
pub(crate) fn open(name: &str, settings: &Settings) -> Interfaces {
    Interfaces::open(&[name.to_owned()], settings).unwrap()
}

/// Reads until `done`, which sees every frame with its interface and type.
pub(crate) fn read(
    interfaces: &mut Interfaces,
    mut done: impl FnMut(usize, PacketType, Kept) -> bool,
) {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        interfaces.wait(Duration::from_millis(100)).unwrap();
        while interfaces.next_event().is_some() {}
        while let Some(arrival) = interfaces.next_frame() {
            let kept = Kept::of(&arrival.frame);
            if done(arrival.interface, arrival.packet_type, kept) {
                return;
            }
        }
    }
    panic!("what was waited for did not come");
}

/// Frames that mark the beginning and the end of what is compared: of an EtherType for experiments
/// (IEEE 802, 9.2.4).
pub(crate) struct Marks {
    folder: TempDir,
}

impl Marks {
    pub(crate) fn new() -> Marks {
        Marks { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn bytes(word: &str) -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5];
        bytes.extend(word.bytes());
        bytes.resize(60, 0);
        bytes
    }

    /// Sends one.
    pub(crate) fn send(&self, interface: &str, word: &str) {
        let frame = Self::bytes(word);
        self.send_all(interface, &[frame]);
    }

    /// Sends frames.
    pub(crate) fn send_all(&self, interface: &str, frames: &[Vec<u8>]) {
        let path = self.path("frames.pcap");
        replay(interface, &[&write(&path, frames)]);
    }
}

/// Writes frames into a pcap file.
pub(crate) fn write(path: &Path, frames: &[Vec<u8>]) -> PathBuf {
    let mut file = std::fs::File::create(path).unwrap();
    pcap_header(&mut file).unwrap();
    for bytes in frames {
        let (bytes, wire_length) = (bytes.clone(), bytes.len() as u32);
        pcap_record(&mut file, &testkit::file::Frame { time: 0, bytes, wire_length }).unwrap();
    }
    path.to_owned()
}

/// What both saw of the same frames.
pub(crate) struct Both {
    pub(crate) ours: Vec<Kept>,
    pub(crate) types: Vec<PacketType>,
    pub(crate) tcpdump: Vec<Kept>,
    /// tcpdump's file, the marks in it.
    pub(crate) file: PathBuf,
    /// Keeps the file.
    pub(crate) _marks: Marks,
}

impl Both {
    /// The same frames, with the same times.
    pub(crate) fn agree(&self) {
        for (at, (ours, theirs)) in self.ours.iter().zip(&self.tcpdump).enumerate() {
            assert_eq!(ours, theirs, "frame {at}");
        }
        assert_eq!(self.ours.len(), self.tcpdump.len());
    }

    /// The same frames, nearly at the same times, and nearly in the same order.
    ///
    /// What the TCP of this very machine sends into a wire of this machine bears the time at which
    /// it was to leave until it is received (Linux, `skb_tstamp`), so that each reader's ring takes
    /// the clock's time by itself. And what two processors handle at once, one coming in and one
    /// going out, may come into one ring in this order and into another in that.
    pub(crate) fn nearly_agree(&self) {
        let sorted = |frames: &[Kept]| {
            let mut frames = frames.to_vec();
            frames.sort_by(|a, b| (&a.bytes, a.time).cmp(&(&b.bytes, b.time)));
            frames
        };
        let (ours, theirs) = (sorted(&self.ours), sorted(&self.tcpdump));
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!((&ours.bytes, ours.wire_length), (&theirs.bytes, theirs.wire_length));
            let apart = ours.time.unwrap().abs_diff(theirs.time.unwrap());
            assert!(apart < SECOND.unsigned_abs(), "{apart} µs: {ours:?}");
        }
        assert_eq!(ours.len(), theirs.len());
    }
}

/// Watches `vb` while `traffic` runs; the marks are sent into `stranger`.
pub(crate) fn both(settings: &Settings, stranger: &str, traffic: impl FnOnce()) -> Both {
    both_marked(settings, |marks, word| marks.send(stranger, word), traffic)
}

/// As [`both`], the marks sent by `mark`.
pub(crate) fn both_marked(
    settings: &Settings,
    mark: impl Fn(&Marks, &str),
    traffic: impl FnOnce(),
) -> Both {
    let marks = Marks::new();
    // Neither loses a frame, however little of the processor it gets.
    let ring = RingSize::new(ROOM).unwrap();
    let mut interfaces = open("vb", &Settings { ring, ..settings.clone() });
    let file = marks.path("tcpdump.pcap");
    let dump = Tcpdump::start("vb", &file, settings.snap);
    let (ours, mut types) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut ours, mut types) = (Vec::new(), Vec::new());
            read(&mut interfaces, |_, packet_type, kept| {
                let is_end = kept.bytes == Marks::bytes("end");
                ours.push(kept);
                types.push(packet_type);
                is_end
            });
            (ours, types)
        });
        mark(&marks, "begin");
        wait_for(&file, "begin");
        traffic();
        mark(&marks, "end");
        wait_for(&file, "end");
        dump.stop();
        reader.join().unwrap()
    });
    let tcpdump = between(&frames_of(&file), &mut Vec::new());
    let ours = between(&ours, &mut types);
    assert_eq!(interfaces.losses(0).unwrap().unwrap().dropped, 0);
    Both { ours, types, tcpdump, file, _marks: marks }
}

/// The frames between the marks.
fn between(frames: &[Kept], beside: &mut Vec<PacketType>) -> Vec<Kept> {
    let place = |word| frames.iter().position(|kept| kept.bytes == Marks::bytes(word)).unwrap();
    let (begin, end) = (place("begin") + 1, place("end"));
    beside.truncate(end);
    beside.drain(..begin.min(beside.len()));
    frames[begin..end].to_vec()
}

/// Every frame of a capture.
pub(crate) fn frames_of(path: &Path) -> Vec<Kept> {
    let mut file = CaptureFile::open(path).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = file.next_frame().unwrap() {
        frames.push(Kept::of(&frame));
    }
    frames
}

/// Waits until a mark is in a file of tcpdump's.
fn wait_for(file: &Path, word: &str) {
    let (began, mark) = (Instant::now(), Marks::bytes(word));
    while began.elapsed() < PATIENCE {
        let written = std::fs::read(file).unwrap();
        if written.windows(mark.len()).any(|bytes| bytes == mark) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("tcpdump did not see {word:?}");
}
