//! How far a file has been read: a bar on a terminal, silence elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A file's progress.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for a file. It is drawn on standard error, and only on a terminal.
    pub(crate) fn new(name: &str) -> Self {
        let bar = ProgressBar::new(0);
        let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Bar(bar)
    }

    /// So many bytes have been read, of so many.
    pub(crate) fn at(&self, read: u64, of: Option<u64>) {
        if let Some(length) = of {
            self.0.set_length(length);
        }
        self.0.set_position(read);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
