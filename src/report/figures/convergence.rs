//! How a fit went on: the objective and the norm of its gradient, by iteration.

use super::headed;
use crate::model::Iteration;
use crate::report::drawing::axis::Plot;
use crate::report::drawing::canvas::polyline;
use crate::report::drawing::scale::{extent, tick_words};
use crate::report::drawing::{Canvas, Drawing, Ink, Paint, Style};

/// The smallest distance from the last objective that is drawn, as a share of the first one's.
const FLOOR: f64 = 1e-9;

/// What the curves show.
#[derive(Debug, Clone)]
pub struct Convergence<'a> {
    /// The line above.
    pub title: String,
    /// All iterations.
    pub history: &'a [Iteration],
}

fn power_words(power: f64) -> String {
    match power.fract() == 0.0 {
        true => format!("1e{}", power as i64).replacen("1e0", "1", 1),
        false => tick_words(power),
    }
}

impl Convergence<'_> {
    /// Draws both curves beside one another.
    pub fn draw(&self, style: Style) -> Drawing {
        let mut canvas = Canvas::new(style);
        let font = style.font;
        let top = headed(&mut canvas, &self.title) + 0.2 * font;
        let bottom = top + 13.0 * font;
        let half = style.width / 2.0;
        let last = self.history.last().map_or(0.0, |step| step.objective);
        let first = self
            .history
            .first()
            .map_or(1.0, |step| step.objective - last);
        let floor = (first.abs() * FLOOR).max(f64::MIN_POSITIVE);
        let distance = |step: &Iteration| (step.objective - last).max(floor).log10();
        let all = self.history.len().saturating_sub(1);
        self.curve(
            &mut canvas,
            [(4.8 * font, top), (half - 0.6 * font, bottom)],
            ("objective above its last value", Ink::Blue),
            (&distance, all),
        );
        let gradient = |step: &Iteration| step.gradient_norm.max(f64::MIN_POSITIVE).log10();
        let corners = [(half + 4.8 * font, top), (style.width - 0.8 * font, bottom)];
        self.curve(
            &mut canvas,
            corners,
            ("norm of the gradient", Ink::Vermilion),
            (&gradient, self.history.len()),
        );
        let words = "The objective, as its distance from the last value, and the norm of its gradient, both by iteration on logarithmic axes.";
        Drawing::of(canvas, bottom + 3.6 * font, &self.title, words)
    }

    fn curve(
        &self,
        canvas: &mut Canvas,
        corners: [(f64, f64); 2],
        (name, ink): (&str, Ink),
        (value, steps): (&dyn Fn(&Iteration) -> f64, usize),
    ) {
        let font = canvas.font();
        let steps = &self.history[..steps];
        let (least, most) = extent(steps.iter().map(value)).unwrap_or((0.0, 1.0));
        let ends = extent(steps.iter().map(|step| step.iteration as f64)).unwrap_or((0.0, 1.0));
        let plot = Plot::new(ends, (least.floor(), most.ceil()), corners);
        plot.axes_with(canvas, ("iteration", name), (tick_words, power_words));
        let points: Vec<(f64, f64)> = steps
            .iter()
            .map(|step| plot.at(step.iteration as f64, value(step)))
            .collect();
        canvas.path(&polyline(&points), Paint::Line(ink, font / 9.0));
        if points.len() <= 60 {
            points
                .into_iter()
                .for_each(|point| canvas.circle(point, font / 7.0, Paint::Fill(ink)));
        }
    }
}
