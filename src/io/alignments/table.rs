//! The formats that are read, in one table: help, messages and the book are made from it or checked against it.

use super::InputFormat;
use super::fasta::Dialect;

/// A format that is read.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The format.
    pub format: InputFormat,
    /// The words of `input_format`; the first is shown.
    pub words: &'static [&'static str],
    /// Its name, and who writes it.
    pub name: &'static str,
    /// How it is recognised.
    pub known_by: &'static str,
    /// What of it is left out.
    pub left_out: &'static str,
}

impl Known {
    /// All of it, for the help of `input_format`.
    pub fn help(&self) -> String {
        let Self {
            name,
            known_by,
            left_out,
            ..
        } = self;
        let others = match &self.words[1..] {
            [] => String::new(),
            others => format!(" (also: {})", others.join(", ")),
        };
        format!("{name}. Known by {known_by}; left out: {left_out}{others}").replace('`', "'")
    }
}

/// All formats, in the order in which they are listed.
pub const KNOWN: [Known; 10] = [
    Known {
        format: InputFormat::Fasta(Some(Dialect::Fasta)),
        words: &["fasta"],
        name: "FASTA: `>name` lines, each followed by its aligned sequence, wrapped or not",
        known_by: "`>`",
        left_out: "lines that begin with `#` or `;`",
    },
    Known {
        format: InputFormat::Fasta(Some(Dialect::A2m)),
        words: &["a2m"],
        name: "A2M, as HMMER and SAM write it: the same, but lower-case letters are insertions",
        known_by: "`>`, and lower-case letters or `.`",
        left_out: "lines that begin with `#` or `;`",
    },
    Known {
        format: InputFormat::Fasta(Some(Dialect::A3m)),
        words: &["a3m"],
        name: "A3M, as HHblits and ColabFold write it: lower-case letters and `.` are insertions without a column",
        known_by: "`>`, and rows that agree only without their insertions",
        left_out: "lines that begin with `#` or `;`, NUL bytes at the end",
    },
    Known {
        format: InputFormat::Pir,
        words: &["pir", "nbrf"],
        name: "PIR (NBRF), as MODELLER and Clustal write it",
        known_by: "`>P1;` (`F1`, `DL`, ...), then a title, or a sequence that ends in `*`",
        left_out: "titles, remarks such as `C;...`, the `/` between chains",
    },
    Known {
        format: InputFormat::Stockholm,
        words: &["stockholm"],
        name: "Stockholm, as Pfam, HMMER and Infernal write it",
        known_by: "`# STOCKHOLM`",
        left_out: "annotation, but for `#=GC RF`",
    },
    Known {
        format: InputFormat::Clustal,
        words: &["clustal"],
        name: "Clustal, as Clustal, MUSCLE, MAFFT, T-Coffee, PROBCONS and PROMALS write it",
        known_by: "a first line such as `CLUSTAL ...`",
        left_out: "marks of conservation, counts of residues",
    },
    Known {
        format: InputFormat::Msf,
        words: &["msf", "gcg"],
        name: "MSF, as GCG, PileUp, Clustal, MUSCLE and EMBOSS write it",
        known_by: "`!!AA_MULTIPLE_ALIGNMENT`, or a line ` MSF: ... Check: ... ..`",
        left_out: "the head, numbers of columns",
    },
    Known {
        format: InputFormat::Phylip,
        words: &["phylip"],
        name: "PHYLIP, interleaved or sequential; names end at the first blank or, where only that fits, after 10 characters",
        known_by: "a first line of two numbers",
        left_out: "trees behind the rows; `?` at the ends of rows counts as a gap; a `.` is the letter of the first row, unless that has one",
    },
    Known {
        format: InputFormat::Nexus,
        words: &["nexus"],
        name: "NEXUS, as PAUP, MrBayes and Mesquite write it: its DATA or CHARACTERS block",
        known_by: "`#NEXUS`",
        left_out: "comments in `[]`, other blocks; `missing` at the ends of rows counts as a gap",
    },
    Known {
        format: InputFormat::OneALine,
        words: &["one-a-line", "aln"],
        name: "One sequence a line, without names, as CCMpred and PSICOV read it (`.aln`)",
        known_by: "two equally long lines of letters",
        left_out: "nothing",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::alignments::foreign::EXPECTED;

    #[test]
    fn what_is_expected_are_these_formats() {
        for known in &KNOWN {
            let name = known.format.as_str();
            assert!(EXPECTED.contains(name), "{name} is missing: {EXPECTED}");
        }
    }

    #[test]
    fn words_name_one_format_each() {
        let mut words: Vec<&str> = KNOWN
            .iter()
            .flat_map(|known| known.words)
            .copied()
            .collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
