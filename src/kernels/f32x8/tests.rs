use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn exp_is_close_to_the_library(x in -87.0f32..87.0) {
        let exact = f64::from(x).exp();
        // x log2(e) carries the error of log2(e), and without fusing that of |x| 2^-24 by rounding.
        for (fast, bound) in [
            (F32x8::splat(x).exp::<true>(), 3e-7 + f64::from(x.abs()) * 2e-8),
            (F32x8::splat(x).exp::<false>(), 3e-7 + f64::from(x.abs()) * 1.2e-7),
        ] {
            let fast = f64::from(fast.0[3]);
            prop_assert!((fast - exact).abs() <= bound * exact, "{fast} {exact}");
        }
    }

    #[test]
    fn exp2_is_close_to_the_library(x in -125.0f32..125.0) {
        let exact = f64::from(x).exp2();
        for fast in [F32x8::splat(x).exp2::<true>(), F32x8::splat(x).exp2::<false>()] {
            let fast = f64::from(fast.0[6]);
            prop_assert!((fast - exact).abs() <= 3e-7 * exact, "{fast} {exact}");
        }
    }

    #[test]
    fn ln_is_close_to_the_library(exponent in -80.0f64..80.0) {
        let x = exponent.exp() as f32;
        let exact = f64::from(x).ln();
        for fast in [F32x8::splat(x).ln::<true>(), F32x8::splat(x).ln::<false>()] {
            let fast = f64::from(fast.0[5]);
            prop_assert!((fast - exact).abs() <= 2e-7 + 1.2e-7 * exact.abs(), "{fast} {exact}");
        }
    }

    #[test]
    fn arithmetic_goes_lane_by_lane(
        x in prop::array::uniform8(-10.0f32..10.0),
        y in prop::array::uniform8(-10.0f32..10.0),
    ) {
        let (a, b) = (F32x8(x), F32x8(y));
        for lane in 0..LANES {
            prop_assert_eq!((a + b).0[lane], x[lane] + y[lane]);
            prop_assert_eq!((a - b).0[lane], x[lane] - y[lane]);
            prop_assert_eq!((a * b).0[lane], x[lane] * y[lane]);
            prop_assert_eq!((-a).0[lane], -x[lane]);
            prop_assert_eq!(a.mul_add::<true>(b, a).0[lane], x[lane].mul_add(y[lane], x[lane]));
            prop_assert_eq!(a.only(y.map(|v| v > 0.0)).0[lane], if y[lane] > 0.0 { x[lane] } else { 0.0 });
        }
        let sum: f64 = x.iter().map(|&v| f64::from(v)).sum();
        prop_assert!((a.sum() - sum).abs() < 1e-12);
    }
}

#[test]
fn inner_products_are_those_of_a_loop() {
    for count in 0..11 {
        let number = |k: usize| ((k * 7919) % 101) as f32 / 50.0 - 1.0;
        let lanes = |k: usize| F32x8(std::array::from_fn(|lane| number(8 * k + lane)));
        let x: Vec<F32x8> = (0..count).map(lanes).collect();
        let y: Vec<F32x8> = (100..100 + count).map(lanes).collect();
        let pairs = flat(&x).iter().zip(flat(&y));
        let slow: f64 = pairs.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
        assert!((dot::<true>(&x, &y) - slow).abs() < 1e-5);
        assert!((dot::<false>(&x, &y) - slow).abs() < 1e-5);
    }
}

#[test]
fn lanes_and_rows_change_places() {
    let rows = std::array::from_fn(|c| F32x8(std::array::from_fn(|r| (10 * c + r) as f32)));
    for (r, row) in transpose(rows).into_iter().enumerate() {
        assert_eq!(row, F32x8(std::array::from_fn(|c| (10 * c + r) as f32)));
    }
}

#[test]
fn a_tile_reads_the_same_from_both_sides() {
    let q = 3;
    let number = |i: usize, a: usize, j: usize, b: usize| (((i * q + a) * 8 + j) * q + b) as f32;
    let tile: Vec<F32x8> = (0..8 * q * q)
        .map(|k| {
            F32x8(std::array::from_fn(|i| {
                number(i, k % q, k / (q * q), k / q % q)
            }))
        })
        .collect();
    let mut turned = vec![F32x8::ZERO; tile.len()];
    transpose_tile(q, &tile, &mut turned);
    for (k, lanes) in turned.iter().enumerate() {
        let (i, a, b) = (k / (q * q), k / q % q, k % q);
        assert_eq!(*lanes, F32x8(std::array::from_fn(|j| number(i, a, j, b))));
    }
    let mut again = vec![F32x8::ZERO; tile.len()];
    transpose_onto(q, &tile, &mut again, false);
    assert_eq!(again, turned);
    transpose_onto(q, &tile, &mut again, true);
    let twice: Vec<F32x8> = turned.iter().map(|&lanes| lanes + lanes).collect();
    assert_eq!(again, twice);
}
