//! Distances of sites: within the chain that a model is placed on, and between chains and copies of chains.

use super::copies::{Ball, ChainCopy, as_in_the_file, of_assembly};
use super::distance_kind::DistanceKind;
use super::entry::Structure;
use super::placement::{PlacedChain, Placement};
use crate::error::Result;
use rayon::prelude::*;

/// Below this confidence (pLDDT) a predicted residue may lie anywhere.
pub const LEAST_CONFIDENCE: f64 = 70.0;

/// Of what the two residues are whose distance is one between chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partner {
    /// Two copies of one protein.
    Copy,
    /// Two proteins, of the model's chains.
    OtherProtein,
}

/// A distance between chains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Between<'d> {
    /// In angstrom.
    pub distance: f64,
    /// What the other chain is.
    pub partner: Partner,
    /// The copies that have the two sites: `A` and `B`, `A` and `A-2`.
    pub copies: (&'d str, &'d str),
}

/// What the structure says of a pair of sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They touch within a chain.
    Within,
    /// They touch, but only between chains or copies of chains.
    Between,
    /// They do not touch.
    Neither,
    /// The structure lacks one of them.
    Unknown,
}

impl Verdict {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Between => "between",
            Self::Neither => "neither",
            Self::Unknown => "unknown",
        }
    }
}

/// All that is known of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured<'d> {
    /// In angstrom, within the placed chain; none between two chains of the model, or where a residue is missing.
    pub within: Option<f64>,
    /// The same in whichever chain of that sequence they are nearest.
    pub within_any: Option<f64>,
    /// The smallest distance between chains; none where there is no other.
    pub between: Option<Between<'d>>,
    /// What follows for the cutoff.
    pub verdict: Verdict,
    /// Whether both residues are predicted with confidence; `None` if the structure tells none.
    pub is_confident: Option<bool>,
}

/// A chain in space with the sites that lie on it.
struct Sited {
    /// Index into the copies of its group.
    copy: usize,
    /// Index into the maps of the model's chain.
    map: usize,
}

/// Copies of chains that are seen together: those of the file, or those of the assembly.
struct Group {
    copies: Vec<ChainCopy>,
    /// For each chain of the model the copies that it lies on.
    sited: Vec<Vec<Sited>>,
    /// For each two chains of the model the pairs of different copies, as indices into `sited`, the nearest first: with the distance below
    /// which no two points of them are.
    pairs: Vec<Vec<(f64, usize, usize)>>,
}

/// Distances of the sites of a model that is placed on a structure. Nothing is kept for a pair: each is measured when it is asked for.
pub struct Distances<'s> {
    structure: &'s Structure,
    placements: &'s [Placement],
    /// The chain that each chain of the model is placed on.
    placed: Vec<ChainCopy>,
    groups: Vec<Group>,
}

impl<'s> Distances<'s> {
    /// Distances of a kind. Between chains they are those of the chains as they stand in the file, and of the copies of its first assembly;
    /// where `assembly` names one, of its copies alone.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] if there is no such assembly; [`crate::Error::Memory`] if it has too many copies.
    pub fn new(
        structure: &'s Structure,
        placements: &'s [Placement],
        kind: DistanceKind,
        assembly: Option<&str>,
    ) -> Result<Self> {
        let copies = placements.iter().flat_map(|one| &one.copies);
        let mut chains: Vec<usize> = copies.map(|copy| copy.chain).collect();
        chains.sort_unstable();
        chains.dedup();
        let mut groups = Vec::new();
        if assembly.is_none() {
            let copies = as_in_the_file(structure, &chains, kind);
            groups.push(Group::new(copies, placements));
        }
        if let Some(assembly) = structure.assembly(assembly)? {
            let copies = of_assembly(structure, assembly, &chains, kind)?;
            groups.push(Group::new(copies, placements));
        }
        let placed: Vec<usize> = placements.iter().map(|one| one.placed.chain).collect();
        Ok(Self {
            structure,
            placements,
            placed: as_in_the_file(structure, &placed, kind),
            groups,
        })
    }

    /// The chain of the model that a site is of, and the place of the site in it.
    fn locate(&self, site: usize) -> Option<(usize, usize)> {
        let is_there = |one: &Placement| one.sites.contains(&site);
        let chain = self.placements.iter().position(is_there)?;
        Some((chain, site - self.placements[chain].sites.start))
    }

    /// The residue of a site in the chain that it is placed on.
    fn residue(&self, site: usize) -> Option<(usize, usize)> {
        let (chain, place) = self.locate(site)?;
        Some((chain, self.placements[chain].placed.residues[place]?))
    }

    /// The distance of two sites in the chain that the model is placed on, in angstrom; `None` where one has no residue, or they are of two
    /// chains of the model.
    pub fn within(&self, i: usize, j: usize) -> Option<f64> {
        let ((chain, one), (other_chain, two)) = (self.residue(i)?, self.residue(j)?);
        let copy = self.placed.get(chain).filter(|_| chain == other_chain)?;
        copy.distance_below(one, copy, two, f64::INFINITY)
    }

    /// The smallest distance of two sites in one chain, of all chains with the sequence of the placed one; `None` as in [`Self::within`].
    pub fn within_any(&self, i: usize, j: usize) -> Option<f64> {
        let mut best = self.within(i, j);
        let ((a, i), (b, j)) = (self.locate(i)?, self.locate(j)?);
        // Copies made by operators are all alike: the chains of the file are enough.
        let copies = self.groups.first().filter(|_| a == b);
        let placement = &self.placements[a];
        let is_other = |one: &&Sited| placement.copies[one.map].chain != placement.placed.chain;
        for one in copies
            .into_iter()
            .flat_map(|group| &group.sited[a])
            .filter(is_other)
        {
            let both = (self.residue_on(a, one, i), self.residue_on(a, one, j));
            let (Some(first), Some(second)) = both else {
                continue;
            };
            let copy = &self.groups[0].copies[one.copy];
            let limit = best.unwrap_or(f64::INFINITY);
            best = copy.distance_below(first, copy, second, limit).or(best);
        }
        best
    }

    /// The smallest distance of two sites in two different chains or copies: of one sequence where the sites are of one chain of the model;
    /// `None` where there are none that have both.
    pub fn between(&self, i: usize, j: usize) -> Option<Between<'_>> {
        let ((a, i), (b, j)) = (self.locate(i)?, self.locate(j)?);
        let partner = if a == b {
            Partner::Copy
        } else {
            Partner::OtherProtein
        };
        let mut best: Option<Between> = None;
        for group in &self.groups {
            for &(least, one, two) in &group.pairs[a * self.placements.len() + b] {
                let limit = best.map_or(f64::INFINITY, |best| best.distance);
                if least >= limit {
                    break;
                }
                let (one, two) = (&group.sited[a][one], &group.sited[b][two]);
                let residues = (self.residue_on(a, one, i), self.residue_on(b, two, j));
                let (Some(first), Some(second)) = residues else {
                    continue;
                };
                let (mine, theirs) = (&group.copies[one.copy], &group.copies[two.copy]);
                if let Some(distance) = mine.distance_below(first, theirs, second, limit) {
                    best = Some(Between {
                        distance,
                        partner,
                        copies: (&mine.label, &theirs.label),
                    });
                }
            }
        }
        best
    }

    /// The copies between which two sites are nearer than `cutoff`, by their labels; some come twice.
    pub fn touching_copies(&self, i: usize, j: usize, cutoff: f64) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let (Some((a, i)), Some((b, j))) = (self.locate(i), self.locate(j)) else {
            return found;
        };
        for group in &self.groups {
            let pairs = &group.pairs[a * self.placements.len() + b];
            for &(_, one, two) in pairs.iter().take_while(|(least, ..)| *least < cutoff) {
                let (one, two) = (&group.sited[a][one], &group.sited[b][two]);
                let residues = (self.residue_on(a, one, i), self.residue_on(b, two, j));
                let (mine, theirs) = (&group.copies[one.copy], &group.copies[two.copy]);
                if let (Some(first), Some(second)) = residues
                    && mine.distance_below(first, theirs, second, cutoff).is_some()
                {
                    found.push((mine.label.as_str(), theirs.label.as_str()));
                }
            }
        }
        found
    }

    fn residue_on(&self, chain: usize, sited: &Sited, place: usize) -> Option<usize> {
        self.placements[chain].copies[sited.map].residues[place]
    }

    /// The confidence of a predicted structure in the residue of a site.
    pub fn confidence(&self, site: usize) -> Option<f64> {
        let (chain, residue) = self.residue(site)?;
        let chain = &self.structure.chains[self.placements[chain].placed.chain];
        chain.residues[residue].confidence
    }

    /// Whether both residues are predicted with confidence; `None` where one tells none.
    pub fn is_confident(&self, i: usize, j: usize) -> Option<bool> {
        let both = (self.confidence(i)?, self.confidence(j)?);
        Some(both.0 >= LEAST_CONFIDENCE && both.1 >= LEAST_CONFIDENCE)
    }

    /// What is known of a pair; less than `cutoff` angstrom apart they touch.
    pub fn measure(&self, i: usize, j: usize, cutoff: f64) -> Measured<'_> {
        let (within, between) = (self.within(i, j), self.between(i, j));
        let within_any = self.within_any(i, j);
        let verdict = match (within_any, &between) {
            (Some(distance), _) if distance < cutoff => Verdict::Within,
            (_, Some(between)) if between.distance < cutoff => Verdict::Between,
            (None, None) => Verdict::Unknown,
            (None, _) if self.residue(i).is_none() || self.residue(j).is_none() => Verdict::Unknown,
            _ => Verdict::Neither,
        };
        Measured {
            within,
            within_any,
            between,
            verdict,
            is_confident: self.is_confident(i, j),
        }
    }

    /// The same for many pairs, in their order, on all threads.
    pub fn measure_all(&self, pairs: &[(usize, usize)], cutoff: f64) -> Vec<Measured<'_>> {
        let measured = pairs.par_iter().map(|&(i, j)| self.measure(i, j, cutoff));
        measured.collect()
    }
}

impl Group {
    fn new(copies: Vec<ChainCopy>, placements: &[Placement]) -> Self {
        let sited: Vec<Vec<Sited>> = placements
            .iter()
            .map(|one| sited(&copies, &one.copies))
            .collect();
        let mut pairs = Vec::new();
        for one in &sited {
            for two in &sited {
                pairs.push(nearest_first(&copies, one, two));
            }
        }
        Self {
            copies,
            sited,
            pairs,
        }
    }
}

/// The copies on which a chain of the model lies.
fn sited(copies: &[ChainCopy], chains: &[PlacedChain]) -> Vec<Sited> {
    let of_copy = |(copy, found): (usize, &ChainCopy)| {
        let map = chains.iter().position(|one| one.chain == found.chain)?;
        Some(Sited { copy, map })
    };
    copies.iter().enumerate().filter_map(of_copy).collect()
}

/// All pairs of different copies.
fn nearest_first(copies: &[ChainCopy], one: &[Sited], two: &[Sited]) -> Vec<(f64, usize, usize)> {
    let ball = |sited: &Sited| -> &Ball { &copies[sited.copy].ball };
    let mut pairs = Vec::new();
    for (a, first) in one.iter().enumerate() {
        for (b, second) in two.iter().enumerate() {
            if first.copy != second.copy {
                pairs.push((ball(first).least_distance(ball(second)), a, b));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs
}
