//! An alignment ready to be fitted, and what is said about it before the work starts.

use crate::alignment::{Alignment, SequenceWeights};
use crate::alphabet::GapTreatment;
use crate::cli::alignment_args::ReadOptions;
use crate::cli::checkpoints::Checkpoints;
use crate::cli::created_by::created_by;
use crate::cli::family::Family;
use crate::cli::messages::Messages;
use crate::cli::progress::ProgressDisplay;
use crate::cli::signals::Reaction;
use crate::conventions::Tool;
use crate::error::{Result, human_bytes};
use crate::fit::{
    self, FitOptions, FittedPart, GivenWeights, Observer, PenaltyScale, Phase, Progress, Start,
    Watch, Weighting, cost,
};
use crate::io::files::source::file_sha256;
use crate::io::models::{self, hdf5};
use crate::io::tables::weights::WeightsFile;
use crate::model::Model;
use crate::state::{Fingerprint, Keeper};
use std::path::Path;
use std::sync::Arc;

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
        messages: &Messages,
    ) -> Result<Self> {
        // Before the alignment, which may be large.
        let file = weights_file.map(|path| WeightsFile::open(path, reading.max_memory));
        let file = file.transpose()?;
        let family = Family::read(path, reading, messages)?;
        messages.timings().begin("weighing sequences");
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

    /// Fits, showing progress and keeping states, if somebody does, and records where the model comes from.
    ///
    /// # Errors
    /// As [`fit::fit`].
    pub fn fit(&self, keeper: Option<Arc<Checkpoints>>, messages: &Messages) -> Result<Model> {
        let (alignment, weights, options) = self.parts();
        let mut fitted = self.watched(keeper, messages, |watch| {
            fit::fit(alignment, weights, options, watch)
        })?;
        self.sign(&mut fitted, messages);
        Ok(fitted)
    }

    /// Fits the sites that the options name, otherwise as [`Self::fit`].
    ///
    /// # Errors
    /// As [`fit::fit_part`].
    pub fn fit_part(
        &self,
        fingerprint: Fingerprint,
        keeper: Option<Arc<Checkpoints>>,
        messages: &Messages,
    ) -> Result<FittedPart> {
        let (alignment, weights, options) = self.parts();
        let mut part = self.watched(keeper, messages, |watch| {
            fit::fit_part(alignment, weights, options, fingerprint, watch)
        })?;
        self.sign(&mut part.frame, messages);
        Ok(part)
    }

    fn watched<T>(
        &self,
        keeper: Option<Arc<Checkpoints>>,
        messages: &Messages,
        work: impl FnOnce(&Watch) -> Result<T>,
    ) -> Result<T> {
        let (display, shown) = ProgressDisplay::start(messages, self.tolerance());
        let told = keeper.clone();
        let observer: Observer = Arc::new(move |progress| {
            if let (Some(told), Progress::Phase(phase)) = (&told, progress) {
                told.react(reaction(phase, told));
            }
            shown(progress);
        });
        let result = work(&Watch {
            observer: Some(observer),
            keeper: keeper.map(|keeper| keeper as Arc<dyn Keeper>),
        });
        drop(display);
        result
    }

    /// Where the minimiser is to stop, if there is one.
    fn tolerance(&self) -> Option<f64> {
        let minimisation = self.options.method.minimisation();
        minimisation.map(|options| options.tolerance)
    }

    /// Lets the fit begin at the model of a file.
    ///
    /// # Errors
    /// If it cannot be read, or its states or sites are others.
    pub fn start_from(&mut self, path: &Path, messages: &Messages) -> Result<()> {
        messages.timings().begin("reading the model to start from");
        let sha256 = file_sha256(path)?;
        let model = models::read_without_sequences(path)?;
        let start = Start::of(&model, sha256, &self.family.alignment, self.options.gaps)?;
        if let Some(place) = self.options.method.start_mut() {
            *place = Some(Arc::new(start));
        }
        Ok(())
    }

    /// SHA-256 of the model that the fit starts from, if there is one.
    pub fn start_sha256(&self) -> Option<String> {
        let start = self.options.method.start()?;
        Some(start.sha256.clone())
    }

    /// Tries out whether the model can be written, with the texts that it will have.
    ///
    /// # Errors
    /// As [`hdf5::rehearse`].
    pub fn rehearse(&self, output: &Path, force: bool, messages: &Messages) -> Result<()> {
        let target = self.family.alignment.target().unwrap_or_default();
        let texts = [
            target,
            &self.family.records.file,
            messages.command_line(),
            &created_by(),
        ];
        hdf5::rehearse(&texts, output, force)
    }

    fn sign(&self, fitted: &mut Model, messages: &Messages) {
        fitted.provenance.created_by = created_by();
        fitted.provenance.command_line = messages.command_line().into();
        fitted.provenance.input = self.family.records.file.clone();
        fitted.provenance.input_sha256 = self.family.sha256();
        fitted.provenance.alignment_columns = Some(self.family.records.width() as u64);
    }

    /// The alignment, the weights and the options.
    pub fn parts(&self) -> (&Alignment, &SequenceWeights, &FitOptions) {
        (&self.family.alignment, &self.weights, &self.options)
    }

    /// Says what is assumed, before the work starts.
    pub fn announce(&self, threads: usize, messages: &Messages) {
        self.announce_family(messages);
        let (alignment, options) = (&self.family.alignment, &self.options);
        let states = alignment.alphabet().states(options.gaps);
        let (method, penalties) = (&options.method, &options.penalties);
        let method = method.describe(penalties, alignment.sites(), states);
        messages.field("method", method);
        let needed = cost::memory(alignment, options, threads).max(self.family.reading_bytes());
        messages.timings().predict(needed);
        messages.field(
            "machine",
            format_args!(
                "{threads} thread{}, about {} of memory",
                if threads == 1 { "" } else { "s" },
                human_bytes(needed)
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

    /// Says what is modelled of the alignment.
    pub fn announce_family(&self, messages: &Messages) {
        let (alignment, options) = (&self.family.alignment, &self.options);
        self.family.announce(messages);
        if let Some(tool) = Tool::named(options.preset) {
            messages.field(
                "like",
                format_args!("{}, but for the options given", tool.as_str()),
            );
            for (what, convention) in tool.conventions() {
                messages.field(what, convention);
            }
        }
        let states = alignment.alphabet().states(options.gaps);
        let gaps = match (options.method.name(), options.gaps) {
            (method, _) if method.has_gap_reference() => "the gap is the reference",
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
        self.family.announce_depth(&self.weights, &how, messages);
    }

    /// Says which penalties hold.
    pub fn announce_penalties(&self, messages: &Messages) {
        let (alignment, options) = (&self.family.alignment, &self.options);
        let states = alignment.alphabet().states(options.gaps);
        let penalties = options.penalties.describe(alignment.sites(), states);
        messages.field("penalties", penalties);
        warn_about_penalty(options, messages);
    }
}

/// A multiple of (L-1)(q-1) below which couplings are hardly restrained; the presets have 0.01 to 0.03.
const WEAK_PENALTY: f64 = 0.0005;

fn warn_about_penalty(options: &FitOptions, messages: &Messages) {
    if let PenaltyScale::Absolute(value) = options.penalties.lambda_j
        && value < 0.1
        && value > WEAK_PENALTY
    {
        messages.warn(format_args!(
            "--lambda-j {value} is an absolute penalty, and a very weak one: {value}x is that multiple of (L-1)(q-1)"
        ));
    }
}

/// Fits an alignment that was given in place of a model, and says so.
///
/// # Errors
/// If the options are wrong, or it cannot be read or fitted.
pub fn fit_in_place(
    (input, reading, options): (&Path, &ReadOptions, FitOptions),
    threads: usize,
    messages: &Messages,
) -> Result<Model> {
    options.check()?;
    let prepared = Prepared::read(input, reading, options, None, messages)?;
    messages.say(format_args!(
        "{0} is no model file: fitting it with the defaults first ('potts fit {0}' would keep the model)",
        input.display()
    ));
    prepared.announce(threads, messages);
    prepared.fit(None, messages)
}

/// What signals do in a part of the work.
fn reaction(phase: Phase, keeper: &Checkpoints) -> Reaction {
    match phase {
        // Of fits within the fit nothing is kept: one that is stopped there begins them again. Of replicates the fit itself was kept before.
        Phase::Minimisation
        | Phase::Replicates
        | Phase::WarmStart
        | Phase::Learning
        | Phase::Partition => Reaction::Keep,
        Phase::Validation if keeper.has_kept() => Reaction::Keep,
        Phase::Model => Reaction::Finish,
        Phase::Frequencies
        | Phase::Tree
        | Phase::Correlations
        | Phase::Inverse
        | Phase::Validation
        | Phase::DirectInformation => Reaction::Exit,
    }
}
