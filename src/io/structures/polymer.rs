//! Which residues are of a polymer, and which are ligands, ions and other company.

use super::draft::{Draft, DraftAtom, Site, Variant};
use crate::structure::{Atom, Chain, ChainKind, Monomer, Residue, UNKNOWN, distance};
use std::collections::{HashMap, HashSet};

/// What a file says of residues besides their atoms.
#[derive(Default)]
pub struct Declared {
    /// The parents of modified residues, by their names.
    pub parents: HashMap<String, String>,
    /// Confidences by chain and place in its sequence, as mmCIF names both.
    pub confidences: HashMap<(String, String), f64>,
}

/// The polymers of a file.
#[derive(Default)]
pub struct Polymers {
    /// Those that have a residue.
    pub chains: Vec<Chain>,
    /// For each of them the other names that mmCIF has for it.
    pub labels: Vec<Vec<String>>,
}

/// Longer than any bond between residues, in angstrom.
const MOST_BOND: f64 = 2.0;

/// The polymers of a draft. Ends and holes need no care: a residue is of the chain if it has the atom that stands for it (CA, C1'), and
/// is a standard residue, or known or declared as modified, or bonded to the one before or behind it.
pub fn polymers(draft: Draft, declared: &Declared) -> Polymers {
    let chains = draft.into_chains();
    let variants = chains
        .iter()
        .flat_map(|c| &c.sites)
        .flat_map(|s| &s.variants);
    let is_placed = |variant: &Variant| matches!(&variant.label, Some((_, Some(_))));
    // Where a file has places in sequences, all residues of polymers have one.
    let has_places = variants.into_iter().any(is_placed);
    let judge = Judge {
        declared,
        has_places,
    };
    let mut found = Polymers::default();
    for chain in chains {
        let (residues, kinds, labels) = judge.residues(&chain.sites);
        let proteins = kinds
            .iter()
            .filter(|kind| **kind == ChainKind::Protein)
            .count();
        let kind = match proteins * 2 >= kinds.len() {
            true => ChainKind::Protein,
            false => ChainKind::Nucleic,
        };
        let of_kind = residues
            .into_iter()
            .zip(kinds)
            .filter(|(_, of)| *of == kind);
        let residues: Vec<Residue> = of_kind.map(|(residue, _)| residue).collect();
        if !residues.is_empty() {
            found.labels.push(labels);
            found.chains.push(Chain {
                name: chain.name,
                kind,
                residues,
            });
        }
    }
    found
}

struct Judge<'d> {
    declared: &'d Declared,
    has_places: bool,
}

impl Judge<'_> {
    /// The residues of a chain that are of a polymer, what each is of, and the other names of the chain.
    fn residues(&self, sites: &[Site]) -> (Vec<Residue>, Vec<ChainKind>, Vec<String>) {
        let (mut residues, mut kinds, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for (k, site) in sites.iter().enumerate() {
            let kind = |variant: &Variant| self.kind(variant, sites, k);
            let all = site.variants.iter();
            let all = all.filter_map(|variant| Some((variant, kind(variant)?)));
            // Of several the one that is there most, of those alike the first.
            let best = all.reduce(|best, other| {
                match occupancy(other.0, other.1) > occupancy(best.0, best.1) + 1e-6 {
                    true => other,
                    false => best,
                }
            });
            let Some((variant, kind)) = best else {
                continue;
            };
            if let Some((label, _)) = &variant.label
                && seen.insert(label)
            {
                labels.push(label.clone());
            }
            residues.push(self.residue(site, variant, kind));
            kinds.push(kind);
        }
        (residues, kinds, labels)
    }

    /// What polymer a residue is of; `None` if of none.
    fn kind(&self, variant: &Variant, sites: &[Site], k: usize) -> Option<ChainKind> {
        let name = |other: &str| Monomer::named(other);
        let monomer = match name(&variant.name) {
            Monomer::Other => self
                .declared
                .parents
                .get(&variant.name)
                .map_or(Monomer::Other, |parent| name(parent)),
            known => known,
        };
        let is_alpha = variant.atom("CA").is_some_and(|atom| atom.may_be_carbon);
        let kind = match is_alpha {
            true => ChainKind::Protein,
            false => variant.atom("C1'").map(|_| ChainKind::Nucleic)?,
        };
        let is_placed = match &variant.label {
            Some((_, place)) if self.has_places => Some(place.is_some()),
            _ => None,
        };
        let is_of_chain = is_placed.unwrap_or_else(|| {
            let is_modified = match monomer {
                Monomer::ModifiedAminoAcid(_) | Monomer::Nucleotide(_) => true,
                Monomer::AminoAcid(_) => self.declared.parents.contains_key(&variant.name),
                Monomer::Other => false,
            };
            let is_declared = self.declared.parents.contains_key(&variant.name);
            !variant.is_hetero || is_modified || is_declared || is_bonded(variant, kind, sites, k)
        });
        is_of_chain.then_some(kind)
    }

    fn residue(&self, site: &Site, variant: &Variant, kind: ChainKind) -> Residue {
        let parent = self.declared.parents.get(&variant.name);
        let letter = Monomer::named(&variant.name).letter();
        let letter = letter.or_else(|| Monomer::named(parent?).letter());
        let confidence = variant.label.as_ref().and_then(|(chain, place)| {
            let key = (chain.clone(), place.clone()?);
            self.declared.confidences.get(&key).copied()
        });
        let atom = |atom: &DraftAtom| Atom {
            name: atom.name.clone(),
            position: atom.position,
        };
        Residue {
            name: variant.name.clone(),
            letter: letter.unwrap_or(UNKNOWN),
            number: site.number,
            insertion: site.insertion,
            atoms: variant.atoms.iter().map(atom).collect(),
            b_factor: variant.atom(standing_for(kind)).and_then(|a| a.b_factor),
            confidence,
        }
    }
}

/// The atom that stands for a residue.
fn standing_for(kind: ChainKind) -> &'static str {
    match kind {
        ChainKind::Protein => "CA",
        ChainKind::Nucleic => "C1'",
    }
}

fn occupancy(variant: &Variant, kind: ChainKind) -> f64 {
    variant
        .atom(standing_for(kind))
        .map_or(0.0, |atom| atom.occupancy)
}

/// Whether a residue is bonded to that before or behind it.
fn is_bonded(variant: &Variant, kind: ChainKind, sites: &[Site], k: usize) -> bool {
    let (end, start) = match kind {
        ChainKind::Protein => ("C", "N"),
        ChainKind::Nucleic => ("O3'", "P"),
    };
    let place = |variant: &Variant, name| variant.atom(name).map(|atom| atom.position);
    let is_near = |mine: Option<[f64; 3]>, other: Option<&Site>, name| {
        let (Some(mine), Some(other)) = (mine, other) else {
            return false;
        };
        let mut theirs = other.variants.iter().filter_map(|v| place(v, name));
        theirs.any(|theirs| distance(mine, theirs) < MOST_BOND)
    };
    let before = k.checked_sub(1).map(|k| &sites[k]);
    is_near(place(variant, start), before, end)
        || is_near(place(variant, end), sites.get(k + 1), start)
}
