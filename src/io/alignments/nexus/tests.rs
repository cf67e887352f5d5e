//! NEXUS files as programs write them.

use super::*;
use std::sync::Arc;

fn text(text: &str) -> Text {
    Text::new("x.nex", Arc::new(text.as_bytes().to_vec()))
}

fn parse(file: &str) -> Result<AlignedRecords> {
    read(&text(file))
}

const MRBAYES: &str = "#NEXUS\n[ a comment; with [another] ]\nbegin data;\n dimensions ntax=2 nchar=6;\n \
    format datatype=protein interleave=yes gap=- missing=?;\n matrix\n a ACD\n b A-D\n\n a EFG\n b EFG\n ;\nend;\n\
    begin mrbayes;\n lset nst=6;\nend;\n";

const MESQUITE: &str = "#NEXUS\n[written Mon Jan 01 12:00:00 UTC 2024 by Mesquite version 3.81]\n\nBEGIN TAXA;\n\
    \tTITLE Taxa;\n\tDIMENSIONS NTAX=2;\n\tTAXLABELS\n\t\ta 'b [x] one'\n\t;\nEND;\n\nBEGIN CHARACTERS;\n\
    \tTITLE Character_Matrix;\n\tDIMENSIONS  NCHAR=6;\n\tFORMAT DATATYPE = Protein GAP = - MISSING = ?;\n\tMATRIX\n\
    \ta             ACDEFG\n\t'b [x] one'   A-DEFG\n\n;\n\nEND;\n\nBEGIN TREES;\nTREE t = (1,2);\nEND;\n";

#[test]
fn the_matrix_is_read() {
    for (file, second) in [
        (MRBAYES.to_owned(), "b"),
        (MRBAYES.replace('\n', "\r\n"), "b"),
        (MRBAYES.replace("interleave=yes", "interleave"), "b"),
        (MRBAYES.replace("interleave=yes", ""), "b"),
        (MRBAYES.replace(" b ", " 'O''Brien''s b' "), "O'Brien's b"),
        (MRBAYES.replace(" b ", " O'Brien "), "O'Brien"),
        (MRBAYES.replace("b A-D", "b [9] A - D [3]"), "b"),
        (MRBAYES.replace("gap=-", "gap=_").replace("A-D", "A_D"), "b"),
        (
            MRBAYES
                .replace("gap=-", "gap=- matchchar=.")
                .replace("b EFG", "b ..G"),
            "b",
        ),
        (MRBAYES.replace("ntax=2 nchar=6", "nchar = 6"), "b"),
        (MRBAYES.replace(" dimensions ntax=2 nchar=6;\n", ""), "b"),
        (
            MRBAYES
                .replace("begin data", "BEGIN Data")
                .replace("end;", "ENDBLOCK;"),
            "b",
        ),
        (
            MRBAYES
                .replace("interleave=yes", "symbols=\"A ; C\" interleave=no")
                .replace(
                    " a ACD\n b A-D\n\n a EFG\n b EFG\n",
                    " a\n ACD\n EFG\n b\n A-DE\n FG\n",
                ),
            "b",
        ),
        (MESQUITE.to_owned(), "b [x] one"),
    ] {
        let records = parse(&file).unwrap_or_else(|error| panic!("{error}\n{file}"));
        assert_eq!(records.names(), ["a", second], "{file}");
        assert_eq!(*records.rows(), ["ACDEFG", "A-DEFG"], "{file}");
        assert_eq!(records.format, "NEXUS");
    }
}

#[test]
fn missing_and_uncertain_residues() {
    let file = MRBAYES
        .replace("a ACD", "a ?CD")
        .replace("b EFG", "b ?{DE}?");
    let records = parse(&file).unwrap();
    assert_eq!(*records.rows(), ["-CDEFG", "A-D?X-"]);
    assert_eq!(records.notes().len(), 1);
    assert_eq!(records.stray().map(|stray| stray.character), Some('?'));
}

#[test]
fn several_matrices_are_told_apart() {
    let two = MRBAYES.replace(
        "begin mrbayes",
        "begin data; dimensions nchar=2; matrix c AC\nd AC;\nend; begin m",
    );
    let file = text(&two);
    let parts: Vec<Text> = parts(&file)
        .into_iter()
        .map(|part| file.part(part))
        .collect();
    assert_eq!(parts.len(), 2);
    assert_eq!(read(&parts[0]).unwrap().names(), ["a", "b"]);
    assert_eq!(read(&parts[1]).unwrap().names(), ["c", "d"]);
    assert_eq!(super::parts(&text(MESQUITE)).len(), 1);
}

#[test]
fn errors_say_what_is_wrong() {
    for (file, words) in [
        (
            "#NEXUS\nbegin trees;\ntree t = (a,b);\nend;\n".to_owned(),
            "no DATA or CHARACTERS block",
        ),
        (
            "#NEXUS\nbegin data;\nmatrix\na AC\n".to_owned(),
            "no DATA or CHARACTERS block",
        ),
        (
            MRBAYES.replace("b EFG", "b EF"),
            "line 8, record 'b': this row has 5 letters, but nchar is 6",
        ),
        (
            MRBAYES.replace("b EFG", "b EFG#"),
            "has 7 letters, but nchar is 6; it holds '#'",
        ),
        (
            MRBAYES.replace("b EFG", "b EF\u{2013}"),
            "record 'b': it holds '\u{2013}' (U+2013)",
        ),
        (MRBAYES.replace("ntax=2", "ntax=3"), "2 rows, but ntax is 3"),
        (MRBAYES.replace("gap=-", "transpose"), "transposed"),
        (MRBAYES.replace("gap=-", "nolabels"), "no names"),
        (MRBAYES.replace("=protein", "=continuous"), "holds numbers"),
    ] {
        let error = parse(&file).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        assert!(error.to_string().contains(words), "{error}");
    }
}
