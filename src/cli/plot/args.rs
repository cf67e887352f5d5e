//! The command line of `potts plot`.

use crate::cli::alignment_args::number;
use crate::cli::structure_args::StructureArgs;
use crate::contacts::{Positions, RankingScore, Top};
use crate::error::{Error, Result};
use crate::report::singles::Measure;
use clap::ValueEnum;
use std::ffi::OsStr;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  potts plot contacts family.h5 -o map.svg
  potts plot contacts family.h5 --structure 1abc.cif --width 85 -o map.pdf    a column of a journal
  potts plot mutants family.h5 --positions 60-120 -o mutants.png --dpi 600
  potts plot epistasis family.h5 --positions 24,57 -o pair.svg
  potts plot correlations family.h5 -o correlations.png       samples against natural sequences
  potts plot precision family.h5 --structure 1abc.cif -o precision.svg --no-title";

/// Draw what a model says, for a paper: SVG, PDF or PNG
///
/// What is drawn is what the tables say: of `potts contacts`, `potts score-mutants --all-single`, `potts positions`, `potts epistasis`. `potts report`
/// has all of them on one page.
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = EXAMPLES)]
pub struct PlotArgs {
    /// What to draw
    #[arg(value_enum, value_name = "WHAT")]
    pub what: What,
    /// Model of `potts fit` or another program
    pub model: PathBuf,
    /// Picture to write: .svg, .pdf or .png [default: SVG to standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite FILE
    #[arg(long)]
    pub force: bool,
    /// What to write [default: by the output's name, else svg]
    #[arg(long, value_enum)]
    pub format: Option<PictureFormat>,
    /// Width in millimetres [default: 120 to 180, by what is drawn]
    #[arg(long, value_name = "MM", value_parser = width)]
    pub width: Option<f64>,
    /// Size of letters in points
    #[arg(long, value_name = "PT", default_value_t = 8.0, value_parser = font_size)]
    pub font_size: f64,
    /// Dots an inch of a PNG [default: 300]
    #[arg(long, value_name = "DPI", value_parser = dpi)]
    pub dpi: Option<f64>,
    /// Line above the drawing [default: what it is, and of whom]
    #[arg(long, value_name = "TEXT", conflicts_with = "no_title")]
    pub title: Option<String>,
    /// No line above the drawing
    #[arg(long)]
    pub no_title: bool,
    /// contacts, arcs: how many pairs, N or a multiple of L [default: L; arcs L/2]
    #[arg(long, value_name = "N|xL|all", allow_negative_numbers = true)]
    pub top: Option<Top>,
    /// contacts, arcs: leave out pairs nearer than this along the chain [default: 6]
    #[arg(long, value_name = "N")]
    pub min_separation: Option<u64>,
    /// mutants, logo: from the first to the last of these; epistasis: two positions
    #[arg(long, value_name = "24,57|60-120")]
    pub positions: Option<Positions>,
    /// Which score [default: the best that the model tells]
    ///
    /// Of contacts, arcs and precision pattern, else apc; of mutants effect, else potts.
    #[arg(long, value_enum)]
    pub score: Option<ScoreChoice>,
    /// correlations, energies, components: samples drawn before [default: drawn here]
    #[arg(long, value_name = "FILE")]
    pub samples: Option<PathBuf>,
    /// The same: natural sequences, aligned alike [default: those that the model holds]
    #[arg(long, value_name = "FILE")]
    pub natural: Option<PathBuf>,
    #[command(
        flatten,
        next_help_heading = "Structures, of contacts, arcs and precision"
    )]
    pub structures: StructureArgs,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Contact map: predicted pairs above the diagonal, a structure's below
    Contacts,
    /// All single mutants, position by residue
    Mutants,
    /// Objective and gradient of the fit, by iteration
    Convergence,
    /// Sequence logo of the family
    Logo,
    /// Strongest pairs as arcs over the sequence
    Arcs,
    /// Share of the first pairs that touch in a structure
    Precision,
    /// Interactions of all residues at two positions
    Epistasis,
    /// Correlations of pairs in samples against those in natural sequences
    Correlations,
    /// Energies of samples and of natural sequences
    Energies,
    /// Samples and natural sequences on principal components
    Components,
}

impl What {
    /// Whether it takes samples, and natural sequences.
    pub fn is_of_samples(self) -> bool {
        matches!(self, Self::Correlations | Self::Energies | Self::Components)
    }

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Mutants => "mutants",
            Self::Convergence => "convergence",
            Self::Logo => "logo",
            Self::Arcs => "arcs",
            Self::Precision => "precision",
            Self::Epistasis => "epistasis",
            Self::Correlations => "correlations",
            Self::Energies => "energies",
            Self::Components => "components",
        }
    }

    /// Width in millimetres that suits it.
    pub fn width(self) -> f64 {
        match self {
            Self::Contacts | Self::Precision | Self::Correlations => 120.0,
            Self::Energies | Self::Components => 120.0,
            Self::Epistasis => 90.0,
            Self::Mutants | Self::Convergence | Self::Logo | Self::Arcs => 180.0,
        }
    }

    /// The options that it takes, of those that not all take.
    fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Contacts | Self::Arcs => &["--top", "--min-separation", "--structure", "--score"],
            Self::Mutants => &["--positions", "--score"],
            Self::Logo | Self::Epistasis => &["--positions"],
            Self::Precision => &["--structure", "--score"],
            Self::Convergence => &[],
            Self::Correlations | Self::Energies | Self::Components => &["--samples", "--natural"],
        }
    }
}

/// `--score`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScoreChoice {
    /// contacts, arcs, precision: couplings together with those around them
    Pattern,
    /// contacts, arcs, precision: each coupling alone
    Apc,
    /// mutants: effect_score
    Effect,
    /// mutants: potts_score
    Potts,
    /// mutants: independent_score
    Independent,
}

impl ScoreChoice {
    /// The score of mutants, if it is one.
    pub fn measure(self) -> Option<Measure> {
        match self {
            Self::Effect => Some(Measure::Effect),
            Self::Potts => Some(Measure::Potts),
            Self::Independent => Some(Measure::Independent),
            Self::Pattern | Self::Apc => None,
        }
    }

    /// The score of pairs, if it is one.
    pub fn ranking(self) -> Option<RankingScore> {
        match self {
            Self::Pattern => Some(RankingScore::Pattern),
            Self::Apc => Some(RankingScore::default()),
            Self::Effect | Self::Potts | Self::Independent => None,
        }
    }
}

/// What a picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PictureFormat {
    /// Vectors, for browsers and drawing programs (.svg)
    Svg,
    /// Vectors, for papers (.pdf)
    Pdf,
    /// Pixels (.png)
    Png,
}

impl PlotArgs {
    /// What is written: as asked for, else as the output's name says.
    ///
    /// # Errors
    /// [`Error::Usage`] for an ending of other files.
    pub fn format(&self) -> Result<PictureFormat> {
        let Some(path) = &self.output else {
            return Ok(self.format.unwrap_or(PictureFormat::Svg));
        };
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let named = match ending.to_ascii_lowercase().as_str() {
            "svg" => Some(PictureFormat::Svg),
            "pdf" => Some(PictureFormat::Pdf),
            "png" => Some(PictureFormat::Png),
            _ => None,
        };
        self.format.or(named).ok_or_else(|| {
            Error::Usage(format!(
                "{}: the name of a picture ends in .svg, .pdf or .png; for another, say what it is with --format",
                path.display()
            ))
        })
    }

    /// Refuses options that would have no effect.
    ///
    /// # Errors
    /// [`Error::Usage`], naming the option.
    pub fn check(&self) -> Result<()> {
        let given = [
            ("--top", self.top.is_some()),
            ("--min-separation", self.min_separation.is_some()),
            ("--positions", self.positions.is_some()),
            ("--score", self.score.is_some()),
            ("--samples", self.samples.is_some()),
            ("--natural", self.natural.is_some()),
            ("--structure", !self.structures.structure.is_empty()),
        ];
        let takes = self.what.takes();
        if let Some((option, _)) = given
            .into_iter()
            .find(|(option, given)| *given && !takes.contains(option))
        {
            return Err(Error::Usage(format!(
                "{option} has no effect on the drawing of {}: leave it out",
                self.what.word()
            )));
        }
        let of_mutants = self.what == What::Mutants;
        if self
            .score
            .is_some_and(|score| score.measure().is_some() != of_mutants)
        {
            let words = if of_mutants {
                "effect, potts or independent"
            } else {
                "pattern or apc"
            };
            return Err(Error::Usage(format!(
                "--score of {} is {words}",
                self.what.word()
            )));
        }
        let letters = self.width.unwrap_or(self.what.width()) * super::POINTS
            / super::MILLIMETRES
            / self.font_size;
        if letters < FEWEST_LETTERS {
            return Err(Error::Usage(format!(
                "letters of {} pt are too large for the width of the drawing, which has room for {letters:.0} of them beside each other, where {FEWEST_LETTERS} are needed: a larger --width or a smaller --font-size",
                self.font_size
            )));
        }
        if self.what == What::Precision && self.structures.structure.is_empty() {
            return Err(Error::Usage(
                "precision is of pairs held against a structure: give one with --structure FILE"
                    .into(),
            ));
        }
        if self.dpi.is_some() && self.format()? != PictureFormat::Png {
            return Err(Error::Usage(
                "--dpi is of .png; .svg and .pdf have no dots".into(),
            ));
        }
        Ok(())
    }
}

/// Room that axes, names and legends take, in sizes of letters.
const FEWEST_LETTERS: f64 = 12.0;

fn width(text: &str) -> std::result::Result<f64, String> {
    number(text, "a width from 20 to 2000 mm", |mm| {
        (20.0..=2000.0).contains(&mm)
    })
}

fn font_size(text: &str) -> std::result::Result<f64, String> {
    number(text, "a size from 3 to 40 points", |pt| {
        (3.0..=40.0).contains(&pt)
    })
}

fn dpi(text: &str) -> std::result::Result<f64, String> {
    number(text, "dots an inch, from 20 to 2400", |dpi| {
        (20.0..=2400.0).contains(&dpi)
    })
}
