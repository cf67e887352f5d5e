//! Archives and arrays of numpy that lie.

use super::{Malformed, Sound, npy, replaced};

/// Zip archives whose directory lies.
pub fn archives(sound: &Sound) -> Vec<Malformed> {
    let sound = sound.of_kind("npz").to_vec();
    let entry = sound.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let end = sound.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    let with = |at: usize, value: &[u8]| {
        let mut bytes = sound.clone();
        bytes[at..at + value.len()].copy_from_slice(value);
        bytes
    };
    let huge = 0xffff_fff0u32.to_le_bytes();
    vec![
        Malformed::new("npz with a wrong checksum", with(entry + 16, &[1, 2, 3, 4])),
        Malformed::new("npz with a huge size", with(entry + 24, &huge)),
        Malformed::new(
            "npz with huge sizes",
            with(entry + 20, &[huge, huge].concat()),
        ),
        Malformed::new(
            "npz with sizes in an extra field",
            with(entry + 20, &[0xff; 8]),
        ),
        Malformed::new("npz with a huge offset", with(entry + 42, &huge)),
        Malformed::new("npz that claims to be deflated", with(entry + 10, &[8, 0])),
        Malformed::new("npz of an unknown method", with(entry + 10, &[99, 0])),
        Malformed::new("npz with a long name", with(entry + 28, &[0xff, 0xff])),
        Malformed::new("npz that is encrypted", with(entry + 8, &[1, 0])),
        Malformed::new("npz with a huge directory", with(end + 12, &huge)),
        Malformed::new(
            "npz with its directory beyond the end",
            with(end + 16, &huge),
        ),
        Malformed::new(
            "npz with a 64-bit end that is not there",
            with(end + 12, &[0xff; 8]),
        ),
        Malformed::new(
            "npz with a path that leads up",
            replaced(&sound, b"h.npy", b"/../h"),
        ),
        Malformed::new("npz twice", [&sound[..], &sound[..]].concat()),
        Malformed::new(
            "npz with the same name twice",
            replaced(&sound, b"gauge.npy", b"\0\0\0\0h.npy"),
        ),
    ]
}

/// Arrays of numpy whose headers lie.
pub fn arrays(sound: &Sound) -> Vec<Malformed> {
    let mut files: Vec<Malformed> = [
        ("<f8", "(0,)"),
        ("<f8", "(-3,)"),
        ("<f8", "(4,)"),
        ("<f8", "(268435456,)"),
        ("<f8", "(18446744073709551615,)"),
        ("<f8", "(99999999999999999999999,)"),
        ("<f8", "(4294967296, 4294967296, 4294967296)"),
        ("<f8", "()"),
        ("<f8", "((((((((((3,"),
        ("|O", "(3,)"),
        ("<U0", "(1000000000,)"),
        ("<U99999999999", "(3,)"),
        ("|V0", "(1000000000,)"),
        (">f8", "(3,)"),
        ("<f16", "(3,)"),
        ("'", "(3,)"),
    ]
    .into_iter()
    .map(|(kind, shape)| {
        Malformed::new(format!("npy of {kind} {shape}"), npy(kind, shape, &[0; 24]))
    })
    .collect();
    let brackets = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': {}",
        "(".repeat(60_000)
    );
    let mut deep = b"\x93NUMPY\x01\0".to_vec();
    deep.extend((brackets.len() as u16).to_le_bytes());
    deep.extend(brackets.as_bytes());
    files.push(Malformed::new("npy of many brackets", deep));
    files.push(Malformed::new(
        "npy with a huge header",
        &b"\x93NUMPY\x02\0\xff\xff\xff\x7f{'descr'"[..],
    ));
    files.push(Malformed::new(
        "npz with a huge array",
        replaced(sound.of_kind("npz"), b"(8, 20)", b"(8,9e9)"),
    ));
    files.push(Malformed::new(
        "npz with a long array",
        replaced(sound.of_kind("npz"), b"(8, 20)", b"(99,20)"),
    ));
    files
}
