//! Options of `potts score-mutants`, and what they amount to.

use super::offset_choice::OffsetChoice;
use super::reading::Positions;
use crate::cli::help::columns_help;
use crate::cli::table_args::FileArgs;
use crate::error::{Error, Result};
use crate::io::tables::Style;
use crate::io::tables::columns::RESULTS;
use crate::io::tables::mutants::{Kind, Results};
use crate::mutants::Mutant;
use crate::position::Chain;
use std::path::{Path, PathBuf};

/// Score mutants of the target: log P(mutant) - log P(wild type), so higher is better and the wild type has 0
///
/// The columns of the input come first, then those below. Rows keep their order and none is lost: where there is no score, status says
/// why.
///
/// In a model of several chains (potts fit --chains) a mutant names the chain: A:G12D, or A:G12D:B:L5V in two; a chain holds until
/// another is named. --chain or --chain-column name it for mutants that do not.
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Examples:
  potts score-mutants model.h5 A24V A24V:R57I
  potts score-mutants model.h5 --file assay.csv --against DMS_score -o scored.csv
  potts score-mutants model.h5 --all-single --format matrix > matrix.tsv
  potts score-mutants --batch list.tsv --out-dir scores   a list with the columns model, file, ...",
after_long_help = columns_help(&RESULTS))]
pub struct ScoreMutantsArgs {
    /// Model of `potts fit` or another program
    pub model: PathBuf,

    /// Mutants such as A42G or A42G:L57V, or the name of a table
    ///
    /// Also , ; / + or blanks between; B:A42G in a chain.
    #[arg(value_name = "MUTANT", conflicts_with_all = ["file", "all_single", "all_double"])]
    pub mutants: Vec<String>,

    /// A table or a list of mutants; - for standard input
    ///
    /// Cells between tabs, commas, semicolons or blanks, or sequences in FASTA format; plain, gzip or zstd. What it is, and where its mutants
    /// are, is told by its first rows and said in the log.
    #[arg(short, long, value_name = "TABLE", conflicts_with_all = ["all_single", "all_double"])]
    pub file: Option<PathBuf>,

    /// Column with the mutants, or what --layout says [default: told by contents]
    ///
    /// Of --layout three-columns the names of all three, as in site,wildtype,mutant.
    #[arg(long, value_name = "NAME")]
    pub column: Option<String>,

    /// How rows say what their mutants are [default: told by contents]
    #[arg(long, value_enum)]
    pub layout: Option<TableLayout>,

    /// Positions of the residues that each row gives, as VDGV for 39,40,41,54
    ///
    /// In the target's numbering; ranges such as 54-56, chains as in A:39,B:12.
    #[arg(
        long,
        value_name = "LIST",
        conflicts_with_all = ["offset", "numbering", "chain_column"]
    )]
    pub positions: Option<Positions>,

    /// Chain of mutants that name none
    #[arg(long, value_name = "LETTER", conflicts_with_all = ["all_single", "all_double"])]
    pub chain: Option<Chain>,

    /// Column with the chain of each mutant, a letter
    #[arg(long, value_name = "NAME", conflicts_with = "chain")]
    pub chain_column: Option<String>,

    /// All single substitutions of the modelled positions
    #[arg(long, conflicts_with = "all_double")]
    pub all_single: bool,

    /// All pairs of them: 361 rows for each pair of positions
    #[arg(long)]
    pub all_double: bool,

    /// What to write [default: by the output's name, else as the input]
    ///
    /// matrix and evcouplings go with --all-single.
    #[arg(long, value_enum)]
    pub format: Option<Format>,

    /// Which score a matrix has [default: potts]
    #[arg(long, value_enum)]
    pub score: Option<MatrixScore>,

    /// Number added to every position of the input, or auto
    ///
    /// The table's number + K is the target's position: --offset 23 where A1V of the table is A24V. (potts fit --offset K is another
    /// matter: there the target's k-th residue gets the number k + K.) A list such as 10,-2 has one for each chain. auto takes the
    /// offset that the first 8192 rows tell, if it fits 20, and 95 % of what it brings to the target.
    #[arg(
        long,
        value_name = "K",
        default_value_t,
        allow_hyphen_values = true,
        conflicts_with_all = ["all_single", "all_double"]
    )]
    pub offset: OffsetChoice,

    /// What mutants are made in [default: the target]
    ///
    /// A mutant of the target such as A24V:R57I, a whole sequence of its length, or a FASTA file of one. Mutants are then written against it (of a background with V at 24,
    /// V24L and not A24L), and all scores are against it: the background has 0.
    #[arg(long, value_name = "MUTANT")]
    pub background: Option<String>,

    /// Table of the numbers of the mutants and the positions that they are
    ///
    /// For numbers that count in their own way, such as Ambler's, Kabat's or H3's: two columns, the number as the mutants have it (100, 100a,
    /// H:100a) and the position of the target; or columns named reference and position. Cells between tabs, commas or semicolons.
    #[arg(
        long,
        value_name = "TABLE",
        conflicts_with_all = ["offset", "all_single", "all_double"]
    )]
    pub numbering: Option<PathBuf>,

    /// T of P(x) ~ exp(-E(x) / T): scores in nats are over T [default: 1]
    ///
    /// potts_score, its parts and potts_se, and independent_score; effect_score and confidence stay as they are, and so does the order of mutants.
    /// That of samples with the energies of natural sequences is told by `potts evaluate`.
    #[arg(long, value_name = "T", conflicts_with = "calibration")]
    pub temperature: Option<f64>,

    /// Report Spearman's correlation with this column
    ///
    /// Over the mutants with a score and a number; rows of the wild type and synonymous ones are counted, not used. Mutants that stand in
    /// several rows are named. Its numbers are held in memory.
    #[arg(long, value_name = "COLUMN")]
    pub against: Option<String>,

    /// Predict what an assay measures, by a calibration of this model
    ///
    /// Of `potts calibrate`. Adds calibrated and its interval of 80 %, calibrated_low and calibrated_high. The columns that the calibration was
    /// made with must be in the table.
    #[arg(long, value_name = "CAL.h5", conflicts_with = "background")]
    pub calibration: Option<PathBuf>,

    #[command(flatten)]
    pub written: FileArgs,

    /// Print a summary as one JSON object
    ///
    /// To standard output; the table then goes to --output or nowhere.
    #[arg(long)]
    pub json: bool,
}

/// How the rows of a table say what their mutants are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TableLayout {
    /// A mutant on each line, without a header
    List,
    /// Mutants in a column
    Column,
    /// Position, wild type and mutant, each in a column
    ThreeColumns,
    /// Whole sequences in a column, compared with the target
    Sequences,
    /// The residues at --positions in a column
    Letters,
    /// Whole sequences in FASTA format
    Fasta,
}

impl From<TableLayout> for Kind {
    fn from(layout: TableLayout) -> Self {
        match layout {
            TableLayout::List => Self::List,
            TableLayout::Column => Self::Column,
            TableLayout::ThreeColumns => Self::ThreeColumns,
            TableLayout::Sequences => Self::Sequences,
            TableLayout::Letters => Self::Letters,
            TableLayout::Fasta => Self::Fasta,
        }
    }
}

/// How scores are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A row a mutant, separated as the input is
    Table,
    /// A row a mutant, with tabs (.tsv)
    Tsv,
    /// A row a mutant, with commas (.csv)
    Csv,
    /// Array of objects (.json)
    Json,
    /// A row a position, a column a residue, one score (--score)
    Matrix,
    /// The table of single mutants of EVcouplings, with commas
    Evcouplings,
}

/// The score of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum MatrixScore {
    /// potts_score
    Potts,
    /// independent_score
    Independent,
    /// effect_score
    Effect,
    /// What --calibration predicts
    Calibrated,
}

impl Format {
    /// Whether it is for all single substitutions only.
    fn is_of_singles(self) -> bool {
        matches!(self, Self::Matrix | Self::Evcouplings)
    }
}

impl ScoreMutantsArgs {
    /// Those for a table of mutants of a model's target, without any further option.
    pub fn of_table(model: &Path, table: &Path) -> Self {
        Self {
            model: model.into(),
            mutants: Vec::new(),
            file: Some(table.into()),
            column: None,
            layout: None,
            positions: None,
            chain: None,
            chain_column: None,
            all_single: false,
            all_double: false,
            format: None,
            score: None,
            offset: OffsetChoice::default(),
            numbering: None,
            against: None,
            background: None,
            temperature: None,
            calibration: None,
            written: FileArgs::default(),
            json: false,
        }
    }

    /// How results are written that stand beside an input with this separator, if it has one: as asked for, else as the output's name says.
    pub(super) fn style(&self, input: Option<u8>) -> Results {
        let named = self.written.output.as_deref().and_then(Style::of_name);
        match (self.format, named) {
            (Some(Format::Tsv), _) => Results::Separated(b'\t'),
            (Some(Format::Csv), _) => Results::Separated(b','),
            (Some(Format::Json), _) => Results::Json,
            (Some(Format::Table | Format::Matrix | Format::Evcouplings), _) => Results::AsInput,
            (None, Some(Style::Json)) => Results::Json,
            (None, Some(Style::Tsv)) => Results::Separated(b'\t'),
            // Tables with semicolons are called .csv, too.
            (None, Some(Style::Csv)) if input != Some(b';') => Results::Separated(b','),
            (None, _) => Results::AsInput,
        }
    }

    /// What separates the cells of a matrix, by the output's name.
    ///
    /// # Errors
    /// [`Error::Usage`] if that asks for JSON.
    pub(super) fn matrix_separator(&self) -> Result<u8> {
        match self.written.output.as_deref().and_then(Style::of_name) {
            Some(Style::Csv) => Ok(b','),
            Some(Style::Tsv) | None => Ok(b'\t'),
            Some(Style::Json) => Err(Error::Usage(
                "a matrix is a table: call it .csv or .tsv, or leave out --format matrix".into(),
            )),
        }
    }

    /// Checks that the options alone, without mutants beside the model, say what is to be scored.
    ///
    /// # Errors
    /// [`Error::Usage`] if they do not, or if one of them would have no effect.
    pub fn check_request(&self) -> Result<()> {
        if self.file.is_none() && !self.all_single && !self.all_double {
            return Err(Error::Usage(
                "no mutants to score\n  name a table with --file TABLE, or use --all-single or --all-double".into(),
            ));
        }
        Request::of(self).map(drop)
    }
}

/// Whether a word that is no mutant is a file, or is called as one: then that it is not there is what is wrong.
fn is_file(word: &str) -> bool {
    const ENDINGS: [&str; 10] = [
        "csv", "tsv", "txt", "tab", "gz", "zst", "fa", "fasta", "xlsx", "list",
    ];
    let path = Path::new(word);
    let ending = path.extension().and_then(std::ffi::OsStr::to_str);
    let is_called_so =
        ending.is_some_and(|ending| ENDINGS.contains(&&*ending.to_ascii_lowercase()));
    word == "-" || path.is_file() || is_called_so
}

fn is_no_mutant_but_a_file(word: &str) -> bool {
    Mutant::parse(word).is_err() && is_file(word)
}

/// What is to be scored.
#[derive(Debug, Clone, Copy)]
pub(super) enum Request<'a> {
    Mutants(&'a [String]),
    Table(&'a Path),
    AllSingle(Option<Format>),
    AllDouble,
}

impl<'a> Request<'a> {
    pub(super) fn of(args: &'a ScoreMutantsArgs) -> Result<Self> {
        let request = match (&args.file, args.all_single, args.all_double) {
            (Some(table), ..) => Self::Table(table),
            (None, true, _) => Self::AllSingle(args.format),
            (None, false, true) => Self::AllDouble,
            _ => Self::given(args)?,
        };
        request.check(args)?;
        Ok(request)
    }

    /// A single word that is no mutant but a file is the file: `potts score-mutants model.h5 assay.csv`.
    fn given(args: &'a ScoreMutantsArgs) -> Result<Self> {
        match &args.mutants[..] {
            [] if !args.model.exists() => Err(Error::Usage(format!(
                "there is no model file '{0}', and nothing to score: the model comes first, as in\n  potts score-mutants MODEL.h5 {0}",
                args.model.display()
            ))),
            [] => Err(Error::Usage(
                "no mutants to score\n  name some (A42G), a table with --file TABLE, or use --all-single or --all-double"
                    .into(),
            )),
            [only] if is_no_mutant_but_a_file(only) => Ok(Self::Table(Path::new(only))),
            mutants => match mutants.iter().find(|word| is_no_mutant_but_a_file(word)) {
                Some(file) => Err(Error::Usage(format!(
                    "'{file}' is a file, and mutants stand beside it\n  give a table by itself: potts score-mutants {} --file {file}",
                    args.model.display()
                ))),
                None => Ok(Self::Mutants(mutants)),
            },
        }
    }

    /// Refuses options that would have no effect.
    fn check(&self, args: &ScoreMutantsArgs) -> Result<()> {
        let is_table = matches!(self, Self::Table(_));
        match (args.layout, args.positions.is_some()) {
            (Some(_), _) if !is_table => {
                return Err(Error::Usage(
                    "--layout is for a table\n  give the table with --file TABLE".into(),
                ));
            }
            (Some(TableLayout::Letters), false) => {
                return Err(Error::Usage(
                    "--layout letters needs --positions, those of the letters".into(),
                ));
            }
            (Some(layout), true) if layout != TableLayout::Letters => {
                return Err(Error::Usage(
                    "--positions goes with --layout letters alone".into(),
                ));
            }
            _ => {}
        }
        for (option, given) in [
            ("--column", &args.column),
            ("--chain-column", &args.chain_column),
            ("--against", &args.against),
        ] {
            if given.is_some() && !is_table {
                return Err(Error::Usage(format!(
                    "{option} names a column of a table\n  give the table with --file TABLE"
                )));
            }
        }
        if args.positions.is_some() && matches!(self, Self::AllSingle(_) | Self::AllDouble) {
            return Err(Error::Usage(format!(
                "--positions are those of the letters of a table\n  all pairs at some positions: potts epistasis {} --positions LIST",
                args.model.display()
            )));
        }
        let is_matrix = matches!(self, Self::AllSingle(Some(Format::Matrix)));
        if args.score.is_some() && !is_matrix {
            return Err(Error::Usage(
                "--score is of --all-single --format matrix: other tables have all scores".into(),
            ));
        }
        if is_matrix && (args.score == Some(MatrixScore::Calibrated)) != args.calibration.is_some()
        {
            return Err(Error::Usage(
                "a matrix of predictions takes both --calibration CAL.h5 and --score calibrated"
                    .into(),
            ));
        }
        if args.format.is_some_and(Format::is_of_singles) && !matches!(self, Self::AllSingle(_)) {
            return Err(Error::Usage(
                "--format matrix and --format evcouplings go with --all-single".into(),
            ));
        }
        Ok(())
    }

    /// What the input is called in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Mutants(_) => "command line".into(),
            Self::Table(path) if *path == Path::new("-") => "standard input".into(),
            Self::Table(path) => path.display().to_string(),
            Self::AllSingle(_) => "all single substitutions".into(),
            Self::AllDouble => "all double substitutions".into(),
        }
    }
}
