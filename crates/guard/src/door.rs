//! The point's end of the pipe to the keeper.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::IpAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Blocking is not possible. The operator is at fault: the host has no nftables, or the point not the
/// capability.
#[derive(Debug, thiserror::Error)]
#[error("sources cannot be blocked: {0}; it takes nftables and CAP_NET_ADMIN")]
pub struct DoorError(#[from] io::Error);

/// A keeper at work.
#[derive(Debug)]
pub struct Door {
    keeper: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Door {
    /// Starts a keeper, which is a command that runs [`crate::keep`] on its standard input and output.
    /// Do this before capabilities are dropped.
    ///
    /// # Errors
    /// [`DoorError`], with what the keeper says.
    pub fn open(mut keeper: Command) -> Result<Self, DoorError> {
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = keeper.stdin.take();
        let answers = keeper.stdout.take().ok_or_else(|| io::Error::other("no pipe"))?;
        let mut door = Door { keeper, orders, answers: BufReader::new(answers) };
        door.hear()?;
        Ok(door)
    }

    /// Blocks a source for so many seconds.
    ///
    /// # Errors
    /// [`DoorError`]. Nothing was blocked.
    pub fn block(&mut self, source: IpAddr, seconds: u32) -> Result<(), DoorError> {
        let orders = self.orders.as_mut().ok_or_else(|| io::Error::other("no pipe"))?;
        writeln!(orders, "{source} {seconds}")?;
        self.hear()
    }

    fn hear(&mut self) -> Result<(), DoorError> {
        let mut line = String::new();
        self.answers.by_ref().take(4_096).read_line(&mut line)?;
        match line.trim_end() {
            "ok" => Ok(()),
            "" => Err(io::Error::other("the keeper has ended").into()),
            why => Err(io::Error::other(why.to_owned()).into()),
        }
    }
}

impl Drop for Door {
    /// Everything is unblocked.
    fn drop(&mut self) {
        drop(self.orders.take());
        // Its answer is in the log.
        drop(self.keeper.wait());
    }
}
