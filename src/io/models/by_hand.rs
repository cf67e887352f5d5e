//! A model written by hand: a field or a coupling a line, in any order. What is not there is 0.
//!
//! ```text
//! position  state  value                              h_i(a)
//! position  state  position  state  value             J_ij(a, b)
//! ```
//!
//! P(x) ~ exp(sum of the values of x), so that a value is minus an energy. Positions count from 1; states are letters, `-` the gap where that is one;
//! cells end with blanks, tabs or commas. Lines that begin with `#`, and one of headings before all others, are no numbers.

use super::notes::check_proportion;
use super::states::alphabet_of;
use crate::alignment::ColumnMap;
use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment};
use crate::error::Result;
use crate::io::files::stream::{Lines, Stream};
use crate::model::{Couplings, Model, Parameters};
use crate::position::Position;
use ndarray::Array2;
use std::collections::{BTreeSet, HashMap};

const LINES_ARE: &str = "lines are 'position state value' of a field, or 'position state position state value' of a coupling";

/// A letter at a position.
type Place = (usize, u8);

/// A field, or a coupling whose first position is the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Term {
    Field(Place),
    Coupling(Place, Place),
}

fn cells(line: &[u8]) -> Vec<&[u8]> {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';');
    let cells = line.split(is_between);
    cells.filter(|cell| !cell.is_empty()).collect()
}

fn is_comment(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"#")
}

/// Whether there are headings: no cell is a number.
fn are_headings(line: &[u8]) -> bool {
    let cells = cells(line);
    let is_number = |cell: &&[u8]| number(cell).is_some();
    matches!(cells.len(), 3 | 5) && !cells.iter().any(is_number)
}

fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

fn place(position: &[u8], state: &[u8]) -> Option<Place> {
    let position: u64 = std::str::from_utf8(position).ok()?.parse().ok()?;
    let site = usize::try_from(Position::new(position)?.get() - 1).ok()?;
    match state {
        [letter] if letter.is_ascii_uppercase() || *letter == GAP_LETTER => Some((site, *letter)),
        _ => None,
    }
}

fn term(cells: &[&[u8]]) -> Option<Term> {
    match *cells {
        [position, state, _] => Some(Term::Field(place(position, state)?)),
        [position, state, other, its, _] => {
            let (one, two) = (place(position, state)?, place(other, its)?);
            (one.0 != two.0).then_some(match one.0 < two.0 {
                true => Term::Coupling(one, two),
                false => Term::Coupling(two, one),
            })
        }
        _ => None,
    }
}

/// Whether a file that begins like this is one of these.
pub fn looks_like(start: &[u8]) -> bool {
    let mut lines = start
        .split(|&byte| byte == b'\n')
        .filter(|line| !is_comment(line));
    let first = lines.next().unwrap_or_default();
    let line = match are_headings(first) {
        true => lines.next().unwrap_or_default(),
        false => first,
    };
    let cells = cells(line);
    let value = cells.last().and_then(|cell| number(cell));
    value.is_some() && term(&cells).is_some()
}

/// Reads a file; the states are the letters that it has, in the order of the alphabet, unless `alphabet` says more.
///
/// # Errors
/// [`Error::Input`] if a line is not as above, is there twice, or has a letter that `alphabet` lacks.
pub fn read(stream: Stream, alphabet: Option<&Alphabet>) -> Result<Model> {
    let mut lines = stream.lines();
    let terms = terms(&mut lines, alphabet)?;
    let places = terms.keys().flat_map(|term| match *term {
        Term::Field(place) => vec![place],
        Term::Coupling(one, other) => vec![one, other],
    });
    let places: BTreeSet<Place> = places.collect();
    let sites = places.last().map_or(0, |&(site, _)| site + 1);
    let letters: BTreeSet<u8> = places.iter().map(|&(_, letter)| letter).collect();
    let (alphabet, gaps) = states(&lines, alphabet, &letters)?;
    let states = alphabet.states(gaps);
    check_proportion(lines.stream(), sites, states)?;
    let all = alphabet.model_letters(gaps).into_bytes();
    let state = |letter: u8| all.iter().position(|&known| known == letter).unwrap_or(0);
    let mut fields = Array2::zeros((sites, states));
    let couples = |term: &Term| matches!(term, Term::Coupling(..));
    let mut couplings = terms
        .keys()
        .any(couples)
        .then(|| Couplings::zeros(sites, states));
    for (term, &value) in &terms {
        match (*term, &mut couplings) {
            (Term::Coupling((i, a), (j, b)), Some(couplings)) => {
                couplings.block_mut(i, j)[state(a) * states + state(b)] = value;
            }
            (Term::Field((i, a)), _) => fields[[i, state(a)]] = value,
            (Term::Coupling(..), None) => {}
        }
    }
    let model = Parameters::of(fields, couplings)?;
    Ok(Model::of_parameters(
        model,
        alphabet,
        gaps,
        ColumnMap::unnumbered(sites),
    ))
}

/// All lines.
fn terms(lines: &mut Lines, alphabet: Option<&Alphabet>) -> Result<HashMap<Term, f32>> {
    let mut terms = HashMap::new();
    let mut is_first = true;
    while lines.advance()? {
        if is_comment(lines.line()) || (is_first && are_headings(lines.line())) {
            is_first &= is_comment(lines.line());
            continue;
        }
        is_first = false;
        let cells = cells(lines.line());
        let found = term(&cells).ok_or_else(|| lines.wrong("no field or coupling", LINES_ARE))?;
        let value = lines.number(cells[cells.len() - 1])?;
        check_letters(lines, &found, alphabet)?;
        if terms.insert(found, value).is_some() {
            return Err(lines.wrong(
                "this was given before",
                "remove one of the two lines; a coupling and the same with its positions exchanged are one",
            ));
        }
    }
    Ok(terms)
}

fn check_letters(lines: &Lines, term: &Term, alphabet: Option<&Alphabet>) -> Result<()> {
    let Some(alphabet) = alphabet else {
        return Ok(());
    };
    let letters = match *term {
        Term::Field((_, letter)) => [letter, letter],
        Term::Coupling((_, one), (_, other)) => [one, other],
    };
    let is_foreign = |letter: &u8| *letter != GAP_LETTER && !alphabet.letters().contains(letter);
    match letters.iter().find(|letter| is_foreign(letter)) {
        Some(&letter) => Err(lines.wrong(
            format!(
                "'{}' is not among {}",
                char::from(letter),
                alphabet.describe()
            ),
            "give the `alphabet` with all letters, or correct the line",
        )),
        None => Ok(()),
    }
}

/// The letters given, or those of the file; the gap is a state where the file has it.
fn states(
    lines: &Lines,
    given: Option<&Alphabet>,
    letters: &BTreeSet<u8>,
) -> Result<(Alphabet, GapTreatment)> {
    let gaps = match letters.contains(&GAP_LETTER) {
        true => GapTreatment::State,
        false => GapTreatment::Missing,
    };
    if let Some(alphabet) = given {
        return Ok((alphabet.clone(), gaps));
    }
    let letters: Vec<u8> = letters.iter().copied().collect();
    alphabet_of(&letters).map_err(|_| {
        lines.wrong(
            "the file has fewer than two letters for states",
            "give all of them as the `alphabet`",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn read_text(text: &str, alphabet: Option<&Alphabet>) -> Result<Model> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.txt");
        std::fs::write(&path, text).unwrap();
        read(Stream::open(&path).unwrap(), alphabet)
    }

    #[test]
    fn values_are_fields_and_couplings_in_any_order() {
        let text = "# two spins\nsite state value\n2 B 0.5\n1,A,2,B,1.5\n2\tA\t1\tB\t-2\n";
        assert!(looks_like(text.as_bytes()));
        let model = read_text(text, None).unwrap();
        assert_eq!((model.sites(), model.states()), (2, 2));
        assert_eq!(model.fields().unwrap()[[1, 1]], 0.5);
        assert_eq!(
            model.couplings().unwrap().block(0, 1),
            [0.0, 1.5, -2.0, 0.0]
        );
        let independent = read_text("1 A 1\n2 - 1\n", Some(&Alphabet::new("ABC").unwrap()));
        let independent = independent.unwrap();
        assert_eq!((independent.sites(), independent.states()), (2, 4));
        assert!(independent.pairwise().is_none());
        assert_eq!(independent.fields().unwrap()[[1, 3]], 1.0);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, line, words) in [
            ("1 A 1\n1 B x\n", 2, "'x'"),
            ("1 A 1\n0 B 2\n", 2, "no field"),
            ("1 A 1\n1 B 1 A 2\n", 2, "no field"),
            ("1 A 1\n1 b 2\n", 2, "no field"),
            ("1 A 1\n2 B 1 A 1\n1 A 2 B 1\n", 3, "before"),
            ("1 A 1\n1 B nan\n", 2, "nan"),
            ("1 A 1\n1 A 2\n", 2, "before"),
        ] {
            let error = read_text(text, None).unwrap_err();
            let told = error.to_string();
            assert!(
                told.contains(words) && told.contains(&format!("line {line}")),
                "{told}"
            );
            assert_eq!(error.exit_code(), 3);
        }
        assert!(matches!(
            read_text("1 A 1\n", None),
            Err(Error::Input { .. })
        ));
        assert!(read_text("4000000000 A 1\n1 B 1 \n", None).is_err());
        let spins = Alphabet::new("AB").unwrap();
        assert!(read_text("1 C 1\n", Some(&spins)).is_err());
        for other in [
            &b"V[0] 1 2"[..],
            b"J 0 1 A B 1",
            b"1 2 3",
            b">a\nACD",
            b"",
            b"1 A B",
        ] {
            assert!(!looks_like(other));
        }
    }
}
