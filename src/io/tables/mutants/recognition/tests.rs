//! Files as people have them, and what they are.

use super::*;
use crate::io::tables::mutants::layout::{Cells, Three};

fn recognised(text: &str, wish: &Wish) -> Result<Layout> {
    let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    let found = recognise(&lines, wish, "t.csv")?;
    Ok(found.layout)
}

fn words(text: &str) -> String {
    let wish = Wish {
        target: Target::new(b"MKTAYIAKQR".to_vec()),
        ..Wish::default()
    };
    match recognised(text, &wish) {
        Ok(layout) => layout.in_words(),
        Err(error) => error.to_string(),
    }
}

/// Files, and what is said of them.
const KNOWN: &[(&str, &str)] = &[
    ("A34V\nG36D\n", "plain list of mutants"),
    ("VA1L;\nPA2A,QB1A;\n", "plain list of mutants"),
    ("H:D100aG,H:S100bA\n", "plain list of mutants"),
    ("wt\n", "plain list of mutants"),
    ("A34V K6R\nA 34 V\n", "plain list of mutants"),
    (
        "YAP1_V0L\nYAP1_P1A\n",
        "plain list of mutants, behind 'YAP1_'",
    ),
    (
        "mutant\nA34V\n",
        "table separated by tabs, mutants in column 'mutant'",
    ),
    (
        "my own\nA34V\n",
        "table separated by tabs, mutants in column 'my own'",
    ),
    ("id,mutant\n1,A34V\n", "commas, mutants in column 'mutant'"),
    (
        "variant fitness\nA34V -0.1\n",
        "blanks, mutants in column 'variant'",
    ),
    (
        "mutant;dG\nA34V;0,5\nG36D;0,7\n",
        "semicolons, mutants in column 'mutant'",
    ),
    (
        "sep=;\nmutant;dG\nA34V;0\n",
        "semicolons, mutants in column 'mutant'; header in line 2",
    ),
    (
        "Table S1. Variants\n\nmutant,dG\nA34V,1\n",
        "mutants in column 'mutant'; header in line 3",
    ),
    (
        "Table 1;;\nmutant;dG;n\nA34V;0;1\n",
        "mutants in column 'mutant'; header in line 2",
    ),
    (
        "Table 1, all variants, 2019\nmutant,dG,n\nA34V,0,1\n",
        "'mutant'; header in line 2",
    ),
    (",mutant,dG\n0,A34V,1\n", "mutants in column 'mutant'"),
    (
        "mutant dG\n1 A34V 1\n2 G36D 2\n",
        "mutants in column 'mutant'",
    ),
    (
        "\"dG\" \"n\"\n\"A34V\" 1 2\n\"G36D\" 2 3\n",
        "mutants in column ''",
    ),
    (
        "#Pdb;Clean;ddG\n1A;VA1L;0.3\n",
        "semicolons, mutants in column 'Clean'",
    ),
    (
        "# made by x\n#mutant,dG\nA34V,1\n",
        "mutants in column 'mutant'; header in line 2",
    ),
    (
        "site,wildtype,mutant,variant\n34,A,V,A34V\n",
        "mutants in column 'variant'",
    ),
    (
        "protein,mutant\nH2A,typo\nH2B,foo\nH3A,A34V\n",
        "mutants in column 'mutant'; also in 'protein'",
    ),
    (
        "id,wt,aa_sub,score\n1,A,A34V,-0.3\n",
        "mutants in column 'aa_sub'",
    ),
    (
        "mutant,hgvs\nA34V,p.Ala34Val\n",
        "in column 'mutant'; also in 'hgvs': `column` chooses",
    ),
    (
        "pos\tWT\tvar\n34\tA\tV\n",
        "tabs, with positions, wild types and residues in columns 'pos', 'WT' and 'var'",
    ),
    (
        "pos,mut\n34,V\n",
        "positions and residues in columns 'pos' and 'mut'",
    ),
    (
        "name,variant\nx,YAP1_A34V\ny,YAP1_G36D\n",
        "in column 'variant', behind 'YAP1_'",
    ),
    (
        "variant,score\n34V,1\n36D,2\n",
        "mutants in column 'variant'",
    ),
    (
        "seq,y\nMKTAYIAKQR,1\nMKTAYIAKQA,2\n",
        "whole sequences in column 'seq'",
    ),
    (">a\nMKTAYIAKQR\n", "sequences in FASTA format"),
    ("mutant,seq\nA4V,MKTVYIAKQR\n", "mutants in column 'mutant'"),
    (
        "position,wt,mut,sequence\n4,A,V,MKTAYIAKQR\n5,Y,V,MKTAYIAKQR\n",
        "wild types",
    ),
];

#[test]
fn files_are_known_by_their_contents() {
    for (text, expected) in KNOWN {
        let found = words(text);
        assert!(found.contains(expected), "{text}: {found}");
    }
}

#[test]
fn what_is_not_known_is_refused_with_what_was_seen() {
    for (text, expected) in [
        ("# a\n\n", "nothing in it"),
        ("A34V,0.5\nG36D,1\n", "no header"),
        ("A34V 0.5\nG36D 1\n", "no header"),
        ("A34V\t0.5\n", "no header"),
        ("V\nVDGV\nADGV\n", "cells of 'V' are words"),
        ("id,score\n1,2\n", "the columns are 'id', 'score'"),
        (
            "V,F\nVDGV,1\nADGV,0.06\nWILD,0.15\n",
            "cells of 'V' are words of 4 letters",
        ),
        ("#id;b\n1;2\n", "a line with # was left out: '#id;b'"),
        ("A34_G36D\nA34_K6R\n", "no column with mutants"),
    ] {
        let found = words(text);
        assert!(found.contains(expected), "{text}: {found}");
    }
}

#[test]
fn the_user_may_say_what_it_is() {
    let table = "a,b,c,d,e,e\n34,A,V,VDG,MKTAYIAKQR,x\n36,G,D,WIL,MKTAYIAKQA,A1G\n";
    let with = |column, kind, positions| {
        let wish = Wish {
            column,
            kind,
            positions,
            target: Target::new(b"MKTAYIAKQR".to_vec()),
        };
        recognised(table, &wish)
            .map(|layout| (layout.kind, layout.cells))
            .map_err(|error| error.to_string())
    };
    let three = Cells::Three(Three {
        position: 0,
        insertion: None,
        wild_type: Some(1),
        residue: 2,
    });
    let found = |kind, column| Ok((kind, Cells::One(column)));
    assert_eq!(with(Some("b"), None, 0), found(Kind::Column, 1));
    assert_eq!(with(None, None, 3), found(Kind::Letters, 3));
    assert_eq!(with(Some("d"), None, 3), found(Kind::Letters, 3));
    assert_eq!(
        with(None, Some(Kind::Sequences), 0),
        found(Kind::Sequences, 4)
    );
    assert_eq!(
        with(Some("D"), Some(Kind::Sequences), 0),
        found(Kind::Sequences, 3)
    );
    assert_eq!(
        with(Some("a,b,c"), Some(Kind::ThreeColumns), 0),
        Ok((Kind::ThreeColumns, three))
    );
    for (column, kind, positions, words) in [
        (Some("x"), None, 0, "there is no column 'x'"),
        (Some("e"), None, 0, "the columns 5 and 6 are all called 'e'"),
        (
            Some("a,x"),
            Some(Kind::ThreeColumns),
            0,
            "no columns 'a,x' found",
        ),
        (None, None, 5, "no single column with 5 residues"),
        // Which of two columns of residues is the wild type's, two rows do not tell.
        (
            None,
            Some(Kind::ThreeColumns),
            0,
            "column=position,wildtype,mutant",
        ),
    ] {
        let error = with(column, kind, positions).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
    assert_eq!(with(None, Some(Kind::List), 0), found(Kind::List, 0));
}

#[test]
fn a_column_of_the_index_is_told_from_mutants_spread_over_cells() {
    let names = |text: &str| recognised(text, &Wish::default()).unwrap().names;
    assert_eq!(
        names("mutant,dG\n1,A34V,1\n2,G36D,2\n"),
        ["", "mutant", "dG"]
    );
    for text in [
        "id,mutant,dG\n1,A34V,G36D,1\n2,A34V,K6R,2\n",
        "mutant,dG\nA34V,G36D,1\nA34V,K6R,2\n",
        "id,mutant,dG\n1,A34V,1,\n2,K6R,2,\n",
    ] {
        let names = names(text);
        assert!(
            names.ends_with(&["mutant".into(), "dG".into()]) && !names[0].is_empty(),
            "{names:?}"
        );
    }
}

#[test]
fn words_for_the_wild_type_count_beside_mutants_only() {
    let knows = |text: &str| {
        recognised(text, &Wish::default())
            .unwrap()
            .knows_wild_type_words
    };
    assert!(knows("mutant,x\nwt,1\nA34V,2\n"));
    assert!(knows("mutant,x\n"));
    let wish = Wish {
        column: Some("v"),
        ..Wish::default()
    };
    let named = recognised("v,x\nVDGV,1\nWILD,2\n", &wish).unwrap();
    assert!(!named.knows_wild_type_words);
}
