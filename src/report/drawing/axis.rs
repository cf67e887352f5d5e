//! Axes of numbers around a plot.

use super::canvas::{Anchor, Canvas, Paint};
use super::ink::Ink;
use super::scale::{Scale, tick_words};
use super::text::fitting;

/// A plot: where numbers are drawn, and what the axes are called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plot {
    /// To the right.
    pub x: Scale,
    /// Upwards: its range falls.
    pub y: Scale,
}

/// What an axis says of its ticks.
pub type Words = fn(f64) -> String;

impl Plot {
    /// A plot in a box from the upper left corner to the lower right one.
    pub fn new(
        (x_from, x_to): (f64, f64),
        (y_from, y_to): (f64, f64),
        corners: [(f64, f64); 2],
    ) -> Self {
        let [(left, top), (right, bottom)] = corners;
        Self {
            x: Scale::new((x_from, x_to), (left, right)),
            y: Scale::new((y_from, y_to), (bottom, top)),
        }
    }

    /// Where a point is drawn.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Grid, frame, ticks and names.
    pub fn axes(&self, canvas: &mut Canvas, (x_name, y_name): (&str, &str)) {
        self.axes_with(canvas, (x_name, y_name), (tick_words, tick_words));
    }

    /// The same, with words of one's own at the ticks.
    pub fn axes_with(
        &self,
        canvas: &mut Canvas,
        (x_name, y_name): (&str, &str),
        (x_words, y_words): (Words, Words),
    ) {
        let font = canvas.font();
        let ((left, right), (bottom, top)) = (self.x.range, self.y.range);
        let thin = Paint::Line(Ink::Grid, font / 14.0);
        let columns = ((right - left) / (4.5 * font)).max(2.0) as usize;
        let rows = ((bottom - top) / (2.6 * font)).max(2.0) as usize;
        for tick in self.x.ticks(columns) {
            let x = self.x.at(tick);
            canvas.line((x, top), (x, bottom), thin);
            canvas.centred((x, bottom + 1.3 * font), &x_words(tick));
        }
        let mut widest: f64 = 0.0;
        for tick in self.y.ticks(rows) {
            let (y, words) = (self.y.at(tick), y_words(tick));
            canvas.line((left, y), (right, y), thin);
            canvas.words((left - 0.5 * font, y + 0.36 * font), &words, Anchor::End);
            widest = widest.max(canvas.width_of(&words));
        }
        canvas.rect(
            (left, top),
            (right - left, bottom - top),
            Paint::Line(Ink::Text, font / 14.0),
        );
        // Columns of assays may have names of any length.
        let x_name = fitting(x_name, font, right - left);
        canvas.words(
            ((left + right) / 2.0, bottom + 2.9 * font),
            &x_name,
            Anchor::Middle,
        );
        let beside = left - widest - 1.2 * font;
        let y_name = fitting(y_name, font, bottom - top + 2.0 * top.min(3.0 * font));
        canvas.upwards((beside, (top + bottom) / 2.0), &y_name, Anchor::Middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::drawing::Style;
    use crate::report::drawing::text::width;

    /// The places where texts stand, with their words.
    fn texts(body: &str) -> Vec<(f64, String)> {
        let texts = body.split("<text x=\"").skip(1);
        let text = |text: &str| {
            let (x, rest) = text.split_once('"').unwrap();
            let words = rest.split_once('>').unwrap().1.split_once('<').unwrap().0;
            (x.parse().unwrap(), words.to_owned())
        };
        texts.map(text).collect()
    }

    #[test]
    fn numbers_and_names_of_axes_stay_within_the_drawing() {
        let style = Style {
            width: 300.0,
            font: 12.0,
            titled: false,
        };
        let mut canvas = Canvas::new(style);
        let long = "a name without an end ".repeat(20);
        let plot = Plot::new((0.0, 60_000.0), (0.0, 1.0), [(60.0, 10.0), (295.0, 150.0)]);
        plot.axes(&mut canvas, (&long, &long));
        let end = |(x, words): &(f64, String)| x + width(words, 12.0) / 2.0;
        let body = canvas.into_body();
        let all = texts(&body);
        assert!(all.iter().any(|(_, words)| words == "60000"), "{body}");
        let rightmost = all.iter().map(end).fold(0.0, f64::max);
        assert!(rightmost <= 300.01, "{rightmost}: {body}");
        assert!(
            !body.contains(&long) && body.matches("...</text>").count() == 2,
            "{body}"
        );
    }
}
