//! Writing both dialects: couplings of all pairs, then fields, states in the order gap, A, C, ...

use crate::alphabet::GAP_LETTER;
use crate::error::{Error, Result};
use crate::io::files::numbers::push_python;
use crate::io::models::notes::{Holds, Note, Numbers, note_on_gap};
use crate::io::models::states::StateMap;
use crate::model::Model;
use crate::model::couplings::pair_sites;
use std::io::{self, Write};
use std::path::Path;

/// What the format holds: parameters only.
pub const HOLDS: Holds = Holds::NOTHING;

/// A model of which this share of couplings is zero has been pruned.
const PRUNED: f64 = 0.1;

/// What is made up where `fitted` does not have it.
pub fn notes(fitted: &Model) -> Vec<Note> {
    note_on_gap(fitted).into_iter().collect()
}

/// Writes states by their letters (adabmDCA 2). Of a model that has been pruned, and of a gap that it does not have, couplings of 0
/// are left out.
///
/// # Errors
/// Those of `output`.
pub fn write_letters(fitted: &Model, output: &mut dyn Write) -> Result<()> {
    let numbers = Numbers::of(fitted)?;
    let couplings = numbers.couplings().map_or(&[][..], |c| c.as_slice());
    let zeros = couplings.iter().filter(|&&j| j == 0.0).count();
    let dialect = Dialect {
        names: |letter, _| char::from(letter).to_string(),
        skip_zeros: zeros as f64 >= PRUNED * couplings.len() as f64,
        skip_gap: fitted.alphabet.states(fitted.gaps) == fitted.alphabet.residues(),
    };
    dialect.write(fitted, &numbers, output)
}

/// Writes states by their numbers, the gap 0 (adabmDCA 1 and bmDCA, which reads complete files only).
///
/// # Errors
/// Those of `output`.
pub fn write_integers(fitted: &Model, output: &mut dyn Write) -> Result<()> {
    let dialect = Dialect {
        names: |_, number| number.to_string(),
        skip_zeros: false,
        skip_gap: false,
    };
    dialect.write(fitted, &Numbers::of(fitted)?, output)
}

struct Dialect {
    /// The name of a state by its letter and its number in the file.
    names: fn(u8, usize) -> String,
    skip_zeros: bool,
    skip_gap: bool,
}

impl Dialect {
    fn write(&self, fitted: &Model, numbers: &Numbers, output: &mut dyn Write) -> Result<()> {
        self.put(fitted, numbers, output)
            .map_err(Error::io("write", Path::new("the parameters")))
    }

    fn put(&self, fitted: &Model, numbers: &Numbers, output: &mut dyn Write) -> io::Result<()> {
        let letters = [&[GAP_LETTER], fitted.alphabet.letters()].concat();
        let map = StateMap::new(&letters, &fitted.alphabet, fitted.gaps);
        let name = |(number, letter): (usize, &u8)| (self.names)(*letter, number);
        let names: Vec<String> = letters.iter().enumerate().map(name).collect();
        let states = letters.len();
        let mut file = vec![0.0; states * states];
        let mut text = Vec::new();
        if let Some(couplings) = numbers.couplings() {
            for (i, j) in pair_sites(couplings.sites()) {
                map.block_to_file(couplings.block(i, j), &mut file);
                let pair = format!("J {i} {j}");
                text.clear();
                for (k, &value) in file.iter().enumerate() {
                    let (a, b) = (k / states, k % states);
                    let of_gap = self.skip_gap && (a == 0 || b == 0);
                    let pruned = self.skip_zeros && value == 0.0;
                    if !(of_gap || pruned) {
                        push_line(&[&pair, &names[a], &names[b]], value, &mut text);
                    }
                }
                output.write_all(&text)?;
            }
        }
        for (i, fields) in numbers.fields.rows().into_iter().enumerate() {
            map.row_to_file(&fields.to_vec(), &mut file[..states]);
            let site = format!("h {i}");
            text.clear();
            for (name, &value) in names.iter().zip(&file) {
                push_line(&[&site, name], value, &mut text);
            }
            output.write_all(&text)?;
        }
        Ok(())
    }
}

fn push_line(words: &[&str], value: f32, text: &mut Vec<u8>) {
    for word in words {
        text.extend(word.as_bytes());
        text.push(b' ');
    }
    push_python(value, text);
    text.push(b'\n');
}
