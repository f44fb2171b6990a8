//! A thread that keeps the book, for callers who cannot wait for a disk.
//!
//! What comes while a commit is under way is taken in together by the next one, and everybody is answered
//! after the commit that has their item: at a hundred callers a commit costs each a hundredth of it.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use incident::Micros;
use incident::record::Channel;
use intake::{Format, MOST_BYTES};

use crate::answer::Taken;
use crate::error::{Error, Result};
use crate::store::{Raw, Register};

/// Jobs that wait, at most.
const WAITING: usize = 512;
/// Items of one commit, at most, and their bytes.
const GROUP: usize = 256;
const GROUP_BYTES: usize = MOST_BYTES;

/// An item, and who is told what became of it.
pub struct Item {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How it came.
    pub channel: Channel,
    /// When.
    pub received: Micros,
    /// What it is, where that is known.
    pub format: Option<Format>,
    /// Is called once, on the book's thread.
    pub answer: Box<dyn FnOnce(Result<Taken>) + Send>,
}

enum Job {
    Take(Item),
    Ask(Box<dyn FnOnce(&mut Register) + Send>),
}

/// The way to a book on its thread. The book is closed when every way is gone.
#[derive(Clone)]
pub struct Queue(SyncSender<Job>);

impl Queue {
    /// Gives a book to a thread of its own.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(book: Register) -> std::io::Result<(Queue, JoinHandle<Register>)> {
        let (sender, receiver) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("reports".to_owned());
        let handle = thread.spawn(move || keep(book, &receiver))?;
        Ok((Queue(sender), handle))
    }

    /// Takes an item in; its answer comes after it is on the disk.
    ///
    /// # Errors
    /// [`Error::TooLarge`], or [`Error::Busy`] where too much waits.
    pub fn take(&self, item: Item) -> Result<()> {
        if item.bytes.len() > MOST_BYTES {
            return Err(Error::TooLarge(item.bytes.len()));
        }
        self.send(Job::Take(item))
    }

    /// Does something with the book, after what came before.
    ///
    /// # Errors
    /// [`Error::Busy`] where too much waits.
    pub fn ask(&self, question: impl FnOnce(&mut Register) + Send + 'static) -> Result<()> {
        self.send(Job::Ask(Box::new(question)))
    }

    fn send(&self, job: Job) -> Result<()> {
        self.0.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Busy,
            TrySendError::Disconnected(_) => Error::Database("the book is closed".to_owned()),
        })
    }
}

fn keep(mut book: Register, jobs: &Receiver<Job>) -> Register {
    let mut next = None;
    while let Some(job) = next.take().or_else(|| jobs.recv().ok()) {
        match job {
            Job::Ask(question) => question(&mut book),
            Job::Take(first) => {
                let mut bytes = first.bytes.len();
                let mut group = vec![first];
                while group.len() < GROUP && bytes < GROUP_BYTES {
                    match jobs.try_recv() {
                        Ok(Job::Take(item)) => {
                            bytes += item.bytes.len();
                            group.push(item);
                        }
                        Ok(other) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                take(&mut book, group);
            }
        }
    }
    book
}

fn take(book: &mut Register, group: Vec<Item>) {
    let now = jiff::Timestamp::now().as_microsecond();
    let raw = |item: &'_ Item| (item.channel, item.received, item.format);
    let raws: Vec<Raw<'_>> = group
        .iter()
        .map(|item| {
            let (channel, received, format) = raw(item);
            Raw { bytes: &item.bytes, channel, received, format }
        })
        .collect();
    match book.take_in(&raws, now) {
        Ok(taken) => {
            for (item, taken) in group.into_iter().zip(taken) {
                (item.answer)(Ok(taken));
            }
        }
        // What was stored is read when the book is opened again; who sends again is known by the
        // reference.
        Err(error) => {
            let reason = error.to_string();
            for item in group {
                (item.answer)(Err(Error::Database(reason.clone())));
            }
        }
    }
}
