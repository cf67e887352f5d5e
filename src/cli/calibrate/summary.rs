//! What a calibration is worth, in words and as JSON.

use crate::calibration::{Agreement, Calibrated, Report};
use crate::cli::messages::Messages;
use crate::cli::score_mutants::{self, Assay, Dropped};
use crate::io::tables::columns::SuggestionRow;
use serde::Serialize;
use std::path::Path;

/// A difference of rank correlations that matters.
const WORSE: f64 = 0.02;

/// What is said of a calibration.
#[derive(Serialize)]
pub struct Summary<'a> {
    output: String,
    /// What became of the rows of the assay.
    assay: &'a score_mutants::Summary,
    column: &'a str,
    /// Rows with a score and a number that were left out.
    dropped: &'a Dropped,
    #[serde(flatten)]
    report: &'a Report,
    suggestions: &'a [SuggestionRow],
}

impl<'a> Summary<'a> {
    /// Of a calibration that was written to `output`.
    pub fn of(
        output: &Path,
        assay: &'a Assay,
        found: &'a Calibrated,
        suggestions: &'a [SuggestionRow],
    ) -> Self {
        Self {
            output: output.display().to_string(),
            assay: &assay.summary,
            column: &assay.column,
            dropped: &assay.dropped,
            report: &found.report,
            suggestions,
        }
    }

    /// Says it.
    pub fn tell(&self, messages: &Messages) {
        let report = self.report;
        messages.say(format_args!(
            "{} mutants at {} positions with a value in '{}'; rows left out: {}",
            report.used,
            report.positions,
            self.column,
            self.left_out()
        ));
        if report.low_is_good {
            messages.say(
                "note: the lower the value, the better the effect: suggestions are of low values",
            );
        }
        if report.validated < report.used {
            messages.say(format_args!(
                "strengths and intervals are found on {} of them",
                report.validated
            ));
        }
        self.agreement(messages, "each value left out", Some(&report.random));
        let by_position = "each value's positions left out";
        self.agreement(messages, by_position, report.by_position.as_ref());
        if let Some(elsewhere) = &report.by_position
            && let Some((own, effect)) = elsewhere.calibrated.zip(elsewhere.effect_score)
            && own < effect.abs() - WORSE
        {
            messages.say("note: at positions where nothing was measured effect_score alone is the better guide: measure some mutants there");
        }
        let strengths = report.strengths.iter().filter(|(_, share)| *share >= 0.005);
        let strengths = strengths.map(|(strength, share)| format!("{strength} ({share:.2})"));
        messages.say(format_args!(
            "strengths (shares): {}",
            strengths.collect::<Vec<_>>().join(", ")
        ));
    }

    fn left_out(&self) -> String {
        let against = self.assay.against.as_ref();
        let not_scored = against.map_or(0, |a| a.not_scored.values().sum());
        let counts = [
            (self.dropped.wild_type, "wild type or synonymous"),
            (against.map_or(0, |a| a.without_number), "without a number"),
            (
                self.dropped.without_column,
                "without a number in a further column",
            ),
            (not_scored, "without a score"),
            (self.dropped.repeated, "repeated (averaged)"),
        ];
        let some = counts.iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> = some.map(|(n, what)| format!("{n} {what}")).collect();
        match words.is_empty() {
            true => "none".into(),
            false => words.join(", "),
        }
    }

    fn agreement(&self, messages: &Messages, how: &str, agreement: Option<&Agreement>) {
        let Some(agreement) = agreement else {
            messages.say(format_args!(
                "{how}: not known, since most mutants share positions with most others"
            ));
            return;
        };
        let number = |value: Option<f64>, digits: usize| match value {
            Some(value) => format!("{value:.digits$}"),
            None => "undefined".into(),
        };
        messages.say(format_args!(
            "{how}: Spearman calibrated {}, effect_score {}, potts_score {}, over {} values; {} of them in the intervals of 80 %",
            number(agreement.calibrated, 4),
            number(agreement.effect_score, 4),
            number(agreement.potts_score, 4),
            agreement.values,
            number(agreement.coverage.map(|share| 100.0 * share), 0) + " %",
        ));
    }
}
