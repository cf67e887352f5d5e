//! Parameters of plmc whose counts and numbers cannot be.

use super::{Malformed, Sound, gzip};

/// Counts in the header of plmc's file that cannot be.
pub fn headers(sound: &Sound) -> Vec<Malformed> {
    let sound = sound.of_kind("plmc").to_vec();
    let mut files = Vec::new();
    for (word, name) in ["sites", "states", "used", "dropped", "iterations"]
        .into_iter()
        .enumerate()
    {
        for value in [0, -1, 1, 21, 1 << 20, i32::MAX, i32::MIN] {
            let mut bytes = sound.clone();
            bytes[4 * word..][..4].copy_from_slice(&value.to_le_bytes());
            files.push(Malformed::new(format!("plmc of {value} {name}"), bytes));
        }
    }
    for (word, name) in [(5, "theta"), (6, "lambda_h"), (9, "Neff")] {
        for value in [f32::NAN, f32::INFINITY, -1.0, 1e-44, 3e38] {
            let mut bytes = sound.clone();
            bytes[4 * word..][..4].copy_from_slice(&value.to_le_bytes());
            files.push(Malformed::new(format!("plmc with {name} {value}"), bytes));
        }
    }
    for (name, value) in [("infinite", f32::INFINITY), ("largest", f32::MAX)] {
        let mut bytes = sound.clone();
        let end = bytes.len();
        bytes[end - 400..].copy_from_slice(&value.to_le_bytes().repeat(100));
        files.push(Malformed::new(format!("plmc with {name} couplings"), bytes));
    }
    // 100 bytes that claim 2 GB, plain and packed.
    let mut claim = sound[..100].to_vec();
    claim[..4].copy_from_slice(&1100i32.to_le_bytes());
    files.push(Malformed::new(
        "100 bytes of plmc that claim 2 GB",
        claim.clone(),
    ));
    files.push(Malformed::new("the same, packed", gzip(&claim)));
    files
}
