//! The fold as a structure: chain A, which an operator makes a dimer.

use super::SITES;
use super::amino_acids::LETTERS;
use super::fold::{Fold, Kind};
use super::structure_text::{Text, TextAtom, TextChain, TextResidue};
use super::tables::number;

type Point = [f64; 3];

/// The fold has its contacts below 7 angstrom; as a structure it has them below 8.
const SCALE: f64 = 8.0 / 7.0;

/// Turns the chain about an axis along y, so that its open face lies on that of the first.
const SECOND: [[f64; 4]; 3] = [
    [-1.0, 0.0, 0.0, 22.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, -1.0, -10.0],
];

const FIRST: [[f64; 4]; 3] = [
    [1.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
];

fn add(a: Point, b: Point, factor: f64) -> Point {
    [0, 1, 2].map(|k| a[k] + factor * b[k])
}

/// Of length 1; along x where there is no direction.
fn unit(a: Point) -> Point {
    let length = (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt();
    if length < 1e-9 {
        return [1.0, 0.0, 0.0];
    }
    a.map(|x| x / length)
}

/// The chain of the target. CB (CA of glycine) lies where the fold has the side chain; the other atoms lie near it, roughly. Residues of
/// inserted columns are missing. B factors are as confidences are: 90, and 60 in loops.
pub(super) fn structure(target: &[usize]) -> Text {
    let fold = Fold::new();
    let places: Vec<Point> = (0..SITES)
        .map(|site| fold.place(site).map(|x| x * SCALE))
        .collect();
    let neighbour = |site: usize, step: isize| {
        let other = site.checked_add_signed(step).filter(|other| *other < SITES);
        other.map_or(places[site], |other| places[other])
    };
    let residue = |site: usize| {
        let here = places[site];
        let (before, after) = (neighbour(site, -1), neighbour(site, 1));
        let inwards = unit(add(add(before, after, 1.0), here, -2.0));
        let letter = LETTERS[target[site]];
        let alpha = if letter == b'G' {
            here
        } else {
            add(here, inwards, 1.53)
        };
        let amide = add(alpha, unit(add(before, here, -1.0)), 1.46);
        let carbonyl = add(alpha, unit(add(after, here, -1.0)), 1.52);
        let oxygen = add(carbonyl, inwards, 1.23);
        let mut atoms = vec![("N", amide), ("CA", alpha), ("C", carbonyl), ("O", oxygen)];
        if letter != b'G' {
            atoms.push(("CB", here));
        }
        let is_loop = fold.kinds[site] == Kind::Loop;
        TextResidue {
            letter: char::from(letter),
            number: number(site) as i64,
            insertion: None,
            b_factor: if is_loop { 60.0 } else { 90.0 },
            atoms: atoms
                .into_iter()
                .map(|(name, position)| TextAtom {
                    name: name.into(),
                    position,
                })
                .collect(),
        }
    };
    Text {
        name: "PLNT".into(),
        title: "The planted family, as a dimer".into(),
        chains: vec![TextChain {
            name: "A".into(),
            residues: (0..SITES).map(residue).collect(),
        }],
        operators: vec![FIRST, SECOND],
    }
}
