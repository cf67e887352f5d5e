//! Small files that are large inside.

use super::files::Malformed;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Small files that unpack to tens of megabytes.
pub fn bombs() -> Vec<Malformed> {
    const UNPACKED: usize = 24 << 20;
    let repeated = |name: &str, start: &str, line: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(start.as_bytes()).unwrap();
        let lines = line.repeat((1 << 20) / line.len());
        for _ in 0..UNPACKED / lines.len() {
            encoder.write_all(lines.as_bytes()).unwrap();
        }
        Malformed {
            name: name.into(),
            bytes: encoder.finish().unwrap(),
            unpacked: UNPACKED,
        }
    };
    let row = "ACDEFGHIKLMNPQRSTVWY".repeat(5);
    // A frame of blocks that repeat one byte: 4 bytes each for 128 kB.
    let mut zeros = b"\x28\xb5\x2f\xfd\0\x58".to_vec();
    zeros.extend(b"\x02\0\x10A".repeat(UNPACKED >> 17));
    vec![
        repeated("a bomb of rows", "", &format!(">a\n{row}\n")),
        repeated("a bomb without a line end", "A1G", "A"),
        repeated("a bomb of fields", "", "V[0] 0 0 0 0 0\n"),
        Malformed {
            name: "a bomb in zstd".into(),
            bytes: zeros,
            unpacked: UNPACKED,
        },
    ]
}
