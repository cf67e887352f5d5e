//! What looks wrong with an alignment, or with how it was understood: values first, for whoever puts them into words.

use super::name_ranges::{Claim, Segments, range_by_length, total};
use super::{AlignedRecords, Alignment, ColumnRule, Focus, FocusOptions, Span};
use crate::alphabet::is_gap;
use crate::position::Chain;
use ndarray::ArrayView1;

/// Something that a user should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// More than a tenth of all rows were dropped for letters outside the alphabet.
    ManyUnknown {
        /// Rows dropped.
        dropped: usize,
        /// Rows read.
        read: usize,
    },
    /// The target's own row was dropped: it numbers the model, but is not learnt from.
    TargetDropped,
    /// The target's name claims another number of residues than there are: the commonest mistake of numbering.
    OtherLength {
        /// The chain, if there are several.
        chain: Option<Chain>,
        /// The numbers that it would have, in words.
        ranges: String,
        /// How many these are.
        claimed: u64,
        /// Residues that there are.
        found: u64,
    },
    /// What the target's name says looks like numbers of residues, and is not understood.
    OddRange(String),
    /// The target's name has ranges of several chains that are as long as it is together, and no chains were asked for.
    ChainsInName(Vec<u64>),
    /// Columns are numbered, though a target's conventions were asked for: it does not have an upper-case residue in each.
    ColumnsNumbered {
        /// The target's name.
        target: String,
    },
    /// The first line of the file declares chains that do not have as many columns.
    DeclaredOthers {
        /// Their lengths.
        lengths: Vec<u64>,
        /// Columns that there are.
        columns: usize,
    },
    /// No column of a chain is modelled.
    EmptyChain(Chain),
    /// Columns that are insertions by the reference line are modelled.
    Insertions(usize),
}

/// Whether columns are numbered, all of them, and not the residues of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbered {
    /// Columns.
    Columns,
    /// Residues of the target.
    Residues,
}

/// Everything that looks wrong, in the order in which it is told.
pub fn findings(
    records: &AlignedRecords,
    alignment: &Alignment,
    options: &FocusOptions,
    numbered: Numbered,
) -> Vec<Finding> {
    let mut found = of_rows(alignment);
    found.extend(of_numbering(alignment, options, numbered));
    if let Some(declared) = records.declared_chains()
        && options.declared_chains
        && declared.total() != Some(records.width() as u64)
    {
        found.push(Finding::DeclaredOthers {
            lengths: declared.lengths.clone(),
            columns: records.width(),
        });
    }
    let spans = alignment.columns().spans().iter();
    let empty = spans.filter(|span| span.sites.is_empty());
    found.extend(empty.filter_map(|span| span.chain.map(Finding::EmptyChain)));
    let marks = records.reference().unwrap_or_default();
    let inserts = marks.iter().filter(|mark| is_gap(**mark)).count();
    if numbered == Numbered::Columns && options.columns == ColumnRule::Target && inserts > 0 {
        found.push(Finding::Insertions(inserts));
    }
    found
}

fn of_rows(alignment: &Alignment) -> Vec<Finding> {
    let rows = alignment.rows();
    let mut found = Vec::new();
    if rows.dropped_unknown * 10 > rows.read() {
        found.push(Finding::ManyUnknown {
            dropped: rows.dropped_unknown,
            read: rows.read(),
        });
    }
    if rows.target_kept() == Some(false) {
        found.push(Finding::TargetDropped);
    }
    found
}

fn of_numbering(alignment: &Alignment, options: &FocusOptions, numbered: Numbered) -> Vec<Finding> {
    let map = alignment.columns();
    let Some(name) = alignment.target() else {
        return Vec::new();
    };
    if numbered == Numbered::Columns {
        let wanted = options.focus == Focus::EveryColumn;
        let target = name.to_owned();
        return wanted
            .then_some(Finding::ColumnsNumbered { target })
            .into_iter()
            .collect();
    }
    if !map.has_chains()
        && let Some(lengths) = chains_in_name(name, map.columns().len() as u64)
    {
        return vec![Finding::ChainsInName(lengths)];
    }
    // With offsets the name is not asked.
    if options.offsets.is_some() {
        return Vec::new();
    }
    let claim = Claim::of(name, map.has_chains());
    if let Some(odd) = claim.odd {
        return vec![Finding::OddRange(odd)];
    }
    if !map.has_chains()
        && let Some(range) = range_by_length(name, map.columns().len() as u64)
        && claim
            .chains
            .first()
            .is_none_or(|known| in_words(known) != range)
    {
        return vec![Finding::OddRange(range.into())];
    }
    // One with one range for all chains does not number them.
    if claim.chains.len() != map.spans().len() {
        return Vec::new();
    }
    let spans = map.spans().iter().zip(&claim.chains);
    let other = |(span, segments): (&Span, &Segments)| {
        let (claimed, found) = (total(segments), span.len() as u64);
        (claimed != found).then(|| Finding::OtherLength {
            chain: span.chain,
            ranges: in_words(segments),
            claimed,
            found,
        })
    };
    spans.filter_map(other).collect()
}

/// Lengths of the chains whose ranges a name has, if they are several and add up to so many residues.
fn chains_in_name(name: &str, residues: u64) -> Option<Vec<u64>> {
    let chains = Claim::of(name, true).chains;
    let lengths: Vec<u64> = chains.iter().map(|segments| total(segments)).collect();
    (lengths.len() > 1 && lengths.iter().sum::<u64>() == residues).then_some(lengths)
}

fn in_words(segments: &Segments) -> String {
    let range = |r: &std::ops::RangeInclusive<u64>| format!("{}-{}", r.start(), r.end());
    segments.iter().map(range).collect::<Vec<_>>().join(", ")
}

/// Whether nothing tells the first row from the others: in Stockholm files, and where every name is a piece of a sequence, `NAME/24-99`,
/// the rows are those of a family, and the first is nobody's own protein.
pub fn first_is_anybodys(records: &AlignedRecords) -> bool {
    let is_piece = |name: &String| !Claim::of(name, false).chains.is_empty() && name.contains('/');
    records.format == "Stockholm" || records.names().iter().all(is_piece)
}

/// Rows with a residue in every chain: the others say nothing about pairs between them.
pub fn paired_rows(alignment: &Alignment) -> usize {
    let gap = alignment.alphabet().gap_state();
    let spans = alignment.columns().spans();
    let has_all = |row: &ArrayView1<u8>| {
        let mut chains = spans.iter().map(|span| span.sites.clone());
        chains.all(|sites| sites.into_iter().any(|site| row[site] < gap))
    };
    let rows = alignment.states().rows().into_iter();
    rows.filter(has_all).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::focus::focus;
    use crate::alphabet::Alphabet;

    fn found(rows: &[(&str, &str)], options: &FocusOptions, numbered: Numbered) -> Vec<Finding> {
        let records = AlignedRecords::new(
            "x.fa".into(),
            "FASTA",
            rows.iter().map(|r| r.0.to_string()).collect(),
            rows.iter().map(|r| r.1.as_bytes().to_vec()).collect(),
            (1..=rows.len() as u64).collect(),
        )
        .unwrap();
        let alignment = focus(&records, &Alphabet::protein(), options).unwrap();
        findings(&records, &alignment, options, numbered)
    }

    #[test]
    fn the_first_row_may_be_anybodys() {
        let is_anybodys = |format, names: [&str; 2]| {
            let names = names.map(str::to_owned).into();
            let rows = vec![b"AC".to_vec(), b"AD".to_vec()];
            let records = AlignedRecords::new("x".into(), format, names, rows.into(), vec![1, 3]);
            first_is_anybodys(&records.unwrap())
        };
        assert!(is_anybodys("Stockholm", ["a", "b"]));
        assert!(is_anybodys("FASTA", ["a/1-2", "b/7-8"]));
        assert!(!is_anybodys("FASTA", ["a/1-2", "b"]));
        assert!(!is_anybodys("FASTA", ["a", "b/1-2"]));
    }

    #[test]
    fn what_looks_wrong_is_found() {
        let rows = [("T/10-19", "ACDE"), ("a", "ACDX"), ("b", "ACDE")];
        let options = FocusOptions::default();
        let unknown = Finding::ManyUnknown {
            dropped: 1,
            read: 3,
        };
        let length = Finding::OtherLength {
            chain: None,
            ranges: "10-19".into(),
            claimed: 10,
            found: 4,
        };
        let all = found(&rows, &options, Numbered::Residues);
        assert_eq!(all, [unknown, length]);
        let fine = [("T/10-13", "ACDE"), ("a", "ACDE")];
        assert_eq!(found(&fine, &options, Numbered::Residues), []);
        for (name, finding) in [
            ("T/13-10", Finding::OddRange("13-10".into())),
            ("P/1-3_Q/5-5", Finding::ChainsInName(vec![3, 1])),
            (
                "T/10-11_20-22",
                Finding::OtherLength {
                    chain: None,
                    ranges: "10-11, 20-22".into(),
                    claimed: 5,
                    found: 4,
                },
            ),
        ] {
            let rows = [(name, "ACDE"), ("a", "ACDE")];
            assert_eq!(found(&rows, &options, Numbered::Residues), [finding]);
        }
        let dropped = [("T/1-4", "ACXE"), ("a", "ACDE")];
        let all = found(&dropped, &options, Numbered::Residues);
        assert!(all.contains(&Finding::TargetDropped), "{all:?}");
    }
}
