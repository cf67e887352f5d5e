//! A column of mutants beside something else that names other ones: nothing is scored, for nothing tells which is meant.

use super::super::{all_are, bench, refused, with};

#[test]
fn positions_and_residues_without_a_wild_type() {
    let bench = bench();
    for table in [
        "position,mut,closest,score\n27,A,L25D,1\n28,Y,C29M,2\n30,G,A24V,3\n",
        "position,mut_aa,rescue\n27,A,L25D\n28,Y,C29M\n30,G,A24V\n",
        "position,mut,clone\n27,A,E28H\n28,Y,G8A\n30,G,A25G\n",
    ] {
        refused(&bench, table, "", &["both hold mutants", "--column"]);
    }
    let named = "position,mut,closest\n27,A,L25D\n28,Y,C29M\n";
    all_are(&bench, named, "--column closest", "L25D C29M");
    all_are(&bench, named, "--column position,mut", "G27A D28Y");
    // The same mutants, in a numbering of their own too.
    for table in [
        "position,mut_aa,mutant\n27,A,G27A\n28,Y,D28Y\n30,G,P30G\n",
        "position,mut_aa,mutant\n4,A,G27A\n5,Y,D28Y\n7,G,P30G\n",
    ] {
        all_are(&bench, table, "", "G27A D28Y P30G");
    }
}

#[test]
fn mutants_behind_a_name() {
    let bench = bench();
    for table in [
        "mutant,closest,score\nYAP1_HUMAN_G27A,L25D,0\nYAP1_HUMAN_D28Y,C29M,1\n",
        "mutant,score,reverse\nP53_G27A,0,L25D\nP53_D28Y,1,C29M\n",
    ] {
        refused(&bench, table, "", &["both hold mutants", "'mutant'"]);
    }
    let same = "name,score,aa_change\nP53_G27A,0,G27A\nP53_D28Y,1,D28Y\n";
    all_are(&bench, same, "", "G27A D28Y");
}

#[test]
fn whole_sequences() {
    let bench = bench();
    let rows = |table: &str, mutants: [&str; 3], rest: &str| -> String {
        let places = [27, 31, 33].map(|place| with(&[(place, 'A')]));
        let rows = places.iter().zip(mutants);
        let rows = rows.map(|(s, mutant)| {
            let row = rest.replace("SEQUENCE", s);
            format!("{s},{mutant}{row}\n")
        });
        format!("{table}\n{}", rows.collect::<String>())
    };
    // All in the same other place.
    let one_place = |a: &str, w: &str, g: &str| -> String {
        let rows = [(a, 'A'), (w, 'W'), (g, 'G')];
        let rows = rows.map(|(mutant, letter)| format!("{mutant},{}\n", with(&[(30, letter)])));
        format!("uniprot_mut,seq\n{}", rows.concat())
    };
    let others = ["L25D", "C29M", "P30W"];
    for table in [
        rows("mutated_sequence,partner,seq", others, ",SEQUENCE"),
        rows("sequence,closest,position,letter", others, ",H1,Y"),
        // The same letters in other places.
        rows("seq,uniprot_mut", ["L25A", "F26A", "P30A"], ""),
        one_place("L25A", "L25W", "L25G"),
    ] {
        refused(&bench, &table, "", &["both hold mutants", "--column"]);
    }
    let own = ["G27A", "V31A", "T33A"];
    for table in [
        rows("mutated_sequence,mutant,seq", own, ",SEQUENCE"),
        rows("seq,uniprot_mut", own, ""),
    ] {
        all_are(&bench, &table, "", "G27A V31A T33A");
    }
}
