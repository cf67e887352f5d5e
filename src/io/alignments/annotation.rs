//! Rows that are no sequences: secondary structure, accessibility, consensus, as HH-suite, PSIPRED, RoseTTAFold, PROMALS and others
//! write them among the sequences.

use crate::alignment::Rows;

/// What follows `ss_`, `sa_` or `aa_` in the names that tools write.
const KINDS: [&str; 12] = [
    "pred", "conf", "dssp", "dsp", "psipred", "stride", "prob", "cons", "ss", "ss2", "acc", "pdb",
];

/// Letters of secondary structure (of DSSP, STRIDE and PSIPRED) and of accessibility, besides digits.
const STRUCTURE: &[u8] = b"HECTSGBIPL";
const ACCESSIBILITY: &[u8] = b"ABCDEFGHIJ";

/// Residues from which letters alone can tell that a row is no protein.
const ENOUGH: usize = 10;

/// Whether a row is no sequence, by its name up to the first blank, and its letters where the name could be a protein's.
fn is_annotation(name: &str, row: &[u8]) -> bool {
    let id = name.split_ascii_whitespace().next().unwrap_or_default();
    if is_consensus(id) {
        return true;
    }
    let Some((kind, rest)) = id.split_once('_') else {
        return id.eq_ignore_ascii_case("dssp") && only(row, STRUCTURE, 1);
    };
    let known = KINDS.contains(&rest);
    match kind {
        "ss" => known || only(row, STRUCTURE, ENOUGH),
        "sa" => known || only(row, ACCESSIBILITY, ENOUGH),
        // Residues of the structure, so that letters say nothing.
        "aa" => known,
        _ => false,
    }
}

fn is_consensus(id: &str) -> bool {
    let id = id.trim_end_matches(':').to_ascii_lowercase();
    let known = ["consensus", "consensus_aa", "consensus_ss"].contains(&id.as_str());
    // "consensus/90%" of MView, "Cons-..." of HHpred.
    known || (id.starts_with("consensus/") && id.ends_with('%'))
}

/// Whether a row is called after a sequence that it is the consensus of, as HH-suite does.
fn is_named_consensus(name: &str) -> bool {
    let id = name.split_ascii_whitespace().next().unwrap_or_default();
    id.to_ascii_lowercase().ends_with("_consensus")
}

/// Whether a row holds nothing but some letters, digits and gaps, and so many of the former two at least.
fn only(row: &[u8], letters: &[u8], at_least: usize) -> bool {
    let mut found = 0;
    row.iter().all(|byte| {
        let belongs = byte.is_ascii_digit() || letters.contains(&byte.to_ascii_uppercase());
        found += usize::from(belongs);
        belongs || matches!(byte, b'-' | b'.' | b'~' | b'_' | b'*' | b' ')
    }) && found >= at_least
}

/// Leaves them out, and names them. An alignment of nothing but consensus sequences of clusters is one of sequences.
pub fn leave_out(names: &mut Vec<String>, rows: &mut Rows, lines: &mut Vec<u64>) -> Vec<String> {
    let count = names.len();
    let clusters = names.iter().filter(|name| is_named_consensus(name)).count();
    let few = 2 * clusters < count;
    let mut keep: Vec<bool> = Vec::with_capacity(count);
    for (name, row) in names.iter().zip(rows.iter()) {
        keep.push(!(is_annotation(name, row) || few && is_named_consensus(name)));
    }
    if keep.iter().all(|&kept| kept) {
        return Vec::new();
    }
    let mut left_out = Vec::new();
    let mut n = 0;
    names.retain_mut(|name| {
        n += 1;
        if !keep[n - 1] {
            left_out.push(std::mem::take(name));
        }
        keep[n - 1]
    });
    n = 0;
    lines.retain(|_| {
        n += 1;
        keep[n - 1]
    });
    rows.retain(|n| keep[n]);
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROTEIN: &str = "ALFGDCPVNTVELYVKTSDD";

    #[test]
    fn rows_of_tools_are_no_sequences() {
        for (name, row) in [
            ("ss_pred", "CCHHHHEEECC"),
            ("ss_pred PSIPRED 4.0", "CCHHHHEEECC"),
            ("ss_conf", "98769876987"),
            ("ss_dssp", "-CEEE-HHHTT"),
            ("ss_dsp", "-CEEE-HHHTT"),
            ("ss_mine", "-CEEEHHHTTHHH"),
            ("sa_dssp", "ABCDEFGHAB-"),
            ("sa_10", "0123456789990"),
            ("aa_dssp", PROTEIN),
            ("aa_pred", PROTEIN),
            ("dssp", "CCEE"),
            ("DSSP", "--HH"),
            ("Consensus", PROTEIN),
            ("consensus", PROTEIN),
            ("Consensus_aa:", "..hhp"),
            ("consensus/90%", PROTEIN),
        ] {
            assert!(is_annotation(name, row.as_bytes()), "{name}");
        }
        assert!(is_named_consensus("d1a1x___consensus  b.63"));
    }

    #[test]
    fn proteins_are_kept() {
        for name in [
            "ss_adh",
            "sa_hla",
            "aa_pyrI",
            "SS_PRED",
            "ss",
            "ss_",
            "dssp",
            "dssp_ECOLI",
            "DSSP/1-20",
            "assp",
            "pred_ss_pred",
            "sa0123",
            "consensus2",
            "Consensus_1/2",
            "",
        ] {
            assert!(!is_annotation(name, PROTEIN.as_bytes()), "{name}");
        }
        // Short, so that its letters may be a peptide's.
        assert!(!is_annotation("ss_x", b"HECTSG"));
        assert!(!is_named_consensus("consensus_like"));
    }

    fn left(rows: &[(&str, &str)]) -> (Vec<String>, Vec<String>, Vec<u64>) {
        let mut names: Vec<String> = rows.iter().map(|row| row.0.to_owned()).collect();
        let mut letters: Rows = rows.iter().map(|row| row.1).collect();
        let mut lines: Vec<u64> = (1..=rows.len() as u64).collect();
        let out = leave_out(&mut names, &mut letters, &mut lines);
        assert_eq!(letters.len(), names.len());
        (names, out, lines)
    }

    #[test]
    fn they_are_left_out_and_named() {
        let rows = [
            ("ss_pred", "HH"),
            ("a", "AC"),
            ("x_consensus", "AC"),
            ("b", "AD"),
        ];
        let (names, out, lines) = left(&rows);
        assert_eq!(names, ["a", "b"]);
        assert_eq!(out, ["ss_pred", "x_consensus"]);
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn an_alignment_of_clusters_keeps_their_sequences() {
        let rows = [("a_consensus", "AC"), ("b_consensus", "AC"), ("c", "AD")];
        let (names, out, _) = left(&rows);
        assert_eq!((names.len(), out.len()), (3, 0));
    }
}
