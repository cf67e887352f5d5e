//! Packed data.

use super::{FAMILY, Malformed, Sound, gzip};

/// Packed data that lie.
pub fn packed(sound: &Sound) -> Vec<Malformed> {
    let whole = gzip(FAMILY.as_bytes());
    let (mut sum, mut size) = (whole.clone(), whole.clone());
    let end = whole.len();
    sum[end - 8] ^= 1;
    size[end - 4] ^= 1;
    vec![
        Malformed::new("gzip with a wrong checksum", sum),
        Malformed::new("gzip with a wrong size", size),
        Malformed::new("gzip in gzip", gzip(&whole)),
        Malformed::new("gzip of nothing", gzip(b"")),
        Malformed::new("gzip of a model", gzip(sound.of_kind("h5"))),
        Malformed::new("gzip header alone", &whole[..10]),
        Malformed::new(
            "gzip with a name without end",
            [&b"\x1f\x8b\x08\x08\0\0\0\0\0\xff"[..], &[b'n'; 5000]].concat(),
        ),
        Malformed::new(
            "zstd with a huge window",
            &b"\x28\xb5\x2f\xfd\0\xff\x01\0\0"[..],
        ),
        Malformed::new(
            "zstd that claims 2^63 bytes",
            &b"\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x80\x01\0\0"[..],
        ),
        Malformed::new(
            "zstd with a dictionary",
            &b"\x28\xb5\x2f\xfd\x03\x58\x01\0\0\0\x01\0\0"[..],
        ),
        Malformed::new(
            "zstd with a long frame to skip",
            &b"\x50\x2a\x4d\x18\xff\xff\xff\xffxx"[..],
        ),
        Malformed::new(
            "zstd of reserved blocks",
            &b"\x28\xb5\x2f\xfd\0\x58\x07\0\0"[..],
        ),
    ]
}
