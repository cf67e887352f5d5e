//! The toy fold: where the side chain of every site lies.

use super::SITES;

/// A point in space, in ångström.
type Point = [f64; 3];

/// Kind of secondary structure.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Helix,
    Strand,
    Loop,
}

/// A helix or strand of the fold. The sheet lies in the plane z = 0 with its strands
/// along y; the helices lie on top of it.
struct Element {
    kind: Kind,
    /// First site (0-based) and number of sites.
    first: usize,
    length: usize,
    /// Axis position across the sheet, and height above it.
    x: f64,
    z: f64,
    /// Whether the chain runs towards larger y.
    up: bool,
}

/// A β-grasp layout, as in ubiquitin: strand order 2-1-5-3-4 with strands 1 and 5
/// parallel and the other neighbours antiparallel; two helices pack on one face.
/// Strands lie 4.8 Å apart, helix axes 9.5 Å above the sheet.
const FOLD: [Element; 7] = [
    strand(1, 7, 4.8, true),
    strand(11, 7, 0.0, false),
    helix(22, 14, 4.5, true),
    strand(39, 7, 14.4, false),
    strand(49, 6, 19.2, true),
    helix(58, 9, 13.5, false),
    strand(68, 7, 9.6, true),
];

/// A strand in the sheet.
const fn strand(first: usize, length: usize, x: f64, up: bool) -> Element {
    let (kind, z) = (Kind::Strand, 0.0);
    Element {
        kind,
        first,
        length,
        x,
        z,
        up,
    }
}

/// A helix packed on the sheet.
const fn helix(first: usize, length: usize, x: f64, up: bool) -> Element {
    let (kind, z) = (Kind::Helix, 9.5);
    Element {
        kind,
        first,
        length,
        x,
        z,
        up,
    }
}

impl Element {
    /// Rough position of the k-th side chain (Cβ).
    fn side_chain(&self, k: usize) -> Point {
        let step = if self.up { k } else { self.length - 1 - k };
        match self.kind {
            Kind::Helix => self.helix_side_chain(k, step),
            _ => self.strand_side_chain(step),
        }
    }

    /// Strands rise 3.3 Å per residue; side chains point to either face in turn, and
    /// the neighbours across the sheet point to the same face.
    fn strand_side_chain(&self, step: usize) -> Point {
        let face = if step.is_multiple_of(2) { 2.0 } else { -2.0 };
        [self.x, 3.3 * step as f64, self.z + face]
    }

    /// Helices rise 1.5 Å and turn by 100° per residue; Cβ lies 3.3 Å off the axis.
    fn helix_side_chain(&self, k: usize, step: usize) -> Point {
        const COS_100: f64 = -0.173_648_177_666_930_3;
        const SIN_100: f64 = 0.984_807_753_012_208;
        let (mut x, mut z) = (0.0, -3.3);
        for _ in 0..k {
            (x, z) = (x * COS_100 - z * SIN_100, x * SIN_100 + z * COS_100);
        }
        [self.x + x, 1.5 * step as f64, self.z + z]
    }
}

/// Structure of every site.
pub(super) struct Fold {
    pub(super) kinds: Vec<Kind>,
    places: Vec<Point>,
}

impl Fold {
    pub(super) fn new() -> Self {
        let mut kinds = vec![Kind::Loop; SITES];
        let mut places = vec![[f64::NAN; 3]; SITES];
        for element in &FOLD {
            for k in 0..element.length {
                kinds[element.first + k] = element.kind;
                places[element.first + k] = element.side_chain(k);
            }
        }
        places[0] = [4.8, -4.0, 0.0];
        places[SITES - 1] = [9.6, 24.0, 0.0];
        let mut fold = Self { kinds, places };
        fold.fill_loops();
        fold
    }

    /// Puts loop sites on an arc between the ends of the elements they join; it bulges
    /// by up to 4 Å away from the middle of the fold (y = 10 Å).
    fn fill_loops(&mut self) {
        for pair in FOLD.windows(2) {
            let (from, to) = (pair[0].first + pair[0].length - 1, pair[1].first);
            let (start, end) = (self.places[from], self.places[to]);
            let outwards = if start[1] > 10.0 { 1.0 } else { -1.0 };
            for site in from + 1..to {
                let t = (site - from) as f64 / (to - from) as f64;
                let mut place = [0, 1, 2].map(|d| start[d] + t * (end[d] - start[d]));
                place[1] += outwards * 16.0 * t * (1.0 - t);
                self.places[site] = place;
            }
        }
    }

    /// Where a side chain lies.
    pub(super) fn place(&self, site: usize) -> Point {
        self.places[site]
    }

    /// Distance between two side chains.
    fn distance(&self, i: usize, j: usize) -> f64 {
        let (a, b) = (self.places[i], self.places[j]);
        (0..3)
            .map(|d| (a[d] - b[d]) * (a[d] - b[d]))
            .sum::<f64>()
            .sqrt()
    }

    /// Site pairs closer than 7.0 Å. Pairs fewer than three apart in the chain always
    /// are, whatever the fold, so they carry no coupling and are not listed.
    pub(super) fn contacts(&self) -> Vec<(usize, usize)> {
        let pairs = (0..SITES).flat_map(|i| (i + 3..SITES).map(move |j| (i, j)));
        pairs.filter(|&(i, j)| self.distance(i, j) < 7.0).collect()
    }

    /// How buried each site is, from -1 (exposed) to 1, by its number of neighbours within
    /// 10 Å: 14 is the middle, 8 or fewer is exposed, 20 or more is buried.
    pub(super) fn burial(&self) -> Vec<f64> {
        let near = |i: usize| (0..SITES).filter(|&j| self.distance(i, j) < 10.0).count();
        let scale = |count: usize| ((count as f64 - 14.0) / 6.0).clamp(-1.0, 1.0);
        (0..SITES).map(|i| scale(near(i))).collect()
    }
}
