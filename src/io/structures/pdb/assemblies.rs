//! REMARK 350: which chains are moved how, to make the biological assemblies.
//!
//! ```text
//! BIOMOLECULE: 1
//! APPLY THE FOLLOWING TO CHAINS: A, B,
//!                    AND CHAINS: C
//!   BIOMT1   1  1.000000  0.000000  0.000000        0.00000
//!   BIOMT2   1  0.000000  1.000000  0.000000        0.00000
//!   BIOMT3   1  0.000000  0.000000  1.000000        0.00000
//! ```

use super::ADVICE;
use crate::error::Result;
use crate::io::alignments::text::Text;
use crate::io::structures::number;
use crate::io::structures::unfinished::{MOST_COPIES, wrong};
use crate::structure::{Assembly, AssemblyCopy, Chain, Operator};

/// The remark so far.
#[derive(Default)]
pub struct Remark350 {
    /// Names of the assemblies that the lines are about, `1` where nothing is said.
    names: Vec<String>,
    /// Names of the chains that the next operators move.
    chains: Vec<String>,
    /// Whether an operator has been read since the chains were named.
    has_moved: bool,
    /// Rows of the operator that is being read.
    rows: Vec<[f64; 4]>,
    moved: Vec<Moved>,
}

/// An operator, the chains that it moves, and the assemblies that this belongs to.
struct Moved {
    names: Vec<String>,
    chains: Vec<String>,
    operator: Operator,
}

/// All of the remark.
pub struct ByName(Vec<Moved>);

impl Remark350 {
    /// Reads a line, without the number of the remark.
    ///
    /// # Errors
    /// In words, if an operator cannot be read.
    pub fn read(&mut self, line: &[u8]) -> std::result::Result<(), String> {
        let text = String::from_utf8_lossy(line);
        let text = text.trim();
        if let Some(names) = text.strip_prefix("BIOMOLECULE:") {
            self.names = list(names);
            self.chains.clear();
        } else if let Some((_, chains)) = text.split_once("CHAINS:") {
            if std::mem::take(&mut self.has_moved) || !text.starts_with("AND") {
                self.chains.clear();
            }
            self.chains.extend(list(chains));
        } else if let Some(rest) = text.strip_prefix("BIOMT") {
            self.row(rest)?;
        }
        Ok(())
    }

    fn row(&mut self, rest: &str) -> std::result::Result<(), String> {
        let expected = || {
            format!(
                "row {} of an operator (BIOMT{} and five numbers) is expected",
                self.rows.len() + 1,
                self.rows.len() + 1
            )
        };
        let numbers = rest.split_ascii_whitespace();
        let numbers: Option<Vec<f64>> = numbers.map(|n| number::real(n.as_bytes())).collect();
        let row = match numbers.as_deref() {
            Some(&[row, _, a, b, c, shift]) if row == (self.rows.len() + 1) as f64 => {
                [a, b, c, shift]
            }
            _ => return Err(expected()),
        };
        self.rows.push(row);
        let [x, y, z] = self.rows[..] else {
            return Ok(());
        };
        self.rows.clear();
        self.has_moved = true;
        if self.moved.len() >= MOST_COPIES {
            return Err(format!("there are more than {MOST_COPIES} operators"));
        }
        let names = match self.names.is_empty() {
            true => vec!["1".into()],
            false => self.names.clone(),
        };
        self.moved.push(Moved {
            names,
            chains: self.chains.clone(),
            operator: Operator {
                rotation: [x, y, z].map(|row| [row[0], row[1], row[2]]),
                translation: [x, y, z].map(|row| row[3]),
            },
        });
        Ok(())
    }

    /// What was read.
    ///
    /// # Errors
    /// If the last operator lacks rows.
    pub fn finish(self, text: &Text) -> Result<ByName> {
        match self.rows.is_empty() {
            true => Ok(ByName(self.moved)),
            false => Err(wrong(
                text,
                text.first_line(),
                "the last operator of REMARK 350 has fewer than three rows (BIOMT1, BIOMT2, BIOMT3)",
                ADVICE,
            )),
        }
    }
}

impl ByName {
    /// The assemblies of these chains, in the order of the file. Chains that are no polymer are left out, as are assemblies of such alone.
    pub fn resolve(self, chains: &[Chain]) -> Vec<Assembly> {
        let mut assemblies: Vec<Assembly> = Vec::new();
        for moved in self.0 {
            let is_moved = |chain: &Chain| moved.chains.contains(&chain.name);
            let indices = (0..chains.len()).filter(|&k| is_moved(&chains[k]));
            let indices: Vec<usize> = indices.collect();
            if indices.is_empty() {
                continue;
            }
            for name in moved.names {
                let copy = AssemblyCopy {
                    operator: moved.operator,
                    chains: indices.clone(),
                };
                match assemblies.iter_mut().find(|one| one.name == name) {
                    Some(known) => known.copies.push(copy),
                    None => assemblies.push(Assembly {
                        name,
                        copies: vec![copy],
                    }),
                }
            }
        }
        assemblies
    }
}

/// Names between commas; `NULL` is the name that is blank.
fn list(text: &str) -> Vec<String> {
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    let named = |name| if name == "NULL" { "" } else { name };
    names.map(|name| named(name).to_owned()).collect()
}
