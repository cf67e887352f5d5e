//! An alignment read and reduced to what is modelled, and what is said about it.

use super::alignment_args::ReadOptions;
use super::messages::Messages;
use crate::alignment::chain_groups::chain_neff;
use crate::alignment::diagnosis::{Finding, Numbered, findings, first_is_anybodys, paired_rows};
use crate::alignment::letters::guess_alphabet;
use crate::alignment::name_ranges::identifier;
use crate::alignment::numbering::{chain_unit, numbering_row};
use crate::alignment::weights::depth_in_words;
use crate::alignment::{
    AlignedRecords, Alignment, ChainLengths, ColumnRule, Focus, FocusOptions, LowerCase,
    SequenceWeights, focus,
};
use crate::error::{Error, Result, shortened};
use crate::io::alignments::foreign::EXPECTED;
use crate::io::alignments::{self, Reading, a2m};
use crate::io::files::output::write_file;
use crate::io::files::source::Source;
use crate::machine::memory::available_memory;
use crate::report::words::neff_of_chains;
use std::path::Path;

/// Bytes that a modelled column takes whatever is fitted: its place in the map, its frequencies, its fields, all of them twice while a model is
/// written (measured with three million columns).
const COLUMN: u64 = 2000;

/// Refuses so many columns that what describes them has no room.
fn check_columns(
    records: &AlignedRecords,
    options: &FocusOptions,
    available: Option<u64>,
) -> Result<()> {
    let Some(available) = available else {
        return Ok(());
    };
    let most = (available / COLUMN) as usize;
    if records.width() <= most {
        return Ok(());
    }
    // Of a target only its residues are described, and there is no target with more of them than the longest sequence has.
    let residues = |row: &[u8]| row.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let rows = records.rows();
    let columns = match options.focus {
        Focus::First => rows.get(0).map_or(0, residues),
        Focus::Row(row) => rows.get(row).map_or(0, residues),
        Focus::Named(_) => rows.iter().map(residues).max().unwrap_or(0),
        Focus::None { .. } | Focus::EveryColumn => records.width(),
    };
    match columns > most {
        true => Err(Error::Memory {
            needed: columns as u64 * COLUMN,
            available,
            remedy: format!(
                "{} has {columns} columns to be modelled, at {COLUMN} bytes each whatever is fitted: cut out the part that is wanted",
                records.file
            ),
        }),
        false => Ok(()),
    }
}

/// An alignment read and focused.
pub struct Family {
    /// The rows of the file.
    pub records: AlignedRecords,
    /// What is left of them.
    pub alignment: Alignment,
    /// How it was reduced to that.
    pub options: FocusOptions,
    /// Whether columns are numbered, all of them, and not the residues of a target.
    every_column: bool,
    /// Whether the chains are those that the file declares.
    declared: bool,
    source: Source,
}

impl Family {
    /// Reads `path` and reduces it to what is modelled.
    ///
    /// # Errors
    /// If it is no alignment or nothing is left of it.
    pub fn read(path: &Path, reading: &ReadOptions, messages: &Messages) -> Result<Self> {
        messages.timings().begin("reading the alignment");
        let available = reading.max_memory.or_else(available_memory);
        let source = Source::read_expecting(path, EXPECTED, available)?;
        let (format, query) = (reading.format, reading.query);
        let records = alignments::read_with(&source, Reading { format, query })?;
        let mut asked = reading.focus.clone();
        if let Some(structure) = &reading.focus_structure {
            asked.focus = Focus::Row(structure.row_of(&records, available, messages)?);
        }
        check_columns(&records, &asked, available)?;
        messages.timings().begin("choosing rows and columns");
        let given = reading.alphabet.clone();
        let alphabet = given.unwrap_or_else(|| guess_alphabet(&records));
        let options = asked.with_declared(&records);
        let alignment = focus::focus(&records, &alphabet, &options)?;
        let target = alignment.rows().target_row;
        Ok(Self {
            declared: reading.focus.chains.is_none() && options.chains.is_some(),
            every_column: numbering_row(&records, target, &alphabet, &options.focus).is_none(),
            records,
            alignment,
            options,
            source,
        })
    }

    /// Bytes of memory that reading takes, whatever is left of the file: the program's, and what [`Source::reading_bytes`] says.
    pub fn reading_bytes(&self) -> u64 {
        const PROGRAM: u64 = 18_000_000;
        PROGRAM + self.source.reading_bytes()
    }

    /// SHA-256 of the file as stored, in hexadecimal.
    pub fn sha256(&self) -> String {
        self.source.sha256()
    }

    /// Saves what is modelled as A2M.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_alignment(&self, path: &Path, force: bool) -> Result<()> {
        write_file(path, force, |output| {
            let names = self.records.names();
            a2m::write(&self.alignment, names, self.every_column, output)
                .map_err(Error::io("write", path))
        })
    }

    /// Warns if the saved alignment does not have the target, by which positions are numbered.
    pub fn warn_about_saved(&self, path: &Path, messages: &Messages) {
        if !self.every_column && self.alignment.rows().target_kept() == Some(false) {
            messages.warn(format_args!(
                "{} lacks the target, which was dropped: fitted again, another sequence numbers it",
                path.display()
            ));
        }
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
        say_notes(&self.records, messages);
        if let Some(case) = self.describe_case() {
            messages.field("case", case);
        }
        messages.field("target", self.describe_target());
        if let Some(chains) = &self.options.chains {
            messages.field("chains", self.describe_chains(chains));
        }
        messages.field("sequences", self.describe_rows());
    }

    /// Warns of what looks wrong.
    pub fn warn(&self, messages: &Messages) {
        let numbered = match self.every_column {
            true => Numbered::Columns,
            false => Numbered::Residues,
        };
        for finding in findings(&self.records, &self.alignment, &self.options, numbered) {
            messages.warn(in_words(&finding));
        }
    }

    /// Why lower-case letters of the target are no insertions.
    fn describe_case(&self) -> Option<String> {
        let target = self.alignment.rows().target_row?;
        let decides = self.options.columns == ColumnRule::Target && !self.every_column;
        let plain = self.options.lower_case == LowerCase::Residue;
        let reason = self.records.lower_case_of(target).reason();
        let reason = reason.filter(|_| decides && plain)?;
        Some(format!(
            "lower-case letters of the target are residues, not insertions: {reason}"
        ))
    }

    fn describe_target(&self) -> String {
        let map = self.alignment.columns();
        let (sites, all) = (map.sites(), map.columns().len());
        let (rule, column, of_what) = match self.options.columns {
            ColumnRule::Target => ("", "column", ""),
            ColumnRule::Reference => (" (match columns of #=GC RF)", "match column", " of #=GC RF"),
        };
        let target = self.alignment.target().map(shortened);
        if let (Some(name), false) = (&target, self.every_column) {
            let numbering = map.numbering();
            let name = match self.options.focus {
                Focus::First if first_is_anybodys(&self.records) => format!(
                    "the first sequence, {name}; --focus NAME takes another, --no-focus none; it has"
                ),
                Focus::First => format!("{name} (the first sequence; --focus chooses another),"),
                _ => format!("{name},"),
            };
            return format!("{name} {numbering}, {sites} of its {all} residues modelled{rule}");
        }
        let modelled = match sites == all {
            true => format!("every {column}{of_what} is modelled"),
            false => format!("{sites} of {all} {column}s{of_what} are modelled"),
        };
        let ranges = map.ranges();
        match target {
            Some(name) => format!("{modelled}, numbered {ranges}; mutants of {name}"),
            None => format!("none; {modelled}, numbered {ranges}"),
        }
    }

    /// What is modelled of each chain and how many rows know all, and how the lengths given were understood where that matters.
    fn describe_chains(&self, chains: &ChainLengths) -> String {
        let map = self.alignment.columns();
        let sites = map.spans().iter().zip(chains.chains());
        let sites: Vec<String> = sites
            .map(|(span, chain)| format!("{} sites in {chain}", span.sites.len()))
            .collect();
        let counted = map.columns().len();
        let unit = chain_unit(chains, counted, &self.records, self.every_column);
        let unit = unit.filter(|_| counted != self.records.width());
        let unit = unit.map(|unit| format!("; lengths taken as {}", unit.as_str()));
        format!(
            "{}{}; {} of {} sequences have residues in each{}",
            sites.join(", "),
            match self.declared {
                true => " (as the file's first line says; --chains none takes it for one protein)",
                false => "",
            },
            paired_rows(&self.alignment),
            self.alignment.sequences(),
            unit.unwrap_or_default()
        )
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

    /// Says how many effective sequences there are, of a complex also of each chain and each two of them.
    pub fn announce_depth(&self, weights: &SequenceWeights, how: &str, messages: &Messages) {
        let neff = weights.effective_number();
        messages.field("depth", self.describe_depth(neff, how));
        if let Some(neff) = chain_neff(&self.alignment, weights.as_slice()) {
            messages.field("of chains", neff_of_chains(self.alignment.columns(), &neff));
        }
    }

    /// Neff and what it promises.
    fn describe_depth(&self, neff: f64, how: &str) -> String {
        let per_site = neff / self.alignment.sites() as f64;
        format!(
            "Neff = {neff:.1} effective sequences ({how}), Neff/L = {per_site:.2}: {}",
            depth_in_words(per_site)
        )
    }
}

fn odd_range(text: &str) -> String {
    format!(
        "the target's name has '{}', which is not understood as the numbers of its residues{}: they count from 1; --offset K gives the \
             first the number 1 + K",
        shortened(text),
        match runs_backwards(text) {
            true => " (it runs backwards: the other strand)",
            false => "",
        }
    )
}

/// Whether a range ends before it starts.
fn runs_backwards(range: &str) -> bool {
    let numbers = range.split(|c: char| !c.is_ascii_digit());
    let numbers = numbers.filter(|number| !number.is_empty());
    let numbers: Vec<u64> = numbers.map_while(|number| number.parse().ok()).collect();
    matches!(numbers[..], [start, end] if start > end)
}

/// What was left out, chosen or understood while a file was read.
pub fn say_notes(records: &AlignedRecords, messages: &Messages) {
    for note in records.notes() {
        match note.is_warning() {
            true => messages.warn(format_args!("{}: {note}", records.file)),
            false => messages.field("reading", note),
        }
    }
}

fn in_words(finding: &Finding) -> String {
    match finding {
        Finding::ManyUnknown { dropped, read } => format!(
            "{dropped} of {read} sequences were dropped for letters outside the alphabet; --unknown gap keeps them"
        ),
        Finding::TargetDropped => {
            "the target itself was dropped: it numbers the model, but is not learnt from".into()
        }
        Finding::OtherLength {
            chain,
            ranges,
            claimed,
            found,
        } => {
            let whose = match chain {
                Some(chain) => format!("chain {chain}"),
                None => "the row".into(),
            };
            format!(
                "the target's name says {ranges}, {claimed} residues, but {whose} has {found}: check the numbering, --offset sets it"
            )
        }
        Finding::OddRange(text) => odd_range(text),
        Finding::DeclaredOthers { lengths, columns } => {
            let lengths: Vec<String> = lengths.iter().map(u64::to_string).collect();
            format!(
                "the first line of the file declares chains of {} residues, but there are {columns} columns: it is not taken; --chains says \
                 what there is",
                lengths.join(" and ")
            )
        }
        Finding::ChainsInName(lengths) => {
            let lengths: Vec<String> = lengths.iter().map(u64::to_string).collect();
            format!(
                "the target's name has the ranges of {} chains, but they are modelled as one protein: --chains {} tells them apart",
                lengths.len(),
                lengths.join(",")
            )
        }
        Finding::ColumnsNumbered { target } => {
            let name = shortened(identifier(target));
            format!(
                "columns are numbered, not the residues of '{name}', which does not have an upper-case residue in each: --focus '{name}' \
                 numbers these, and models their columns alone"
            )
        }
        Finding::EmptyChain(chain) => format!(
            "no column of chain {chain} is modelled, so the model knows nothing of it: no contacts, no mutants"
        ),
        Finding::Insertions(inserts) => format!(
            "{inserts} columns are insertions by the reference line (#=GC RF), and are modelled too: --columns reference leaves them \
             out"
        ),
    }
}
