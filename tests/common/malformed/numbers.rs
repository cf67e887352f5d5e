//! Numbers in text.

use super::{Malformed, Sound};

/// Numbers in text that are none, or too large.
pub fn numbers(sound: &Sound) -> Vec<Malformed> {
    let mut files = Vec::new();
    for number in [
        "nan", "inf", "-inf", "1e999", "1e-999", "", "-", "0x10", "1,5", "\u{ff11}",
    ] {
        let number = number.as_bytes();
        let mrf = [b"V[0] ", number, b" 0 0 0 0\n"].concat();
        files.push(Malformed::new(
            format!("mrf with {}", number.escape_ascii()),
            mrf,
        ));
        let list = [b"0.5\n", number, b"\n1\n"].concat();
        files.push(Malformed::new(
            format!("weights with {}", number.escape_ascii()),
            list,
        ));
        let dat = [sound.of_kind("dat"), b"h 1 A ", number, b"\n"].concat();
        files.push(Malformed::new(
            format!("dat with {}", number.escape_ascii()),
            dat,
        ));
    }
    files
}

/// Sites that cannot be.
pub fn sites() -> Vec<Malformed> {
    let mut files = Vec::new();
    for site in ["-1", "4294967296", "18446744073709551616", "1048575", "x"] {
        let dat = format!("J 0 {site} A C 0.5\nh 0 A 1\nh 0 C 1\nh {site} A 1\nh {site} C 1\n");
        files.push(Malformed::new(format!("dat of site {site}"), dat));
        let states = "0 ".repeat(21);
        let mrf = format!(
            "V[0] {states}\nV[{site}] {states}\nW[0][{site}] {}\n",
            "0 ".repeat(441)
        );
        files.push(Malformed::new(format!("mrf of site {site}"), mrf));
    }
    files
}

/// Too many states, and too long words.
pub fn long_words() -> Vec<Malformed> {
    let mut files = Vec::new();
    files.push(Malformed::new(
        "dat of many states",
        (0..99).map(|k| format!("h 0 {k} 1\n")).collect::<String>(),
    ));
    files.push(Malformed::new(
        "dat of state 2^64",
        "h 0 0 1\nh 0 18446744073709551615 1\n",
    ));
    files.push(Malformed::new(
        "dat of a long state",
        format!("h 0 {} 1\nh 0 A 1\n", "A".repeat(100_000)),
    ));
    files.push(Malformed::new(
        "mrf of a long word",
        format!("V[0] {}\n", "x".repeat(100_000)),
    ));
    files.push(Malformed::new(
        "mrf of a million brackets",
        "V[".repeat(500_000),
    ));
    let fields = (0..400)
        .map(|site| format!("V[{site}] 0 0 0 0 0\n"))
        .collect::<String>();
    files.push(Malformed::new(
        "mrf of many sites and one pair",
        format!("{fields}W[0][1] {}\n", "0 ".repeat(25)),
    ));
    files.push(Malformed::new(
        "raw of many sites",
        format!("{}\n", "0\t".repeat(20)).repeat(3000) + "# 0 1\n",
    ));
    files
}
