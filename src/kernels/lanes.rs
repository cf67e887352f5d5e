//! Arithmetic on `W` numbers at once, in plain arrays that the compiler turns into SIMD.
//!
//! No operation here is fused or reordered, so that the same numbers come out whatever the processor.

/// exp of every lane, relative error below 2e-7 for x in [-87, 87]; smaller numbers give one under 1e-37.
///
/// 2^(x log2 e) = 2^n 2^f with n the nearest integer; a polynomial of degree 6 for 2^f, n into the exponent bits.
#[inline(always)]
pub fn exp<const W: usize>(x: &[f32; W]) -> [f32; W] {
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer in two plain additions.
    const ROUND: f32 = 12_582_912.0;
    const COEFFICIENTS: [f32; 7] = [
        1.535_336_2e-4,
        1.339_887_4e-3,
        9.618_437e-3,
        5.550_332_6e-2,
        2.402_264_8e-1,
        6.931_472e-1,
        1.0,
    ];
    let mut result = [0.0; W];
    for lane in 0..W {
        let t = (x[lane] * std::f32::consts::LOG2_E).clamp(-126.0, 126.0);
        let n = (t + ROUND) - ROUND;
        let f = t - n;
        let mut p = COEFFICIENTS[0];
        for coefficient in &COEFFICIENTS[1..] {
            p = p * f + coefficient;
        }
        let exponent = ((n as i32) + 127) << 23;
        result[lane] = p * f32::from_bits(exponent as u32);
    }
    result
}

/// Sum of the lanes, in a fixed order that suits 8-wide registers.
#[inline(always)]
pub fn sum<const W: usize>(x: &[f32; W]) -> f32 {
    let mut eight = [0.0f32; 8];
    for part in x.chunks_exact(8) {
        for (total, value) in eight.iter_mut().zip(part) {
            *total += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = eight;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// The largest lane.
#[inline(always)]
pub fn max<const W: usize>(x: &[f32; W]) -> f32 {
    let mut eight = [f32::NEG_INFINITY; 8];
    for part in x.chunks_exact(8) {
        for (largest, &value) in eight.iter_mut().zip(part) {
            *largest = if value > *largest { value } else { *largest };
        }
    }
    eight
        .into_iter()
        .fold(f32::NEG_INFINITY, |a, b| if b > a { b } else { a })
}

/// `total += x`, lane by lane.
#[inline(always)]
pub fn add<const W: usize>(total: &mut [f32; W], x: &[f32; W]) {
    for (t, v) in total.iter_mut().zip(x) {
        *t += v;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn exp_is_close_to_the_library(x in -87.0f32..87.0) {
            let fast = f64::from(exp(&[x; 8])[3]);
            let exact = f64::from(x).exp();
            // The argument itself is rounded: x log2(e) carries an error of |x| 2^-24.
            let bound = 2e-7 + f64::from(x.abs()) * 1.2e-7;
            prop_assert!((fast - exact).abs() <= bound * exact, "{fast} {exact}");
        }

        #[test]
        fn sum_and_max_are_those_of_a_loop(x in prop::array::uniform24(-10.0f32..10.0)) {
            let slow: f64 = x.iter().map(|&v| f64::from(v)).sum();
            prop_assert!((f64::from(sum(&x)) - slow).abs() < 1e-4);
            prop_assert_eq!(max(&x), x.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
    }

    #[test]
    fn exp_of_very_small_numbers_vanishes() {
        assert!(exp(&[-1e30f32; 8])[0] < 1e-37);
    }
}
