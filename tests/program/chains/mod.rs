//! Two proteins in one alignment: planted couplings come back with their chains, from `potts fit --chains` to every table.

mod contacts;
mod formats;
mod mutants;
mod numbering;

use crate::support::Bench;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::OnceLock;

const LETTERS: &[u8; 20] = b"ACDEFGHIKLMNPQRSTVWY";

/// Sites of the two chains.
const LENGTHS: [usize; 2] = [24, 18];

/// The target has an inserted residue after this site of the first chain, which counts.
const INSERT_AFTER: usize = 10;

/// Planted pairs, by chain and site from 1. Every site has at most one partner, so that pairs can be drawn one by one.
/// Two inter-chain pairs have close numbers, and one joins the end of A to the beginning of B: none is near in a chain.
const PAIRS: [((usize, usize), (usize, usize)); 12] = [
    ((0, 1), (0, 9)),
    ((0, 2), (0, 16)),
    ((0, 4), (0, 22)),
    ((0, 6), (0, 19)),
    ((0, 11), (0, 13)),
    ((1, 2), (1, 17)),
    ((1, 4), (1, 13)),
    ((0, 5), (1, 5)),
    ((0, 8), (1, 9)),
    ((0, 24), (1, 1)),
    ((0, 15), (1, 12)),
    ((0, 20), (1, 7)),
];

/// Numbers in [0, 1) that look random.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

/// Index of a site through both chains.
fn index((chain, site): (usize, usize)) -> usize {
    LENGTHS[..chain].iter().sum::<usize>() + site - 1
}

/// `A:12`: the inserted residue of the target counts.
fn name((chain, site): (usize, usize)) -> String {
    let number = site + usize::from(chain == 0 && site > INSERT_AFTER);
    format!("{}:{number}", ["A", "B"][chain])
}

/// A row: partners go together in three of four rows, and each site has six residues to choose from.
fn row(dice: &mut Dice) -> Vec<u8> {
    let sites = LENGTHS.iter().sum();
    let mut states: Vec<usize> = (0..sites).map(|_| dice.below(6)).collect();
    for (i, j) in PAIRS {
        if dice.uniform() < 0.75 {
            states[index(j)] = (states[index(i)] * 5 + index(i)) % 6;
        }
    }
    states
        .iter()
        .enumerate()
        .map(|(k, s)| LETTERS[(k + 3 * s) % 20])
        .collect()
}

/// The alignment in A2M: the target with its insert, then rows without.
fn alignment(name: &str) -> String {
    let mut dice = Dice(7);
    let mut text = String::new();
    for n in 0..1200 {
        let row = String::from_utf8(row(&mut dice)).unwrap();
        let (before, after) = row.split_at(INSERT_AFTER);
        let (header, insert) = if n == 0 {
            (name.to_owned(), 'w')
        } else {
            (format!("r{n}"), '.')
        };
        writeln!(text, ">{header}\n{before}{insert}{after}").unwrap();
    }
    text
}

/// A folder with `pair.a2m`.
pub(super) fn alignment_only() -> Bench {
    let bench = Bench::new();
    bench.write("pair.a2m", alignment("P1_P2"));
    bench
}

/// The same with `pair.h5`, which is fitted once for all tests.
fn with_model() -> Bench {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    let bench = alignment_only();
    let model = MODEL.get_or_init(|| {
        bench.works("fit pair.a2m --chains 25,18 -q");
        std::fs::read(bench.path("pair.h5")).unwrap()
    });
    bench.write("pair.h5", model);
    bench
}

/// The cells of each row below the header.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect()
}

fn pairs_of(table: &str) -> BTreeSet<(String, String)> {
    rows(table)
        .iter()
        .map(|cells| (cells[1].into(), cells[3].into()))
        .collect()
}

/// The planted pairs between chains, or within them and far enough apart.
fn planted(between: bool) -> BTreeSet<(String, String)> {
    let of_kind = PAIRS.iter().filter(|(i, j)| (i.0 != j.0) == between);
    of_kind
        .filter(|(i, j)| i.0 != j.0 || j.1 - i.1 >= 6)
        .map(|&(i, j)| (name(i), name(j)))
        .collect()
}
