//! A capture's packets, folded.

use archive::{Archive, Stage};
use capture::file::{CaptureFile, FileError};
use capture::fold::{Fold, Spans, TooManyHours, Watch};
use gazetteer::Atlas;
use observation::Access;

use crate::error::ImportError;
use crate::import::Progress;
use crate::read::{Located, Read};

/// Packets between two looks at what is finished: few enough that the rows are still in the cache.
const BATCH: usize = 256;

/// What a capture is read for.
pub(crate) struct Captured<'a> {
    pub(crate) archive: &'a Archive,
    pub(crate) atlas: &'a Atlas,
    pub(crate) watch: &'a Watch,
    pub(crate) spans: Spans,
    pub(crate) settings: String,
}

impl Captured<'_> {
    pub(crate) async fn read(
        self,
        mut file: CaptureFile,
        name: &str,
        progress: Progress<'_>,
    ) -> Result<Read, ImportError> {
        let mut fold = Fold::new(self.watch.clone(), self.spans);
        let received = jiff::Timestamp::now().as_microsecond();
        let mut stage = self.archive.stage(received, self.atlas.date()).await;
        let clock = |why| ImportError::Clock { file: name.to_owned(), why };
        let broken = loop {
            let more = fold_some(&mut file, &mut fold).map_err(clock)?;
            self.take(&mut fold, &mut stage);
            stage.relieve().await?;
            progress(file.bytes_read(), file.input_length());
            match more {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) if error.is_partial() => break Some(error),
                Err(error) => return Err(error.into()),
            }
        };
        let identity = file.finish()?;
        fold.push_unreadable(identity.unreadable_packets()).map_err(clock)?;
        while fold.close_some(BATCH) {
            self.take(&mut fold, &mut stage);
            stage.relieve().await?;
        }
        self.take(&mut fold, &mut stage);
        let staged = stage.finish().await?;
        Ok(Read {
            settings: self.settings,
            broken,
            fates: fold.fates(),
            tally: fold.tally(),
            span: fold.span(),
            rows: fold.accesses().iter().cloned().collect(),
            hours: fold.coverage(identity.dropped),
            identity,
            staged,
            received,
            lines: None,
        })
    }

    fn take(&self, fold: &mut Fold, stage: &mut Stage) {
        fold.take_finished(|accesses| {
            let located = |access: &Access| Located::new(self.atlas, access.src);
            let located: Vec<Located> = accesses.iter().map(located).collect();
            stage.extend(accesses, located.iter().map(Located::origin));
        });
    }
}

/// Folds the next packets. The inner result says whether there may be more.
fn fold_some(
    file: &mut CaptureFile,
    fold: &mut Fold,
) -> Result<Result<bool, FileError>, TooManyHours> {
    for _ in 0..BATCH {
        let frame = match file.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(Ok(false)),
            Err(error) => return Ok(Err(error)),
        };
        let truncated = frame.bytes.len() < frame.wire_length as usize;
        let dissected = dissect::dissect(frame.link, frame.bytes, frame.wire_length);
        fold.push(frame.time, truncated, &dissected)?;
    }
    Ok(Ok(true))
}
