//! What the compiler makes slow code of, in the processor's own terms.
//!
//! Written in plain arrays, conversion and transposition become each other's odd shuffles, and a sweep takes 1.25 (L 159) to 1.35 (L 52) times as long.

use super::tables::{LANES, LOWEST};
use crate::kernels::f32x8::{EXP2, F32x8, ROUND};
use std::arch::x86_64::*;
use std::f32::consts::LOG2_E;

/// Brings numbers into the second cache.
#[inline(always)]
pub(super) fn fetch<N>(numbers: &[N]) {
    const LINE: usize = 64;
    for line in numbers.chunks(LINE / size_of::<N>()) {
        // SAFETY: every x86-64 has it, and it reads nothing that the program could see.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast()) };
    }
}

/// Logits of a site in eight chains, a lane each, in bits: base plus sums in units, and the share of the prior.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) fn logits<const PRIOR: bool, const W: usize, const PARTS: usize>(
    sums: &[[i16; W]; LANES],
    weights: &[f32; LANES],
    (base, prior): (&[f32; W], &[f32; W]),
    unit: f32,
) -> [F32x8; W] {
    let unit = _mm256_set1_ps(unit);
    let mut logits = [F32x8::ZERO; W];
    for part in 0..PARTS {
        let (base, prior) = (eight(base, part), eight(prior, part));
        let of_chain = |lane: usize| {
            let numbers: &[i16; LANES] = &sums[lane].as_chunks().0[part];
            // SAFETY: eight numbers of 16 bits are there to be read.
            let numbers = unsafe { _mm_loadu_si128(numbers.as_ptr().cast()) };
            let numbers = _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(numbers));
            let logit = _mm256_fmadd_ps(numbers, unit, base);
            let weight = _mm256_set1_ps(weights[lane] * LOG2_E);
            match PRIOR {
                true => {
                    let rest = _mm256_set1_ps((1.0 - weights[lane]) * LOG2_E);
                    _mm256_fmadd_ps(logit, weight, _mm256_mul_ps(rest, prior))
                }
                false => _mm256_mul_ps(logit, weight),
            }
        };
        let turned = turned(std::array::from_fn(of_chain));
        for (logit, turned) in logits[part * LANES..].iter_mut().zip(turned) {
            // SAFETY: an F32x8 is aligned to its 32 bytes.
            unsafe { _mm256_store_ps(logit.0.as_mut_ptr(), turned) };
        }
    }
    logits
}

/// Eight of some numbers.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn eight<const W: usize>(numbers: &[f32; W], part: usize) -> __m256 {
    let numbers: &[f32; LANES] = &numbers.as_chunks().0[part];
    // SAFETY: eight numbers of 32 bits are there to be read.
    unsafe { _mm256_loadu_ps(numbers.as_ptr()) }
}

/// Lane r of row c becomes lane c of row r.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn turned(rows: [__m256; LANES]) -> [__m256; LANES] {
    let quarter = |a, b, c, d| {
        let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
        let (ab_high, cd_high) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
        [
            _mm256_shuffle_ps::<0x44>(ab, cd),
            _mm256_shuffle_ps::<0xee>(ab, cd),
            _mm256_shuffle_ps::<0x44>(ab_high, cd_high),
            _mm256_shuffle_ps::<0xee>(ab_high, cd_high),
        ]
    };
    let [a, b, c, d, e, f, g, h] = rows;
    let (left, right) = (quarter(a, b, c, d), quarter(e, f, g, h));
    std::array::from_fn(|k| match k {
        0..4 => _mm256_permute2f128_ps::<0x20>(left[k], right[k]),
        _ => _mm256_permute2f128_ps::<0x31>(left[k - 4], right[k - 4]),
    })
}

/// The state of each chain at which the sum of probabilities reaches a share `drawn` of them all.
///
/// Panics if there are more than W states, or none.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) fn heat_bath<const W: usize>(
    logits: &[F32x8; W],
    states: usize,
    drawn: &[f32; LANES],
) -> [u8; LANES] {
    let logits = &logits[..states];
    let mut largest = loaded(&logits[0]);
    for logit in logits {
        largest = _mm256_max_ps(largest, loaded(logit));
    }
    let mut cumulative = [_mm256_setzero_ps(); W];
    let mut sum = _mm256_setzero_ps();
    for (cumulative, logit) in cumulative.iter_mut().zip(logits) {
        let logit = _mm256_sub_ps(loaded(logit), largest);
        sum = _mm256_add_ps(sum, exp2(_mm256_max_ps(logit, _mm256_set1_ps(LOWEST))));
        *cumulative = sum;
    }
    // SAFETY: eight numbers of 32 bits are there to be read.
    let drawn = _mm256_mul_ps(unsafe { _mm256_loadu_ps(drawn.as_ptr()) }, sum);
    let mut new = _mm256_setzero_si256();
    for &below in &cumulative[..states] {
        // A mask is -1.
        let below = _mm256_cmp_ps::<_CMP_LT_OQ>(below, drawn);
        new = _mm256_sub_epi32(new, _mm256_castps_si256(below));
    }
    let mut of_chains = [0u32; LANES];
    // SAFETY: eight numbers of 32 bits are there to be written.
    unsafe { _mm256_storeu_si256(of_chains.as_mut_ptr().cast(), new) };
    of_chains.map(|state| (state as u8).min(states as u8 - 1))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn loaded(numbers: &F32x8) -> __m256 {
    // SAFETY: an F32x8 is aligned to its 32 bytes.
    unsafe { _mm256_load_ps(numbers.0.as_ptr()) }
}

/// [`F32x8::exp2`].
#[inline]
#[target_feature(enable = "avx2,fma")]
fn exp2(x: __m256) -> __m256 {
    let round = _mm256_set1_ps(ROUND);
    let rounded = _mm256_add_ps(x, round);
    let f = _mm256_sub_ps(x, _mm256_sub_ps(rounded, round));
    let mut p = _mm256_set1_ps(EXP2[0]);
    for &coefficient in &EXP2[1..] {
        p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(coefficient));
    }
    let exponent = _mm256_slli_epi32::<23>(_mm256_castps_si256(rounded));
    _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), exponent))
}
