//! The driver held against small pages, each of which does one thing.

use crate::chrome::Chrome;
use crate::page::{Options, Page};
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A page with a bit of everything.
const PAGE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Small</title><style>
body { margin: 0; background: #ffffff; height: 3000px; }
@media (prefers-color-scheme: dark) { body { background: #102030; } }
@media print { #far { display: none; } }
#box { width: 200px; height: 100px; background: #00ff00; }
#far { position: absolute; top: 2500px; left: 10px; }
#cover { position: absolute; left: 300px; top: 0; width: 100px; height: 100px; z-index: 2; }
#under { position: absolute; left: 300px; top: 0; width: 100px; height: 100px; }
</style></head><body>
<div id="box"></div><div id="tip" hidden>tip</div>
<label>Name <input id="name"></label>
<button id="far">Far away</button>
<button id="under">Under</button><div id="cover"></div>
<a id="save" download="small table.tsv">Save</a>
<script>
const seen = [];
const box = document.getElementById('box'), tip = document.getElementById('tip');
box.addEventListener('mousemove', e => { tip.hidden = false; tip.textContent = e.offsetX + ',' + e.offsetY + ',' + e.buttons; seen.push(tip.textContent); });
box.addEventListener('mouseleave', () => { tip.hidden = true; });
document.getElementById('far').onclick = () => { seen.push('clicked'); };
document.addEventListener('keydown', e => seen.push(['Control','Shift'].filter(k => e.getModifierState(k)).join('') + e.key));
document.getElementById('save').href = URL.createObjectURL(new Blob(['a\tb\n1\t2\n']));
setTimeout(() => { document.documentElement.dataset.ready = '1'; }, 50);
</script></body></html>"#;

/// A browser, or `None`, loudly, and a folder with a page of this text.
fn begin(html: &str) -> Option<(Chrome, TempDir, PathBuf)> {
    let chrome = Chrome::start()?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a page #1.html");
    fs::write(&file, html).unwrap();
    Some((chrome, folder, file))
}

/// A page with nothing but a script.
fn script(body: &str) -> String {
    format!("<!doctype html><title>t</title><p>text</p><script>{body}</script>")
}

fn background(page: &Page) -> String {
    page.eval("getComputedStyle(document.body).backgroundColor")
        .unwrap()
        .as_str()
        .unwrap()
        .into()
}

#[test]
fn a_quiet_page_is_quiet_and_timed() {
    let Some((chrome, _folder, file)) = begin(PAGE) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    let ready = page.wait_ready().unwrap();
    let times = page.times().unwrap();
    assert_eq!(times.ready, Some(ready));
    assert!(times.load > 0.0 && times.load < 30_000.0, "{times:?}");
    assert!((50.0..30_000.0).contains(&ready), "{ready}");
    assert_eq!(page.complaints().unwrap(), Vec::<String>::new());
    assert_eq!(page.requests().unwrap(), [page.url()]);
    assert_eq!(page.foreign_requests().unwrap(), Vec::<String>::new());
    assert!(chrome.version().unwrap().contains("Chrome/"));
}

#[test]
fn the_mouse_hovers_clicks_drags_and_turns_its_wheel() {
    let Some((chrome, _folder, file)) = begin(PAGE) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    let tip =
        "document.getElementById('tip').hidden ? null : document.getElementById('tip').textContent";
    assert_eq!(page.eval(tip).unwrap(), json!(null));
    page.hover("#box", 0.25, 0.5).unwrap();
    assert_eq!(page.eval(tip).unwrap(), json!("50,50,0"));
    page.hover("#name", 0.5, 0.5).unwrap();
    assert_eq!(page.eval(tip).unwrap(), json!(null));
    page.hover("#box", 1.0, 1.0).unwrap();
    assert_eq!(page.eval(tip).unwrap(), json!("199,99,0"));
    page.eval("box.style.marginTop = '20px'").unwrap();
    page.hover_nothing().unwrap();
    assert_eq!(page.eval(tip).unwrap(), json!(null));
    page.eval("box.style.marginTop = '0'").unwrap();
    page.eval("seen.length = 0").unwrap();
    page.drag("#box", (0.1, 0.1), (0.9, 0.6)).unwrap();
    let seen = page.eval("seen").unwrap();
    assert_eq!(
        seen,
        json!([
            "20,10,0", "52,20,1", "84,30,1", "116,40,1", "148,50,1", "180,60,1"
        ])
    );
    page.click("#far").unwrap();
    assert_eq!(page.eval("seen.at(-1)").unwrap(), json!("clicked"));
    assert!(page.eval("scrollY").unwrap().as_f64().unwrap() > 1500.0);
    assert!(
        page.click("#under")
            .unwrap_err()
            .contains("covered by <div id=\"cover\">")
    );
    assert!(
        page.click("#nowhere")
            .unwrap_err()
            .contains("no element #nowhere")
    );
    page.eval("scrollTo(0, 0)").unwrap();
    page.wheel("#box", (0.5, 0.5), 0.0, 40.0).unwrap();
    page.wait_for("scrollY > 0").unwrap();
}

#[test]
fn a_place_in_an_element_larger_than_the_window_is_reached() {
    let html = "<style>html{scroll-behavior:smooth}#big{width:5000px;height:4000px}</style><div id=big></div>
        <script>big.onmousemove = e => { window.at = [e.offsetX, e.offsetY]; }</script>";
    let Some((chrome, _folder, file)) = begin(html) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    for (fx, fy) in [(0.0, 0.0), (1.0, 1.0), (0.1, 0.9), (0.5, 0.5)] {
        page.hover("#big", fx, fy).unwrap();
        let at = page.eval("window.at").unwrap();
        let off = |at: &serde_json::Value, expected: f64| (at.as_f64().unwrap() - expected).abs();
        assert!(
            off(&at[0], fx * 5000.0) < 2.0 && off(&at[1], fy * 4000.0) < 2.0,
            "{fx} {fy}: {at}"
        );
    }
    assert!(
        page.drag("#big", (0.0, 0.0), (1.0, 1.0))
            .unwrap_err()
            .contains("does not fit")
    );
}

#[test]
fn the_keyboard_moves_the_focus_and_types() {
    let Some((chrome, _folder, file)) = begin(PAGE) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    page.key("Tab").unwrap();
    assert_eq!(
        page.eval("document.activeElement.id").unwrap(),
        json!("name")
    );
    page.type_text("Ab 1é-").unwrap();
    assert_eq!(
        page.eval("document.activeElement.value").unwrap(),
        json!("Ab 1é-")
    );
    page.key("Backspace").unwrap();
    page.key("Shift+ArrowLeft").unwrap();
    page.key("Delete").unwrap();
    assert_eq!(
        page.eval("document.activeElement.value").unwrap(),
        json!("Ab 1")
    );
    page.key("Control+a").unwrap();
    page.key("x").unwrap();
    assert_eq!(
        page.eval("document.activeElement.value").unwrap(),
        json!("x")
    );
    page.eval("seen.length = 0").unwrap();
    page.key("Tab").unwrap();
    assert_eq!(
        page.eval("document.activeElement.id").unwrap(),
        json!("far")
    );
    page.key("Enter").unwrap();
    page.key("Space").unwrap();
    page.key("Shift+Tab").unwrap();
    assert_eq!(
        page.eval("document.activeElement.id").unwrap(),
        json!("name")
    );
    let seen = page.eval("seen").unwrap();
    assert_eq!(
        seen,
        json!(["Tab", "Enter", "clicked", " ", "clicked", "ShiftTab"])
    );
    assert!(page.key("Nokey").is_err() && page.key("Hyper+a").is_err());
}

#[test]
fn complaints_are_told_with_their_words() {
    let html = script(
        "console.log('fine'); console.warn('careful', 3); console.error('bad', {a: 1}); \
        alert('stop'); setTimeout(() => { null.x }, 0); Promise.reject(new Error('lost'));",
    );
    let Some((chrome, _folder, file)) = begin(&html) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    page.eval("new Promise(done => setTimeout(done, 100))")
        .unwrap();
    let told = page.complaints().unwrap();
    let one = |words: &str| {
        assert_eq!(
            told.iter().filter(|t| t.contains(words)).count(),
            1,
            "{words}: {told:#?}"
        )
    };
    one("console warning: careful 3");
    one("console error: bad Object");
    one("TypeError");
    one("Error: lost");
    one("dialog: stop");
    assert!(!told.iter().any(|t| t.contains("fine")), "{told:#?}");
    assert_eq!(told.len(), 5, "{told:#?}");
    let thrown = page
        .eval("(() => { throw new Error('mine') })()")
        .unwrap_err();
    assert!(thrown.contains("mine"), "{thrown}");
    assert!(
        page.eval("Promise.reject(new Error('later'))")
            .unwrap_err()
            .contains("later")
    );
    assert!(page.eval("1 +").unwrap_err().contains("SyntaxError"));
    assert_eq!(page.eval("NaN").unwrap(), json!("NaN"));
    assert_eq!(page.eval("undefined").unwrap(), json!(null));
    assert_eq!(
        page.eval("Promise.resolve({a: [1, 'é']})").unwrap(),
        json!({"a": [1, "é"]})
    );
}

#[test]
fn requests_are_seen_wherever_they_come_from_and_none_is_answered() {
    let worker = "fetch('http://example.com/worker').catch(() => postMessage(navigator.onLine))";
    let html = format!(
        "<!doctype html><link rel=stylesheet href='http://example.com/s.css'><img src='http://example.com/x.png'>
        <img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><img src='beside.png'>
        <iframe src='http://example.org/frame'></iframe><iframe srcdoc=\"<img src='http://example.com/inner.png'>\"></iframe>
        <script>new WebSocket('ws://example.com/socket');
        new Worker(URL.createObjectURL(new Blob([{}]))).onmessage = e => {{ window.online = e.data; }};
        fetch('http://example.com/fetched').catch(() => {{ window.failed = true; }});</script>",
        json!(worker)
    );
    let Some((chrome, _folder, file)) = begin(&html) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    page.wait_for("window.failed").unwrap();
    page.wait_for("window.online === false").unwrap();
    let asked = page.requests().unwrap();
    let foreign = page.foreign_requests().unwrap();
    assert_eq!(asked[0], page.url());
    assert!(
        asked.iter().any(|url| url.starts_with("data:")),
        "{asked:#?}"
    );
    let mut http: Vec<&str> = foreign
        .iter()
        .filter_map(|url| url.split_once("://example."))
        .map(|(_, end)| end)
        .collect();
    http.sort();
    let expected = [
        "com/fetched",
        "com/inner.png",
        "com/s.css",
        "com/socket",
        "com/worker",
        "com/x.png",
        "org/frame",
    ];
    assert_eq!(http, expected, "{foreign:#?}");
    assert!(
        foreign.iter().any(|url| url.ends_with("/beside.png")),
        "{foreign:#?}"
    );
    assert_eq!(foreign.len(), 8, "{foreign:#?}");
}

#[test]
fn colours_paper_and_sizes_are_those_asked_for() {
    let Some((chrome, _folder, file)) = begin(PAGE) else {
        return;
    };
    let options = Options {
        width: 500,
        height: 400,
        scale: 2.0,
        dark: true,
        print: false,
    };
    let page = chrome.open(&file, &options).unwrap();
    assert_eq!(
        page.eval("[innerWidth, innerHeight, devicePixelRatio]")
            .unwrap(),
        json!([500, 400, 2])
    );
    assert_eq!(background(&page), "rgb(16, 32, 48)");
    page.set_dark(false).unwrap();
    assert_eq!(background(&page), "rgb(255, 255, 255)");
    let far = "getComputedStyle(document.getElementById('far')).display";
    assert_eq!(page.eval(far).unwrap(), json!("block"));
    page.set_print(true).unwrap();
    page.set_dark(true).unwrap();
    assert_eq!(page.eval(far).unwrap(), json!("none"));
    page.set_print(false).unwrap();
    page.set_size(320, 600).unwrap();
    assert_eq!(
        page.eval("[innerWidth, innerHeight]").unwrap(),
        json!([320, 600])
    );
    // Two pages at once: neither waits for the other.
    let other = chrome.open(&file, &Options::default()).unwrap();
    page.hover("#box", 0.5, 0.5).unwrap();
    other.hover("#box", 0.5, 0.5).unwrap();
    for page in [&page, &other] {
        assert_eq!(page.eval("seen.length").unwrap(), json!(1));
        page.eval("new Promise(requestAnimationFrame)").unwrap();
    }
    assert_eq!(background(&other), "rgb(255, 255, 255)");
}

#[test]
fn pictures_and_paper_come_out() {
    let Some((chrome, folder, file)) = begin(PAGE) else {
        return;
    };
    let page = chrome
        .open(
            &file,
            &Options {
                width: 500,
                height: 200,
                scale: 2.0,
                ..Options::default()
            },
        )
        .unwrap();
    let png = folder.path().join("a.png");
    for (full, expected) in [(false, [1000_u32, 400]), (true, [500 * 2, 3000 * 2])] {
        page.screenshot(&png, full).unwrap();
        let bytes = fs::read(&png).unwrap();
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"IEND\xaeB`\x82"));
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!([side(16), side(20)], expected, "full {full}");
        // The page is as it was.
        assert_eq!(
            page.eval("[innerWidth, innerHeight, scrollY]").unwrap(),
            json!([500, 200, 0])
        );
    }
    let pdf = page.pdf().unwrap();
    assert!(
        pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"),
        "{} bytes",
        pdf.len()
    );
}

#[test]
fn names_are_what_a_screen_reader_says() {
    let Some((chrome, _folder, file)) = begin(PAGE) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    let names = page.accessibility_names().unwrap();
    let has = |role: &str, name: &str| names.iter().any(|n| n.role == role && n.name == name);
    assert!(
        has("button", "Far away") && has("textbox", "Name") && has("link", "Save"),
        "{names:#?}"
    );
    assert!(
        !has("StaticText", "tip"),
        "what is hidden is not said: {names:#?}"
    );
}

#[test]
fn downloads_arrive_one_after_the_other() {
    let Some((chrome, _folder, file)) = begin(PAGE) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    for _ in 0..2 {
        page.click("#save").unwrap();
        let saved = page.download().unwrap();
        assert_eq!(saved.name, "small table.tsv");
        assert_eq!(fs::read_to_string(saved.path).unwrap(), "a\tb\n1\t2\n");
    }
    chrome.set_patience(Duration::from_millis(200));
    assert_eq!(
        page.download().unwrap_err(),
        "waited 0.2 s for the beginning of a download"
    );
}

#[test]
fn every_wait_ends_and_says_what_it_waited_for() {
    let Some((chrome, folder, file)) = begin(&script("")) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    assert_eq!(page.times().unwrap().ready, None);
    chrome.set_patience(Duration::from_millis(300));
    let began = Instant::now();
    let why = |outcome: Result<(), String>| outcome.unwrap_err();
    assert_eq!(
        why(page.wait_ready().map(drop)),
        "waited 0.3 s for document.documentElement.dataset.ready = 1"
    );
    assert_eq!(why(page.wait_for("false")), "waited 0.3 s for false");
    assert_eq!(
        why(page.eval("new Promise(() => {})").map(drop)),
        "waited 0.3 s for an answer to Runtime.evaluate"
    );
    assert_eq!(
        why(page.eval("while (true);").map(drop)),
        "waited 0.3 s for an answer to Runtime.evaluate"
    );
    assert!(began.elapsed() < Duration::from_secs(10));
    drop(page);
    chrome.set_patience(Duration::from_secs(60));
    let missing = folder.path().join("missing.html");
    assert!(
        chrome
            .open(&missing, &Options::default())
            .err()
            .unwrap()
            .contains("missing.html")
    );
    let page = chrome.open(&file, &Options::default()).unwrap();
    let _ = page.call("Page.crash", json!({}));
    assert!(page.eval("1").unwrap_err().contains("crashed"));
}

#[test]
fn nothing_is_left_of_a_browser() {
    let Some((chrome, _folder, file)) = begin(PAGE) else {
        return;
    };
    let page = chrome.open(&file, &Options::default()).unwrap();
    let profile = chrome.downloads().parent().unwrap().to_path_buf();
    let mark = profile.to_str().unwrap().to_owned();
    drop(page);
    assert!(profile.is_dir() && !processes(&mark).is_empty());
    drop(chrome);
    assert!(!profile.exists());
    assert_eq!(processes(&mark), Vec::<String>::new());
}

/// The command lines of the running processes that name `mark`.
fn processes(mark: &str) -> Vec<String> {
    let commands = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let bytes = fs::read(entry.ok()?.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&bytes).replace('\0', " "))
    });
    commands.filter(|command| command.contains(mark)).collect()
}

#[test]
fn a_program_that_is_no_browser_is_told() {
    let error = Chrome::start_program("/bin/false".as_ref()).err().unwrap();
    assert!(error.contains("browser"), "{error}");
    let error = Chrome::start_program("/no/such/program".as_ref())
        .err()
        .unwrap();
    assert!(error.contains("no/such/program"), "{error}");
}
