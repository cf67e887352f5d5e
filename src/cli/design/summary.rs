//! What was designed, in words and as JSON.

use super::{DesignArgs, ScoreChoice};
use crate::choices::{Allowed, Reason};
use crate::design::{Certificate, DesignRow, OrderOptions};
use crate::model::Model;

/// What was designed.
#[derive(Debug, Clone, serde::Serialize)]
pub(super) struct Summary {
    /// The model file.
    model: String,
    /// The target's name.
    target: Option<String>,
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
    certificate: Certificate,
}

impl Summary {
    pub fn new(args: &DesignArgs, model: &Model, allowed: &Allowed) -> Self {
        Self {
            model: args.model.display().to_string(),
            target: model.target.clone(),
            positions: allowed.sites(),
            may_change: allowed.free(),
            low_coverage: allowed.count(Reason::Coverage),
            substitutions: allowed.changes().count(),
            score: None,
            shortage: None,
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
            "target {}: {} of {} modelled positions may change, by {} substitutions{few}",
            self.target.as_deref().unwrap_or("without a name"),
            self.may_change,
            self.positions,
            self.substitutions
        )
    }

    pub fn ordered(self, options: &OrderOptions, rows: &[DesignRow]) -> Self {
        let of = |double: bool| rows.iter().filter(move |row| (row.mutations > 1) == double);
        let expected = |double| of(double).map(|row| row.hit).sum::<Option<f64>>();
        let counts = (of(false).count(), of(true).count());
        let shortage = (counts != (options.singles, options.doubles)).then(|| {
            format!(
                "{} singles and {} doubles were asked for: there are no more with so few at a position (--per-position)",
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

    pub fn designed(
        self,
        args: &DesignArgs,
        by: ScoreChoice,
        rows: &[DesignRow],
        certificate: Certificate,
    ) -> Self {
        let number = args.number.unwrap_or_default();
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
                min_mutations: args.min_mutations,
                max_mutations: args.max_mutations,
                distance: args.distance,
                seed: args.seed,
                best: best.and_then(|row| match by {
                    ScoreChoice::Potts => Some(row.score.potts),
                    ScoreChoice::Effect => row.score.effect,
                    ScoreChoice::Calibrated => row.prediction.map(|found| found.value),
                }),
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
        let shortage = self.shortage.iter();
        lines.extend(shortage.map(|words| format!("note: {words}")));
        lines
    }
}

impl Order {
    fn in_words(&self, score: &str) -> String {
        let hits = |count: usize, expected: Option<f64>, what: &str| {
            let expected = expected.map_or_else(String::new, |hits| {
                format!(" (some {hits:.0} hits expected)")
            });
            format!("{count} {what}{expected}")
        };
        format!(
            "{}, {}, by {score}_score; a position is in {} single at most, and in {} doubles",
            hits(self.singles, self.expected_hits_of_singles, "singles"),
            hits(self.doubles, self.expected_hits_of_doubles, "doubles"),
            self.per_position,
            2 * self.per_position
        )
    }
}

impl Made {
    fn in_words(&self, score: &str) -> String {
        let Certificate {
            proved, bound, gap, ..
        } = self.certificate;
        let designs = format!("{} designs by {score}_score", self.number);
        if proved == self.number {
            return match proved {
                1 => format!("1 design by {score}_score, proved the best"),
                _ => format!("{designs}, each proved the best of all that are left"),
            };
        }
        let rest = match (bound, gap) {
            (Some(bound), Some(gap)) => format!(
                "; number {} can be bettered by {gap:.2} at most: no other has more than {bound:.4}",
                proved + 1
            ),
            _ => "; nothing is known of better ones".into(),
        };
        format!("{designs}: {proved} proved, the others found by annealing{rest}")
    }
}
