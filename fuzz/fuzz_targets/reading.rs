//! What holds for every capture file: see `crates/capture/src/file.rs`.

use std::io::{self, Cursor, Read};

use capture::file::{CaptureFile, Identity, MAXIMUM_PACKET};

/// Reads a capture at once and in small pieces: neither panics, and both are the same.
pub fn read(bytes: &[u8]) {
    let whole = outcome(Cursor::new(bytes.to_vec()));
    let pieces = outcome(Drip(Cursor::new(bytes.to_vec())));
    assert_eq!(whole, pieces);
}

/// Frames, a sum over what they say, the error's sentence, and the identity; or the refusal.
type Outcome = Result<(u64, u64, Option<String>, Identity), String>;

fn outcome(source: impl Read + Send + 'static) -> Outcome {
    let mut file = CaptureFile::new("fuzz", Box::new(source)).map_err(|error| error.to_string())?;
    let (mut frames, mut sum, mut error) = (0, 0_u64, None);
    loop {
        match file.next_frame() {
            Ok(Some(frame)) => {
                assert!(frame.bytes.len() <= MAXIMUM_PACKET as usize);
                frames += 1;
                sum =
                    frame.bytes.iter().fold(sum, |sum, &byte| sum.rotate_left(5) ^ u64::from(byte));
                sum = sum.wrapping_add(frame.time.unwrap_or(-1).cast_unsigned());
            }
            Ok(None) => break,
            Err(stop) => {
                assert!(error.is_none(), "a second error");
                error = Some(stop.to_string());
            }
        }
    }
    let identity = file.finish().map_err(|error| error.to_string())?;
    Ok((frames, sum, error, identity))
}

/// Gives 13 bytes at a time.
struct Drip(Cursor<Vec<u8>>);

impl Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(13);
        self.0.read(&mut buffer[..length])
    }
}
