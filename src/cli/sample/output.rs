//! Where sequences go: FASTA, A2M or a table, one after the other.

use super::SampleArgs;
use super::args::SampleFormat;
use crate::error::{Error, Result};
use crate::io::alignments::unaligned;
use crate::io::tables::columns::{SAMPLES, Sampled, Samples, Stream, chosen};
use crate::model::Model;
use crate::mutants::{Change, MutantScorer};
use crate::sample::{SampleRow, Space};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Sequences that are being written.
pub struct Output<'m, 'w> {
    model: &'m Model,
    /// Says how substitutions are written, where sequences are made of the target.
    scorer: Option<MutantScorer<'m>>,
    form: Form<'w>,
    path: Option<PathBuf>,
}

enum Form<'w> {
    Fasta(&'w mut dyn Write),
    A2m(&'w mut dyn Write),
    Table(Stream<'w, Samples>),
}

impl<'m, 'w> Output<'m, 'w> {
    /// Writes what stands before them.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin(
        args: &SampleArgs,
        model: &'m Model,
        space: &Space,
        output: &'w mut dyn Write,
    ) -> Result<Self> {
        let path = args.file.output.clone();
        let of_target = space.target().is_some();
        let asked: &[&str] = match of_target {
            true => &["mutations", "mutant"],
            false => &[],
        };
        let format = args.written_as();
        let form = match (format.style(), format) {
            (Some(style), _) => Form::Table(
                Stream::begin(chosen(SAMPLES, asked), style, output).map_err(failed(&path))?,
            ),
            (None, SampleFormat::A2m) => Form::A2m(output),
            (None, _) => Form::Fasta(output),
        };
        Ok(Self {
            model,
            scorer: of_target.then(|| MutantScorer::new(model)).transpose()?,
            form,
            path,
        })
    }

    /// Writes one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, row: &SampleRow) -> Result<()> {
        let mutant = match (&self.scorer, &row.changes) {
            (Some(scorer), Some(changes)) => named(scorer, changes),
            _ => Vec::new(),
        };
        let written = match &mut self.form {
            Form::Table(table) => table.row(&Sampled {
                row,
                mutant: &mutant,
                sequence: &row.letters,
            }),
            Form::Fasta(output) => unaligned::write(&header(row, &mutant), &row.letters, *output),
            Form::A2m(output) => {
                let letters = in_all_columns(self.model, &row.letters);
                unaligned::write(&header(row, &mutant), &letters, *output)
            }
        };
        written.map_err(failed(&self.path))
    }

    /// Writes what stands behind them.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<()> {
        match self.form {
            Form::Table(table) => table.finish().map(|_| ()).map_err(failed(&self.path)),
            Form::Fasta(_) | Form::A2m(_) => Ok(()),
        }
    }
}

fn failed(path: &Option<PathBuf>) -> impl FnOnce(io::Error) -> Error + use<> {
    let path = path.clone();
    move |error| {
        Error::io(
            "write",
            path.as_deref().unwrap_or(Path::new("standard output")),
        )(error)
    }
}

/// `A24V:R57I`.
fn named(scorer: &MutantScorer<'_>, changes: &[Change]) -> Vec<u8> {
    let mut name = Vec::new();
    for (k, &change) in changes.iter().enumerate() {
        if k > 0 {
            name.push(b':');
        }
        scorer.push_name(change, &mut name);
    }
    name
}

/// `sample_1 energy=-12.345678 identity=0.4567 temperature=1`.
fn header(row: &SampleRow, mutant: &[u8]) -> String {
    let mut name = format!("sample_{}", row.number);
    if row.changes.is_some() {
        name += &format!(" mutant={}", String::from_utf8_lossy(mutant));
    }
    name += &format!(" energy={:.6}", row.energy);
    if let Some(identity) = row.identity {
        name += &format!(" identity={identity:.4}");
    }
    name + &format!(" temperature={}", row.temperature)
}

/// The letters with those of the target between them that are not modelled, in small ones.
fn in_all_columns(model: &Model, letters: &[u8]) -> Vec<u8> {
    let mut own = letters.iter();
    let columns = model.columns.columns().iter();
    let letter = columns.filter_map(|column| match column.modelled {
        true => own.next().copied(),
        false => Some(column.letter.to_ascii_lowercase()).filter(u8::is_ascii_alphabetic),
    });
    letter.collect()
}
