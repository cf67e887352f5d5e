//! The options that the program has, from its help, and the chapter that lists them.

use super::run::POTTS;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// All below this line of the chapter is made from the help.
const MARK: &str = "<!-- Below: from the help of the program. TRYCMD=overwrite cargo test --release --test book -->\n";

/// Headings of the help below which no options stand.
const OTHER_HEADINGS: [&str; 3] = ["Arguments", "Commands", "Examples"];

/// The group of options that every command has.
const COMMON: &str = "Common options";

/// An option, as the help has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opt {
    /// `-o, --output <FILE>`.
    pub spelling: String,
    /// What it does: the first paragraph.
    pub text: String,
    /// The words that it takes, where these are listed.
    pub values: Vec<String>,
    /// What it is if it is not given.
    pub default: Option<String>,
}

/// A command's help.
#[derive(Debug, Clone, Default)]
pub struct Help {
    /// What it does.
    pub about: String,
    /// `potts fit [OPTIONS] [ALIGNMENT]`.
    pub usage: String,
    /// Options by their heading, in order.
    pub groups: Vec<(String, Vec<Opt>)>,
}

/// The program, as its help tells it.
pub struct Program {
    /// Commands in the order of the help.
    pub commands: Vec<(String, Help)>,
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Program {
    /// Asks every command for its help.
    pub fn ask() -> Self {
        let commands: Vec<(String, Help)> = command_names(&help_of(&[]))
            .into_iter()
            .map(|name| (name.clone(), parse(&help_of(&[&name]))))
            .collect();
        assert!(commands.len() > 8, "only {} commands", commands.len());
        let names = commands
            .iter()
            .map(|(name, help)| (name.clone(), help.option_names()))
            .collect();
        Self { commands, names }
    }

    /// Whether there is such a command.
    pub fn has_command(&self, command: &str) -> bool {
        self.names.contains_key(command)
    }

    /// Whether a command has an option such as `--output` or `-o`.
    pub fn has(&self, command: &str, option: &str) -> bool {
        self.names
            .get(command)
            .is_some_and(|names| names.contains(option))
    }

    /// Whether any command has it.
    pub fn has_anywhere(&self, option: &str) -> bool {
        self.names.values().any(|names| names.contains(option))
    }
}

impl Help {
    fn option_names(&self) -> BTreeSet<String> {
        let options = self.groups.iter().flat_map(|(_, options)| options);
        options
            .flat_map(|option| option.spelling.split([' ', ',', '.', '=', '[']))
            .filter(|word| word.starts_with('-'))
            .map(str::to_owned)
            .collect()
    }
}

fn help_of(command: &[&str]) -> String {
    let output = Command::new(POTTS)
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    assert!(output.status.success(), "no help of {command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Names below `Commands`, but for `help`.
fn command_names(help: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in help.lines().take_while(|line| *line != "Options:") {
        if !line.starts_with(' ') && !line.is_empty() {
            inside = line.ends_with(':');
        } else if inside && line.starts_with("  ") && !line.starts_with("   ") {
            let name = line.split_whitespace().next().unwrap();
            if name != "help" {
                names.push(name.to_owned());
            }
        }
    }
    names
}

/// The first sentence, which may stand below examples.
fn about(help: &str) -> &str {
    let is_text = |line: &&str| {
        line.starts_with(|c: char| c.is_alphabetic())
            && !line.ends_with(':')
            && !line.starts_with("Usage")
    };
    help.lines().find(is_text).unwrap_or_default()
}

fn parse(help: &str) -> Help {
    let mut parsed = Help {
        about: about(help).trim_end_matches('.').to_owned(),
        ..Help::default()
    };
    let mut inside = false;
    for line in help.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(usage) = line.strip_prefix("Usage: ") {
            parsed.usage = usage.to_owned();
        } else if indent == 0 && !line.is_empty() {
            let heading = line.strip_suffix(':').unwrap_or_default();
            inside = !heading.is_empty() && !OTHER_HEADINGS.contains(&heading);
            if inside {
                parsed.groups.push((heading.to_owned(), Vec::new()));
            }
        } else if inside {
            let options = &mut parsed.groups.last_mut().unwrap().1;
            read_line(line, indent, options);
        }
    }
    for (_, options) in &mut parsed.groups {
        options.iter_mut().for_each(put_in_one_line);
    }
    parsed.groups.retain(|(_, options)| !options.is_empty());
    parsed
}

/// A line below a heading: an option begins, or goes on. Paragraphs are kept apart by line ends until [`put_in_one_line`].
fn read_line(line: &str, indent: usize, options: &mut Vec<Opt>) {
    let line = line.trim();
    if (1..=6).contains(&indent) && line.starts_with('-') {
        let (spelling, text) = line.split_once("  ").unwrap_or((line, ""));
        options.push(Opt {
            spelling: spelling.to_owned(),
            text: text.trim().to_owned(),
            values: Vec::new(),
            default: None,
        });
    } else if let Some(option) = options.last_mut().filter(|_| indent > 6 || line.is_empty()) {
        if let Some(value) = line.strip_prefix("- ") {
            option
                .values
                .push(value.split(':').next().unwrap().to_owned());
        } else if line.is_empty() {
            option.text.push('\n');
        } else if option.values.is_empty() || line.starts_with('[') {
            option.text.push(' ');
            option.text.push_str(line);
        }
    }
}

/// Takes the default and the listed words out of the first paragraph, or out of one of their own; leaves the first.
fn put_in_one_line(option: &mut Opt) {
    let text = option.text.replace("Possible values:", "\n");
    let mut paragraphs = text.split('\n').map(str::trim).filter(|p| !p.is_empty());
    let mut first = paragraphs.next().unwrap_or_default().to_owned();
    let others: Vec<&str> = paragraphs.filter(|p| p.starts_with('[')).collect();
    let mut said = |start: &str| {
        let of_its_own = others.iter().find(|p| p.starts_with(start));
        taken(&mut first, start).or_else(|| taken(&mut of_its_own?.to_string(), start))
    };
    if let Some(values) = said("[possible values: ") {
        option.values = values.split(", ").map(str::to_owned).collect();
    }
    option.default = said("[default: ");
    option.text = first.trim().to_owned();
}

/// Cuts `start ... ]` out of a text and returns what stands between.
fn taken(text: &mut String, start: &str) -> Option<String> {
    let begin = text.find(start)?;
    let end = begin + text[begin..].find(']')?;
    let inner = text[begin + start.len()..end].to_owned();
    text.replace_range(begin..=end, "");
    Some(inner)
}

/// The chapter must be what the help makes it; `TRYCMD=overwrite` makes it so.
pub fn check(chapter: &Path) {
    let text = fs::read_to_string(chapter).unwrap();
    let (head, tables) = text.split_once(MARK).expect("the mark is in the chapter");
    let made = tables_of(&Program::ask());
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        fs::write(chapter, format!("{head}{MARK}{made}")).unwrap();
        return;
    }
    for (line, made) in tables.lines().zip(made.lines()) {
        assert_eq!(
            line, made,
            "docs/options.md is not what the help says: TRYCMD=overwrite"
        );
    }
    assert_eq!(tables.lines().count(), made.lines().count());
}

/// A section for each command. A group that an earlier command has, too, is named and not repeated.
fn tables_of(program: &Program) -> String {
    let mut text = String::new();
    let mut known: Vec<(&str, &(String, Vec<Opt>))> = Vec::new();
    let (_, first) = &program.commands[0];
    for group in first.groups.iter().filter(|(name, _)| name == COMMON) {
        text.push_str("\n## Every command\n\n");
        text.push_str(&table(&group.1));
        known.push(("", group));
    }
    for (command, help) in &program.commands {
        text.push_str(&format!(
            "\n## potts {command}\n\n{}.\n\n`{}`\n",
            help.about, help.usage
        ));
        for group in &help.groups {
            match known.iter().find(|(_, other)| *other == group) {
                Some(("", _)) => {}
                Some((other, _)) => {
                    text.push_str(&format!("\n**{}**: as for `potts {other}`.\n", group.0));
                }
                None => match known
                    .iter()
                    .find_map(|(of, other)| Some((of, lacking(group, other)?)))
                {
                    Some((other, lacking)) => text.push_str(&format!(
                        "\n**{}**: as for `potts {other}`, but without {}.\n",
                        group.0,
                        lacking.join(", ")
                    )),
                    None => {
                        text.push_str(&format!("\n**{}**\n\n{}", group.0, table(&group.1)));
                        known.push((command, group));
                    }
                },
            }
        }
    }
    text
}

/// The few options that a group lacks of another one of the same name, which has all of its own.
fn lacking(group: &(String, Vec<Opt>), other: &(String, Vec<Opt>)) -> Option<Vec<String>> {
    const FEW: usize = 3;
    let has_all = group.1.iter().all(|option| other.1.contains(option));
    let lacking = other.1.iter().filter(|option| !group.1.contains(option));
    let lacking: Vec<String> = lacking
        .map(|option| {
            let name = option
                .spelling
                .split([' ', '<'])
                .find(|word| word.starts_with("--"));
            format!("`{}`", name.unwrap_or(&option.spelling))
        })
        .collect();
    let is_known = has_all && lacking.len() <= FEW && group.1.len() > lacking.len();
    (is_known && group.0 == other.0).then_some(lacking)
}

fn table(options: &[Opt]) -> String {
    let mut text = "| Option | | Default |\n|---|---|---|\n".to_owned();
    for option in options
        .iter()
        .filter(|option| !option.spelling.contains("--help"))
    {
        let values = match option.values.as_slice() {
            [] => String::new(),
            words => format!(": `{}`", words.join("`, `")),
        };
        let row = format!(
            "| `{}` | {}{values} | {} |\n",
            option.spelling.replace('|', "\\|"),
            option.text.replace('|', "\\|"),
            option
                .default
                .as_deref()
                .unwrap_or_default()
                .replace('|', "\\|"),
        );
        text.push_str(&row);
    }
    text
}

#[test]
fn both_layouts_of_the_help_are_read() {
    let long = "About\n\nUsage: potts x [OPTIONS]\n\nOptions:\n  -o, --output <F>\n          Where it\n          goes [default: here]\n\n          \
        More.\n\n      --kind <K>\n          Which\n\n          Possible values:\n          - a: The first,\n            of two\n          \
        - b: Other\n\n          [default: a]\n\nExamples:\n  potts x --no\n";
    let help = parse(long);
    let (heading, options) = &help.groups[0];
    assert_eq!(
        (heading.as_str(), help.groups.len(), options.len()),
        ("Options", 1, 2)
    );
    assert_eq!(options[0].text, "Where it goes");
    assert_eq!(options[0].default.as_deref(), Some("here"));
    assert_eq!(options[1].text, "Which");
    assert_eq!(options[1].values, ["a", "b"]);
    assert_eq!(options[1].default.as_deref(), Some("a"));
    assert_eq!(help.about, "About");
    let short = "Examples:\n  potts x\n\nAbout\n\nOptions:\n  -v, --verbose...  Say\n                    more\n";
    let help = parse(short);
    assert_eq!(
        (help.about.as_str(), help.groups[0].1[0].text.as_str()),
        ("About", "Say more")
    );
    assert!(help.option_names().contains("--verbose"));
    assert_eq!(
        command_names(
            "A\n\nCommands:\n  fit   Fit\n          more\n  help  Print\n\nOptions:\n  -h\n"
        ),
        ["fit"]
    );
}
