//! The text parameters of GREMLIN (`-mrf_o`): a line a site, then a line a pair, columns of the alignment counted from 0.
//!
//! ```text
//! V[0] v*21            fields, states in the order ARNDCQEGHILKMFPSTWYV-
//! W[0][1] w*441        couplings, the state of the first column slow
//! ```
//!
//! Columns that GREMLIN removed for their gaps are missing; pairs that it was not asked for are missing too, and couple nothing.
//! RNA and DNA have the states AUCG- (or T). A model of fields only has no W.

use super::notes::{Holds, Note, Numbers, check_proportion, note_on_gap};
use super::states::{StateMap, without_idle_gap};
use crate::alignment::{Column, ColumnMap};
use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment};
use crate::error::{Error, Result};
use crate::io::files::numbers::push_c_general;
use crate::io::files::stream::{FETCH_AGAIN, Lines, Stream};
use crate::model::Couplings;
use crate::model::couplings::pair_sites;
use crate::model::{Model, Parameters};
use crate::position::Position;
use ndarray::Array2;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::path::Path;

/// What the format holds: which column of the target's numbering a site is, from 0.
pub const HOLDS: Holds = Holds {
    positions: true,
    ..Holds::NOTHING
};

/// The order of the states of proteins.
pub(super) const PROTEIN: &[u8] = b"ARNDCQEGHILKMFPSTWYV-";

/// All orders of states; where two are as long, the first is meant.
const ORDERS: [&[u8]; 3] = [PROTEIN, b"AUCG-", b"ATCG-"];

const LINES_ARE: &str = "lines are 'V[i]' and 21 numbers, then 'W[i][j]' and 441 numbers";

/// Whether a file that begins like this is one of these.
pub fn looks_like(start: &[u8]) -> bool {
    start.trim_ascii_start().starts_with(b"V[")
}

/// Reads a file; `alphabet` is needed for DNA, which looks like RNA.
///
/// # Errors
/// [`Error::Input`] if a line is not as above, or `alphabet` is none that GREMLIN has.
pub fn read(stream: Stream, alphabet: Option<&Alphabet>) -> Result<Model> {
    let mut lines = stream.lines();
    let mut sites = Sites::read(&mut lines)?;
    let letters = letters(&lines, sites.states, alphabet)?;
    let (alphabet, map) = canonical(letters);
    let fields = sites.fields(&map);
    let couplings = match sites.at_end {
        true => None,
        false => Some(couplings(&mut lines, &mut sites, &map)?),
    };
    let (fields, couplings, gaps) = without_idle_gap(fields, couplings, GapTreatment::State);
    let model = Parameters::of(fields, couplings)?;
    let columns = column_map(&sites.columns)?;
    Ok(Model::of_parameters(model, alphabet, gaps, columns))
}

/// The alphabet in its usual order, and the map from the order of a file.
pub(super) fn canonical(letters: &'static [u8]) -> (Alphabet, StateMap) {
    let alphabet = match letters {
        b"AUCG-" => Alphabet::rna(),
        b"ATCG-" => Alphabet::dna(),
        _ => Alphabet::protein(),
    };
    let map = StateMap::new(letters, &alphabet, GapTreatment::State);
    (alphabet, map)
}

/// The letters of the states, in GREMLIN's order: of those asked for, or else of proteins or RNA, as their number says.
fn letters(lines: &Lines, states: usize, asked: Option<&Alphabet>) -> Result<&'static [u8]> {
    let with_so_many = || ORDERS.into_iter().filter(|order| order.len() == states);
    let first = with_so_many().next().ok_or_else(|| {
        lines.wrong(
            format!("{states} numbers for a site"),
            "GREMLIN has 21 states of proteins, or 5 of nucleotides: no others can be read",
        )
    })?;
    let Some(asked) = asked else {
        return Ok(first);
    };
    with_so_many()
        .find(|order| is_order_of(order, asked))
        .ok_or_else(|| {
            let known: Vec<_> = with_so_many().map(|order| canonical(order).0).collect();
            let known: Vec<String> = known.iter().map(Alphabet::describe).collect();
            let problem = format!(
                "the {states} states of GREMLIN are those of {}, not {}",
                known.join(" or "),
                asked.describe()
            );
            lines.wrong(problem, "leave `alphabet` out, or give it one of these")
        })
}

/// Whether an order of GREMLIN's holds the letters of an alphabet, and the gap.
fn is_order_of(order: &[u8], alphabet: &Alphabet) -> bool {
    order.len() == alphabet.residues() + 1
        && alphabet
            .letters()
            .iter()
            .all(|letter| order.contains(letter))
}

/// The first part of a file.
struct Sites {
    columns: Vec<u64>,
    values: Vec<f32>,
    states: usize,
    /// Whether no couplings follow.
    at_end: bool,
}

impl Sites {
    /// Reads up to the first line of couplings.
    fn read(lines: &mut Lines) -> Result<Self> {
        let mut sites = Self {
            columns: Vec::new(),
            values: Vec::new(),
            states: 0,
            at_end: false,
        };
        while lines.advance()? {
            if lines.line().starts_with(b"W[") {
                return Ok(sites);
            }
            if !lines.line().is_empty() {
                sites.add(lines)?;
            }
        }
        sites.at_end = true;
        Ok(sites)
    }

    fn add(&mut self, lines: &Lines) -> Result<()> {
        let mut words = lines.words();
        let column = match indices(words.next().unwrap_or_default(), b"V")[..] {
            [column] if column < Position::MAX => column,
            _ => return Err(lines.wrong("this line is no field of a site", LINES_ARE)),
        };
        if self.columns.last().is_some_and(|&last| last >= column) {
            return Err(lines.wrong("columns must rise", LINES_ARE));
        }
        let before = self.values.len();
        for word in words {
            self.values.push(lines.number(word)?);
        }
        let states = self.values.len() - before;
        if self.columns.is_empty() {
            self.states = states;
        }
        if states != self.states || states < 2 {
            let problem = format!("{states} numbers, but the first site has {}", self.states);
            return Err(lines.wrong(problem, FETCH_AGAIN));
        }
        self.columns.push(column);
        Ok(())
    }

    fn fields(&self, map: &StateMap) -> Array2<f32> {
        let mut fields = Array2::zeros((self.columns.len(), self.states));
        for (file, mut row) in self.values.chunks_exact(self.states).zip(fields.rows_mut()) {
            if let Some(row) = row.as_slice_mut() {
                map.row_to_model(file, row);
            }
        }
        fields
    }
}

/// The numbers in brackets of a word that starts with `name`; none if it is not of that form.
fn indices(word: &[u8], name: &[u8]) -> Vec<u64> {
    let Some(brackets) = word.strip_prefix(name) else {
        return Vec::new();
    };
    let inside = brackets
        .strip_prefix(b"[")
        .and_then(|b| b.strip_suffix(b"]"));
    let Some(text) = inside.and_then(|inside| std::str::from_utf8(inside).ok()) else {
        return Vec::new();
    };
    let numbers = text.split("][").map(str::parse);
    numbers
        .collect::<std::result::Result<_, _>>()
        .unwrap_or_default()
}

/// Reads the pairs, from the line that was read last.
fn couplings(lines: &mut Lines, sites: &mut Sites, map: &StateMap) -> Result<Couplings> {
    check_proportion(lines.stream(), sites.columns.len(), sites.states)?;
    let columns = sites.columns.iter().enumerate();
    let site_of: HashMap<u64, usize> = columns.map(|(site, &column)| (column, site)).collect();
    let mut couplings = Couplings::zeros(sites.columns.len(), sites.states);
    let mut seen = HashSet::new();
    let mut file = Vec::new();
    let mut all_so_far = pair_sites(sites.columns.len());
    let mut is_start = true;
    loop {
        if !lines.line().is_empty() {
            let (i, j) = pair(lines, &site_of)?;
            is_start &= all_so_far.next() == Some((i, j));
            if !seen.insert((i, j)) {
                return Err(
                    lines.wrong("this pair was given before", "remove one of the two lines")
                );
            }
            file.clear();
            for word in lines.words().skip(1) {
                file.push(lines.number(word)?);
            }
            if file.len() != sites.states * sites.states {
                let problem = format!("{} numbers of a pair", file.len());
                return Err(lines.wrong(problem, LINES_ARE));
            }
            map.block_to_model(&file, couplings.block_mut(i, j));
        }
        if !lines.advance()? {
            // Pairs that were not asked for are near each other, not the last ones.
            return match all_so_far.count() {
                missing if is_start && missing > 0 => {
                    let problem = format!("the last {missing} pairs are missing");
                    Err(lines.wrong(problem, FETCH_AGAIN))
                }
                _ => Ok(couplings),
            };
        }
    }
}

/// The sites of a line of couplings.
fn pair(lines: &Lines, site_of: &HashMap<u64, usize>) -> Result<(usize, usize)> {
    let word = lines.words().next().unwrap_or_default();
    let found = match indices(word, b"W")[..] {
        [i, j] if i < j => site_of.get(&i).copied().zip(site_of.get(&j).copied()),
        _ => None,
    };
    found.ok_or_else(|| {
        let problem = format!(
            "'{}' is no pair of columns with fields, the smaller first",
            word.escape_ascii()
        );
        lines.wrong(problem, LINES_ARE)
    })
}

/// Columns counted from 0 as sites at positions counted from 1. Which columns of an alignment they are is not known: this program
/// writes positions of a target.
fn column_map(columns: &[u64]) -> Result<ColumnMap> {
    let column = |(number, &column): (u64, &u64)| {
        Some(Column {
            alignment_column: number,
            chain: None,
            position: Position::new(column + 1)?,
            letter: GAP_LETTER,
            modelled: true,
        })
    };
    ColumnMap::new((1..).zip(columns).filter_map(column).collect())
}

/// What is made up where `fitted` does not have it.
pub fn notes(fitted: &Model) -> Vec<Note> {
    note_on_gap(fitted).into_iter().collect()
}

/// Writes the file.
///
/// # Errors
/// [`Error::Usage`] for letters that GREMLIN does not know; [`Error::Io`] if `output` fails.
pub fn write(fitted: &Model, output: &mut dyn Write) -> Result<()> {
    let mut orders = ORDERS.into_iter();
    let letters = orders.find(|order| is_order_of(order, &fitted.alphabet));
    let letters = letters.ok_or_else(|| {
        Error::Usage(format!(
            "GREMLIN's format is for proteins and nucleotides, but the states of this model are '{}'\n  choose another format: .dat, .npz and .plmc hold any letters",
            fitted.alphabet.model_letters(fitted.gaps)
        ))
    })?;
    put(fitted, &Numbers::of(fitted)?, letters, output)
        .map_err(Error::io("write", Path::new("the parameters")))
}

fn put(
    fitted: &Model,
    numbers: &Numbers,
    letters: &[u8],
    output: &mut dyn Write,
) -> io::Result<()> {
    let map = StateMap::new(letters, &fitted.alphabet, fitted.gaps);
    let column = |site: usize| fitted.columns.running_number(site) - 1;
    let mut file = vec![0.0; letters.len()];
    for (i, fields) in numbers.fields.rows().into_iter().enumerate() {
        map.row_to_file(&fields.to_vec(), &mut file);
        put_line(&format!("V[{}]", column(i)), &file, output)?;
    }
    let Some(couplings) = numbers.couplings() else {
        return Ok(());
    };
    file.resize(letters.len() * letters.len(), 0.0);
    for (i, j) in pair_sites(couplings.sites()) {
        map.block_to_file(couplings.block(i, j), &mut file);
        put_line(&format!("W[{}][{}]", column(i), column(j)), &file, output)?;
    }
    Ok(())
}

fn put_line(name: &str, values: &[f32], output: &mut dyn Write) -> io::Result<()> {
    let mut line = name.as_bytes().to_vec();
    for &value in values {
        line.push(b' ');
        push_c_general(value, &mut line);
    }
    line.push(b'\n');
    output.write_all(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Model> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        read(Stream::open(file.path()).unwrap(), None)
    }

    /// Two columns of nucleotides; numbers tell where they stand.
    fn nucleotides() -> String {
        let block: Vec<String> = (1..=25).map(|k| format!("0.{k}")).collect();
        format!(
            "V[0] 1 2 3 4 5\nV[7] 0 0 0 0 1e-05\nW[0][7] {}\n",
            block.join(" ")
        )
    }

    #[test]
    fn states_are_put_in_order_and_columns_kept() {
        let fitted = parse(&nucleotides()).unwrap();
        assert_eq!(fitted.alphabet.letters(), b"ACGU");
        assert_eq!(fitted.columns.position(1).get(), 8);
        // AUCG- as ACGU-.
        let fields = fitted.fields().unwrap().row(0).to_vec();
        assert_eq!(fields, [1.0, 3.0, 4.0, 2.0, 5.0]);
        let couplings = fitted.couplings().unwrap();
        assert_eq!(couplings.get(0, 3, 1, 1), 0.8, "U at 0, C at 7");
        let mut back = Vec::new();
        write(&fitted, &mut back).unwrap();
        // Zeros at the end of decimals are not kept.
        let expected = nucleotides().replace("0.10", "0.1").replace("0.20", "0.2");
        assert_eq!(String::from_utf8(back).unwrap(), expected);
    }

    #[test]
    fn missing_pairs_couple_nothing() {
        let text = format!("{}\n", nucleotides()).replace("W[0][7]", "V[9] 0 0 0 0 0\nW[0][9]");
        let fitted = parse(&text).unwrap();
        let couplings = fitted.couplings().unwrap();
        assert!(couplings.block(0, 1).iter().all(|&j| j == 0.0));
        assert_eq!(couplings.get(0, 0, 2, 0), 0.1);
    }

    /// Pairs that GREMLIN was not asked for are others than the last ones.
    #[test]
    fn a_file_that_ends_too_early_is_refused() {
        let text = nucleotides();
        let error = parse(text.trim_end()).unwrap_err();
        let words = "line 3: the file ends within this line";
        assert!(error.to_string().contains(words), "{error}");
        let three = text.replace("W[0][7]", "V[9] 0 0 0 0 0\nW[0][7]");
        let error = parse(&three).unwrap_err();
        let words = "line 4: the last 2 pairs are missing";
        assert!(error.to_string().contains(words), "{error}");
    }

    #[test]
    fn fields_alone_are_a_model_of_independent_sites() {
        let fitted = parse("V[0] 1 2 3 4 0\nV[1] 1 2 3 4 0\n").unwrap();
        assert!(fitted.couplings().is_none());
        assert_eq!(fitted.gaps, GapTreatment::Missing);
    }

    #[test]
    fn errors_name_the_line() {
        for (wrong, words) in [
            ("W[0][7] 1", "line 4: this pair was given before"),
            ("W[7][0] 1", "line 4: 'W[7][0]' is no pair"),
            ("W[0][8] 1", "line 4: 'W[0][8]' is no pair"),
            ("W[0] 1", "line 4: 'W[0]' is no pair"),
            ("V[8] 1 2 3 4 5", "line 4: 'V[8]' is no pair"),
        ] {
            let error = parse(&format!("{}{wrong}\n", nucleotides())).unwrap_err();
            assert!(error.to_string().contains(words), "{wrong}: {error}");
            assert_eq!(error.exit_code(), 3);
        }
        for (text, words) in [
            ("V[0] 1 2 3\n", "3 numbers for a site"),
            (
                "V[0] 1 2 3 4 5\nV[0] 1 2 3 4 5\n",
                "line 2: columns must rise",
            ),
            ("V[0] 1 2 3 4 5\nV[1] 1 2 3 4\n", "line 2: 4 numbers"),
            ("V[0] 1 2 3 4 x\n", "'x' is not a finite number"),
            ("V[99999999999] 1 2 3 4 5\n", "no field"),
            (
                "V[0] 1 2 3 4 5\nV[1] 1 2 3 4 5\nW[0][1] 1 2\n",
                "line 3: 2 numbers of a pair",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.to_string().contains(words), "{text}: {error}");
        }
    }
}
