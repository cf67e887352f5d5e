//! An alignment read and reduced to what is modelled, and what is said about it.

use super::alignment_args::ReadOptions;
use super::messages::Messages;
use crate::alignment::letters::guess_alphabet;
use crate::alignment::numbering::{chain_unit, claimed_ranges, identifier, length, numbering_row};
use crate::alignment::weights::depth_in_words;
use crate::alignment::{
    AlignedRecords, Alignment, ChainLengths, ColumnRule, Focus, FocusOptions, focus,
};
use crate::alphabet::is_gap;
use crate::error::{Error, Result, shortened};
use crate::io::alignments;
use crate::io::alignments::a2m;
use crate::io::files::output::write_file;
use crate::io::files::source::Source;
use ndarray::ArrayView1;
use std::path::Path;

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
    source: Source,
}

impl Family {
    /// Reads `path` and reduces it to what is modelled.
    ///
    /// # Errors
    /// If it is no alignment or nothing is left of it.
    pub fn read(path: &Path, reading: &ReadOptions, messages: &Messages) -> Result<Self> {
        messages.timings().begin("reading the alignment");
        let source = Source::read(path)?;
        let records = alignments::read_as(&source, reading.format)?;
        messages.timings().begin("choosing rows and columns");
        let given = reading.alphabet.clone();
        let alphabet = given.unwrap_or_else(|| guess_alphabet(&records));
        let options = reading.focus.clone();
        let alignment = focus::focus(&records, &alphabet, &options)?;
        let target = alignment.rows().target_row;
        Ok(Self {
            every_column: numbering_row(&records, target, &alphabet, &options.focus).is_none(),
            records,
            alignment,
            options,
            source,
        })
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
        messages.field("target", self.describe_target());
        if let Some(chains) = &self.options.chains {
            messages.field("chains", self.describe_chains(chains));
        }
        messages.field("sequences", self.describe_rows());
    }

    /// Warns of what looks wrong.
    pub fn warn(&self, messages: &Messages) {
        self.warn_about_rows(messages);
        self.warn_about_numbering(messages);
        self.warn_about_chains(messages);
        self.warn_about_inserts(messages);
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
            return format!("{name}, {numbering}, {sites} of its {all} residues modelled{rule}");
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
        if self.every_column {
            self.warn_about_numbered_columns(name, messages);
            return;
        }
        let ranges = claimed_ranges(name, map.has_chains());
        // With offsets the name is not asked, and one with one range for all chains does not number them.
        if self.options.offsets.is_some() || ranges.len() != map.spans().len() {
            return;
        }
        for (span, range) in map.spans().iter().zip(ranges) {
            let (claimed, found) = (length(&range), span.len() as u64);
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

    /// Who asked for a target's conventions rather than for no target may expect its numbers.
    fn warn_about_numbered_columns(&self, name: &str, messages: &Messages) {
        if self.options.focus == Focus::EveryColumn {
            let name = shortened(identifier(name));
            messages.warn(format_args!(
                "columns are numbered, not the residues of '{name}', which does not have an upper-case residue in each: --focus '{name}' \
                 numbers these, and models their columns alone"
            ));
        }
    }

    /// A chain of which nothing is left.
    fn warn_about_chains(&self, messages: &Messages) {
        let spans = self.alignment.columns().spans().iter();
        let empty = spans.filter(|span| span.sites.is_empty());
        for chain in empty.filter_map(|span| span.chain) {
            messages.warn(format_args!(
                "no column of chain {chain} is modelled, so the model knows nothing of it: no contacts, no mutants"
            ));
        }
    }

    fn warn_about_inserts(&self, messages: &Messages) {
        let marks = self.records.reference().unwrap_or_default();
        let inserts = marks.iter().filter(|mark| is_gap(**mark)).count();
        if self.every_column && self.options.columns == ColumnRule::Target && inserts > 0 {
            messages.warn(format_args!(
                "{inserts} columns are insertions by the reference line (#=GC RF), and are modelled too: --columns reference leaves \
                 them out"
            ));
        }
    }
}
