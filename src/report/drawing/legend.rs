//! What the marks of a drawing mean: signs with words, in lines.

use super::canvas::{Anchor, Canvas, Paint};

/// Draws a sign around a point, of a size.
pub type Sign<'a> = Box<dyn Fn(&mut Canvas, (f64, f64), f64) + 'a>;

/// Entries from the left, and in further lines where there is no more room; returns where they end below.
pub fn legend(canvas: &mut Canvas, (left, top): (f64, f64), entries: &[(Sign<'_>, String)]) -> f64 {
    let font = canvas.font();
    let (line, right) = (1.7 * font, canvas.style().width - 0.5 * font);
    let (mut x, mut y) = (left, top + 0.5 * line);
    for (sign, words) in entries {
        let wide = 1.7 * font + canvas.width_of(words) + 1.4 * font;
        if x > left && x + wide > right + 1.4 * font {
            (x, y) = (left, y + line);
        }
        sign(canvas, (x + 0.6 * font, y), font);
        let lines = wrapped(canvas, words, right - left - 1.7 * font);
        for (k, words) in lines.iter().enumerate() {
            if k > 0 {
                y += 1.2 * font;
            }
            canvas.words((x + 1.7 * font, y + 0.36 * font), words, Anchor::Start);
        }
        x += wide;
    }
    y + 0.5 * line
}

/// Lines of whole words that fit into a width, as far as words do.
pub fn wrapped(canvas: &Canvas, words: &str, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ') {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (lines.last_mut(), longer) {
            (Some(line), Some(longer)) if canvas.width_of(&longer) <= width => *line = longer,
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A box painted so.
pub fn box_sign<'a>(paint: Paint) -> Sign<'a> {
    Box::new(move |canvas, (x, y), size| {
        let corner = (x - 0.4 * size, y - 0.4 * size);
        canvas.rect(corner, (0.8 * size, 0.8 * size), paint);
    })
}

/// A piece of a line painted so.
pub fn line_sign<'a>(paint: impl Fn(f64) -> Paint + 'a) -> Sign<'a> {
    Box::new(move |canvas, (x, y), size| {
        canvas.line((x - 0.6 * size, y), (x + 0.6 * size, y), paint(size));
    })
}
