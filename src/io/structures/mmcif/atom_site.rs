//! The table `_atom_site`: an atom a row.

use super::rows::{Header, Row};
use crate::io::structures::draft::{AtomRow, Draft};
use crate::io::structures::number;
use std::borrow::Cow;

/// Where its columns are.
#[derive(Default)]
pub struct Columns {
    /// The table that they are of; 0 before the first.
    table: u64,
    group: Option<usize>,
    /// Names and numbers of authors, and those of mmCIF in their place.
    atom: [Option<usize>; 2],
    residue: [Option<usize>; 2],
    chain: [Option<usize>; 2],
    number: [Option<usize>; 2],
    insertion: Option<usize>,
    alternative: Option<usize>,
    element: Option<usize>,
    position: [Option<usize>; 3],
    occupancy: Option<usize>,
    b_factor: Option<usize>,
    model: Option<usize>,
    /// The model that is read: the first.
    read_model: Option<Vec<u8>>,
}

impl Columns {
    fn look_up(&mut self, header: &Header) {
        let column = |name: &str| header.column(name);
        let both =
            |name: &str| [format!("auth_{name}"), format!("label_{name}")].map(|n| column(&n));
        *self = Self {
            table: header.number,
            group: column("group_pdb"),
            atom: both("atom_id"),
            residue: both("comp_id"),
            chain: both("asym_id"),
            number: both("seq_id"),
            insertion: column("pdbx_pdb_ins_code"),
            alternative: column("label_alt_id"),
            element: column("type_symbol"),
            position: ["cartn_x", "cartn_y", "cartn_z"].map(column),
            occupancy: column("occupancy"),
            b_factor: column("b_iso_or_equiv"),
            model: column("pdbx_pdb_model_num"),
            read_model: self.read_model.take(),
        };
    }

    /// Adds an atom to a draft, if it is of the first model.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(&mut self, row: &Row, draft: &mut Draft) -> Result<(), String> {
        if self.table != row.header.number {
            self.look_up(row.header);
        }
        let model = row.at(self.model).unwrap_or(b"1");
        let wanted = self.read_model.get_or_insert_with(|| model.to_vec());
        if wanted.as_slice() != model {
            return Ok(());
        }
        self.add(row, draft)
    }

    fn add(&self, row: &Row, draft: &mut Draft) -> Result<(), String> {
        let either =
            |columns: [Option<usize>; 2]| row.at(columns[0]).or_else(|| row.at(columns[1]));
        let name = |columns, what: &str| {
            let found = either(columns).ok_or_else(|| format!("an atom without {what}"))?;
            Ok::<_, String>(String::from_utf8_lossy(found))
        };
        let capitals = |text: Cow<str>| text.to_ascii_uppercase();
        let atom =
            capitals(name(self.atom, "its name, _atom_site.label_atom_id")?).replace('*', "'");
        let residue = capitals(name(
            self.residue,
            "the name of its residue, _atom_site.label_comp_id",
        )?);
        let chain = name(self.chain, "its chain, _atom_site.label_asym_id")?;
        // Water and ions of files that have `label` names only.
        let Some(number) = either(self.number) else {
            return Ok(());
        };
        let number = number::whole(number).ok_or_else(|| {
            let shown = String::from_utf8_lossy(number);
            format!(
                "a whole number is expected for the residue (_atom_site.auth_seq_id), not '{shown}'"
            )
        })?;
        let coordinate = |k: usize, what| {
            number::measured_coordinate(what, row.at(self.position[k]).unwrap_or_default())
        };
        let element = row.at(self.element).map(String::from_utf8_lossy);
        let element = element.unwrap_or_default().to_ascii_uppercase();
        let label = row.at(self.chain[1]).map(String::from_utf8_lossy);
        let place = row.at(self.number[1]).map(String::from_utf8_lossy);
        let label = label.unwrap_or_else(|| chain.clone());
        let first = |column| row.at(column).and_then(|text| text.first().copied());
        draft.push(&AtomRow {
            chain: &chain,
            residue: &residue,
            number,
            insertion: first(self.insertion).map(char::from),
            atom: &atom,
            element: &element,
            may_be_carbon: element.is_empty() || element == "C",
            alternative: first(self.alternative).unwrap_or(0),
            occupancy: number::occupancy(row.at(self.occupancy).unwrap_or_default())?,
            b_factor: row.at(self.b_factor).and_then(number::optional),
            position: [
                coordinate(0, "_atom_site.Cartn_x,")?,
                coordinate(1, "_atom_site.Cartn_y,")?,
                coordinate(2, "_atom_site.Cartn_z,")?,
            ],
            is_hetero: row.at(self.group) == Some(b"HETATM"),
            label: Some((&label, place.as_deref())),
        })
    }
}
