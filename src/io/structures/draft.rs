//! A structure in the making: atoms as the formats tell them, gathered into residues and chains.

use super::hydrogen::is_hydrogen;
use std::collections::HashMap;

/// An atom as a format tells it.
pub struct AtomRow<'t> {
    /// Name of the chain as authors give it.
    pub chain: &'t str,
    /// Name of the residue, and its number as authors give it.
    pub residue: &'t str,
    pub number: i64,
    pub insertion: Option<char>,
    /// Name of the atom; its element where the file tells it, in capitals.
    pub atom: &'t str,
    pub element: &'t str,
    /// Whether the atom may be a carbon atom of the name CA, and not calcium.
    pub may_be_carbon: bool,
    /// What tells alternative places apart; 0 where there is one.
    pub alternative: u8,
    pub occupancy: f64,
    pub b_factor: Option<f64>,
    pub position: [f64; 3],
    /// Whether the file sets it apart from the standard residues of polymers.
    pub is_hetero: bool,
    /// In mmCIF: the chain's other name, and the place in the polymer's sequence, if it has one.
    pub label: Option<(&'t str, Option<&'t str>)>,
}

/// One atom that is kept.
pub struct DraftAtom {
    pub name: String,
    pub position: [f64; 3],
    pub occupancy: f64,
    pub b_factor: Option<f64>,
    pub may_be_carbon: bool,
    pub alternative: u8,
}

/// The atoms of one residue name at one place of a chain.
pub struct Variant {
    pub name: String,
    pub is_hetero: bool,
    pub label: Option<(String, Option<String>)>,
    pub atoms: Vec<DraftAtom>,
}

/// All that has the same number in a chain.
pub struct Site {
    pub number: i64,
    pub insertion: Option<char>,
    /// Several where residues of two kinds take turns, or a ligand has the number of a residue.
    pub variants: Vec<Variant>,
}

/// A chain in the making.
#[derive(Default)]
pub struct DraftChain {
    pub name: String,
    pub sites: Vec<Site>,
    places: HashMap<(i64, Option<char>), usize>,
    /// The number of its last residue, once the file has said that the chain ends.
    ended_at: Option<i64>,
    current: usize,
}

/// All chains so far.
#[derive(Default)]
pub struct Draft {
    chains: Vec<DraftChain>,
    /// The last chain of each name.
    names: HashMap<String, usize>,
    last: Option<usize>,
}

/// Names of one residue that are different: no residue has a tenth of it.
const MOST_ATOMS: usize = 2000;

/// Names of water.
const WATER: [&str; 8] = ["HOH", "DOD", "WAT", "H2O", "TIP", "TP3", "SOL", "D2O"];

impl Draft {
    /// Whether there is no atom yet.
    pub fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Adds an atom; hydrogens and water are passed over.
    ///
    /// # Errors
    /// In words, if one residue has more atoms than any.
    pub fn push(&mut self, row: &AtomRow) -> Result<(), String> {
        let known = self.names.get(row.chain).copied();
        let chain = match known.filter(|&chain| !self.chains[chain].is_over_before(row)) {
            Some(chain) => chain,
            None => self.begin(row.chain),
        };
        self.last = Some(chain);
        if !is_hydrogen(row.atom, row.element) && !WATER.contains(&row.residue) {
            self.chains[chain].push(row)?;
        }
        Ok(())
    }

    fn begin(&mut self, name: &str) -> usize {
        let chain = self.chains.len();
        self.chains.push(DraftChain {
            name: name.into(),
            ..DraftChain::default()
        });
        self.names.insert(name.into(), chain);
        chain
    }

    /// The chain of the last atom is at its end; ligands may follow.
    pub fn end_chain(&mut self) {
        let Some(chain) = self.last.map(|last| &mut self.chains[last]) else {
            return;
        };
        let last = chain.sites.get(chain.current).map(|site| site.number);
        chain.ended_at = chain.ended_at.or(last);
    }

    /// All chains, in the order of the file.
    pub fn into_chains(self) -> Vec<DraftChain> {
        self.chains
    }
}

impl DraftChain {
    /// Whether an atom begins another chain of the same name: behind its end the numbers begin anew, or the same atom is there already.
    fn is_over_before(&self, row: &AtomRow) -> bool {
        if row.is_hetero {
            return false;
        }
        let place = self.places.get(&(row.number, row.insertion)).copied();
        let has_begun_anew = self.ended_at.is_some_and(|last| row.number <= last);
        let Some(place) = place else {
            return has_begun_anew;
        };
        if place == self.current {
            return false;
        }
        let is_same =
            |atom: &DraftAtom| atom.name == row.atom && atom.alternative == row.alternative;
        let variants = &self.sites[place].variants;
        let mut same = variants
            .iter()
            .filter(|variant| variant.name == row.residue);
        has_begun_anew || same.any(|variant| variant.atoms.iter().any(is_same))
    }

    fn push(&mut self, row: &AtomRow) -> Result<(), String> {
        let key = (row.number, row.insertion);
        self.current = *self.places.entry(key).or_insert_with(|| {
            self.sites.push(Site {
                number: row.number,
                insertion: row.insertion,
                variants: Vec::new(),
            });
            self.sites.len() - 1
        });
        let variants = &mut self.sites[self.current].variants;
        let known = variants
            .iter()
            .position(|variant| variant.name == row.residue);
        let known = known.unwrap_or_else(|| {
            let owned = |text: &str| text.to_owned();
            variants.push(Variant {
                name: row.residue.into(),
                is_hetero: row.is_hetero,
                label: row
                    .label
                    .map(|(chain, place)| (owned(chain), place.map(owned))),
                atoms: Vec::new(),
            });
            variants.len() - 1
        });
        variants[known].push(row);
        match variants[known].atoms.len().max(variants.len()) > MOST_ATOMS {
            true => Err(format!(
                "residue {} of chain '{}' has more than {MOST_ATOMS} atoms",
                row.number, row.chain
            )),
            false => Ok(()),
        }
    }
}

impl Variant {
    /// Adds an atom. Of alternative places the one that is occupied most stays, of those alike the first.
    fn push(&mut self, row: &AtomRow) {
        let atom = DraftAtom {
            name: row.atom.into(),
            position: row.position,
            occupancy: row.occupancy,
            b_factor: row.b_factor,
            may_be_carbon: row.may_be_carbon,
            alternative: row.alternative,
        };
        match self.atoms.iter_mut().find(|known| known.name == row.atom) {
            Some(known) if row.occupancy > known.occupancy + 1e-6 => *known = atom,
            Some(_) => {}
            None => self.atoms.push(atom),
        }
    }

    /// An atom of this name.
    pub fn atom(&self, name: &str) -> Option<&DraftAtom> {
        self.atoms.iter().find(|atom| atom.name == name)
    }
}
