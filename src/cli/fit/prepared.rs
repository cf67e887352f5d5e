//! An alignment ready to be fitted, and what is said about it before the work starts.

use crate::alignment::letters::guess_alphabet;
use crate::alignment::numbering::claimed_ranges;
use crate::alignment::weights::depth_in_words;
use crate::alignment::{AlignedRecords, Alignment, ChainLengths, SequenceWeights, focus};
use crate::alphabet::GapTreatment;
use crate::cli::alignment_args::ReadOptions;
use crate::cli::messages::Messages;
use crate::cli::progress::ProgressDisplay;
use crate::error::{Error, Result, human_bytes};
use crate::fit::{
    self, FitOptions, FittedModel, GivenWeights, Method, PenaltyScale, Preset, Weighting, memory,
};
use crate::io::output::write_file;
use crate::io::source::Source;
use crate::io::weights_file::WeightsFile;
use crate::io::{a2m, alignment_file};
use ndarray::ArrayView1;
use std::path::Path;

/// An alignment read and focused.
pub struct Family {
    /// The rows of the file.
    pub records: AlignedRecords,
    /// What is left of them.
    pub alignment: Alignment,
    /// Their chains, as given.
    chains: Option<ChainLengths>,
}

/// An alignment ready to be fitted with its options.
pub struct Prepared {
    /// The alignment.
    pub family: Family,
    options: FitOptions,
    weights: SequenceWeights,
    /// Rows that the weights' file has, but the filters dropped.
    unused_weights: usize,
}

impl Prepared {
    /// Reads `path`, reduces it to what is modelled, and weighs the sequences: by a file, if there is one, else as `options` say.
    ///
    /// # Errors
    /// If it is no alignment, nothing is left of it, or the weights belong to another.
    pub fn read(
        path: &Path,
        reading: &ReadOptions,
        mut options: FitOptions,
        weights_file: Option<&Path>,
    ) -> Result<Self> {
        // Before the alignment, which may be large.
        let file = weights_file.map(WeightsFile::open).transpose()?;
        let family = Family::read(path, reading)?;
        let mut unused_weights = 0;
        if let Some(file) = file {
            let matched = file.match_rows(&family.records, family.alignment.rows())?;
            unused_weights = matched.unused;
            options.weighting = Weighting::Given(GivenWeights {
                weights: matched.weights,
                file: file.file,
                sha256: file.sha256,
            });
        }
        let weights = fit::sequence_weights(&family.alignment, &options);
        Ok(Self {
            family,
            options,
            weights,
            unused_weights,
        })
    }

    /// Fits, showing progress, and records where the model comes from.
    ///
    /// # Errors
    /// As [`fit::fit`].
    pub fn fit(&self, messages: &Messages) -> Result<FittedModel> {
        let Family {
            records, alignment, ..
        } = &self.family;
        let (display, observer) = ProgressDisplay::start(*messages, self.options.tolerance);
        let fitted = fit::fit(alignment, &self.weights, &self.options, Some(observer));
        drop(display);
        let mut fitted = fitted?;
        fitted.provenance.created_by = created_by();
        fitted.provenance.command_line = std::env::args().collect::<Vec<_>>().join(" ");
        fitted.provenance.input = records.file.clone();
        fitted.provenance.input_sha256 = records.sha256.clone();
        Ok(fitted)
    }

    /// Says what is assumed, before the work starts.
    pub fn announce(&self, threads: usize, messages: &Messages) {
        let (alignment, options) = (&self.family.alignment, &self.options);
        self.family.announce(messages);
        if let Preset::Like(tool) = options.preset {
            messages.field(
                "like",
                format_args!("{}, but for the options given", tool.as_str()),
            );
            for (what, convention) in tool.conventions() {
                messages.field(what, convention);
            }
        }
        let states = alignment.alphabet().states(options.gaps);
        let gaps = match (options.method, options.gaps) {
            (Method::MeanField, _) => "the gap is the reference",
            (_, GapTreatment::Missing) => "gaps are missing data",
            (_, GapTreatment::State) => "the gap is one of them",
        };
        messages.field(
            "model",
            format_args!(
                "{}, L = {} sites, q = {states} states ({gaps})",
                alignment.alphabet().describe(),
                alignment.sites()
            ),
        );
        let how = match &options.weighting {
            Weighting::Identity(threshold) => format!("identity {threshold}"),
            Weighting::None => "unweighted".into(),
            Weighting::Given(given) => format!("weights of {}", given.file),
        };
        let neff = self.weights.effective_number();
        messages.field("depth", self.family.describe_depth(neff, &how));
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
        if self.unused_weights > 0 {
            messages.say(format_args!(
                "note: weights of rows that the fit drops are not used: {}",
                self.unused_weights
            ));
        }
        self.family.warn(messages);
        warn_about_penalty(options, messages);
    }
}

impl Family {
    /// Reads `path` and reduces it to what is modelled.
    ///
    /// # Errors
    /// If it is no alignment or nothing is left of it.
    pub fn read(path: &Path, reading: &ReadOptions) -> Result<Self> {
        let records = alignment_file::read(&Source::read(path)?)?;
        let given = reading.alphabet.clone();
        let alphabet = given.unwrap_or_else(|| guess_alphabet(&records));
        let alignment = focus::focus(&records, &alphabet, &reading.focus)?;
        Ok(Self {
            records,
            alignment,
            chains: reading.focus.chains.clone(),
        })
    }

    /// Saves what is modelled as A2M.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_alignment(&self, path: &Path, force: bool) -> Result<()> {
        write_file(path, force, |output| {
            a2m::write(&self.alignment, self.records.names(), output)
                .map_err(Error::io("write", path))
        })
    }

    /// Says what was read and what is left of it.
    pub fn announce(&self, messages: &Messages) {
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
        if let Some(chains) = &self.chains {
            messages.field("chains", self.describe_chains(chains));
        }
        messages.field("sequences", self.describe_rows());
    }

    /// Warns of what looks wrong.
    pub fn warn(&self, messages: &Messages) {
        self.warn_about_rows(messages);
        self.warn_about_numbering(messages);
    }

    fn describe_target(&self) -> String {
        let map = self.alignment.columns();
        match self.alignment.target() {
            Some(name) if map.columns().iter().all(|c| c.letter != b'-') => format!(
                "{name}, {}, {} of its {} residues modelled",
                map.numbering(),
                map.sites(),
                map.columns().len()
            ),
            Some(name) => format!("every column, numbered {}; mutants of {name}", map.ranges()),
            None => format!("none; every column is modelled, numbered {}", map.ranges()),
        }
    }

    /// What is modelled of each chain and how many rows know all, and how the lengths given were understood where that matters.
    fn describe_chains(&self, chains: &ChainLengths) -> String {
        let map = self.alignment.columns();
        let sites = map.spans().iter().zip(chains.chains());
        let sites: Vec<String> = sites
            .map(|(span, chain)| format!("{} sites in {chain}", span.sites.len()))
            .collect();
        let (residues, columns) = (map.columns().len() as u64, self.records.width() as u64);
        let unit = chains.unit(residues, columns);
        let unit = unit.filter(|_| residues != columns);
        let unit = unit.map(|unit| format!("; lengths taken as {}", unit.as_str()));
        format!(
            "{}; {} of {} sequences have residues in each{}",
            sites.join(", "),
            self.paired_rows(),
            self.alignment.sequences(),
            unit.unwrap_or_default()
        )
    }

    /// Rows with a residue in every chain: the others say nothing about pairs between them.
    fn paired_rows(&self) -> usize {
        let gap = self.alignment.alphabet().gap_state();
        let spans = self.alignment.columns().spans();
        let rows = self.alignment.states().rows().into_iter();
        let has_all = |row: &ArrayView1<u8>| {
            let mut chains = spans.iter().map(|span| span.sites.clone());
            chains.all(|sites| sites.into_iter().any(|site| row[site] < gap))
        };
        rows.filter(has_all).count()
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
        let copies = match rows.dropped_copies {
            0 => String::new(),
            n => format!(", {n} equal to an earlier one"),
        };
        format!(
            "{} read; dropped {} with unknown letters{letters}, {} with too little coverage{copies}; {} kept",
            rows.read(),
            rows.dropped_unknown,
            rows.dropped_coverage,
            self.alignment.sequences()
        )
    }

    /// Neff and what it promises.
    pub fn describe_depth(&self, neff: f64, how: &str) -> String {
        let per_site = neff / self.alignment.sites() as f64;
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
        if rows.target_kept() == Some(false) {
            messages.warn(
                "the target itself was dropped: it numbers the model, but is not learnt from",
            );
        }
    }

    /// A target's name that claims another number of residues than there are is the commonest mistake of numbering.
    fn warn_about_numbering(&self, messages: &Messages) {
        let map = self.alignment.columns();
        let Some(name) = self.alignment.target() else {
            return;
        };
        let ranges = claimed_ranges(name, map.has_chains());
        let known = map.columns().iter().all(|c| c.letter != b'-');
        // A name with one range for all chains does not number them.
        if !known || ranges.len() != map.spans().len() {
            return;
        }
        for (span, range) in map.spans().iter().zip(ranges) {
            let (claimed, found) = (range.end() - range.start() + 1, span.len() as u64);
            if claimed != found {
                let whose = match span.chain {
                    Some(chain) => format!("chain {chain}"),
                    None => "the row".into(),
                };
                messages.warn(format_args!(
                    "the target's name says {}-{}, {claimed} residues, but {whose} has {found}: check the numbering, --offset sets it",
                    range.start(),
                    range.end()
                ));
            }
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
pub fn created_by() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("POTTS_COMMIT") {
        Some(commit) => format!("potts {version} ({commit})"),
        None => format!("potts {version}"),
    }
}
