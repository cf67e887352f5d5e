//! The list of a batch: a table with tabs and a header, or one path a line.

use crate::cli::input_name::unpacked;
use crate::error::{Error, Place, Result};
use crate::io::files::source::Source;
use std::collections::HashMap;
use std::path::Path;

/// The column with the item's name.
const NAME: &str = "name";

/// Columns of a sample sheet that say nothing about a fit, a list of contacts or a table of scores.
pub const IGNORED: [&str; 2] = ["structure", "mutants"];

/// Names get endings and a place in a folder; most file systems end at 255 bytes.
const MOST_NAME: usize = 200;

/// A list as read.
#[derive(Debug)]
pub struct List {
    /// The file, in messages.
    pub file: String,
    /// The header as it stands in the file, if there is one.
    pub header: Option<String>,
    /// Columns of a sample sheet that were left out.
    pub ignored: Vec<String>,
    /// The items, in the order of the file.
    pub rows: Vec<Listed>,
}

/// An item.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// 1-based line of the file.
    pub line: u64,
    /// The line as it stands in the file.
    pub text: String,
    /// Name of the item, unique in the list, and fit to be the name of a file.
    pub name: String,
    /// The alignment or model.
    pub input: String,
    /// Columns that are filled, with their cells; neither name nor input.
    pub options: Vec<(String, String)>,
}

impl List {
    /// Reads the list `path`, or standard input for `-`.
    ///
    /// The first line is a header if it has one of the columns `inputs`, of which the first that is there holds the input; `ignore`
    /// says of any other column whether it may be left out.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Input`] with the line if an item has no input, or no name that is a file's and its own.
    pub fn read(path: &Path, inputs: &[&str], ignore: impl Fn(&str) -> bool) -> Result<Self> {
        let expected = format!(
            "one path a line is expected, or a table with tabs and a header with the column `{}`",
            inputs[0]
        );
        let (name, contents) = Source::read_small(path, &expected, MOST_BYTES)?;
        let text = str::from_utf8(&contents).map_err(|_| {
            Error::input(
                Place::file(&name),
                "the list is not UTF-8 text",
                "save it as plain text, with tabs between columns",
            )
        })?;
        Self::parse(name, text, inputs, ignore)
    }

    fn parse(
        file: String,
        text: &str,
        inputs: &[&str],
        ignore: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        check_lines(&file, text)?;
        let lines = (1..).zip(text.lines());
        let mut lines = lines
            .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
            .peekable();
        let columns = match lines.peek() {
            Some(&(line, first)) => Columns::of(first, inputs)
                .map_err(|problem| bad_header(&file, line, problem, inputs))?,
            None => None,
        };
        let header = match &columns {
            Some(_) => lines.next().map(|(_, line)| line.to_owned()),
            None => None,
        };
        let mut ignored = Vec::new();
        if let Some(columns) = &columns {
            let left_out = columns.others.iter().filter(|(_, name)| ignore(name));
            ignored.extend(left_out.map(|(_, name)| name.clone()));
        }
        let rows = lines.map(|(line, text)| {
            row(line, text, columns.as_ref(), &ignored).map_err(|(problem, advice)| {
                Error::input(Place::file(&file).line(line), problem, advice)
            })
        });
        let rows: Vec<Listed> = rows.collect::<Result<_>>()?;
        check_names(&file, &rows)?;
        // A table may have nothing below its header: what is still to do, when all is done.
        if rows.is_empty() && columns.is_none() {
            return Err(Error::input(
                Place::file(file),
                "the list names nothing",
                format!(
                    "one path a line is expected, or a table with tabs and a header with the column `{}`",
                    inputs[0]
                ),
            ));
        }
        Ok(Self {
            file,
            header,
            ignored,
            rows,
        })
    }
}

/// Bytes of the largest list.
const MOST_BYTES: u64 = 64 << 20;

/// Lines of the longest list.
const MOST_LINES: usize = 1_000_000;

/// Bytes of the longest line: a path is at most a few thousand long, and what has no line ends is no list.
const LONGEST_LINE: usize = 1 << 16;

fn check_lines(file: &str, text: &str) -> Result<()> {
    let count = text.lines().count();
    if count > MOST_LINES {
        return Err(Error::input(
            Place::file(file),
            format!("{count} lines, and a batch has {MOST_LINES} at most"),
            "cut the list into several (split -l), and give each a folder of its own",
        ));
    }
    let mut lines = (1..).zip(text.lines());
    match lines.find(|(_, line)| line.len() > LONGEST_LINE) {
        Some((number, line)) => Err(Error::input(
            Place::file(file).line(number),
            format!(
                "a line of {} bytes, and paths and options are shorter",
                line.len()
            ),
            "give one item a line: this is not a list, or its line ends were lost",
        )),
        None => Ok(()),
    }
}

/// Names call outputs: none may come twice.
fn check_names(file: &str, rows: &[Listed]) -> Result<()> {
    let mut seen: HashMap<&str, &Listed> = HashMap::new();
    for row in rows {
        if let Some(other) = seen.insert(&row.name, row) {
            return Err(Error::input(
                Place::file(file).line(row.line),
                format!(
                    "the name '{}' is that of line {} as well ({} and {})",
                    row.name, other.line, other.input, row.input
                ),
                "outputs are called by it: give each a name of its own in a column 'name'",
            ));
        }
    }
    Ok(())
}

/// Where the header has what.
struct Columns {
    name: Option<usize>,
    input: usize,
    others: Vec<(usize, String)>,
    all: usize,
}

impl Columns {
    /// The columns of a header; `None` if the line is no header.
    fn of(line: &str, inputs: &[&str]) -> std::result::Result<Option<Self>, String> {
        let names: Vec<&str> = line.split('\t').map(str::trim).collect();
        let at = |name: &str| names.iter().position(|n| n.eq_ignore_ascii_case(name));
        let Some(input) = inputs.iter().find_map(|name| at(name)) else {
            return match names.len() {
                1 if line.starts_with('>') => {
                    Err("this seems to be an alignment, not a list of them".into())
                }
                1 if is_separated_otherwise(line) => {
                    Err("the cells of this line are not separated by tabs".into())
                }
                1 => Ok(None),
                _ => Err(format!("there is no column '{}'", inputs.join("' or '"))),
            };
        };
        for (k, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(format!("column {} has no name", k + 1));
            }
            if names[..k].contains(name) {
                return Err(format!("two columns are called '{name}'"));
            }
        }
        let name = at(NAME);
        let others = names.iter().enumerate();
        let others = others.filter(|(k, _)| *k != input && Some(*k) != name);
        Ok(Some(Self {
            name,
            input,
            others: others.map(|(k, name)| (k, (*name).to_owned())).collect(),
            all: names.len(),
        }))
    }
}

/// Whether a line is several cells between commas or semicolons, rather than the path of a file whose name has some.
fn is_separated_otherwise(line: &str) -> bool {
    line.contains([',', ';']) && !Path::new(line.trim()).exists()
}

fn bad_header(file: &str, line: u64, problem: String, inputs: &[&str]) -> Error {
    Error::input(
        Place::file(file).line(line),
        problem,
        format!(
            "a list is one path a line, or a table with tabs whose header has the column '{}' (in a spreadsheet: save as text with tabs)",
            inputs[0]
        ),
    )
}

/// What is wrong with a line, and what to do.
type Complaint = (String, &'static str);

fn row(
    line: u64,
    text: &str,
    columns: Option<&Columns>,
    ignored: &[String],
) -> std::result::Result<Listed, Complaint> {
    let cells: Vec<&str> = text.split('\t').map(str::trim).collect();
    let width = columns.map_or(1, |columns| columns.all);
    if cells.len() > width {
        return Err((
            format!("{} cells under {width} columns", cells.len()),
            "columns are separated by one tab each",
        ));
    }
    let cell = |k: usize| cells.get(k).copied().unwrap_or_default();
    let input = cell(columns.map_or(0, |columns| columns.input)).to_owned();
    match input.as_str() {
        "" => return Err(("the item has no input".into(), "every line needs a path")),
        "-" => {
            return Err((
                "standard input cannot be an item".into(),
                "name a file: there is one standard input, and many items",
            ));
        }
        _ => {}
    }
    let given = columns
        .and_then(|columns| columns.name)
        .map_or("", cell)
        .to_owned();
    let name = match given.is_empty() {
        true => stem(&input),
        false => given,
    };
    check_name(&name)?;
    let others = columns.map_or(&[][..], |columns| &columns.others).iter();
    let filled = others.filter(|(k, column)| !cell(*k).is_empty() && !ignored.contains(column));
    Ok(Listed {
        line,
        text: text.to_owned(),
        name,
        input,
        options: filled
            .map(|(k, column)| (column.clone(), cell(*k).to_owned()))
            .collect(),
    })
}

/// The name of a file without folder and endings.
fn stem(path: &str) -> String {
    let name = unpacked(Path::new(path)).with_extension("");
    name.to_string_lossy().into_owned()
}

fn check_name(name: &str) -> std::result::Result<(), Complaint> {
    let problem = if name.is_empty() {
        "there is no name in it".into()
    } else if name.starts_with(['.', '-']) {
        format!("the name '{name}' begins with '{}'", &name[..1])
    } else if name.contains(|c: char| c == '/' || c == '\\' || c.is_control()) {
        format!("the name '{name}' is no file name")
    } else if name.len() > MOST_NAME {
        format!("the name '{name}' is longer than {MOST_NAME} bytes")
    } else if name == "manifest" {
        "the name 'manifest' is that of the list of what was done".into()
    } else {
        return Ok(());
    };
    Err((
        problem,
        "outputs are called by it: give the item another name in a column `name`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<List> {
        let ignore = |column: &str| IGNORED.contains(&column);
        List::parse("list".into(), text, &["alignment"], ignore)
    }

    fn complaint(text: &str) -> String {
        let error = parse(text).unwrap_err();
        assert_eq!(error.exit_code(), 3);
        error.to_string()
    }

    #[test]
    fn a_path_a_line() {
        let list = parse("\u{feff}# mine\n\na/b.a2m.gz\r\nc.v2.fa\n").unwrap();
        assert_eq!(list.header, None);
        let named: Vec<(&str, &str, u64)> = list
            .rows
            .iter()
            .map(|row| (row.name.as_str(), row.input.as_str(), row.line))
            .collect();
        assert_eq!(named, [("b", "a/b.a2m.gz", 3), ("c.v2", "c.v2.fa", 4)]);
    }

    #[test]
    fn a_table() {
        let list =
            parse("focus\tAlignment\tname\tstructure\nX\ta.fa\tone\t1abc\n\tb.fa\t\t\nY Z\tc.fa\n")
                .unwrap();
        assert_eq!(list.ignored, ["structure"]);
        let pair = |value: &str| vec![("focus".to_owned(), value.to_owned())];
        let options: Vec<_> = list.rows.iter().map(|row| row.options.clone()).collect();
        assert_eq!(options, [pair("X"), vec![], pair("Y Z")]);
        let names: Vec<&str> = list.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["one", "b", "c"]);
        assert_eq!(list.rows[2].text, "Y Z\tc.fa");
    }

    #[test]
    fn a_header_alone_is_a_list_of_nothing() {
        let list = List::parse("list".into(), "alignment\n", &["alignment"], |_| false);
        assert!(list.unwrap().rows.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, words) in [
            ("", "names nothing"),
            ("# nothing\n", "names nothing"),
            (
                "name\tmodel\na\tb\n",
                "line 1: there is no column 'alignment'",
            ),
            ("alignment\talignment\na\tb\n", "two columns"),
            ("alignment\t\na\tb\n", "column 2 has no name"),
            ("alignment\na\tb\n", "line 2: 2 cells under 1 columns"),
            ("a.fa\nb.fa\tx\n", "line 2: 2 cells"),
            ("alignment\tname\n\tb\n", "no input"),
            ("-\n", "standard input"),
            (
                "alignment,name\na.fa,one\n",
                "line 1: the cells of this line are not separated by tabs",
            ),
            ("alignment;name\na.fa;one\n", "save as text with tabs"),
            (">a\nACD\n", "line 1: this seems to be an alignment"),
            (
                "x/a.fa\ny/a.a2m\n",
                "line 2: the name 'a' is that of line 1 as well (x/a.fa and y/a.a2m)",
            ),
            ("alignment\tname\na\tx/y\n", "no file name"),
            ("alignment\tname\na\t.x\n", "begins with"),
            ("alignment\tname\na\tmanifest\n", "manifest"),
            ("..\n", "no name"),
        ] {
            let said = complaint(text);
            assert!(said.contains(words), "{text:?}: {said}");
        }
        let endless = complaint(&"x/a.fa ".repeat(10_000));
        assert!(
            endless.contains("line 1: a line of 70000 bytes"),
            "{endless}"
        );
        let long = "x".repeat(201);
        assert!(complaint(&format!("{long}.fa\n")).contains("longer than"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_an_error(text in "(\\PC|[\t\n\r#a/.-]|alignment|name){0,60}") {
            if let Ok(list) = parse(&text) {
                let mut names: Vec<&str> = list.rows.iter().map(|row| row.name.as_str()).collect();
                names.sort_unstable();
                names.dedup();
                prop_assert_eq!(names.len(), list.rows.len());
                for row in &list.rows {
                    prop_assert_eq!(Path::new(&row.name).file_name().and_then(|n| n.to_str()), Some(row.name.as_str()));
                }
            }
        }

        #[test]
        fn rows_written_back_are_the_same_list(rows in proptest::collection::btree_map("[a-z]{1,6}", "[A-Z]{0,3}", 1..9)) {
            let mut text = String::from("name\talignment\tfocus\n");
            for (name, focus) in &rows {
                text += &format!("{name}\tfolder/{name}.a2m\t{focus}\n");
            }
            let list = parse(&text).unwrap();
            let mut again = list.header.unwrap() + "\n";
            for row in &list.rows {
                again += &(row.text.clone() + "\n");
            }
            prop_assert_eq!(&parse(&again).unwrap().rows, &list.rows);
            prop_assert_eq!(again, text);
        }
    }
}
