//! A chapter of a page in the making: words, drawings and tables, and the data behind them.

use super::drawing::Drawing;
use super::drawing::canvas::escaped;
use serde_json::Value;
use std::fmt::Write;

/// A chapter.
#[derive(Debug, Clone, Default)]
pub struct Chapter {
    /// Its name in the page's addresses.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What stands in it, as HTML.
    pub html: String,
    /// Names and JSON of its data.
    pub data: Vec<(&'static str, Vec<u8>)>,
    /// Names of its drawings, and where what is in them.
    pub panels: Vec<(String, Vec<Value>)>,
}

/// How much room a drawing takes where there is little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It shrinks with the window.
    Shrinks,
    /// It keeps its size, and is moved under the window.
    Keeps,
}

/// How a table is shown at first.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What it is called.
    pub caption: &'a str,
    /// What one may filter for.
    pub example: &'a str,
    /// Columns that are shown; the others on request.
    pub columns: &'a [&'a str],
    /// Rows that are shown.
    pub rows: usize,
    /// The column that it is sorted by at first, falling; none for the order of the rows.
    pub sorted: &'a str,
    /// Whether there is a box for positions to leave out.
    pub without_positions: bool,
}

/// Words as HTML, what stands between backticks as code.
fn with_code(words: &str) -> String {
    let parts = words.split('`').enumerate();
    let part = |(k, part): (usize, &str)| match k % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    parts.map(part).collect()
}

impl Chapter {
    /// An empty one.
    pub fn new(id: &'static str, title: &'static str) -> Self {
        Self {
            id,
            title,
            ..Self::default()
        }
    }

    /// A paragraph.
    pub fn say(&mut self, words: &str) {
        let _ = write!(self.html, "<p>{}</p>", with_code(words));
    }

    /// A paragraph that stands out.
    pub fn stress(&mut self, words: &str) {
        let _ = write!(self.html, "<p class=\"stress\">{}</p>", escaped(words));
    }

    /// A smaller heading.
    pub fn head(&mut self, words: &str) {
        let _ = write!(self.html, "<h3>{}</h3>", escaped(words));
    }

    /// Names and values.
    pub fn facts(&mut self, lines: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) {
        self.html.push_str("<dl>");
        for (name, value) in lines {
            let (name, value) = (escaped(name.as_ref()), escaped(value.as_ref()));
            let _ = write!(self.html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
        }
        self.html.push_str("</dl>");
    }

    /// A command, to be copied.
    pub fn command(&mut self, line: &str) {
        let _ = write!(self.html, "<pre class=\"command\">{}</pre>", escaped(line));
    }

    /// A drawing with the words below it.
    pub fn figure(&mut self, name: &str, drawing: &Drawing, room: Room, caption: &str) {
        let class = match room {
            Room::Shrinks => "",
            Room::Keeps => " keeps",
        };
        let _ = write!(
            self.html,
            "<figure class=\"figure{class}\" data-figure=\"{name}\"><div class=\"frame\">{}</div><figcaption>{}</figcaption></figure>",
            drawing.to_inline(name),
            escaped(caption)
        );
        self.panels.push((name.to_owned(), drawing.panels.clone()));
    }

    /// A table, whose rows come from the data of that name.
    pub fn table(&mut self, name: &'static str, shown: Shown<'_>, rows: Vec<u8>) {
        let without = match shown.without_positions {
            true => " data-without=\"yes\"",
            false => "",
        };
        let _ = write!(
            self.html,
            "<div class=\"table\" id=\"table-{name}\" data-table=\"{name}\" data-caption=\"{}\" data-columns=\"{}\" data-rows=\"{}\" data-sorted=\"{}\" data-example=\"{}\"{without}></div>",
            escaped(shown.caption),
            shown.columns.join(","),
            shown.rows,
            shown.sorted,
            escaped(shown.example)
        );
        self.data.push((name, rows));
    }
}
