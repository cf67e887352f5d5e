//! Finds the browser on the machine, and starts and ends its processes.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// The programs that are tried where the environment names none.
const PROGRAMS: [&str; 5] = [
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-browser",
];

/// No window, no first questions, nothing of its own on the net, the same pixels everywhere, and timers that run in the background too.
const FLAGS: [&str; 20] = [
    "--headless=new",
    "--disable-gpu",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
    "--password-store=basic",
];

/// The browser's program: the one that POTTS_TEST_BROWSER names by its path, or the first of the usual ones. `None`, loudly, where there is
/// none; where POTTS_TEST_BROWSER is `required`, that fails the test.
pub fn program() -> Option<PathBuf> {
    let asked = env::var("POTTS_TEST_BROWSER").unwrap_or_default();
    if !asked.is_empty() && asked != "required" {
        let path = PathBuf::from(&asked);
        assert!(path.is_file(), "POTTS_TEST_BROWSER={asked}: no such file");
        return Some(path);
    }
    let folders: Vec<PathBuf> =
        env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let mut candidates = PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = candidates.find(|path| path.is_file());
    if found.is_none() {
        let none = format!("no browser ({}) is on the PATH", PROGRAMS.join(", "));
        assert!(
            asked != "required",
            "POTTS_TEST_BROWSER=required, but {none}"
        );
        // Not eprintln!, which the test harness hides where a test passes.
        let said = writeln!(
            std::io::stderr(),
            "SKIPPED: {none}, so no page was looked at"
        );
        said.unwrap();
    }
    found
}

/// Starts the browser that lies at `program`, as a group of processes of its own, with its profile, its stderr and its downloads in `folder`.
pub fn launch(program: &Path, folder: &Path) -> std::io::Result<(Child, ChildStdin)> {
    let mut profile = OsString::from("--user-data-dir=");
    profile.push(folder.join("profile"));
    let mut command = Command::new("sh");
    // The shell moves the pipes to where the browser looks for them.
    command.args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"]);
    command.arg(program).args(FLAGS).arg(profile);
    if fs::metadata(folder)?.uid() == 0 {
        // Chromium refuses root its sandbox. The folder is ours, so its owner is who runs this.
        command.arg("--no-sandbox");
    }
    command.arg("about:blank").process_group(0);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(File::create(folder.join("stderr"))?);
    let mut process = command.spawn()?;
    let commands = process.stdin.take().expect("stdin is piped");
    Ok((process, commands))
}

/// Ends the browser with all its processes.
pub fn end(process: &mut Child) {
    // Asked to close it would still write its profile. The shell's `kill` reaches the whole group.
    let group = format!("kill -KILL -{}", process.id());
    let mut kill = Command::new("sh");
    let _ = kill.args(["-c", &group]).stderr(Stdio::null()).status();
    let _ = process.wait();
}
