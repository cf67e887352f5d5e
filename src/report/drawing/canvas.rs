//! A drawing in the making: shapes and words as SVG.

use super::ink::Ink;
use super::text;
use std::fmt::Write;
use std::io;

/// Where text stands by its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// How a drawing is to look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Width, in the unit of all sizes (a point on paper, a pixel of a page).
    pub width: f64,
    /// Size of letters.
    pub font: f64,
    /// Whether the title stands in the drawing.
    pub titled: bool,
}

/// Shapes and words, as they come.
#[derive(Debug)]
pub struct Canvas {
    style: Style,
    body: String,
}

/// What a shape is painted with.
#[derive(Debug, Clone, Copy)]
pub enum Paint {
    /// Filled.
    Fill(Ink),
    /// Filled, and this share of what is below covered.
    Wash(Ink, f64),
    /// A line of a width.
    Line(Ink, f64),
    /// A dashed line of a width.
    Dashes(Ink, f64),
}

impl Paint {
    fn attributes(self) -> String {
        match self {
            Self::Fill(ink) => format!(r#"class="{}" fill="{}""#, ink.class(), ink.colour()),
            Self::Wash(ink, share) => format!(
                r#"class="{}" fill="{}" fill-opacity="{}""#,
                ink.class(),
                ink.colour(),
                short(share)
            ),
            Self::Line(ink, width) => format!(
                r#"class="{}-line" fill="none" stroke="{}" stroke-width="{}""#,
                ink.class(),
                ink.colour(),
                short(width)
            ),
            Self::Dashes(ink, width) => format!(
                r#"{} stroke-dasharray="{} {}""#,
                Self::Line(ink, width).attributes(),
                short(4.0 * width),
                short(3.0 * width)
            ),
        }
    }
}

/// A coordinate with as many digits as can be seen.
pub fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        _ => text.to_owned(),
    }
}

/// Text of any origin inside SVG or HTML.
pub fn escaped(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' => safe.push(letter),
            letter if may_stand(letter) => safe.push(letter),
            _ => safe.push(' '),
        }
    }
    safe
}

/// Whether XML and HTML may hold a character, and it does not turn the words around it.
fn may_stand(letter: char) -> bool {
    let is_no_character =
        (letter as u32) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&letter);
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    !letter.is_control() && !is_no_character && !turns
}

/// JSON in a page: nothing in it may end the element that it stands in.
pub fn safe_json(json: &[u8], output: &mut dyn io::Write) -> io::Result<()> {
    for piece in json.split_inclusive(|&byte| byte == b'<') {
        match piece.split_last() {
            Some((b'<', rest)) => {
                output.write_all(rest)?;
                output.write_all(b"\\u003c")?;
            }
            _ => output.write_all(piece)?,
        }
    }
    Ok(())
}

impl Canvas {
    /// An empty one.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            body: String::new(),
        }
    }

    /// How the drawing is to look.
    pub fn style(&self) -> Style {
        self.style
    }

    /// Size of letters.
    pub fn font(&self) -> f64 {
        self.style.font
    }

    /// A rectangle by its upper left corner and size.
    pub fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), paint: Paint) {
        let _ = write!(
            self.body,
            r#"<rect x="{}" y="{}" width="{}" height="{}" {}/>"#,
            short(x),
            short(y),
            short(width.max(0.0)),
            short(height.max(0.0)),
            paint.attributes()
        );
    }

    /// A circle.
    pub fn circle(&mut self, (x, y): (f64, f64), radius: f64, paint: Paint) {
        let _ = write!(
            self.body,
            r#"<circle cx="{}" cy="{}" r="{}" {}/>"#,
            short(x),
            short(y),
            short(radius),
            paint.attributes()
        );
    }

    /// A path in SVG's own letters; nothing of an empty one.
    pub fn path(&mut self, steps: &str, paint: Paint) {
        if !steps.is_empty() {
            let _ = write!(self.body, r#"<path d="{steps}" {}/>"#, paint.attributes());
        }
    }

    /// A line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), paint: Paint) {
        self.path(&polyline(&[from, to]), paint);
    }

    /// An outline in a box of 100 x 100, stretched to another.
    pub fn stretched(
        &mut self,
        outline: &str,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        ink: Ink,
    ) {
        let _ = write!(
            self.body,
            r#"<path d="{outline}" transform="matrix({} 0 0 {} {} {})" {}/>"#,
            round4(width / 100.0),
            round4(height / 100.0),
            short(x),
            short(y),
            Paint::Fill(ink).attributes()
        );
    }

    /// Words at a point of their base line.
    pub fn words(&mut self, at: (f64, f64), words: &str, anchor: Anchor) {
        self.sized(at, words, anchor, (self.font(), Ink::Text));
    }

    /// Words about a point of their base line, as far to the left or right of it as the drawing's edges want.
    pub fn centred(&mut self, (x, y): (f64, f64), words: &str) {
        let half = self.width_of(words) / 2.0;
        let inside = x.min(self.style.width - half).max(half);
        self.words((inside, y), words, Anchor::Middle);
    }

    /// Words of a size and colour.
    pub fn sized(
        &mut self,
        (x, y): (f64, f64),
        words: &str,
        anchor: Anchor,
        (size, ink): (f64, Ink),
    ) {
        self.written(
            &format!(r#"x="{}" y="{}""#, short(x), short(y)),
            words,
            anchor,
            (size, ink),
        );
    }

    /// Words from below upwards.
    pub fn upwards(&mut self, (x, y): (f64, f64), words: &str, anchor: Anchor) {
        let place = format!(
            r#"transform="translate({} {}) rotate(-90)""#,
            short(x),
            short(y)
        );
        self.written(&place, words, anchor, (self.font(), Ink::Text));
    }

    fn written(&mut self, place: &str, words: &str, anchor: Anchor, (size, ink): (f64, Ink)) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let _ = write!(
            self.body,
            r#"<text {place} font-size="{}"{anchor} class="{}" fill="{}">{}</text>"#,
            short(size),
            ink.class(),
            ink.colour(),
            escaped(words)
        );
    }

    /// How wide words are.
    pub fn width_of(&self, words: &str) -> f64 {
        text::width(words, self.font())
    }

    /// What was drawn.
    pub fn into_body(self) -> String {
        self.body
    }
}

fn round4(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The path through points.
pub fn polyline(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (k, (x, y)) in points.iter().enumerate() {
        let step = if k == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{step}{} {}", short(*x), short(*y));
    }
    path
}

/// Appends a rectangle to a path, so that thousands of one colour are one shape.
pub fn push_cell(path: &mut String, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let _ = write!(
        path,
        "M{} {}h{}v{}h-{}z",
        short(x),
        short(y),
        short(width),
        short(height),
        short(width)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_wrote_stays_text() {
        assert_eq!(
            escaped("<b>'a' & \"b\"\u{1}"),
            "&lt;b&gt;&#39;a&#39; &amp; &quot;b&quot; "
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [1.0, 1.5, -0.001, 2.346].map(short),
            ["1", "1.5", "0", "2.35"]
        );
    }

    #[test]
    fn data_cannot_end_their_element() {
        let mut safe_text = Vec::new();
        safe_json(br#"{"name":"</script><b>"}"#, &mut safe_text).unwrap();
        assert_eq!(safe_text, br#"{"name":"\u003c/script>\u003cb>"}"#);
        let back: serde_json::Value = serde_json::from_slice(&safe_text).unwrap();
        assert_eq!(back["name"], "</script><b>");
    }
}
