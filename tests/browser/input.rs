//! The hands of a reader: mouse and keyboard, as the browser's own events.

use crate::chrome::Outcome;
use crate::page::Page;
use serde_json::{Value, json};

/// Keys without a letter: name, number, and the text that they type.
const KEYS: [(&str, u32, &str); 15] = [
    ("Tab", 9, ""),
    ("Enter", 13, "\r"),
    ("Escape", 27, ""),
    ("Backspace", 8, ""),
    ("Delete", 46, ""),
    ("ArrowLeft", 37, ""),
    ("ArrowUp", 38, ""),
    ("ArrowRight", 39, ""),
    ("ArrowDown", 40, ""),
    ("Home", 36, ""),
    ("End", 35, ""),
    ("PageUp", 33, ""),
    ("PageDown", 34, ""),
    ("Space", 32, " "),
    ("F1", 112, ""),
];

/// Keys that are held while another is pressed, and the protocol's bit of each.
const HELD: [(&str, u32); 4] = [("Alt", 1), ("Control", 2), ("Meta", 4), ("Shift", 8)];

/// A place in an element's box, in CSS pixels of the window.
struct Place {
    x: f64,
    y: f64,
    /// The box's own corner, which tells whether the page was scrolled in between.
    left: f64,
    top: f64,
    /// What lies there instead of the element.
    covered: Option<String>,
}

/// Gives the place in the window of a fraction of an element's box, scrolled into view and painted, and what lies there instead of the
/// element if anything does. The box's edges belong to its neighbours, and the mouse is rounded to whole pixels: the place keeps off the edges.
const PLACE: &str = "async function (selector, fx, fy) {
    const element = document.querySelector(selector);
    if (!element) throw new Error('no element ' + selector);
    const at = () => {
        const box = element.getBoundingClientRect();
        const inside = (start, length, f) => start + Math.min(Math.max(f * length, 0.5), Math.max(length - 1, length / 2));
        return [inside(box.left, box.width, fx), inside(box.top, box.height, fy), box.width, box.height];
    };
    const seen = ([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
    if (!seen(at()) || !element.contains(document.elementFromPoint(at()[0], at()[1])))
        element.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
    if (!seen(at()))
        scrollBy({left: at()[0] - innerWidth / 2, top: at()[1] - innerHeight / 2, behavior: 'instant'});
    await new Promise(requestAnimationFrame);
    const [x, y, width, height] = at();
    if (width === 0 && height === 0) throw new Error(selector + ' is not laid out');
    if (!seen([x, y])) throw new Error(selector + ' cannot be scrolled into view');
    const hit = document.elementFromPoint(x, y);
    const covered = hit && (element.contains(hit) || hit.contains(element)) ? null : (hit?.outerHTML ?? 'nothing').slice(0, 100);
    const {left, top} = element.getBoundingClientRect();
    return {x, y, left, top, covered};
}";

impl Page<'_> {
    /// Moves the mouse to a fraction of an element's box (0 left or top, 1 right or bottom), after scrolling it into view.
    pub fn hover(&self, selector: &str, fx: f64, fy: f64) -> Outcome<()> {
        let place = self.place(selector, (fx, fy))?;
        self.mouse("mouseMoved", place.x, place.y, 0)
    }

    /// Moves the mouse out of everything, to the window's corner.
    pub fn hover_nothing(&self) -> Outcome<()> {
        self.mouse("mouseMoved", 0.0, 0.0, 0)
    }

    /// Clicks the middle of an element. An error where something else lies over it.
    pub fn click(&self, selector: &str) -> Outcome<()> {
        self.click_at(selector, 0.5, 0.5)
    }

    /// Clicks at a fraction of an element's box. An error where something else lies over it.
    pub fn click_at(&self, selector: &str, fx: f64, fy: f64) -> Outcome<()> {
        let Place { x, y, .. } = self.uncovered(selector, (fx, fy))?;
        self.mouse("mouseMoved", x, y, 0)?;
        self.mouse("mousePressed", x, y, 1)?;
        self.mouse("mouseReleased", x, y, 0)
    }

    /// Drags the mouse with its left button down from one fraction of an element's box to another, in five steps.
    pub fn drag(&self, selector: &str, from: (f64, f64), to: (f64, f64)) -> Outcome<()> {
        // The end first, so that the start and the end again find nothing left to scroll.
        self.place(selector, to)?;
        let start = self.uncovered(selector, from)?;
        let end = self.place(selector, to)?;
        let moved = (end.left - start.left).abs() + (end.top - start.top).abs();
        if moved > 0.5 {
            return Err(format!(
                "{selector} does not fit the window, so it cannot be dragged over"
            ));
        }
        let (x, y) = (start.x, start.y);
        self.mouse("mouseMoved", x, y, 0)?;
        self.mouse("mousePressed", x, y, 1)?;
        for step in 1..=5 {
            let part = f64::from(step) / 5.0;
            self.mouse(
                "mouseMoved",
                x + part * (end.x - x),
                y + part * (end.y - y),
                1,
            )?;
        }
        self.mouse("mouseReleased", end.x, end.y, 0)
    }

    /// Turns the mouse's wheel over a fraction of an element's box; positive `dy` scrolls down.
    pub fn wheel(&self, selector: &str, at: (f64, f64), dx: f64, dy: f64) -> Outcome<()> {
        let Place { x, y, .. } = self.uncovered(selector, at)?;
        let params = json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": dx, "deltaY": dy});
        self.call("Input.dispatchMouseEvent", params).map(drop)
    }

    /// Presses a key: a character, or a name of the DOM's (`Tab`, `Enter`, `ArrowLeft`, `Space`), with others held as in `Shift+Tab`.
    pub fn key(&self, keys: &str) -> Outcome<()> {
        let (held, key) = match (keys.strip_suffix("++"), keys.rsplit_once('+')) {
            (Some(held), _) => (held, "+"),
            (None, Some((held, key))) if !key.is_empty() => (held, key),
            _ => ("", keys),
        };
        let mut modifiers = 0;
        for name in held.split('+').filter(|name| !name.is_empty()) {
            let bit = HELD.iter().find(|(known, _)| *known == name);
            modifiers |= bit.ok_or_else(|| format!("no key {name} to hold"))?.1;
        }
        let mut params = key_params(key)?;
        params["modifiers"] = json!(modifiers);
        let typed = params["text"] != "" && modifiers & !8 == 0;
        if !typed {
            params["text"] = json!("");
        }
        params["type"] = json!(if typed { "keyDown" } else { "rawKeyDown" });
        self.call("Input.dispatchKeyEvent", params.clone())?;
        params["type"] = json!("keyUp");
        params["text"] = json!("");
        self.call("Input.dispatchKeyEvent", params).map(drop)
    }

    /// Types a text, key by key, into what has the focus.
    pub fn type_text(&self, text: &str) -> Outcome<()> {
        for letter in text.chars() {
            match letter {
                '\n' => self.key("Enter")?,
                _ => self.key(letter.encode_utf8(&mut [0; 4]))?,
            }
        }
        Ok(())
    }

    /// Where a fraction of an element's box lies in the window.
    fn place(&self, selector: &str, (fx, fy): (f64, f64)) -> Outcome<Place> {
        let found = self.eval(&format!("({PLACE})({}, {fx}, {fy})", json!(selector)))?;
        let number = |name: &str| {
            found[name]
                .as_f64()
                .ok_or(format!("{selector} has no place"))
        };
        Ok(Place {
            x: number("x")?,
            y: number("y")?,
            left: number("left")?,
            top: number("top")?,
            covered: found["covered"].as_str().map(str::to_owned),
        })
    }

    /// Where a fraction of an element's box lies in the window, where nothing else lies over it.
    fn uncovered(&self, selector: &str, at: (f64, f64)) -> Outcome<Place> {
        let place = self.place(selector, at)?;
        match place.covered {
            None => Ok(place),
            Some(other) => Err(format!("{selector} is covered by {other}")),
        }
    }

    /// One event of the mouse, with the left button (1) or none (0) down after it.
    fn mouse(&self, kind: &str, x: f64, y: f64, down: u32) -> Outcome<()> {
        let clicks = u32::from(kind != "mouseMoved");
        let button = if clicks == 1 || down == 1 {
            "left"
        } else {
            "none"
        };
        let params = json!({
            "type": kind, "x": x, "y": y, "button": button, "buttons": down, "clickCount": clicks
        });
        self.call("Input.dispatchMouseEvent", params).map(drop)
    }
}

/// What the protocol wants to know of a key.
fn key_params(key: &str) -> Outcome<Value> {
    if let Some((name, number, text)) = KEYS.iter().find(|(name, ..)| *name == key) {
        let dom = if *name == "Space" { " " } else { name };
        return Ok(json!({
            "key": dom, "code": name, "windowsVirtualKeyCode": number, "text": text
        }));
    }
    let mut letters = key.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        return Err(format!("no key {key}"));
    };
    let upper = letter.to_ascii_uppercase();
    let code = match letter {
        'a'..='z' | 'A'..='Z' => format!("Key{upper}"),
        '0'..='9' => format!("Digit{letter}"),
        ' ' => "Space".into(),
        _ => String::new(),
    };
    let number = if upper.is_ascii_alphanumeric() || upper == ' ' {
        u32::from(upper)
    } else {
        0
    };
    Ok(json!({"key": key, "code": code, "windowsVirtualKeyCode": number, "text": key}))
}
