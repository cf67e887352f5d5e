//! An alignment ready to be fitted, and what is said about it before the work starts.

use crate::alignment::focus::range_in_name;
use crate::alignment::weights::depth_in_words;
use crate::alignment::{
    AlignedRecords, Alignment, ColumnRule, Focus, FocusOptions, SequenceWeights, focus,
};
use crate::alphabet::{Alphabet, GapTreatment, is_gap};
use crate::cli::messages::Messages;
use crate::cli::progress::ProgressDisplay;
use crate::error::{Result, human_bytes, shortened};
use crate::fit::{self, FitOptions, FittedModel, Method, PenaltyScale, Weighting, memory};
use crate::io::alignment_file::{self, InputFormat};
use crate::io::source::Source;
use std::path::Path;

/// An alignment read, focused and weighted.
pub struct Prepared {
    /// The rows of the file.
    pub records: AlignedRecords,
    /// What is left of them.
    pub alignment: Alignment,
    /// What decided which columns are modelled.
    pub columns: ColumnRule,
    weights: SequenceWeights,
    /// Whether the target gives the positions, or (`--no-focus`) the columns do.
    target_numbers: bool,
    source: Source,
}

impl Prepared {
    /// Reads `path` and reduces it to what is modelled.
    ///
    /// # Errors
    /// If it is no alignment or nothing is left of it.
    pub fn read(
        path: &Path,
        format: Option<InputFormat>,
        focus_options: &FocusOptions,
        options: &FitOptions,
    ) -> Result<Self> {
        let source = Source::read(path)?;
        let records = alignment_file::read_as(&source, format)?;
        let alignment = focus::focus(&records, &Alphabet::protein(), focus_options)?;
        let weights = fit::sequence_weights(&alignment, options);
        Ok(Self {
            records,
            alignment,
            columns: focus_options.columns,
            target_numbers: !matches!(focus_options.focus, Focus::None { .. }),
            weights,
            source,
        })
    }

    /// Fits, showing progress, and records where the model comes from.
    ///
    /// # Errors
    /// As [`fit::fit`].
    pub fn fit(&self, options: &FitOptions, messages: &Messages) -> Result<FittedModel> {
        let (display, observer) = ProgressDisplay::start(*messages, options.tolerance);
        let fitted = fit::fit(&self.alignment, &self.weights, options, Some(observer));
        drop(display);
        let mut fitted = fitted?;
        fitted.provenance.created_by = created_by();
        fitted.provenance.command_line = std::env::args().collect::<Vec<_>>().join(" ");
        fitted.provenance.input = self.records.file.clone();
        fitted.provenance.input_sha256 = self.source.sha256();
        Ok(fitted)
    }

    /// Says what is assumed, before the work starts.
    pub fn announce(&self, options: &FitOptions, threads: usize, messages: &Messages) {
        let alignment = &self.alignment;
        messages.field(
            "alignment",
            format_args!(
                "{} ({}, {} sequences x {} columns)",
                self.records.file,
                self.records.format,
                self.records.len(),
                self.records.width()
            ),
        );
        messages.field("target", self.describe_target());
        messages.field("sequences", self.describe_rows());
        let states = alignment.alphabet().states(options.gaps);
        let gaps = match (options.method, options.gaps) {
            (Method::MeanField, _) => "the gap is the reference",
            (_, GapTreatment::Missing) => "gaps are missing data",
            (_, GapTreatment::State) => "the gap is one of them",
        };
        messages.field(
            "model",
            format_args!(
                "L = {} sites, q = {states} states ({gaps})",
                alignment.sites()
            ),
        );
        messages.field("depth", self.describe_depth(options));
        messages.field(
            "method",
            describe_method(options, alignment.sites(), states),
        );
        messages.field(
            "machine",
            format_args!(
                "{threads} thread{}, about {} of memory",
                if threads == 1 { "" } else { "s" },
                human_bytes(memory::estimate(alignment, options, threads))
            ),
        );
        self.warn_about_rows(messages);
        self.warn_about_numbering(messages);
        self.warn_about_inserts(messages);
        warn_about_penalty(options, messages);
    }

    fn describe_target(&self) -> String {
        let map = self.alignment.columns();
        let (first, last) = map.range();
        let (rule, column) = match self.columns {
            ColumnRule::Target => ("", "column"),
            ColumnRule::Reference => (" (match columns of #=GC RF)", "match column of #=GC RF"),
        };
        match self.alignment.target().map(shortened) {
            Some(name) if self.target_numbers => format!(
                "{name}, positions {first} to {last}, {} of its {} residues modelled{rule}",
                map.sites(),
                map.columns().len()
            ),
            Some(name) => format!("every {column}, numbered {first} to {last}; mutants of {name}"),
            None => format!("none; every {column} is modelled, numbered {first} to {last}"),
        }
    }

    fn describe_rows(&self) -> String {
        let rows = self.alignment.rows();
        let letters: Vec<String> = rows
            .unknown_letters
            .iter()
            .take(6)
            .map(|(letter, n)| format!("{} {n}", letter.escape_default()))
            .collect();
        let letters = match (letters.is_empty(), rows.dropped_unknown) {
            (true, _) => String::new(),
            (false, 0) => format!(" (letters counted as gaps: {})", letters.join(", ")),
            (false, _) => format!(" ({})", letters.join(", ")),
        };
        format!(
            "{} read; dropped {} with unknown letters{letters}, {} with too little coverage; {} kept",
            rows.read(),
            rows.dropped_unknown,
            rows.dropped_coverage,
            self.alignment.sequences()
        )
    }

    fn describe_depth(&self, options: &FitOptions) -> String {
        let neff = self.weights.effective_number();
        let per_site = neff / self.alignment.sites() as f64;
        let how = match options.weighting {
            Weighting::Identity(threshold) => format!("at identity {}", threshold.as_f64()),
            Weighting::None => "unweighted".into(),
        };
        format!(
            "Neff = {neff:.1} effective sequences ({how}), Neff/L = {per_site:.2}: {}",
            depth_in_words(per_site)
        )
    }

    fn warn_about_rows(&self, messages: &Messages) {
        let rows = self.alignment.rows();
        if rows.dropped_unknown * 10 > rows.read() {
            messages.warn(format_args!(
                "{} of {} sequences were dropped for letters outside the alphabet; --unknown gap keeps them",
                rows.dropped_unknown,
                rows.read()
            ));
        }
        if rows.target_kept == Some(false) {
            messages.warn(
                "the target itself was dropped: it numbers the model, but is not learnt from",
            );
        }
        if self.nucleotide_share() > 0.95 {
            messages.warn(
                "nearly all letters are A, C, G or T: this looks like DNA, but is read as protein",
            );
        }
    }

    /// Share of A, C, G and T among all residues.
    fn nucleotide_share(&self) -> f64 {
        let alphabet = self.alignment.alphabet();
        let states = self.alignment.as_slice().iter();
        let residues: Vec<u8> = states
            .filter(|s| **s < alphabet.gap_state())
            .copied()
            .collect();
        let nucleotides = residues
            .iter()
            .filter(|s| b"ACGT".contains(&alphabet.letter(**s)));
        nucleotides.count() as f64 / residues.len().max(1) as f64
    }

    /// A target's name that claims another number of residues than there are is the commonest mistake of numbering.
    fn warn_about_numbering(&self, messages: &Messages) {
        let map = self.alignment.columns();
        let range = self.alignment.target().and_then(range_in_name);
        let Some(range) = range.filter(|_| self.target_numbers) else {
            return;
        };
        let (claimed, found) = (range.end() - range.start() + 1, map.columns().len() as u64);
        if claimed != found {
            messages.warn(format_args!(
                "the target's name says {}-{}, {claimed} residues, but the row has {found}: check the numbering, --offset sets it",
                range.start(),
                range.end()
            ));
        }
    }

    /// Thousands of columns that hold insertions of single sequences make a slow fit and a poor model.
    fn warn_about_inserts(&self, messages: &Messages) {
        let every_column = !self.target_numbers && self.columns == ColumnRule::Target;
        let marks = self.records.reference().unwrap_or_default();
        let inserts = marks.iter().filter(|mark| is_gap(**mark)).count();
        if every_column && inserts > 0 {
            messages.warn(format_args!(
                "{inserts} columns are insertions by the reference line (#=GC RF), and are modelled too: --columns reference leaves \
                 them out"
            ));
        }
    }
}

/// A multiple of (L-1)(q-1) below which couplings are hardly restrained; the presets have 0.01 to 0.03.
const WEAK_PENALTY: f64 = 0.0005;

fn warn_about_penalty(options: &FitOptions, messages: &Messages) {
    if let Some(PenaltyScale::Absolute(value)) = options.lambda_j
        && value < 0.1
        && value > WEAK_PENALTY
    {
        messages.warn(format_args!(
            "--lambda-j {value} is an absolute penalty, and a very weak one: {value}x is that multiple of (L-1)(q-1)"
        ));
    }
}

fn describe_method(options: &FitOptions, sites: usize, states: usize) -> String {
    let penalties = options.penalties(sites, states);
    match options.method {
        Method::MeanField => format!("mean-field, pseudocount {}", options.pseudocount),
        Method::Independent => format!("independent, lambda_h {}", penalties.lambda_h),
        method => format!(
            "{} ({}), lambda_h {}, lambda_J {} = {} (L-1)(q-1)",
            method.as_str(),
            options.optimizer.as_str(),
            penalties.lambda_h,
            significant(penalties.lambda_j),
            significant(penalties.lambda_j / ((sites.max(2) - 1) * (states - 1)) as f64)
        ),
    }
}

/// A number with six significant digits, without trailing zeros.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Program, version and commit.
fn created_by() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("POTTS_COMMIT") {
        Some(commit) => format!("potts {version} ({commit})"),
        None => format!("potts {version}"),
    }
}
