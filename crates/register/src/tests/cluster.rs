//! A cluster of PostgreSQL's of the tests' own: in a temporary folder, reached by a socket alone.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(super) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
}

impl Cluster {
    /// Starts one; none, and a word about it, where PostgreSQL is absent.
    pub(super) fn start() -> Option<Cluster> {
        Cluster::start_with(|_, _| "-c listen_addresses=''".to_owned())
    }

    /// The same, with a server's options, that can name files written into the folder.
    pub(super) fn start_with(
        options: impl FnOnce(&Path, &dyn Fn(&str, &str)) -> String,
    ) -> Option<Cluster> {
        let Some(programs) = programs() else {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "PostgreSQL is absent");
            eprintln!("skipped: PostgreSQL is absent (Debian's package postgresql)");
            return None;
        };
        // In memory where there is such a place: a new database is a copy of eight megabytes.
        let memory = ["/dev/shm", "/tmp"].into_iter().find(|folder| Path::new(folder).is_dir());
        let made = as_user("mktemp").arg("-d").arg("-p").arg(memory.unwrap_or(".")).output();
        let made = said(made.unwrap());
        let cluster = Cluster { folder: PathBuf::from(made.trim()), programs };
        let data = cluster.folder.join("data");
        said(
            as_user(cluster.programs.join("initdb"))
                .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D"])
                .arg(&data)
                .output()
                .unwrap(),
        );
        let socket = cluster.folder.display();
        let options = options(&cluster.folder, &|name, text| cluster.write(name, text));
        let options = format!("-k {socket} {options} -c fsync=off -c synchronous_commit=off");
        // Its output stays in a file: an open pipe would be waited for.
        let started = as_user(cluster.programs.join("pg_ctl"))
            .args(["-w", "-s", "-o", &options, "-l"])
            .arg(cluster.folder.join("log"))
            .arg("-D")
            .arg(&data)
            .arg("start")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(started.success());
        Some(cluster)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A program of PostgreSQL's.
    pub(super) fn program(&self, name: &str) -> Command {
        as_user(self.programs.join(name))
    }

    /// A file that only the server's user reads: it wants its key so.
    fn write(&self, name: &str, text: &str) {
        let mut write = as_user("sh");
        write.args(["-c", "umask 077; cat > \"$0\""]).arg(self.folder.join(name));
        let mut child = write.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// A new database's URL.
    pub(super) fn database(&self, name: &str) -> String {
        said(
            as_user(self.programs.join("createdb"))
                .args(["-U", "postgres", "-h"])
                .arg(&self.folder)
                .arg(name)
                .output()
                .unwrap(),
        );
        format!("postgresql:///{name}?user=postgres&host={}", self.folder.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stop = as_user(self.programs.join("pg_ctl"))
            .args(["-m", "immediate", "-s", "-D"])
            .arg(self.folder.join("data"))
            .arg("stop")
            .status();
        drop(stop);
        drop(as_user("rm").arg("-rf").arg(&self.folder).status());
    }
}

/// A command of a user who may run a server: PostgreSQL refuses root.
fn as_user(program: impl AsRef<Path>) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    let mut command = if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program.as_ref());
        command
    } else {
        Command::new(program.as_ref())
    };
    command.current_dir("/");
    command
}

pub(super) fn said(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Where Debian keeps the programs of a server, the newest first; else the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    folders.reverse();
    folders.extend(std::env::split_paths(&paths));
    folders.into_iter().find(|folder| folder.join("initdb").exists())
}
