//! The fewest and the most mismatches of 256 lanes with any of some rows.

use super::codes::Codes;
use super::mask::Mask;
use super::table::{Counters, MismatchTable};
use std::ops::Range;

/// For each lane of `table`, the fewest and the most mismatches with one of `rows`; all ones for no rows.
pub fn extremes(table: &MismatchTable, codes: &Codes, rows: Range<usize>) -> (Vec<i32>, Vec<i32>) {
    match table.planes() {
        0..=8 => dispatch::<8>(table, codes, rows),
        9..=12 => dispatch::<12>(table, codes, rows),
        _ => dispatch::<32>(table, codes, rows),
    }
}

fn dispatch<const P: usize>(
    table: &MismatchTable,
    codes: &Codes,
    rows: Range<usize>,
) -> (Vec<i32>, Vec<i32>) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, the only requirement of the function.
        return unsafe { extremes_avx2::<P>(table, codes, rows) };
    }
    extremes_portable::<P>(table, codes, rows)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn extremes_avx2<const P: usize>(
    table: &MismatchTable,
    codes: &Codes,
    rows: Range<usize>,
) -> (Vec<i32>, Vec<i32>) {
    extremes_portable::<P>(table, codes, rows)
}

#[inline(always)]
fn extremes_portable<const P: usize>(
    table: &MismatchTable,
    codes: &Codes,
    rows: Range<usize>,
) -> (Vec<i32>, Vec<i32>) {
    let mut fewest = Counters::<P>::all(Mask::ALL);
    let mut most = Counters::<P>::all(Mask::NONE);
    for row in rows {
        let found = table.mismatches::<P>(codes.row(row));
        fewest = found.or_else(fewest, found.below(&fewest));
        most = found.or_else(most, most.below(&found));
    }
    let lanes = 0..table.lanes().count() as usize;
    let numbers = |counters: Counters<P>| lanes.clone().map(move |lane| counters.number(lane));
    (
        numbers(fewest).map(|number| number as i32).collect(),
        numbers(most).map(|number| number as i32).collect(),
    )
}
