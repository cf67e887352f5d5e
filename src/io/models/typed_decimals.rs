//! Decimal numbers that were squeezed into single precision, and out again.

/// The shortest decimal number that single precision rounds to `value`: 0.2 for 0.2f32, where a cast gives 0.20000000298.
pub fn as_typed(value: f32) -> f64 {
    match value.to_string().parse::<f64>() {
        Ok(typed) if typed as f32 == value => typed,
        _ => f64::from(value),
    }
}

/// 1 - `value`, typed, and such that 1 minus it rounds to `value` again.
pub fn complement_as_typed(value: f32) -> f64 {
    let typed = 1.0 - as_typed(value);
    // 1 - 0.38 has a tail of rounding too.
    let rounded = (typed * 1e9).round() / 1e9;
    let gives_back = |complement: &f64| (1.0 - complement) as f32 == value;
    [rounded, typed]
        .into_iter()
        .find(gives_back)
        .unwrap_or(1.0 - f64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_those_that_were_typed() {
        assert_eq!(as_typed(0.01), 0.01);
        assert_eq!(as_typed(-9.88), -9.88);
        assert_eq!(complement_as_typed(0.2), 0.8);
        assert_eq!(complement_as_typed(0.38), 0.62);
        assert_eq!(complement_as_typed(0.0), 1.0);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(value in -1e6f32..1e6, share in 0f32..1.0) {
            prop_assert_eq!(as_typed(value) as f32, value);
            prop_assert_eq!((1.0 - complement_as_typed(share)) as f32, share);
        }
    }
}
