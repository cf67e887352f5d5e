//! Odd text.

use super::{CLUSTAL, FAMILY, MUTANTS, Malformed, STOCKHOLM, WEIGHTS, replaced};

/// Text that is odd.
pub fn texts() -> Vec<Malformed> {
    let utf16 = |bytes: &[u8], mark: [u8; 2]| -> Vec<u8> {
        let units = bytes.iter().flat_map(|&byte| {
            if mark[0] == 0xff {
                [byte, 0]
            } else {
                [0, byte]
            }
        });
        mark.into_iter().chain(units).collect()
    };
    let mut files = Vec::new();
    for (kind, text) in [
        ("fasta", FAMILY),
        ("stockholm", STOCKHOLM),
        ("clustal", CLUSTAL),
        ("weights", WEIGHTS),
        ("mutants", MUTANTS),
    ] {
        let add = |what: &str, bytes: Vec<u8>| Malformed::new(format!("{kind} {what}"), bytes);
        let letters = text.replace('A', "\0");
        files.extend([
            add("in UTF-16", utf16(text.as_bytes(), [0xff, 0xfe])),
            add(
                "in UTF-16, the other way",
                utf16(text.as_bytes(), [0xfe, 0xff]),
            ),
            add("with old line ends", text.replace('\n', "\r").into()),
            add(
                "with mixed line ends",
                text.replacen('\n', "\r", 2)
                    .replacen('\n', "\r\n", 1)
                    .into(),
            ),
            add("with NULs", letters.into()),
            add(
                "with a lone surrogate",
                replaced(text.as_bytes(), b"a", b"\xed\xa0\x80"),
            ),
            add(
                "with escape sequences",
                replaced(text.as_bytes(), b"a", b"\x1b[2J\x9b"),
            ),
            add("twice", text.repeat(2).into()),
            add("after a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
            add("without line ends", text.replace('\n', "").into()),
        ]);
    }
    files
}

/// Text of one kind of thing, and very much of it.
pub fn long_and_deep() -> Vec<Malformed> {
    vec![
        Malformed::new("NULs", vec![0; 5000]),
        Malformed::new("no UTF-8", vec![0xff; 5000]),
        Malformed::new("line ends", "\n".repeat(100_000)),
        Malformed::new("header signs", ">\n".repeat(50_000)),
        Malformed::new("names alone", ">a\n".repeat(50_000)),
        Malformed::new("rows of one letter", "A\n".repeat(200_000)),
        Malformed::new(
            "the same name in one block",
            format!("# STOCKHOLM 1.0\n{}//\n", "a A\n".repeat(200_000)),
        ),
        Malformed::new(
            "as many blocks",
            format!("CLUSTAL\n{}", "\na A\nb A\n".repeat(50_000)),
        ),
        Malformed::new(
            "a long name",
            format!(">{}\nACD\n>b\nAC\n", "n".repeat(1 << 20)),
        ),
        Malformed::new(
            "a long row",
            format!(">a\n{0}\n>b\n{0}\n", "A".repeat(1 << 21)),
        ),
        Malformed::new("a line of two megabytes", "x".repeat(1 << 21)),
        Malformed::new(
            "quotes",
            "mutant,\"a\n".to_owned() + &"\"A10G\n".repeat(20_000),
        ),
        Malformed::new("separators", "mutant".to_owned() + &",".repeat(200_000)),
        Malformed::new("many substitutions", "A1G:".repeat(100_000)),
        Malformed::new("a long number", format!("A{}G\n", "9".repeat(100_000))),
        Malformed::new("deep JSON", "[".repeat(100_000)),
        Malformed::new(
            "deep JSON inside",
            format!("[{{\"x\":{}", "[".repeat(100_000)),
        ),
        Malformed::new("JSON of a huge number", "[{\"weight\":1e99999,\"row\":-1}]"),
        Malformed::new(
            "a long JSON key",
            format!("[{{\"weight\":\"{}\"}}]", "x".repeat(100_000)),
        ),
        Malformed::new(
            "a table of one long header",
            format!("{}\n1\n", "weights,".repeat(50_000)),
        ),
    ]
}
