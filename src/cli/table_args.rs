//! Where a table goes and how it is written: one group of options for every command whose answer is a table.

use crate::error::{Error, Result};
use crate::io::files::harmless::harmless;
use crate::io::files::output::write_output;
use crate::io::files::{check_apart, check_output};
use crate::io::tables::Style;
use clap::ValueEnum;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A format that a command writes its table in.
pub trait TableFormat: ValueEnum + Copy + Send + Sync + 'static {
    /// What the ending of a name asks for, before any `.gz`; `None` if it does not say.
    fn of_name(path: &Path) -> Option<Self>;
}

/// Where a table goes, and how it is written.
#[derive(Debug, Clone, clap::Args)]
pub struct TableArgs<F: TableFormat> {
    /// What to write [default: by the output's name, else tsv]
    #[arg(long, value_enum)]
    pub format: Option<F>,

    #[command(flatten)]
    pub file: FileArgs,
}

/// The file that a table goes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct FileArgs {
    /// File to write [default: standard output]
    ///
    /// Its ending decides what is written, where --format does not; with .gz behind it the file is compressed.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Overwrite FILE
    #[arg(long)]
    pub force: bool,
}

impl<F: TableFormat> TableArgs<F> {
    /// What is written: as asked for, else as the output's name says.
    pub fn format(&self) -> Option<F> {
        let named = self.file.output.as_deref().and_then(F::of_name);
        self.format.or(named)
    }
}

impl FileArgs {
    /// Refuses an output that is one of the files that are read, or that is there and may not be overwritten.
    ///
    /// # Errors
    /// [`Error::Usage`], naming the file.
    pub fn check<'a>(&self, inputs: impl IntoIterator<Item = &'a Path>) -> Result<()> {
        match &self.output {
            Some(output) => {
                check_apart(output, inputs)?;
                check_output(output, self.force)
            }
            None => Ok(()),
        }
    }

    /// Writes the table, with what a terminal would obey made harmless.
    ///
    /// # Errors
    /// If it cannot be written, or `contents` fail.
    pub fn write(&self, contents: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        write_output(self.output.as_deref(), self.force, |output| {
            harmless(output, contents)
        })
    }

    /// The error where it cannot be written.
    pub fn error(&self) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = self.output.clone();
        move |error| {
            let path = path.as_deref().unwrap_or(Path::new("standard output"));
            Error::io("write", path)(error)
        }
    }
}

/// The formats of a plain table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlainFormat {
    /// Table with tabs (.tsv)
    Tsv,
    /// Table with commas (.csv)
    Csv,
    /// Array of objects (.json)
    Json,
}

impl TableFormat for PlainFormat {
    fn of_name(path: &Path) -> Option<Self> {
        Style::of_name(path).map(|style| match style {
            Style::Tsv => Self::Tsv,
            Style::Csv => Self::Csv,
            Style::Json => Self::Json,
        })
    }
}

impl TableArgs<PlainFormat> {
    /// How the table is written.
    pub fn style(&self) -> Style {
        match self.format() {
            Some(PlainFormat::Csv) => Style::Csv,
            Some(PlainFormat::Json) => Style::Json,
            Some(PlainFormat::Tsv) | None => Style::Tsv,
        }
    }
}
