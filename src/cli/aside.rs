//! Reading HDF5 files of other layouts in a process of its own, which may crash or run in circles: within limits of time and memory it reads a
//! model and writes it as this program does, or says what is wrong with it.
//!
//! The process is this program with the first argument [`WORD`], which is not for people.

use crate::error::{Error, Place, Result, human_bytes};
use crate::io::files::unfinished::TemporaryFolder;
use crate::io::models::hdf5;
use crate::io::models::hdf5::{Contents, REWRITTEN};
use serde::{Deserialize, Serialize};
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The argument.
const WORD: &str = "read-hdf5-aside";

/// The exit code of a process that has said what is wrong.
const REFUSED: u8 = 3;

/// What is wrong with a file, from process to process.
#[derive(Serialize, Deserialize)]
struct Refusal {
    problem: String,
    advice: String,
}

/// What a process may take for a file of so many bytes.
struct Limits {
    /// Address space.
    memory: u64,
    /// Seconds of a processor.
    seconds: u64,
}

impl Limits {
    /// Packed numbers of models become a few times as many; a thousand times as many only where they are all the same.
    fn of(file_bytes: u64) -> Self {
        const LEAST_MEMORY: u64 = 400 << 20;
        const UNPACKED: u64 = 12;
        const LEAST_SECONDS: u64 = 3;
        const BYTES_A_SECOND: u64 = 10 << 20;
        Self {
            memory: LEAST_MEMORY.saturating_add(file_bytes.saturating_mul(UNPACKED)),
            seconds: LEAST_SECONDS + file_bytes / BYTES_A_SECOND,
        }
    }

    /// Of this process.
    #[cfg(unix)]
    fn set(&self) {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = |most: u64| Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        for (resource, most) in [
            (Resource::As, self.memory),
            (Resource::Cpu, self.seconds),
            (Resource::Core, 0),
        ] {
            // Where the system has stricter limits already, these hold.
            let _ = setrlimit(resource, limit(most));
        }
    }

    #[cfg(not(unix))]
    fn set(&self) {}
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

/// Does what a process is started for by [`rewrite`], if this is one; returns its exit code.
pub fn serve(arguments: &[OsString]) -> Option<u8> {
    let [_, word, contents, from, to] = arguments else {
        return None;
    };
    let contents = Contents::of_word(contents.to_str()?)?;
    if word != WORD {
        return None;
    }
    let (from, to) = (Path::new(from), Path::new(to));
    Limits::of(length(from)).set();
    let done = match contents {
        Contents::Model => hdf5::read(from).and_then(|model| hdf5::write(&model, to, true)),
        Contents::Part => hdf5::read_part(from).and_then(|part| hdf5::write_part(&part, to, true)),
    };
    let Err(error) = done else {
        return Some(0);
    };
    let Error::Input {
        problem, advice, ..
    } = error
    else {
        return Some(error.exit_code());
    };
    let said = serde_json::to_vec(&Refusal { problem, advice }).unwrap_or_default();
    // Who does not read it learns of the exit code.
    let mut output = std::io::stdout();
    let _ = output.write_all(&said).and_then(|()| output.flush());
    Some(REFUSED)
}

/// Has a file read aside; the folder holds what was read, as [`REWRITTEN`].
///
/// # Errors
/// [`Error::Input`] if the file holds no such thing, or cannot be read within the limits; [`Error::Io`] if no process can be started.
pub fn rewrite(path: &Path, contents: Contents) -> Result<TemporaryFolder> {
    let failed = || Error::io("read, in a process of its own,", path);
    let folder = TemporaryFolder::new().map_err(failed())?;
    let limits = Limits::of(length(path));
    let to = folder.path().join(REWRITTEN);
    let mut child = Command::new(std::env::current_exe().map_err(failed())?)
        .args([OsStr::new(WORD), OsStr::new(contents.as_str())])
        .args([path, &to])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed())?;
    let ended = wait(&mut child, &limits).map_err(failed())?;
    let mut said = String::new();
    if let Some(mut output) = child.stdout.take() {
        // What cannot be read is not said.
        let _ = output.read_to_string(&mut said);
    }
    if ended.is_some_and(|status| status.success()) {
        return Ok(folder);
    }
    let place = Place::file(path.display().to_string());
    Err(match serde_json::from_str(&said) {
        Ok(Refusal { problem, advice }) => Error::Input {
            place,
            problem,
            advice,
        },
        Err(_) => Error::input(place, describe(ended, &limits), ADVICE),
    })
}

const ADVICE: &str = "copy the file again from where it was made, or fit the model again; one that is whole and needs more than that is \
                      unpacked by `h5repack -f NONE FILE NEW`";

/// What became of a process that said nothing.
fn describe(ended: Option<ExitStatus>, limits: &Limits) -> String {
    let end = ended.map_or_else(
        || "it came to no end".to_owned(),
        |status| status.to_string(),
    );
    format!(
        "a damaged HDF5 file: the library that reads such files failed on it, within {} s and {} ({end})",
        limits.seconds,
        human_bytes(limits.memory)
    )
}

/// The end of a process; none of one that had to be ended, which waits for something other than a processor.
fn wait(child: &mut Child, limits: &Limits) -> std::io::Result<Option<ExitStatus>> {
    const PATIENCE: u32 = 20;
    const LOOK: Duration = Duration::from_millis(2);
    let most = Duration::from_secs(limits.seconds) * PATIENCE;
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() > most {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_arguments_are_of_no_concern() {
        let serve = |words: &[&str]| serve(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(serve(&["potts", "info", "model", "a", "b"]), None);
        assert_eq!(serve(&["potts", WORD, "neither", "a", "b"]), None);
        assert_eq!(serve(&["potts", WORD, "model", "a"]), None);
    }
}
