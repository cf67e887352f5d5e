//! Coupled pairs as arcs over the sequence.

use super::contacts::Mark;
use super::headed;
use crate::alignment::ColumnMap;
use crate::contacts::Contact;
use crate::report::drawing::canvas::short;
use crate::report::drawing::legend::{legend, line_sign};
use crate::report::drawing::{Canvas, Drawing, Ink, Paint, Places, Style};
use serde_json::json;

/// What the arcs show.
#[derive(Debug, Clone)]
pub struct Arcs<'a> {
    /// The line above.
    pub title: String,
    /// The target.
    pub columns: &'a ColumnMap,
    /// Ranked pairs.
    pub predicted: &'a [Contact],
    /// What each of them turned out to be.
    pub marks: Vec<Mark>,
}

/// Height of the widest arc over its width.
const FLAT: f64 = 0.6;

/// Whether a pair hangs below the sequence: one between chains or copies.
fn hangs(mark: Mark) -> bool {
    matches!(mark, Mark::BetweenChains | Mark::Copies)
}

fn paint(mark: Mark, probability: Option<f64>, font: f64) -> Paint {
    let width = font * (0.04 + 0.12 * probability.unwrap_or(0.5));
    match mark {
        Mark::Predicted | Mark::Right => Paint::Line(Ink::Blue, width),
        Mark::BetweenChains | Mark::Copies => Paint::Line(Ink::Purple, width),
        Mark::Wrong => Paint::Dashes(Ink::Vermilion, width),
        Mark::Unknown => Paint::Line(Ink::Grey, width),
    }
}

impl Arcs<'_> {
    /// Draws them.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let places = Places::of(self.columns);
        let font = style.font;
        let (left, right) = (font, style.width - font);
        let wide = (right - left) / places.count() as f64;
        let span = |contact: &Contact| {
            let (i, j) = contact.sites;
            (places.of_site(j) - places.of_site(i)) as f64 * wide / 2.0
        };
        let largest = |below: bool| {
            let own = self
                .predicted
                .iter()
                .zip(&self.marks)
                .filter(|(_, mark)| hangs(**mark) == below);
            own.map(|(contact, _)| FLAT * span(contact))
                .fold(0.0, f64::max)
        };
        let base = headed(&mut canvas, &self.title) + largest(false) + 0.4 * font;
        let letters = wide >= 0.55 * font;
        let line = if letters { 1.3 * font } else { 0.5 * font };
        let at = (left, base, line, wide);
        self.arcs(&mut canvas, &places, at);
        let all = 0..places.count();
        match letters {
            true => places.letters(
                &mut canvas,
                (left, base + font),
                (all, wide, font.min(1.4 * wide)),
            ),
            false => canvas.rect(
                (left, base + 0.15 * font),
                (right - left, 0.2 * font),
                Paint::Fill(Ink::Grey),
            ),
        }
        for start in places.boundaries() {
            let x = left + start as f64 * wide;
            let ends = (base - 0.6 * font, base + line + 0.6 * font);
            canvas.line((x, ends.0), (x, ends.1), Paint::Line(Ink::Text, 0.1 * font));
        }
        let below = base + line + largest(true);
        places.numbers(
            &mut canvas,
            (left, below + 0.2 * font),
            (0..places.count(), wide),
        );
        let bottom = self.legend(&mut canvas, (left, below + 2.0 * font));
        let panel = json!({
            "kind": "sites", "x": left, "y": base - 0.2 * font, "w": right - left, "h": line + 0.4 * font, "from": 0, "n": places.count(),
        });
        let words = format!(
            "The {} strongest pairs as arcs over the sequence of the target.",
            self.predicted.len()
        );
        Drawing::of(canvas, bottom + 0.4 * font, &self.title, &words).with_panels(vec![panel])
    }

    /// The strong ones are drawn last.
    fn arcs(
        &self,
        canvas: &mut Canvas,
        places: &Places<'_>,
        (left, base, line, wide): (f64, f64, f64, f64),
    ) {
        let font = canvas.font();
        for (contact, &mark) in self.predicted.iter().zip(&self.marks).rev() {
            let x = |site: usize| left + (places.of_site(site) as f64 + 0.5) * wide;
            let (from, to) = (x(contact.sites.0), x(contact.sites.1));
            let (y, sweep) = match hangs(mark) {
                true => (base + line, 0),
                false => (base, 1),
            };
            let half = (to - from) / 2.0;
            let [from, to, y, across, up] = [from, to, y, half, FLAT * half].map(short);
            let path = format!("M{from} {y}A{across} {up} 0 0 {sweep} {to} {y}");
            canvas.path(&path, paint(mark, contact.probability, font));
        }
    }

    fn legend(&self, canvas: &mut Canvas, at: (f64, f64)) -> f64 {
        let entries = Mark::ALL.into_iter().filter_map(|mark| {
            let count = self.marks.iter().filter(|own| **own == mark).count();
            let sign = line_sign(move |size| paint(mark, Some(1.0), size));
            (count > 0).then(|| (sign, format!("{} ({count})", mark.words())))
        });
        legend(canvas, at, &entries.collect::<Vec<_>>())
    }
}
