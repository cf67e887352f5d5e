//! mmCIF files (PDBx): tables of named columns. Of the first block with atoms these tables are read:
//!
//! | table | for what |
//! |---|---|
//! | `_atom_site` | atoms; chains and residues by the names of authors, by those of mmCIF where there are no others |
//! | `_pdbx_struct_assembly_gen`, `_pdbx_struct_oper_list` | assemblies |
//! | `_ma_qa_metric`, `_ma_qa_metric_local` | confidence of predicted models (ModelCIF) |
//! | `_pdbx_struct_mod_residue` | parents of modified residues |
//! | `_entry`, `_struct`, `_exptl`, `_software`, `_ma_model_list` | name, title, and whether it is a prediction |

mod assemblies;
mod atom_site;
mod confidence;
mod rows;
mod tokens;

#[cfg(test)]
mod tests;

use super::draft::Draft;
use super::polymer::{Declared, polymers};
use super::prediction::Origin;
use super::unfinished::{Unfinished, wrong};
use crate::error::Result;
use crate::io::alignments::text::{Text, name};
use crate::structure::Predicted;
use confidence::Confidence;
use rows::{Reader, Row, read_rows};
use tokens::ADVICE;

/// Whether a text is a CIF file: a block begins behind blanks and notes.
pub fn looks_like(text: &Text) -> bool {
    let lines = text.lines().map(|line| line.bytes.trim_ascii());
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"#"));
    let first = lines.next().unwrap_or_default();
    first.len() >= 5 && first[..5].eq_ignore_ascii_case(b"data_")
}

/// Reads the first model of the first block with atoms.
///
/// # Errors
/// [`crate::Error::Input`] with the line that cannot be read.
pub fn read(text: &Text) -> Result<Unfinished> {
    let mut block = Block::new(text);
    read_rows(text, &mut block)?;
    block.finish()
}

/// A block so far.
struct Block<'t> {
    text: &'t Text,
    draft: Draft,
    atoms: atom_site::Columns,
    assemblies: assemblies::Tables,
    confidence: Confidence,
    declared: Declared,
    origin: Origin,
    name: String,
    title: String,
}

impl<'t> Block<'t> {
    fn new(text: &'t Text) -> Self {
        Self {
            text,
            draft: Draft::default(),
            atoms: atom_site::Columns::default(),
            assemblies: assemblies::Tables::default(),
            confidence: Confidence::default(),
            declared: Declared::default(),
            origin: Origin::default(),
            name: String::new(),
            title: String::new(),
        }
    }

    fn finish(mut self) -> Result<Unfinished> {
        self.declared.confidences = self.confidence.finish();
        let has_metric = !self.declared.confidences.is_empty();
        let chains = polymers(self.draft, &self.declared);
        let resolved = self.assemblies.resolve(&chains.labels);
        let assemblies =
            resolved.map_err(|(line, problem)| wrong(self.text, line, problem, ADVICE))?;
        Ok(Unfinished {
            name: self.name,
            title: self.title,
            chains: chains.chains,
            assemblies,
            predicted: match has_metric {
                true => Some(Predicted::Metric),
                false => self.origin.predicted(),
            },
        })
    }

    fn mention(&mut self, row: &Row, column: &str) {
        if let Some(text) = row.get(column) {
            self.origin.mention(text);
        }
    }
}

impl<'t> Reader<'t> for Block<'t> {
    fn block(&mut self, block: &[u8]) -> bool {
        let is_first = self.draft.is_empty();
        if is_first {
            *self = Self::new(self.text);
            self.name = name(block);
            self.origin.mention(block);
        }
        is_first
    }

    fn row(&mut self, row: &Row<'_, 't>) -> Result<()> {
        let done = match row.header.category.as_str() {
            "atom_site" => self.atoms.read(row, &mut self.draft),
            "pdbx_struct_oper_list" => self.assemblies.operator(row),
            "ma_qa_metric_local" => self.confidence.value(row),
            "pdbx_struct_assembly_gen" => {
                self.assemblies.part(row);
                Ok(())
            }
            "ma_qa_metric" => {
                self.confidence.metric(row);
                Ok(())
            }
            _ => {
                self.other(row);
                Ok(())
            }
        };
        done.map_err(|problem| wrong(self.text, row.line, problem, ADVICE))
    }
}

impl Block<'_> {
    /// A row of a small table.
    fn other(&mut self, row: &Row) {
        match row.header.category.as_str() {
            "pdbx_struct_mod_residue" => {
                let names = ["label_comp_id", "auth_comp_id"].map(|column| row.text(column));
                if let Some(parent) = row.text("parent_comp_id") {
                    for residue in names.into_iter().flatten() {
                        self.declared.parents.insert(residue, parent.clone());
                    }
                }
            }
            "entry" => {
                self.mention(row, "id");
                if let Some(id) = row.get("id") {
                    self.name = name(id);
                }
            }
            "struct" => {
                self.mention(row, "title");
                // In one line.
                let title = row.text("title").unwrap_or_default();
                let words: Vec<&str> = title.split_whitespace().collect();
                self.title = name(words.join(" ").as_bytes());
            }
            "exptl" => {
                if let Some(method) = row.get("method") {
                    self.origin.method(method);
                }
            }
            "software" => self.mention(row, "name"),
            "ma_model_list" => self.mention(row, "model_group_name"),
            _ => {}
        }
    }
}
