//! One page as a test sees it: what it shows, says, asks of the net, prints and downloads, and how long it took.

use crate::chrome::{Chrome, Outcome, text};
use serde_json::{Value, json};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

/// How a page is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Of the window's content, in CSS pixels.
    pub width: u32,
    /// Of the window's content, in CSS pixels.
    pub height: u32,
    /// Pixels of the device for each CSS pixel.
    pub scale: f64,
    /// Whether the reader prefers dark colours.
    pub dark: bool,
    /// Whether the page is laid out with its styles for paper.
    pub print: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            width: 1280,
            height: 800,
            scale: 1.0,
            dark: false,
            print: false,
        }
    }
}

/// How long a page took, in milliseconds from the start of its navigation.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Until its load event was over.
    pub load: f64,
    /// Until it had set `document.documentElement.dataset.ready`; `None` where it has not yet.
    pub ready: Option<f64>,
}

/// A thing that the page offers to those who do not see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it is: `button`, `link`, `image`, `heading`, `StaticText`.
    pub role: String,
    /// What a screen reader calls it; empty where it has no name.
    pub name: String,
}

/// A file that the page has handed out.
#[derive(Clone, Debug)]
pub struct Download {
    /// The name that the page proposed.
    pub name: String,
    /// Where it lies until the browser is dropped.
    pub path: PathBuf,
}

/// An open page; dropping it closes it.
pub struct Page<'a> {
    chrome: &'a Chrome,
    target: String,
    session: String,
    url: String,
    scale: Cell<f64>,
    dark: Cell<bool>,
    print: Cell<bool>,
    downloads: Cell<usize>,
}

/// Notes when the page says that it is ready.
const NOTE_READY: &str = "new MutationObserver(function (_, self) {
    if (document.documentElement?.dataset.ready === '1') {
        window.readyForTest = performance.now();
        self.disconnect();
    }
}).observe(document, {subtree: true, attributes: true, attributeFilter: ['data-ready']})";

/// The tallest picture that the browser takes, in pixels of the device; below, it would repeat itself.
const TALLEST: f64 = 16_000.0;

impl Chrome {
    /// Opens a file, off the net, and waits for its load event.
    pub fn open(&self, file: &Path, options: &Options) -> Outcome<Page<'_>> {
        let full = fs::canonicalize(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let target = self.call(
            None,
            "Target.createTarget",
            json!({
                "url": "about:blank", "newWindow": true,
                "width": options.width, "height": options.height
            }),
        )?;
        let target = text(&target["targetId"]);
        let attach = json!({"targetId": target, "flatten": true});
        let session = self.call(None, "Target.attachToTarget", attach)?;
        let page = Page {
            chrome: self,
            target,
            session: text(&session["sessionId"]),
            url: file_url(&full),
            scale: Cell::new(options.scale),
            dark: Cell::new(options.dark),
            print: Cell::new(options.print),
            downloads: Cell::new(self.events(|events| begun(events).count())),
        };
        self.listen_to(&page.session)?;
        page.call("Page.enable", json!({}))?;
        page.call(
            "Emulation.setFocusEmulationEnabled",
            json!({"enabled": true}),
        )?;
        page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": NOTE_READY}),
        )?;
        page.set_size(options.width, options.height)?;
        page.set_media()?;
        page.load()?;
        Ok(page)
    }
}

impl Page<'_> {
    /// Opens the page's file, and waits for its load event.
    fn load(&self) -> Outcome<()> {
        let before = self.chrome.events(<[Value]>::len);
        let answer = self.call("Page.navigate", json!({"url": self.url}))?;
        if let Some(error) = answer.get("errorText") {
            return Err(format!("{}: {}", self.url, text(error)));
        }
        let what = format!("the load event of {}", self.url);
        self.chrome.wait(&what, |events| {
            let loaded = |event: &Value| {
                event["method"] == "Page.loadEventFired" && event["sessionId"] == self.session
            };
            events[before..].iter().any(loaded).then_some(())
        })
    }

    /// Gives a command of the DevTools protocol to this page.
    pub fn call(&self, method: &str, params: Value) -> Outcome<Value> {
        self.chrome.call(Some(&self.session), method, params)
    }

    /// The page's own address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The value of a JavaScript expression, awaited where it is a promise. `undefined` gives null, a number that JSON has not (NaN) its name.
    /// An exception is the error, with its text and where it was thrown.
    pub fn eval(&self, script: &str) -> Outcome<Value> {
        let answer = self.call("Runtime.evaluate", json!({
            "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true
        }))?;
        if let Some(details) = answer.get("exceptionDetails") {
            return Err(exception(details));
        }
        let result = &answer["result"];
        let plain = result.get("value").or(result.get("unserializableValue"));
        Ok(plain.cloned().unwrap_or(Value::Null))
    }

    /// Waits until a JavaScript expression is true, through a change of documents.
    pub fn wait_for(&self, condition: &str) -> Outcome<()> {
        let script = format!("Boolean({condition})");
        self.chrome.poll(condition, || match self.eval(&script) {
            Ok(value) => Ok((value == true).then_some(())),
            // The document that was asked was on its way out: the next one answers.
            Err(why) if why.contains("navigated or closed") => Ok(None),
            Err(why) => Err(why),
        })
    }

    /// How long the page has taken to load, and to be ready where it is by now.
    pub fn times(&self) -> Outcome<Times> {
        let script = "[performance.getEntriesByType('navigation')[0].loadEventEnd, window.readyForTest ?? null]";
        self.chrome.poll("the end of the load event", || {
            let times = self.eval(script)?;
            let load = times[0].as_f64().filter(|load| *load > 0.0);
            let ready = times[1].as_f64();
            Ok(load.map(|load| Times { load, ready }))
        })
    }

    /// Waits until the page has set `document.documentElement.dataset.ready` to 1: the milliseconds from the start of its navigation.
    pub fn wait_ready(&self) -> Outcome<f64> {
        self.chrome
            .poll("document.documentElement.dataset.ready = 1", || {
                Ok(self.eval("window.readyForTest ?? null")?.as_f64())
            })
    }

    /// What the page has complained of since it was opened: errors and warnings of its console, exceptions, entries of the browser's log.
    pub fn complaints(&self) -> Outcome<Vec<String>> {
        self.told(|event| {
            let params = &event["params"];
            match event["method"].as_str()? {
                "Runtime.consoleAPICalled" => {
                    let kind = params["type"].as_str()?;
                    if !["error", "warning", "assert"].contains(&kind) {
                        return None;
                    }
                    let words: Vec<String> = params["args"].as_array()?.iter().map(shown).collect();
                    Some(format!("console {kind}: {}", words.join(" ")))
                }
                "Runtime.exceptionThrown" => Some(exception(&params["exceptionDetails"])),
                "Log.entryAdded" => {
                    let entry = &params["entry"];
                    let level = entry["level"].as_str()?;
                    let said = format!(
                        "log {level}: {} {}",
                        text(&entry["text"]),
                        entry["url"].as_str().unwrap_or_default()
                    );
                    ["error", "warning"].contains(&level).then_some(said)
                }
                "Page.javascriptDialogOpening" => {
                    Some(format!("dialog: {}", text(&params["message"])))
                }
                _ => None,
            }
        })
    }

    /// The addresses that the page has asked for since it was opened, its own first. None but files answers: the browser is off the net.
    pub fn requests(&self) -> Outcome<Vec<String>> {
        self.told(|event| match event["method"].as_str()? {
            "Network.requestWillBeSent" => Some(text(&event["params"]["request"]["url"])),
            "Network.webSocketCreated" => Some(text(&event["params"]["url"])),
            _ => None,
        })
    }

    /// The requests that leave the page: all but its own file, `data:` and `blob:`.
    pub fn foreign_requests(&self) -> Outcome<Vec<String>> {
        let mut requests = self.requests()?;
        requests.retain(|url| {
            let own = *url == self.url || url.starts_with("data:") || url.starts_with("blob:");
            !own
        });
        Ok(requests)
    }

    /// What `read` takes from the events of this page, and of the workers and frames that it has started.
    fn told<T>(&self, read: impl Fn(&Value) -> Option<T>) -> Outcome<Vec<T>> {
        // Whatever happened before this answer has been told before it.
        self.eval("null")?;
        Ok(self.chrome.events(|events| {
            let mut sessions = vec![self.session.as_str()];
            let mut found = Vec::new();
            for event in events {
                let session = event["sessionId"].as_str().unwrap_or_default();
                if !sessions.contains(&session) {
                    continue;
                }
                if event["method"] == "Target.attachedToTarget" {
                    sessions.extend(event["params"]["sessionId"].as_str());
                }
                found.extend(read(event));
            }
            found
        }))
    }

    /// Has the reader prefer dark colours, or light ones.
    pub fn set_dark(&self, dark: bool) -> Outcome<()> {
        self.dark.set(dark);
        self.set_media()
    }

    /// Lays the page out with its styles for paper, or those for the screen.
    pub fn set_print(&self, print: bool) -> Outcome<()> {
        self.print.set(print);
        self.set_media()
    }

    fn set_media(&self) -> Outcome<()> {
        let colours = if self.dark.get() { "dark" } else { "light" };
        let media = if self.print.get() { "print" } else { "screen" };
        let features = json!([{"name": "prefers-color-scheme", "value": colours}]);
        let params = json!({"media": media, "features": features});
        self.call("Emulation.setEmulatedMedia", params).map(drop)
    }

    /// Sets the size of the window's content, in CSS pixels.
    pub fn set_size(&self, width: u32, height: u32) -> Outcome<()> {
        let params = json!({
            "width": width, "height": height, "deviceScaleFactor": self.scale.get(), "mobile": false
        });
        self.call("Emulation.setDeviceMetricsOverride", params)
            .map(drop)
    }

    /// Writes what the window shows as a PNG file, or the full page, cut at 16,000 pixels of height.
    pub fn screenshot(&self, path: &Path, full_page: bool) -> Outcome<()> {
        let mut params = json!({"format": "png"});
        if full_page {
            let size = &self.call("Page.getLayoutMetrics", json!({}))?["cssContentSize"];
            let height = size["height"].as_f64().unwrap_or(0.0);
            params["captureBeyondViewport"] = json!(true);
            params["clip"] = json!({
                "x": 0, "y": 0, "width": size["width"], "scale": 1,
                "height": height.min(TALLEST / self.scale.get())
            });
        }
        let answer = self.call("Page.captureScreenshot", params)?;
        let bytes = base64(&text(&answer["data"]))?;
        fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
    }

    /// The page printed, as the bytes of a PDF file.
    pub fn pdf(&self) -> Outcome<Vec<u8>> {
        let params = json!({"printBackground": true, "preferCSSPageSize": true});
        base64(&text(&self.call("Page.printToPDF", params)?["data"]))
    }

    /// All that a screen reader meets, in the page's order.
    pub fn accessibility_names(&self) -> Outcome<Vec<Named>> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}))?;
        let nodes = tree["nodes"].as_array().ok_or("no tree of accessibility")?;
        let told = nodes.iter().filter(|node| node["ignored"] != true);
        let named = told.map(|node| Named {
            role: text(&node["role"]["value"]),
            name: node["name"]["value"].as_str().unwrap_or_default().into(),
        });
        Ok(named
            .filter(|named| named.role != "InlineTextBox")
            .collect())
    }

    /// Waits for the next file that was not yet waited for since the page was opened, to its end.
    pub fn download(&self) -> Outcome<Download> {
        let (chrome, earlier) = (self.chrome, self.downloads.get());
        let (id, name) = chrome.wait("the beginning of a download", |events| {
            begun(events).nth(earlier)
        })?;
        self.downloads.set(earlier + 1);
        let state = chrome.wait(&format!("the end of the download {name}"), |events| {
            let progress = events.iter().rev().find(|event| {
                event["method"] == "Browser.downloadProgress"
                    && event["params"]["guid"] == id
                    && event["params"]["state"] != "inProgress"
            });
            progress.map(|event| text(&event["params"]["state"]))
        })?;
        if state != "completed" {
            return Err(format!("the download {name} was {state}"));
        }
        let path = chrome.downloads().join(id);
        Ok(Download { name, path })
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        // Where the browser has ended, so has the page.
        let params = json!({"targetId": self.target});
        let _ = self.chrome.call(None, "Target.closeTarget", params);
    }
}

/// The downloads that have begun: the browser's number for each, and the name that the page proposed.
fn begun(events: &[Value]) -> impl Iterator<Item = (String, String)> {
    let begun = events
        .iter()
        .filter(|event| event["method"] == "Browser.downloadWillBegin");
    begun.map(|event| {
        let params = &event["params"];
        (text(&params["guid"]), text(&params["suggestedFilename"]))
    })
}

/// The address of a file, given by its full path.
fn file_url(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let mut url = String::from("file://");
    for byte in path.as_os_str().as_encoded_bytes() {
        if plain(*byte) {
            url.push(char::from(*byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

/// A value of the console as the console shows it.
fn shown(value: &Value) -> String {
    let plain = value.get("value").or(value.get("description"));
    plain.or(value.get("type")).map(text).unwrap_or_default()
}

/// The text of an exception, with its line and column counted from 1.
fn exception(details: &Value) -> String {
    let thrown = details.get("exception").map(shown);
    let line = details["lineNumber"].as_u64().unwrap_or(0) + 1;
    let column = details["columnNumber"].as_u64().unwrap_or(0) + 1;
    let said = text(&details["text"]);
    format!(
        "exception: {said} {} ({line}:{column})",
        thrown.unwrap_or_default()
    )
}

/// The bytes that a text in base64 stands for.
fn base64(text: &str) -> Outcome<Vec<u8>> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in text.bytes().filter(|digit| *digit != b'=') {
        let place = DIGITS.iter().position(|known| *known == digit);
        let place = place.ok_or("the browser sent what is no base64")?;
        bits = (bits << 6 | place as u32) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    Ok(bytes)
}
