//! A headless Chromium that tests drive: spoken to in the DevTools protocol.
//!
//! The protocol goes over a pipe: the browser reads commands at its file descriptor 3 and answers at 4, each message a JSON object that a
//! zero byte ends. The browser leaves by itself when the pipe closes, so that not even a killed test leaves one behind.

use crate::launch::{end, launch, program};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What the driver gives: a value, or a sentence that says what went wrong.
pub type Outcome<T> = Result<T, String>;

/// How long the browser may take for one thing: generous, as tests share their machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running browser. Dropping it ends it with all its processes, and removes its profile.
///
/// It belongs to one thread at a time; tests that run at once start one each.
pub struct Chrome {
    process: Child,
    commands: RefCell<ChildStdin>,
    messages: Receiver<Outcome<Value>>,
    /// All that the browser has told unasked, oldest first.
    events: RefCell<Vec<Value>>,
    next: Cell<u64>,
    patience: Cell<Duration>,
    crashed: Cell<bool>,
    /// Holds the profile, what the browser says on stderr, and what it downloads.
    folder: TempDir,
}

impl Chrome {
    /// Starts a browser; `None`, loudly, where the machine has none ([`program`]). Panics where there is one that does not start.
    pub fn start() -> Option<Chrome> {
        let program = program()?;
        match Chrome::start_program(&program) {
            Ok(chrome) => Some(chrome),
            Err(why) => panic!("{} did not start: {why}", program.display()),
        }
    }

    /// Starts the browser that lies at `program`.
    pub fn start_program(program: &Path) -> Outcome<Chrome> {
        let folder = tempfile::Builder::new().prefix("browser-").tempdir();
        let folder = folder.map_err(|e| format!("no folder for a profile: {e}"))?;
        let (mut process, commands) = launch(program, folder.path()).map_err(|e| e.to_string())?;
        let messages = listen(process.stdout.take().expect("stdout is piped"));
        let chrome = Chrome {
            process,
            commands: RefCell::new(commands),
            messages,
            events: RefCell::default(),
            next: Cell::new(1),
            patience: Cell::new(PATIENCE),
            crashed: Cell::new(false),
            folder,
        };
        let downloads = json!({
            "behavior": "allowAndName", "downloadPath": chrome.downloads(), "eventsEnabled": true
        });
        match chrome.call(None, "Browser.setDownloadBehavior", downloads) {
            Ok(_) => Ok(chrome),
            Err(why) => {
                let said =
                    fs::read_to_string(chrome.folder.path().join("stderr")).unwrap_or_default();
                Err(format!("{why}; it said:\n{said}"))
            }
        }
    }

    /// The folder of downloads, each under a name that the browser gave it.
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// The browser's version, as `HeadlessChrome/156.0.8078.108`.
    pub fn version(&self) -> Outcome<String> {
        let version = self.call(None, "Browser.getVersion", json!({}))?;
        Ok(text(&version["product"]))
    }

    /// Sets how long the browser may take for any one thing, 60 s at first.
    pub fn set_patience(&self, limit: Duration) {
        self.patience.set(limit);
    }

    /// Gives one command, to a page's session or (`None`) the browser, and waits for its result.
    pub fn call(&self, session: Option<&str>, method: &str, params: Value) -> Outcome<Value> {
        // A page that has crashed answers nothing more.
        if session.is_some() && self.crashed.get() {
            return Err(format!("{method}: the page has crashed"));
        }
        let id = self.send(session, method, params)?;
        let started = Instant::now();
        loop {
            let Some(message) = self.receive(started)? else {
                let limit = self.patience.get().as_secs_f64();
                return Err(format!("waited {limit} s for an answer to {method}"));
            };
            if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(format!("{method}: {}", text(&error["message"]))),
                    None => Ok(message["result"].clone()),
                };
            }
        }
    }

    /// Waits until the events so far, oldest first, hold what `find` looks for; `what` names it in the error.
    pub fn wait<T>(&self, what: &str, find: impl Fn(&[Value]) -> Option<T>) -> Outcome<T> {
        let started = Instant::now();
        loop {
            if let Some(found) = find(&self.events.borrow()) {
                return Ok(found);
            }
            if self.receive(started)?.is_none() {
                let limit = self.patience.get().as_secs_f64();
                return Err(format!("waited {limit} s for {what}"));
            }
        }
    }

    /// Polls `done` until it gives something; `what` names it in the error.
    pub fn poll<T>(&self, what: &str, done: impl Fn() -> Outcome<Option<T>>) -> Outcome<T> {
        let started = Instant::now();
        loop {
            if let Some(found) = done()? {
                return Ok(found);
            }
            if started.elapsed() > self.patience.get() {
                let limit = self.patience.get().as_secs_f64();
                return Err(format!("waited {limit} s for {what}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What `read` makes of the events so far, oldest first.
    pub fn events<T>(&self, read: impl Fn(&[Value]) -> T) -> T {
        read(&self.events.borrow())
    }

    /// Sends a command without waiting for its answer; gives its number.
    fn send(&self, session: Option<&str>, method: &str, params: Value) -> Outcome<u64> {
        let id = self.next.replace(self.next.get() + 1);
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let sent = write!(self.commands.borrow_mut(), "{message}\0");
        sent.map_err(|e| format!("{method}: the browser takes no more commands: {e}"))?;
        Ok(id)
    }

    /// The next message, kept where it is an event; `None` where the patience since `started` is used up.
    fn receive(&self, started: Instant) -> Outcome<Option<Value>> {
        let left = self.patience.get().saturating_sub(started.elapsed());
        let message = match self.messages.recv_timeout(left) {
            Ok(message) => message?,
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            Err(RecvTimeoutError::Disconnected) => return Err("the browser has ended".into()),
        };
        let session = message["sessionId"].as_str();
        match message["method"].as_str() {
            Some("Inspector.targetCrashed") => {
                self.crashed.set(true);
                return Err("the page has crashed".into());
            }
            Some("Page.javascriptDialogOpening") => {
                self.send(
                    session,
                    "Page.handleJavaScriptDialog",
                    json!({"accept": true}),
                )?;
            }
            // Workers and frames of other processes stand still until somebody listens to them.
            Some("Target.attachedToTarget") if session.is_some() => {
                self.listen_to(&text(&message["params"]["sessionId"]))?;
            }
            _ => {}
        }
        if message.get("method").is_some() {
            self.events.borrow_mut().push(message.clone());
        }
        Ok(Some(message))
    }

    /// Has a session tell its requests and complaints, and those of the workers and frames that it will start; takes it off the net.
    pub fn listen_to(&self, session: &str) -> Outcome<()> {
        let follow = json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true});
        let offline = json!({
            "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1
        });
        for (method, params) in [
            ("Runtime.enable", json!({})),
            ("Log.enable", json!({})),
            ("Network.enable", json!({})),
            ("Network.emulateNetworkConditions", offline),
            ("Target.setAutoAttach", follow),
            ("Runtime.runIfWaitingForDebugger", json!({})),
        ] {
            self.send(Some(session), method, params)?;
        }
        Ok(())
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Reads messages on a thread of its own, so that waiting for them can have a limit.
fn listen(pipe: impl Read + Send + 'static) -> Receiver<Outcome<Value>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while pipe.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
            let body = bytes.strip_suffix(&[0]).unwrap_or(&bytes);
            let message = serde_json::from_slice(body);
            let message = message.map_err(|e| format!("the browser sent what is no JSON: {e}"));
            if sender.send(message).is_err() {
                break;
            }
            bytes.clear();
        }
    });
    receiver
}

/// The text of a JSON value: of a string without its quotes.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
