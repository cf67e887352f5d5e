//! Writes the features of a model's pairs for `workflows/measure/pattern/train.py`: a line with their names, then of every pair that has a
//! score its two sites (two times 32 bits) and its features (32 bits each), the lowest byte first.
//!
//! ```sh
//! cargo run --release --features internals --example pattern_features -- MODEL.h5 FILE
//! ```

use potts::contacts::pattern;
use std::io::Write;

fn main() -> std::process::ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let [model, output] = words.as_slice() else {
        eprintln!("usage: pattern_features MODEL.h5 FILE");
        return std::process::ExitCode::from(2);
    };
    match write(model.as_ref(), output.as_ref()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn write(
    model: &std::path::Path,
    output: &std::path::Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let model = potts::io::models::read_without_sequences(model)?;
    let mut rows = Vec::new();
    let names = pattern::features_of_pairs(&model, |(i, j), features| {
        for site in [i, j] {
            rows.extend_from_slice(&u32::try_from(site).unwrap_or(u32::MAX).to_le_bytes());
        }
        for feature in features {
            rows.extend_from_slice(&feature.to_le_bytes());
        }
    })?;
    let mut file = std::fs::File::create(output)?;
    writeln!(file, "{}", names.join(" "))?;
    file.write_all(&rows)?;
    Ok(())
}
