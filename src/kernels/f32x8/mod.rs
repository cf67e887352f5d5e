//! Eight numbers at once, in plain arrays that the compiler turns into SIMD registers.

use std::ops::{Add, Mul, Neg, Sub};

/// Defines a function that is compiled twice, for what every processor of its kind has and for AVX2 with FMA, which is chosen when the
/// program runs. `FUSED` tells the body whether multiplications and additions may be fused, as they are on every processor of the last
/// ten years: results are the same on all of these.
macro_rules! widest {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$attribute])*
        $visibility fn $name($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn body<const FUSED: bool>($($argument: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            if $crate::kernels::f32x8::has_avx2() {
                #[target_feature(enable = "avx2,fma")]
                fn with_avx2($($argument: $type),*) $(-> $result)? {
                    body::<true>($($argument),*)
                }
                // SAFETY: the processor has AVX2 and FMA, the only requirement of the function.
                return unsafe { with_avx2($($argument),*) };
            }
            body::<{ cfg!(target_arch = "aarch64") }>($($argument),*)
        }
    };
}
pub(crate) use widest;

/// [`widest`] with one more version, for AVX-512: worth it where much is added and little multiplied (a sweep takes 12 % less time;
/// products of blocks take 6 % more).
macro_rules! widest_with_avx512 {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$attribute])*
        $visibility fn $name($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn every_body<const FUSED: bool>($($argument: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            if $crate::kernels::f32x8::has_avx512() {
                #[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
                fn with_avx512($($argument: $type),*) $(-> $result)? {
                    every_body::<true>($($argument),*)
                }
                // SAFETY: the processor has all of these, the only requirement of the function.
                return unsafe { with_avx512($($argument),*) };
            }
            $crate::kernels::f32x8::widest! {
                fn narrower($($argument: $type),*) $(-> $result)? {
                    every_body::<FUSED>($($argument),*)
                }
            }
            narrower($($argument),*)
        }
    };
}
pub(crate) use widest_with_avx512;

/// Whether the processor has AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
}

/// Whether the processor has the parts of AVX-512 that all with it have had since 2017, and AVX2 and FMA.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn has_avx512() -> bool {
    use std::arch::is_x86_feature_detected as has;
    #[cfg(test)]
    if WITHOUT_AVX512.get() {
        return false;
    }
    has_avx2() && has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl")
}

#[cfg(test)]
thread_local! {
    /// Whether this thread does without AVX-512 where the processor has it: to compare results.
    pub static WITHOUT_AVX512: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Numbers of an [`F32x8`].
pub const LANES: usize = 8;

/// Eight numbers, one a lane.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(C, align(32))]
pub struct F32x8(pub [f32; LANES]);

/// Adding 1.5 * 2^23 rounds to the nearest integer, which then stands in the lowest bits.
pub const ROUND: f32 = 12_582_912.0;

/// 2^f from -1/2 to 1/2 with the least relative error, the highest power first.
pub const EXP2: [f32; 6] = [
    1.327_644_5e-3,
    9.675_537e-3,
    5.550_713_5e-2,
    2.402_212e-1,
    6.931_469_4e-1,
    1.000_000_1,
];

impl F32x8 {
    /// Eight zeros.
    pub const ZERO: Self = Self([0.0; LANES]);

    /// The same number in all lanes.
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    /// A function of every lane.
    #[inline(always)]
    pub fn map(self, f: impl Fn(f32) -> f32) -> Self {
        Self(self.0.map(f))
    }

    /// A function of every lane of both.
    #[inline(always)]
    pub fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let mut result = self;
        for (x, y) in result.0.iter_mut().zip(other.0) {
            *x = f(*x, y);
        }
        result
    }

    /// The larger number of each lane; that of `self` where the other is none.
    #[inline(always)]
    pub fn larger(self, other: Self) -> Self {
        self.zip(other, |x, y| if y > x { y } else { x })
    }

    /// self * factor + term, rounded once if `FUSED`.
    #[inline(always)]
    pub fn mul_add<const FUSED: bool>(self, factor: Self, term: Self) -> Self {
        let mut result = self;
        for lane in 0..LANES {
            result.0[lane] = mul_add::<FUSED>(self.0[lane], factor.0[lane], term.0[lane]);
        }
        result
    }

    /// This where `mask` is set, 0 elsewhere.
    #[inline(always)]
    pub fn only(self, mask: [bool; LANES]) -> Self {
        let mut result = self;
        for (x, keep) in result.0.iter_mut().zip(mask) {
            *x = if keep { *x } else { 0.0 };
        }
        result
    }

    /// Sum of the lanes, in a fixed order.
    #[inline(always)]
    pub fn sum(self) -> f64 {
        let [a, b, c, d, e, f, g, h] = self.0.map(f64::from);
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }

    /// 2^x for numbers from -125 to 125, relative error 3e-7.
    ///
    /// 2^n 2^f with n the nearest integer; a polynomial of degree 5 for 2^f, whose exponent bits n is added to.
    #[inline(always)]
    pub fn exp2<const FUSED: bool>(self) -> Self {
        let rounded = self.map(|t| t + ROUND);
        let f = self - rounded.map(|n| n - ROUND);
        let mut p = Self::splat(EXP2[0]);
        for &coefficient in &EXP2[1..] {
            p = p.mul_add::<FUSED>(f, Self::splat(coefficient));
        }
        let scaled = |lane: usize| {
            p.0[lane]
                .to_bits()
                .wrapping_add(rounded.0[lane].to_bits() << 23)
        };
        Self(std::array::from_fn(|lane| f32::from_bits(scaled(lane))))
    }

    /// exp for numbers from -87 to 87, relative error 3e-7 where they are small and up to 2e-6.
    ///
    /// 2^(x log2 e) = 2^n 2^f with n the nearest integer; a polynomial of degree 6 for 2^f, n into the exponent bits.
    #[inline(always)]
    pub fn exp<const FUSED: bool>(self) -> Self {
        const COEFFICIENTS: [f32; 7] = [
            1.535_336_2e-4,
            1.339_887_4e-3,
            9.618_437e-3,
            5.550_332_6e-2,
            2.402_264_8e-1,
            6.931_472e-1,
            1.0,
        ];
        let log2_e = Self::splat(std::f32::consts::LOG2_E);
        let rounded = (self * log2_e).map(|t| t + ROUND);
        let f = self.mul_add::<FUSED>(log2_e, rounded.map(|n| ROUND - n));
        let mut p = Self::splat(COEFFICIENTS[0]);
        for &coefficient in &COEFFICIENTS[1..] {
            p = p.mul_add::<FUSED>(f, Self::splat(coefficient));
        }
        p * rounded.map(|n| f32::from_bits((n.to_bits() << 23).wrapping_add(127 << 23)))
    }

    /// Natural logarithm, absolute error below 2e-7 (relative for large results), of positive normal numbers.
    ///
    /// x = m 2^e with m from sqrt(1/2) to sqrt(2); a polynomial for ln m (Cephes, `logf`).
    #[inline(always)]
    pub fn ln<const FUSED: bool>(self) -> Self {
        const COEFFICIENTS: [f32; 9] = [
            7.037_683_6e-2,
            -1.151_461e-1,
            1.167_699_9e-1,
            -1.242_014_1e-1,
            1.424_932_3e-1,
            -1.666_805_7e-1,
            2.000_071_5e-1,
            -2.499_999_4e-1,
            0.333_333_3,
        ];
        const SQRT_HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
        // ln 2 in two parts, the first with few bits.
        const LN2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
        let mantissa = self.map(|x| f32::from_bits((x.to_bits() & 0x007f_ffff) | 0x3f00_0000));
        let exponent = self.map(|x| ((x.to_bits() >> 23) as i32 - 126) as f32);
        let small = mantissa.map(|m| if m < SQRT_HALF { 1.0 } else { 0.0 });
        let exponent = exponent - small;
        let m = mantissa.mul_add::<FUSED>(small, mantissa - Self::splat(1.0));
        let square = m * m;
        let mut p = Self::splat(COEFFICIENTS[0]);
        for &coefficient in &COEFFICIENTS[1..] {
            p = p.mul_add::<FUSED>(m, Self::splat(coefficient));
        }
        let p = exponent.mul_add::<FUSED>(Self::splat(LN2[1]), p * m * square);
        let p = square.mul_add::<FUSED>(Self::splat(-0.5), p);
        exponent.mul_add::<FUSED>(Self::splat(LN2[0]), m + p)
    }
}

/// All lanes in order. Loops over numbers that do not depend on each other go over these: given eight at a time, the compiler works on
/// eight times eight of them and spends its time on shuffles (pair blocks: 20 us instead of 5).
#[inline(always)]
pub fn flat(lanes: &[F32x8]) -> &[f32] {
    // SAFETY: an F32x8 is eight f32 without padding (its size is its alignment), so these are as many numbers in the same memory.
    unsafe { std::slice::from_raw_parts(lanes.as_ptr().cast(), lanes.len() * LANES) }
}

/// [`flat`], to be written.
#[inline(always)]
pub fn flat_mut(lanes: &mut [F32x8]) -> &mut [f32] {
    // SAFETY: as in `flat`; the borrow is the only one, as `lanes` is.
    unsafe { std::slice::from_raw_parts_mut(lanes.as_mut_ptr().cast(), lanes.len() * LANES) }
}

/// Inner product of two vectors of equal length, summed lane by lane in f32.
#[inline(always)]
pub fn dot<const FUSED: bool>(x: &[F32x8], y: &[F32x8]) -> f64 {
    #[cfg(target_arch = "x86_64")]
    if FUSED && has_avx2() {
        // SAFETY: the processor has AVX2 and FMA, the only requirement of the function.
        return unsafe { dot_avx2(x, y) };
    }
    // Four sums that do not wait for each other.
    let mut sums = [F32x8::ZERO; 4];
    for (k, (x, y)) in x.iter().zip(y).enumerate() {
        sums[k % 4] = x.mul_add::<FUSED>(*y, sums[k % 4]);
    }
    ((sums[0] + sums[1]) + (sums[2] + sums[3])).sum()
}

/// [`dot`] in the processor's own terms: written as above, the compiler gathers lanes of different numbers and takes five times as long.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn dot_avx2(x: &[F32x8], y: &[F32x8]) -> f64 {
    use std::arch::x86_64::{
        _mm256_add_ps, _mm256_fmadd_ps, _mm256_load_ps, _mm256_setzero_ps, _mm256_store_ps,
    };
    let mut sums = [_mm256_setzero_ps(); 4];
    let (x_fours, x_rest) = x.as_chunks::<4>();
    let (y_fours, y_rest) = y.as_chunks::<4>();
    // SAFETY: an F32x8 is aligned to its 32 bytes.
    let load = |lanes8: &F32x8| unsafe { _mm256_load_ps(lanes8.0.as_ptr()) };
    for (x, y) in x_fours.iter().zip(y_fours) {
        for k in 0..4 {
            sums[k] = _mm256_fmadd_ps(load(&x[k]), load(&y[k]), sums[k]);
        }
    }
    for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *sum = _mm256_fmadd_ps(load(x), load(y), *sum);
    }
    let [a, b, c, d] = sums;
    let mut sum = F32x8::ZERO;
    let total = _mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d));
    // SAFETY: as above.
    unsafe { _mm256_store_ps(sum.0.as_mut_ptr(), total) };
    sum.sum()
}

/// x * y + z, rounded once if `FUSED`.
#[inline(always)]
pub fn mul_add<const FUSED: bool>(x: f32, y: f32, z: f32) -> f32 {
    if FUSED { x.mul_add(y, z) } else { x * y + z }
}

/// Lane r of row c becomes lane c of row r.
#[inline(always)]
pub fn transpose(rows: [F32x8; LANES]) -> [F32x8; LANES] {
    // Three rounds of exchanges between rows, each a shuffle that processors with AVX have.
    let low = |a: F32x8, b: F32x8| {
        let (a, b) = (a.0, b.0);
        F32x8([a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5]])
    };
    let high = |a: F32x8, b: F32x8| {
        let (a, b) = (a.0, b.0);
        F32x8([a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7]])
    };
    let first = |a: F32x8, b: F32x8| {
        let (a, b) = (a.0, b.0);
        F32x8([a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5]])
    };
    let second = |a: F32x8, b: F32x8| {
        let (a, b) = (a.0, b.0);
        F32x8([a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7]])
    };
    let lower = |a: F32x8, b: F32x8| {
        let (a, b) = (a.0, b.0);
        F32x8([a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]])
    };
    let upper = |a: F32x8, b: F32x8| {
        let (a, b) = (a.0, b.0);
        F32x8([a[4], a[5], a[6], a[7], b[4], b[5], b[6], b[7]])
    };
    let [a, b, c, d, e, f, g, h] = rows;
    let quarter = |a, b, c, d| {
        let (ab, cd, ab_high, cd_high) = (low(a, b), low(c, d), high(a, b), high(c, d));
        [
            first(ab, cd),
            second(ab, cd),
            first(ab_high, cd_high),
            second(ab_high, cd_high),
        ]
    };
    let (left, right) = (quarter(a, b, c, d), quarter(e, f, g, h));
    std::array::from_fn(|k| match k {
        0..4 => lower(left[k], right[k]),
        _ => upper(left[k - 4], right[k - 4]),
    })
}

widest! {
    /// Turns the blocks of eight sites, one a lane, with eight others round: `[j][b][a]` lane i becomes `[i][a][b]` lane j. Goes through
    /// `tile` from its begin to its end, which may be far away in memory.
    ///
    /// Panics if there is not room for 8 q q lanes in both.
    pub fn transpose_tile(states: usize, tile: &[F32x8], turned: &mut [F32x8]) {
        let q = states;
        let size = q * q;
        assert_eq!((tile.len(), turned.len()), (LANES * size, LANES * size));
        for b in 0..q {
            for a in 0..q {
                let lanes = transpose(std::array::from_fn(|j| tile[j * size + b * q + a]));
                for (i, lanes) in lanes.into_iter().enumerate() {
                    turned[i * size + a * q + b] = lanes;
                }
            }
        }
    }
}

widest! {
    /// [`transpose_tile`] that goes through `turned` from its begin to its end, and with `add` adds to it.
    ///
    /// Panics as [`transpose_tile`].
    pub fn transpose_onto(states: usize, tile: &[F32x8], turned: &mut [F32x8], add: bool) {
        let q = states;
        let size = q * q;
        assert_eq!((tile.len(), turned.len()), (LANES * size, LANES * size));
        for a in 0..q {
            for b in 0..q {
                let lanes = transpose(std::array::from_fn(|j| tile[j * size + b * q + a]));
                for (i, lanes) in lanes.into_iter().enumerate() {
                    let own = &mut turned[i * size + a * q + b];
                    *own = if add { *own + lanes } else { lanes };
                }
            }
        }
    }
}

impl Add for F32x8 {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |x, y| x + y)
    }
}

impl Sub for F32x8 {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |x, y| x - y)
    }
}

impl Mul for F32x8 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |x, y| x * y)
    }
}

impl Neg for F32x8 {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|x| -x)
    }
}

#[cfg(test)]
mod tests;
