//! The tables of a CIF file, row by row: of loops, and of categories that have one row and are written name by name.

use super::tokens::{ADVICE, Token, Tokens, Value};
use crate::error::Result;
use crate::io::alignments::text::Text;
use crate::io::structures::unfinished::wrong;

/// The names of a table. The category stands before the point, in small letters as the columns are.
pub struct Header {
    pub category: String,
    columns: Vec<String>,
    /// Counts the tables, so that places of columns need to be looked up but once for each.
    pub number: u64,
}

impl Header {
    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    fn new(name: &[u8], number: u64) -> Self {
        let (category, _) = split(name);
        Self {
            category,
            columns: Vec::new(),
            number,
        }
    }

    /// Adds a column; one of another category, which no table may have, gets no name.
    fn push(&mut self, name: &[u8]) {
        let (category, column) = split(name);
        let is_of_it = category == self.category;
        self.columns
            .push(if is_of_it { column } else { String::new() });
    }
}

/// Category and column of a name.
fn split(name: &[u8]) -> (String, String) {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    match name.trim_start_matches('_').split_once('.') {
        Some((category, column)) => (category.into(), column.into()),
        None => (name, String::new()),
    }
}

/// A row of a table.
pub struct Row<'r, 't> {
    pub header: &'r Header,
    values: &'r [Value<'t>],
    /// Its first line.
    pub line: u64,
}

impl<'t> Row<'_, 't> {
    /// The value in a column that was looked up, if there is one.
    pub fn at(&self, column: Option<usize>) -> Option<&'t [u8]> {
        self.values.get(column?)?.known()
    }

    /// The value in a column of this name.
    pub fn get(&self, name: &str) -> Option<&'t [u8]> {
        self.at(self.header.column(name))
    }

    /// The same as text; what is no UTF-8 is replaced.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        Some(String::from_utf8_lossy(value).trim().to_owned())
    }
}

/// Whoever takes the rows.
pub trait Reader<'t> {
    /// Takes the name of the block that begins; whether to go on.
    fn block(&mut self, name: &[u8]) -> bool;

    /// Takes a row.
    ///
    /// # Errors
    /// If it is not as it should be.
    fn row(&mut self, row: &Row<'_, 't>) -> Result<()>;
}

/// Reads a file.
///
/// # Errors
/// If it is not written as CIF is, and those of the reader.
pub fn read_rows<'t>(text: &'t Text, reader: &mut impl Reader<'t>) -> Result<()> {
    let mut tokens = Tokens::new(text);
    let mut number = 0;
    while let Some((token, line)) = tokens.next()? {
        number += 1;
        match token {
            Token::Block(name) if reader.block(name) => {}
            Token::Block(_) => return Ok(()),
            Token::Loop => read_loop(text, &mut tokens, number, line, reader)?,
            Token::Name(name) => read_single(text, &mut tokens, number, (name, line), reader)?,
            Token::Other => {}
            Token::Value(value) => {
                let shown = String::from_utf8_lossy(&value.text[..value.text.len().min(40)]);
                let problem =
                    format!("a name such as _atom_site.id is expected, not the value '{shown}'");
                return Err(wrong(text, line, problem, ADVICE));
            }
        }
    }
    Ok(())
}

/// Names, and then as many values a row.
fn read_loop<'t>(
    text: &'t Text,
    tokens: &mut Tokens<'t>,
    number: u64,
    line: u64,
    reader: &mut impl Reader<'t>,
) -> Result<()> {
    let mut header: Option<Header> = None;
    while let Some(name) = tokens.next_name()? {
        header
            .get_or_insert_with(|| Header::new(name, number))
            .push(name);
    }
    let Some(header) = header else {
        let problem = "names of columns are expected behind loop_";
        return Err(wrong(text, line, problem, ADVICE));
    };
    let width = header.columns.len();
    let mut values = Vec::with_capacity(width);
    let mut first = line;
    while let Some(value) = tokens.next_value()? {
        if values.is_empty() {
            first = tokens.line();
        }
        values.push(value);
        if values.len() == width {
            let row = Row {
                header: &header,
                values: &values,
                line: first,
            };
            reader.row(&row)?;
            values.clear();
        }
    }
    if values.is_empty() {
        return Ok(());
    }
    let problem = format!(
        "the last row of _{} has {} values, and {width} are expected",
        header.category,
        values.len()
    );
    Err(wrong(text, first, problem, ADVICE))
}

/// Names with one value each, as long as they are of one category.
fn read_single<'t>(
    text: &'t Text,
    tokens: &mut Tokens<'t>,
    number: u64,
    (name, line): (&'t [u8], u64),
    reader: &mut impl Reader<'t>,
) -> Result<()> {
    let mut header = Header::new(name, number);
    let (mut values, mut name) = (Vec::new(), name);
    loop {
        let Some(value) = tokens.next_value()? else {
            let problem = format!("a value is expected for {}", String::from_utf8_lossy(name));
            return Err(wrong(text, tokens.line(), problem, ADVICE));
        };
        header.push(name);
        values.push(value);
        match tokens.next_name()? {
            Some(next) if split(next).0 == header.category => name = next,
            Some(next) => {
                tokens.put_back(Token::Name(next));
                break;
            }
            None => break,
        }
    }
    reader.row(&Row {
        header: &header,
        values: &values,
        line,
    })
}
