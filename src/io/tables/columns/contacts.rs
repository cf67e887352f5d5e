//! The columns of ranked pairs.

use super::{Column, Table};
use crate::contacts::preferences::ResiduePair;
use crate::io::tables::numbers::{push_decimal, put};
use crate::io::tables::rows::ContactRow;
use crate::structure::Verdict;

/// Ranked pairs (`potts contacts`).
pub struct Contacts;

impl Table for Contacts {
    type Row<'r> = ContactRow<'r>;
}

/// Their columns.
pub const CONTACTS: [Column<Contacts>; 23] = [
    Column::number("rank", "", "from 1, within the list", |row, line| {
        put(line, row.contact.rank);
    }),
    Column::residue(
        "i",
        "position in the target's numbering; A:12 is position 12 of chain A",
        |row, line| put(line, row.contact.residues.0),
    ),
    Column::text(
        "A_i",
        "the target's residue there; '-' without a target",
        |row, line| line.push(row.contact.letters.0),
    ),
    Column::residue("j", "the other position", |row, line| {
        put(line, row.contact.residues.1)
    }),
    Column::text("A_j", "the target's residue there", |row, line| {
        line.push(row.contact.letters.1);
    }),
    Column::number(
        "fn",
        "",
        "strength of the coupling: Frobenius norm over residues in the zero-sum gauge",
        |row, line| push_decimal(line, row.contact.frobenius, 6),
    ),
    Column::number(
        "cn",
        "",
        "fn minus what the two positions share with all others (average product correction): the usual contact score, higher is stronger",
        |row, line| push_decimal(line, row.contact.corrected, 6),
    ),
    Column::number(
        "score",
        "",
        "the coupling's score: by default cn with a correction 1.1 times as large. What the list is sorted by, unless that is pattern",
        |row, line| push_decimal(line, row.contact.score, 6),
    ),
    Column::number(
        "z",
        "",
        "cn in robust standard deviations from the median of all pairs: near 0 for pairs in the noise, comparable between families; of pairs between chains, from the median of those. Empty below 30 effective sequences, and where couplings differ by rounding only: there it means nothing",
        |row, line| {
            if let Some(z) = row.contact.z {
                push_decimal(line, z, 3);
            }
        },
    ),
    Column::number(
        "probability",
        "",
        "of a contact (C-beta atoms nearer than 8 A), from what the list is sorted by: pattern, else z, |i - j| and the depth and length of the family. Of many pairs given 0.7, some 70 % are in contact. Calibrated on small soluble domains; the list of a single family may be off by 0.1. Pairs between chains have none: there it was never calibrated; nor has a pair without pattern and z",
        |row, line| {
            if let Some(probability) = row.contact.probability {
                push_decimal(line, probability, 4);
            }
        },
    ),
    Column::number(
        "pattern",
        "",
        "what the couplings of the pair and of the pairs around it, their signs and the columns' composition say together: the default order, far better than score. Empty in models without frequencies or Neff, of other molecules than proteins, and ranked like another program; for pairs nearer than 6 positions and between chains",
        |row, line| {
            if let Some(pattern) = row.contact.pattern {
                push_decimal(line, pattern, 4);
            }
        },
    ),
    Column {
        on_request: true,
        ..Column::number(
            "cn_se",
            "",
            "of a model with replicates (`bootstrap` of potts fit): standard error of cn, by the spread of the replicates and the distance of their mean",
            |row, line| {
                if let Some(replicated) = row.contact.replicated {
                    push_decimal(line, replicated.cn_se, 6);
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::number(
            "support",
            "",
            "of a model with replicates: share of them in which the pair is one of the first L by its coupling alone, of those at least six positions apart",
            |row, line| {
                if let Some(replicated) = row.contact.replicated {
                    push_decimal(line, replicated.support, 3);
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::word(
            "ranked_by",
            "in JSON: the score that the list is sorted by, and whose probability it gives: pattern, apc, fn, mi or di",
            |row, line| line.extend_from_slice(row.ranked_by.as_bytes()),
        )
    },
    Column {
        on_request: true,
        ..Column::number(
            "distance",
            "A",
            "beside a structure: of the two residues in the chain, of two chains between them: of the atoms asked for. Empty where the structure lacks one",
            |row, line| push_distance(row.seen.and_then(|seen| seen.distance), line),
        )
    },
    Column {
        on_request: true,
        ..Column::number(
            "contact",
            "",
            "beside a structure: 1 where distance is below the cutoff, else 0; empty where distance is",
            |row, line| {
                if let Some(contact) = row.seen.and_then(|seen| seen.contact) {
                    put(line, u8::from(contact));
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::number(
            "distance_within",
            "A",
            "beside a structure: the smallest in a chain",
            |row, line| push_distance(row.seen.and_then(|seen| seen.within), line),
        )
    },
    Column {
        on_request: true,
        ..Column::number(
            "distance_between",
            "A",
            "beside a structure: the smallest between two chains or copies of the assembly that have the two residues; empty where there is one only",
            |row, line| push_distance(row.seen.and_then(|seen| seen.between), line),
        )
    },
    Column {
        on_request: true,
        ..Column::word(
            "verdict",
            "beside a structure: within (the pair touches in a chain), between (only between chains or copies), neither, or unknown",
            |row, line| {
                if let Some(seen) = row.seen {
                    let verdict = seen.verdict.unwrap_or(Verdict::Unknown);
                    line.extend_from_slice(verdict.as_str().as_bytes());
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::word(
            "confident",
            "of a predicted structure: yes, or no where the pLDDT of a residue is below 70 and its place means little",
            |row, line| {
                if let Some(confident) = row.seen.and_then(|seen| seen.confident) {
                    line.extend_from_slice(if confident { b"yes" } else { b"no" });
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::text(
            "touches_in",
            "with several structures: those in which the pair touches, within or between chains",
            |row, line| {
                if let Some(seen) = row.seen {
                    line.extend_from_slice(seen.touches_in.join(";").as_bytes());
                }
            },
        )
    },
    Column {
        on_request: true,
        ..Column::text(
            "likes",
            "of chosen positions: the residues at i and j that the coupling favours most, and by how many nats against what each couples to on average",
            |row, line| push_preferences(row.preferences.map(|p| &p.liked), line),
        )
    },
    Column {
        on_request: true,
        ..Column::text(
            "dislikes",
            "of chosen positions: the residues that it disfavours most",
            |row, line| push_preferences(row.preferences.map(|p| &p.disliked), line),
        )
    },
];

fn push_distance(distance: Option<f64>, line: &mut Vec<u8>) {
    if let Some(distance) = distance {
        push_decimal(line, distance, 3);
    }
}

fn push_preferences(pairs: Option<&Vec<ResiduePair>>, line: &mut Vec<u8>) {
    for (k, pair) in pairs.into_iter().flatten().enumerate() {
        put(
            line,
            format_args!("{}{pair}", if k > 0 { "; " } else { "" }),
        );
    }
}
