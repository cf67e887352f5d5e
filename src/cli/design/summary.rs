//! What was designed, in words and as JSON.

use super::{DesignArgs, ScoreChoice};
use crate::choices::{Allowed, Reason};
use crate::design::{Certificate, DesignRow, OrderOptions};
use crate::model::Model;
use crate::mutants::Background;

/// What was designed.
#[derive(Debug, Clone, serde::Serialize)]
pub(super) struct Summary {
    /// The model file.
    model: String,
    /// The target's name.
    target: Option<String>,
    /// What mutants are made in, where that is not the target.
    background: Option<String>,
    /// Positions that are modelled.
    positions: usize,
    /// Those that may change.
    may_change: usize,
    /// Those that stay because few sequences have a residue there.
    low_coverage: usize,
    /// Substitutions that are allowed.
    substitutions: usize,
    /// What was ranked by.
    score: Option<&'static str>,
    /// What was asked for and is not there, in words.
    shortage: Option<String>,
    /// What would give more hits, in words.
    advice: Option<String>,
    /// Singles and doubles of a list, and how many of them are expected to be hits.
    order: Option<Order>,
    /// Designs, and what is proved of them.
    designs: Option<Made>,
}

/// A list to order.
#[derive(Debug, Clone, serde::Serialize)]
struct Order {
    singles: usize,
    doubles: usize,
    per_position: usize,
    expected_hits_of_singles: Option<f64>,
    expected_hits_of_doubles: Option<f64>,
}

/// Designs.
#[derive(Debug, Clone, serde::Serialize)]
struct Made {
    number: usize,
    min_mutations: usize,
    max_mutations: usize,
    distance: usize,
    seed: u64,
    best: Option<f64>,
    /// Whether low values of the score are the good ones.
    low_is_good: bool,
    certificate: Certificate,
}

impl Summary {
    pub fn new(
        args: &DesignArgs,
        model: &Model,
        background: Option<&Background>,
        allowed: &Allowed,
    ) -> Self {
        Self {
            model: args.model.display().to_string(),
            target: model.target.clone(),
            background: background.map(Background::in_words),
            positions: allowed.sites(),
            may_change: allowed.free(),
            low_coverage: allowed.count(Reason::Coverage),
            substitutions: allowed.changes().count(),
            score: None,
            shortage: None,
            advice: None,
            order: None,
            designs: None,
        }
    }

    /// Which positions may change, before anything is looked for.
    pub fn announcement(&self) -> String {
        let few = match self.low_coverage {
            0 => String::new(),
            few => format!("; {few} stay, where few sequences have a residue"),
        };
        format!(
            "target {}: {} of {} modelled positions may change, by {}{few}",
            self.target.as_deref().unwrap_or("without a name"),
            self.may_change,
            self.positions,
            counted(self.substitutions, "substitution")
        )
    }

    pub fn ordered(self, options: &OrderOptions<'_>, rows: &[DesignRow]) -> Self {
        let of = |double: bool| rows.iter().filter(move |row| (row.mutations > 1) == double);
        let expected = |double| of(double).map(|row| row.hit).sum::<Option<f64>>();
        let counts = (of(false).count(), of(true).count());
        let shortage = (counts != (options.singles, options.doubles)).then(|| {
            format!(
                "{} singles and {} doubles were asked for: no more were found with so few at a position (--per-position)",
                options.singles, options.doubles
            )
        });
        Self {
            score: Some(options.ranking.as_str()),
            shortage,
            order: Some(Order {
                singles: counts.0,
                doubles: counts.1,
                per_position: options.per_position,
                expected_hits_of_singles: expected(false).filter(|_| counts.0 > 0),
                expected_hits_of_doubles: expected(true).filter(|_| counts.1 > 0),
            }),
            ..self
        }
    }

    /// Says what more mutants at a position would bring, of as many singles.
    pub fn advised(self, per_position: usize, hits: Option<f64>) -> Self {
        let expected = self.order.as_ref();
        let expected = expected.and_then(|order| order.expected_hits_of_singles);
        let is_worth_it = |(more, own): &(f64, f64)| more - own >= 2.0 && *more > 1.05 * own;
        let advice = hits.zip(expected).filter(is_worth_it);
        let in_words = |(more, own): (f64, f64)| {
            format!(
                "with --per-position {per_position} some {more:.0} of the singles would be hits in place of {own:.0}"
            )
        };
        Self {
            advice: advice.map(in_words),
            ..self
        }
    }

    pub fn designed(
        self,
        args: &DesignArgs,
        by: ScoreChoice,
        rows: &[DesignRow],
        (certificate, low_is_good): (Certificate, bool),
    ) -> Self {
        let number = args.number.unwrap_or_default();
        let wanted = args.wanted(number);
        let best = rows.first();
        let shortage = (rows.len() < number).then(|| {
            let words = match certificate.exhausted {
                true => "there are no more",
                false => "no more were found",
            };
            format!("{number} designs were asked for: {words} that differ so much and keep to what may change")
        });
        Self {
            score: Some(by.as_str()),
            shortage,
            designs: Some(Made {
                number: rows.len(),
                min_mutations: wanted.least,
                max_mutations: wanted.most,
                distance: wanted.distance,
                seed: args.seed(),
                best: best.and_then(|row| match by {
                    ScoreChoice::Potts => Some(row.score.potts),
                    ScoreChoice::Effect => row.score.effect,
                    ScoreChoice::Calibrated => row.prediction.map(|found| found.value),
                }),
                low_is_good,
                certificate,
            }),
            ..self
        }
    }

    /// What there is to say at the end.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let score = self.score.unwrap_or_default();
        if let Some(order) = &self.order {
            lines.push(order.in_words(score));
        }
        if let Some(made) = &self.designs {
            lines.push(made.in_words(score));
        }
        let notes = self.shortage.iter().chain(&self.advice);
        lines.extend(notes.map(|words| format!("note: {words}")));
        lines
    }
}

impl Order {
    fn in_words(&self, score: &str) -> String {
        let hits = |count: usize, expected: Option<f64>, what: &str| {
            let expected = expected.map_or_else(String::new, |hits| {
                format!(" (some {} expected)", counted(hits.round() as usize, "hit"))
            });
            format!("{}{expected}", counted(count, what))
        };
        let singles = hits(self.singles, self.expected_hits_of_singles, "single");
        let doubles = hits(self.doubles, self.expected_hits_of_doubles, "double");
        let at_a_position = [(1, "single"), (2, "double")]
            .map(|(times, what)| counted(times * self.per_position, what));
        let [listed, at_most] = match (self.singles, self.doubles) {
            (_, 0) => [singles, at_a_position[0].clone()],
            (0, _) => [doubles, at_a_position[1].clone()],
            _ => [
                format!("{singles}, {doubles}"),
                at_a_position.join(" and in "),
            ],
        };
        let score = column(score);
        format!("{listed}, by {score}; a position is in {at_most} at most")
    }
}

/// The column of a score.
fn column(score: &str) -> String {
    match score {
        "calibrated" => score.into(),
        _ => format!("{score}_score"),
    }
}

/// A number in any unit.
fn shown(number: f64) -> String {
    match (1e-3..1e6).contains(&number.abs()) || number == 0.0 {
        true => format!("{number:.4}"),
        false => format!("{number:.3e}"),
    }
}

/// `1 single`, `2 singles`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

impl Made {
    fn in_words(&self, score: &str) -> String {
        let Certificate {
            proved, bound, gap, ..
        } = self.certificate;
        let score = column(score);
        let designs = format!("{} by {score}", counted(self.number, "design"));
        if proved == self.number {
            return match proved {
                1 => format!("{designs}, proved the best"),
                _ => format!("{designs}, each proved the best of all that are left"),
            };
        }
        let rest = match (bound, gap) {
            (Some(bound), Some(gap)) => format!(
                "; number {} can be bettered by {} at most: no other has {} than {}",
                proved + 1,
                shown(gap),
                if self.low_is_good { "less" } else { "more" },
                shown(bound)
            ),
            _ => "; nothing is known of better ones".into(),
        };
        format!("{designs}: {proved} proved, the others found by annealing{rest}")
    }
}
