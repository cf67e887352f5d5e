//! From numbers to places in a drawing.

/// A linear scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The numbers at both ends.
    pub domain: (f64, f64),
    /// Where these are drawn.
    pub range: (f64, f64),
}

impl Scale {
    /// A scale; a domain of one number is widened around it.
    pub fn new((from, to): (f64, f64), range: (f64, f64)) -> Self {
        let domain = match to > from {
            true => (from, to),
            // Half a unit is nothing to a large number.
            false => (
                from - 0.5 - 1e-9 * from.abs(),
                from + 0.5 + 1e-9 * from.abs(),
            ),
        };
        Self { domain, range }
    }

    /// Where a number is drawn.
    pub fn at(&self, number: f64) -> f64 {
        let share = (number - self.domain.0) / (self.domain.1 - self.domain.0);
        self.range.0 + share * (self.range.1 - self.range.0)
    }

    /// Round numbers in the domain, at most `most` or so.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        let (from, to) = self.domain;
        let step = round_step((to - from) / most.max(1) as f64);
        let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
        (first..=last).map(|k| k as f64 * step).collect()
    }
}

/// The next of 1, 2, 5, 10, 20, ... that is not smaller.
pub fn round_step(step: f64) -> f64 {
    let power = 10f64.powi(step.max(1e-300).log10().floor() as i32);
    let sizes = [1.0, 2.0, 5.0, 10.0];
    let found = sizes
        .into_iter()
        .find(|size| size * power >= step * (1.0 - 1e-9));
    found.unwrap_or(10.0) * power
}

/// A number beside a tick, with no more digits than it takes.
pub fn tick_words(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return format!("{number:e}");
    }
    let text = format!("{number:.6}");
    text.trim_end_matches('0')
        .trim_end_matches('.')
        .replacen('-', "\u{2013}", 1)
}

/// The ends of some numbers, none of which may be infinite; `None` of none.
pub fn extent(numbers: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = numbers.into_iter().filter(|number| number.is_finite());
    finite.fold(None, |ends, number| match ends {
        None => Some((number, number)),
        Some((least, most)) => Some((f64::min(least, number), f64::max(most, number))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::new((23.0, 101.0), (0.0, 100.0));
        assert_eq!(
            scale.ticks(9),
            [30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0]
        );
        assert_eq!(
            Scale::new((0.0, 1.0), (0.0, 1.0)).ticks(5),
            [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
        );
        let one = Scale::new((3.0, 3.0), (0.0, 10.0));
        assert_eq!(one.at(3.0), 5.0);
    }

    #[test]
    fn words_of_ticks_are_short() {
        let words = [0.6000000000000001, -2.0, 1200.0, 0.0, 1e7];
        assert_eq!(
            words.map(tick_words),
            ["0.6", "\u{2013}2", "1200", "0", "1e7"]
        );
    }

    #[test]
    fn extents_leave_out_what_is_not_finite() {
        assert_eq!(
            extent([1.0, f64::NAN, -2.0, f64::INFINITY]),
            Some((-2.0, 1.0))
        );
        assert_eq!(extent([]), None);
    }
}
