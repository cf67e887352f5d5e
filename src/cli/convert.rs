//! `potts convert`: a model in the format of another program, or another program's model as a model file.

use super::alignment_args::choice;
use super::created_by::created_by;
use super::family::say_notes;
use super::input_format::InputFormatArg;
use super::messages::Messages;
use crate::alignment::{ChainLengths, Focus};
use crate::alphabet::Alphabet;
use crate::conventions::completion::{Completion, fill_in, names_chains};
use crate::error::{Error, Result};
use crate::io::alignments::{self, Reading};
use crate::io::files::source::Source;
use crate::io::files::{check_apart, check_output};
use crate::io::models::notes::Note;
use crate::io::models::{self, ModelFormat, OutputFormat};
use crate::model::Model;
use crate::position::Offsets;
use clap::ValueEnum;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// Formats; below the options of `--help`.
const FORMATS_HELP: &str = "\
Formats, and the endings of OUT that choose them (before any .gz):
  h5           .h5 .hdf5             model file of this program
  plmc         .plmc .model .params  binary parameters of plmc, which EVcouplings opens
  adabmdca     .dat                  text parameters of adabmDCA 2
  adabmdca-integers                  those of adabmDCA 1 and bmDCA: states are numbers
  gremlin      .mrf                  text parameters of GREMLIN
  ccmpred-raw  .raw                  raw parameters of CCMpred
  npz          .npz                  numpy arrays
  evcouplings  .csv                  EVcouplings' table of coupling scores
  ccmpred      .mat                  CCMpred's matrix of contact scores
Every command that takes a model reads them, whatever they are called, but for the last
two, from which no model can be made. A model can also be written by hand, as a table of
lines 'position state value' and 'position state position state value'.

What OUT cannot hold, or what had to be made up for it, is said on standard error.";

const EXAMPLES: &str = "\
Examples:
  potts convert family.h5 family.model --alignment family.a2m   for EVcouplings
  potts convert plmc.params family.h5                           from plmc
  potts convert params.dat family.h5 --alignment family.fasta   from adabmDCA
  potts convert family.h5 family.npz                            for Python
  potts convert family.h5 moved.h5 --offset -23                 other numbers for its positions";

/// Options of `potts convert`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, after_help = FORMATS_HELP)]
pub struct ConvertArgs {
    /// Model of any format that can be read: its content decides
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// File to write: its ending decides the format (.gz: compressed)
    #[arg(value_name = "OUT")]
    pub output: PathBuf,
    /// Format of OUT, whatever its ending
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Option<FormatChoice>,
    /// Letters of the states, where IN does not tell them
    ///
    /// protein, rna, dna, or the letters in their order.
    #[arg(long, value_name = "LETTERS")]
    pub alphabet: Option<Alphabet>,
    /// Alignment of the model, for what IN lacks
    ///
    /// Such as the target's letters, weights and frequencies.
    #[arg(long, value_name = "MSA")]
    pub alignment: Option<PathBuf>,
    /// Target in MSA [default: the first sequence]
    ///
    /// Whose residues the sites are: its whole name, or the part before the first blank or '/'.
    #[arg(
        long,
        value_name = "NAME",
        requires = "alignment",
        conflicts_with = "no_focus"
    )]
    pub focus: Option<String>,
    /// Every column of MSA is modelled
    #[arg(long, requires = "alignment")]
    pub no_focus: bool,
    /// With --no-focus: the sequence whose mutants are to be scored
    #[arg(long, value_name = "NAME", requires = "no_focus")]
    pub target: Option<String>,
    /// Number added to the positions of IN
    ///
    /// With --alignment, those of its target are counted anew: its k-th residue gets the number k + OFFSET, whatever IN says. A list such
    /// as 10,-2 has one for each chain. (A table of mutants that needs potts score-mutants --offset K needs none after --offset -K here.)
    #[arg(long, allow_hyphen_values = true, conflicts_with = "no_focus")]
    pub offset: Option<Offsets>,
    /// Lengths of the chains of paired proteins, as in 120,98
    ///
    /// In residues of the target, whatever IN says; or named as in H=120,L=98.
    #[arg(
        long,
        value_name = "N,N,...",
        allow_hyphen_values = true,
        requires = "alignment"
    )]
    pub chains: Option<ChainLengths>,
    /// Format of MSA, where its content should not decide
    #[arg(long, value_enum, value_name = "FORMAT", requires = "alignment")]
    pub input_format: Option<InputFormatArg>,
    /// Which alignment of MSA, where it holds several
    #[arg(long, value_name = "N", requires = "alignment")]
    pub query: Option<NonZeroUsize>,
    /// Overwrite OUT
    #[arg(long)]
    pub force: bool,
}

choice!(FormatChoice => OutputFormat {
    /// Model file of this program (HDF5)
    H5 => OutputFormat::Hdf5,
    /// Binary parameters of plmc, as EVcouplings reads them
    Plmc => OutputFormat::Plmc,
    /// Text parameters of adabmDCA 2
    Adabmdca => OutputFormat::AdabmDca,
    /// Text parameters of adabmDCA 1 and bmDCA
    AdabmdcaIntegers => OutputFormat::AdabmDcaIntegers,
    /// Text parameters of GREMLIN
    Gremlin => OutputFormat::Gremlin,
    /// Raw parameters of CCMpred
    CcmpredRaw => OutputFormat::CcmpredRaw,
    /// Arrays of numpy
    Npz => OutputFormat::Npz,
    /// Coupling scores of EVcouplings
    Evcouplings => OutputFormat::CouplingScores,
    /// Matrix of contact scores of CCMpred
    Ccmpred => OutputFormat::CcmpredMatrix,
});

/// Runs the command.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn run(args: &ConvertArgs, messages: &Messages) -> Result<()> {
    let format = args.format()?;
    format.check_name(&args.output)?;
    let inputs = std::iter::once(args.input.as_path()).chain(args.alignment.as_deref());
    check_apart(&args.output, inputs)?;
    check_output(&args.output, args.force)?;
    messages.timings().begin("reading the model");
    let mut fitted = args.read(messages)?;
    if let (Some(offsets), None) = (&args.offset, &args.alignment) {
        fitted.columns = fitted.columns.moved(offsets)?;
    }
    if let Some(path) = &args.alignment {
        messages.timings().begin("completing it from the alignment");
        args.fill_in(&mut fitted, path, format.holds_pair_frequencies(), messages)?;
    }
    for note in format.notes(&fitted) {
        match note {
            Note::NotKept(_) | Note::Changed(_) => messages.say(note),
            Note::MadeUp(_) => messages.warn(note),
        }
    }
    messages.timings().begin("writing");
    format.write(&fitted, &args.output, args.force)
}

impl ConvertArgs {
    fn format(&self) -> Result<OutputFormat> {
        match self.to {
            Some(choice) => Ok(choice.into()),
            None => OutputFormat::of_name(&self.output).ok_or_else(|| {
                Error::Usage(format!(
                    "the name {} does not tell a format\n  choose one with --to, or an ending such as .h5 or .params (--help lists them)",
                    self.output.display()
                ))
            }),
        }
    }

    /// The model, with a word on who converted it if it is another program's.
    fn read(&self, messages: &Messages) -> Result<Model> {
        let format = models::detect(&self.input);
        let told = matches!(
            format,
            Some(ModelFormat::Hdf5 | ModelFormat::Plmc | ModelFormat::CcmpredRaw)
        );
        if told && self.alphabet.is_some() {
            return Err(Error::Usage(format!(
                "{} tells the letters of its states: leave --alphabet out",
                self.input.display()
            )));
        }
        let mut fitted = models::read_with(&self.input, self.alphabet.as_ref())?;
        if format != Some(ModelFormat::Hdf5) {
            let origin = &mut fitted.provenance;
            origin.created_by = format!("{}; converted by {}", origin.created_by, created_by());
            origin.command_line = messages.command_line().into();
        }
        Ok(fitted)
    }

    /// Adds what the alignment tells.
    fn fill_in(
        &self,
        fitted: &mut Model,
        path: &Path,
        with_pairs: bool,
        messages: &Messages,
    ) -> Result<()> {
        let completion = Completion {
            focus: match &self.focus {
                _ if self.no_focus => Focus::None {
                    target: self.target.clone(),
                },
                Some(name) => Focus::Named(name.clone()),
                None => Focus::First,
            },
            chains: self.chains.clone(),
            offsets: self.offset.clone(),
            numbered: matches!(
                models::detect(&self.input),
                Some(ModelFormat::Gremlin | ModelFormat::Plmc)
            ),
            with_pairs,
        };
        let source = Source::read(path)?;
        let format = self.input_format.and_then(InputFormatArg::format);
        let query = self.query;
        let records = alignments::read_with(&source, Reading { format, query })?;
        say_notes(&records, messages);
        fill_in(fitted, &records, &completion)?;
        let origin = &mut fitted.provenance;
        if origin.input.is_empty() {
            origin.input.clone_from(&records.file);
            origin.input_sha256 = source.sha256();
        }
        self.warn_about_chains(fitted, messages);
        Ok(())
    }

    /// A name with a range for each chain numbers them only if they are told apart.
    fn warn_about_chains(&self, fitted: &Model, messages: &Messages) {
        let columns = &fitted.columns;
        let name = fitted.target.as_deref().unwrap_or_default();
        if names_chains(name) && !columns.has_chains() && self.offset.is_none() {
            messages.warn(format_args!(
                "the target's name has a range for each of several chains, but the model has none: its sites are {}; --chains tells them \
                 apart",
                columns.numbering()
            ));
        }
    }
}
