//! What the marks of a drawing mean: signs with words, in lines.

use super::canvas::{Anchor, Canvas};

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
        canvas.words((x + 1.7 * font, y + 0.36 * font), words, Anchor::Start);
        x += wide;
    }
    y + 0.5 * line
}
