//! Copies of chains in space: those of the file as it is, and those of an assembly.

use super::assembly::{Assembly, Operator};
use super::distance_kind::DistanceKind;
use super::entry::Structure;
use super::residue::distance;
use crate::error::{Error, Result};

/// Bytes that all copies may take.
const MOST_BYTES: u64 = 2 << 30;

/// A ball that holds some points.
#[derive(Debug, Clone, Copy)]
pub struct Ball {
    center: [f64; 3],
    radius: f64,
}

impl Ball {
    fn around(points: &[[f64; 3]]) -> Self {
        let count = points.len().max(1) as f64;
        let center = [0, 1, 2].map(|k| points.iter().map(|p| p[k]).sum::<f64>() / count);
        let radii = points.iter().map(|&p| distance(p, center));
        // A hair more, so that rounding leaves nothing outside.
        let radius = radii.fold(0.0, f64::max) * (1.0 + 1e-12) + 1e-9;
        Self { center, radius }
    }

    /// No two points of both are closer.
    pub fn least_distance(&self, other: &Self) -> f64 {
        distance(self.center, other.center) - self.radius - other.radius
    }
}

/// The points of a chain between which distances are measured, residue after residue.
#[derive(Debug, Clone)]
pub struct ChainCopy {
    /// `A`; `A-2` for the second of an assembly.
    pub label: String,
    /// Index of the chain in the structure.
    pub chain: usize,
    /// All of it.
    pub ball: Ball,
    points: Vec<[f64; 3]>,
    /// Where the points of each residue begin, and where they end.
    starts: Vec<usize>,
    balls: Vec<Ball>,
}

impl ChainCopy {
    /// Chain number `chain` of a structure, moved.
    pub fn new(
        structure: &Structure,
        chain: usize,
        operator: &Operator,
        number: usize,
        kind: DistanceKind,
    ) -> Self {
        let found = &structure.chains[chain];
        let (mut points, mut starts) = (Vec::new(), vec![0]);
        for residue in &found.residues {
            kind.push_points(residue, &mut points);
            starts.push(points.len());
        }
        if *operator != Operator::IDENTITY {
            for point in &mut points {
                *point = operator.apply(*point);
            }
        }
        let balls = starts.windows(2).map(|w| Ball::around(&points[w[0]..w[1]]));
        Self {
            label: match number {
                1 => found.name.clone(),
                _ => format!("{}-{number}", found.name),
            },
            chain,
            ball: Ball::around(&points),
            balls: balls.collect(),
            starts,
            points,
        }
    }

    fn of(&self, residue: usize) -> &[[f64; 3]] {
        &self.points[self.starts[residue]..self.starts[residue + 1]]
    }

    #[cfg(feature = "internals")]
    /// The distance of a residue to one of another copy, or of this, in angstrom; `None` where one lacks the atoms.
    pub fn distance(&self, residue: usize, other: &Self, other_residue: usize) -> Option<f64> {
        self.distance_below(residue, other, other_residue, f64::INFINITY)
    }

    /// The same, where it is less than `limit`.
    pub fn distance_below(
        &self,
        residue: usize,
        other: &Self,
        other_residue: usize,
        limit: f64,
    ) -> Option<f64> {
        let balls = (&self.balls[residue], &other.balls[other_residue]);
        if balls.0.least_distance(balls.1) >= limit {
            return None;
        }
        let (mine, theirs) = (self.of(residue), other.of(other_residue));
        let squares = mine
            .iter()
            .flat_map(|a| theirs.iter().map(move |b| square(a, b)));
        let found = squares.fold(f64::INFINITY, f64::min).sqrt();
        (found < limit).then_some(found)
    }
}

fn square(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    x * x + y * y + z * z
}

/// The chains of the file as they stand there, those of `chains` only.
pub fn as_in_the_file(
    structure: &Structure,
    chains: &[usize],
    kind: DistanceKind,
) -> Vec<ChainCopy> {
    let copy = |&chain: &usize| ChainCopy::new(structure, chain, &Operator::IDENTITY, 1, kind);
    chains.iter().map(copy).collect()
}

/// The copies of an assembly, those of `chains` only.
///
/// # Errors
/// [`Error::Memory`] if they are too many.
pub fn of_assembly(
    structure: &Structure,
    assembly: &Assembly,
    chains: &[usize],
    kind: DistanceKind,
) -> Result<Vec<ChainCopy>> {
    let members = assembly.members();
    let members: Vec<_> = members.iter().filter(|m| chains.contains(&m.0)).collect();
    let atoms = |chain: usize| {
        let residues = structure.chains[chain].residues.iter();
        residues
            .map(|residue| residue.atoms.len() + 3)
            .sum::<usize>() as u64
    };
    // The places of atoms, and a note of each two copies.
    let count = members.len() as u64;
    let places = members.iter().map(|m| 24 * atoms(m.0)).sum::<u64>();
    let needed = places + count * count * 24;
    if needed > MOST_BYTES {
        return Err(Error::Memory {
            needed,
            available: MOST_BYTES,
            remedy: format!(
                "assembly {} has {} copies of chains: name a smaller assembly",
                assembly.name,
                members.len()
            ),
        });
    }
    let copy = |m: &&(usize, Operator, usize)| ChainCopy::new(structure, m.0, &m.1, m.2, kind);
    Ok(members.iter().map(copy).collect())
}
