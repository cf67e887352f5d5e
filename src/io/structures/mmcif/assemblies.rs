//! `_pdbx_struct_assembly_gen` and `_pdbx_struct_oper_list`: which chains are moved how, to make the biological assemblies.

use super::rows::Row;
use crate::io::structures::number;
use crate::io::structures::unfinished::MOST_COPIES;
use crate::structure::{Assembly, AssemblyCopy, Operator};
use std::collections::HashMap;

/// Both tables so far.
#[derive(Default)]
pub struct Tables {
    operators: HashMap<String, Operator>,
    /// Assembly, expression of operators, chains (by the names of mmCIF), line.
    parts: Vec<(String, String, String, u64)>,
}

impl Tables {
    /// Reads a row of `_pdbx_struct_oper_list`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn operator(&mut self, row: &Row) -> Result<(), String> {
        let number = |name: String| {
            let value = row.get(&name).and_then(number::real);
            value.ok_or_else(|| format!("a number is expected for _pdbx_struct_oper_list.{name}"))
        };
        let mut operator = Operator::IDENTITY;
        for i in 0..3 {
            for j in 0..3 {
                operator.rotation[i][j] = number(format!("matrix[{}][{}]", i + 1, j + 1))?;
            }
            operator.translation[i] = number(format!("vector[{}]", i + 1))?;
        }
        let name = row.text("id").unwrap_or_default();
        self.operators.insert(name, operator);
        Ok(())
    }

    /// Reads a row of `_pdbx_struct_assembly_gen`.
    pub fn part(&mut self, row: &Row) {
        let cell = |name| row.text(name).unwrap_or_default();
        self.parts.push((
            cell("assembly_id"),
            cell("oper_expression"),
            cell("asym_id_list"),
            row.line,
        ));
    }

    /// The assemblies of chains, of which `labels` has the names of mmCIF. Chains that are no polymer are left out.
    ///
    /// # Errors
    /// The line, and what is wrong with it, in words.
    pub fn resolve(&self, labels: &[Vec<String>]) -> Result<Vec<Assembly>, (u64, String)> {
        let mut assemblies: Vec<Assembly> = Vec::new();
        let mut most = MOST_COPIES;
        for (name, expression, chains, line) in &self.parts {
            let names: Vec<&str> = chains.split(',').map(str::trim).collect();
            let is_moved =
                |labels: &[String]| labels.iter().any(|label| names.contains(&label.as_str()));
            let chains: Vec<usize> = (0..labels.len())
                .filter(|&k| is_moved(&labels[k]))
                .collect();
            if chains.is_empty() {
                continue;
            }
            let operators = self
                .operators(expression, most)
                .map_err(|problem| (*line, problem))?;
            most -= operators.len();
            let copies = operators.into_iter().map(|operator| AssemblyCopy {
                operator,
                chains: chains.clone(),
            });
            match assemblies.iter_mut().find(|one| one.name == *name) {
                Some(known) => known.copies.extend(copies),
                None => assemblies.push(Assembly {
                    name: name.clone(),
                    copies: copies.collect(),
                }),
            }
        }
        Ok(assemblies)
    }

    /// The operators of an expression: `1,2`, `(1-60)`, `P`, or a product such as `(X0)(1,3-5)`, of which the right factor moves first.
    fn operators(&self, expression: &str, most: usize) -> Result<Vec<Operator>, String> {
        let mut products = vec![Operator::IDENTITY];
        for factor in factors(expression)? {
            let names = list(&factor, most)?;
            let found = names.iter().map(|name| {
                let missing =
                    || format!("operator '{name}' is named, but is not in _pdbx_struct_oper_list");
                self.operators.get(name).ok_or_else(missing)
            });
            let found: Vec<&Operator> = found.collect::<Result<_, _>>()?;
            if products.len().saturating_mul(found.len()) > most {
                return Err(too_many());
            }
            let with_all = |left: &Operator| {
                found
                    .iter()
                    .map(|right| left.after(right))
                    .collect::<Vec<_>>()
            };
            products = products.iter().flat_map(with_all).collect();
        }
        Ok(products)
    }
}

fn too_many() -> String {
    format!("the assemblies have more than {MOST_COPIES} operators")
}

/// The lists that are multiplied, without their brackets.
fn factors(expression: &str) -> Result<Vec<String>, String> {
    let text: String = expression.chars().filter(|c| !c.is_whitespace()).collect();
    let wrong = || format!("'{expression}' is no list of operators such as 1,2 or (1-3)(4,5)");
    let mut rest = text.as_str();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (factor, behind) = match rest.strip_prefix('(') {
            Some(inner) => inner.split_once(')').ok_or_else(wrong)?,
            None => rest.split_at(rest.find('(').unwrap_or(rest.len())),
        };
        if factor.is_empty() || factor.contains(['(', ')']) {
            return Err(wrong());
        }
        found.push(factor.to_owned());
        rest = behind;
    }
    match found.is_empty() {
        true => Err(wrong()),
        false => Ok(found),
    }
}

/// The names of a list: `1,3-5`.
fn list(text: &str, most: usize) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for part in text.split(',') {
        let range = part.split_once('-');
        let range = range.and_then(|(a, b)| Some((a.parse::<u64>().ok()?, b.parse::<u64>().ok()?)));
        match range {
            Some((first, last)) if last.saturating_sub(first) >= most as u64 => {
                return Err(too_many());
            }
            Some((first, last)) => names.extend((first..=last).map(|n| n.to_string())),
            None => names.push(part.to_owned()),
        }
        if names.len() > most {
            return Err(too_many());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Operators 1 to 9 that shift along x, by their names, and P, which turns x to y.
    fn tables() -> Tables {
        let shift = |n: u32| Operator {
            translation: [f64::from(n), 0.0, 0.0],
            ..Operator::IDENTITY
        };
        let mut operators: HashMap<String, Operator> =
            (1..=9).map(|n| (n.to_string(), shift(n))).collect();
        let turn = Operator {
            rotation: [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
            translation: [0.0; 3],
        };
        operators.insert("P".into(), turn);
        Tables {
            operators,
            parts: Vec::new(),
        }
    }

    /// Where the origin comes to lie, on x and y.
    fn places(expression: &str) -> Result<Vec<(f64, f64)>, String> {
        let found = tables().operators(expression, 100)?;
        let origin = found.iter().map(|one| one.apply([0.0; 3]));
        Ok(origin.map(|p| (p[0], p[1])).collect())
    }

    #[test]
    fn expressions_are_lists_and_products() {
        let along_x = |numbers: &[f64]| Ok(numbers.iter().map(|&x| (x, 0.0)).collect());
        assert_eq!(places("1"), along_x(&[1.0]));
        assert_eq!(places("1,2, 5"), along_x(&[1.0, 2.0, 5.0]));
        assert_eq!(places("(1-3)"), along_x(&[1.0, 2.0, 3.0]));
        assert_eq!(places("1-2,9"), along_x(&[1.0, 2.0, 9.0]));
        assert_eq!(places("(1)(2-4)"), along_x(&[3.0, 4.0, 5.0]));
        assert_eq!(places("(P)(3)"), Ok(vec![(0.0, 3.0)]));
        assert_eq!(places("(3)(P)"), Ok(vec![(3.0, 0.0)]));
        assert_eq!(places("P"), Ok(vec![(0.0, 0.0)]));
        assert_eq!(places("5-4"), along_x(&[]));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for wrong in [
            "", "()", "(1", "1)", "(1)2)", "((1))", "X9", "1,,2", "(1-10)",
        ] {
            assert!(places(wrong).is_err(), "{wrong}");
        }
        for many in ["1-9999999999999", "(1-9)(1-9)(1-9)"] {
            assert!(places(many).unwrap_err().contains("more than"), "{many}");
        }
    }
}
