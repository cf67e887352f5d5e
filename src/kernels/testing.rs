//! What the tests of several kernels need: numbers that look random, and families of sequences.

/// Numbers that look random, the same for the same seed (xorshift, Marsaglia 2003).
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// From 0 to 1.
    pub fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From -1 to 1.
    pub fn number(&mut self) -> f32 {
        (2.0 * self.uniform() - 1.0) as f32
    }

    /// 0 to `count` - 1.
    pub fn below(&mut self, count: usize) -> usize {
        (self.uniform() * count as f64) as usize
    }
}

/// Sequences descended from one another, row-major, each with one new letter out of `renewal`; `states` is the missing state.
pub fn family(
    (sequences, sites): (usize, usize),
    states: usize,
    renewal: usize,
    noise: &mut Noise,
) -> Vec<u8> {
    let mut alignment: Vec<u8> = (0..sites).map(|_| noise.below(states + 1) as u8).collect();
    for n in 1..sequences {
        let parent = noise.below(n) * sites;
        for site in 0..sites {
            let inherited = alignment[parent + site];
            alignment.push(match noise.below(renewal) {
                0 => noise.below(states + 1) as u8,
                _ => inherited,
            });
        }
    }
    alignment
}
