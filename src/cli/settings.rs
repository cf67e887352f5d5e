//! The library names settings, as in `lambda_j` or `method=plm`; on the command line they are flags.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Names of all options of all commands, as settings.
static SETTINGS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let program = super::program();
    let commands = program
        .get_subcommands()
        .flat_map(|command| std::iter::once(command).chain(command.get_subcommands()));
    let options = commands.flat_map(|command| command.get_arguments());
    let longs = options
        .chain(program.get_arguments())
        .filter_map(|option| option.get_long());
    longs.map(|long| long.replace('-', "_")).collect()
});

/// `text` with its settings as flags: `lambda_j` becomes --lambda-j, `method=plm` --method plm. Other words in backquotes stay.
pub fn in_flags(text: &str) -> Cow<'_, str> {
    flags_where(text, |name| SETTINGS.contains(name))
}

/// The same for a text in which every word in backquotes is a setting. The help of the program, from which the settings are known, is made
/// with it.
pub fn all_in_flags(text: &str) -> Cow<'_, str> {
    flags_where(text, |_| true)
}

fn flags_where(text: &str, is_setting: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if !text.contains('`') {
        return Cow::Borrowed(text);
    }
    let mut flags = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        flags.push_str(before);
        match after.split_once('`') {
            Some((word, behind)) => {
                match flag(word) {
                    (name, flag) if is_setting(name) => flags.push_str(&flag),
                    _ => flags.extend(["`", word, "`"]),
                }
                rest = behind;
            }
            None => {
                flags.push('`');
                rest = after;
            }
        }
    }
    flags.push_str(rest);
    Cow::Owned(flags)
}

/// The name of a setting, and its flag with the value if one is named.
fn flag(word: &str) -> (&str, String) {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, format!(" {value}")),
        None => (word, String::new()),
    };
    (name, format!("--{}{value}", name.replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn settings_become_flags_and_other_words_stay() {
        for (text, expected) in [
            (
                "raise `lambda_j` or `method=plm`",
                "raise --lambda-j or --method plm",
            ),
            ("as `potts fit` writes it", "as `potts fit` writes it"),
            (
                "`fit_part` and `focus='A B'`",
                "`fit_part` and --focus 'A B'",
            ),
            ("an odd ` stays", "an odd ` stays"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(in_flags(text), expected);
        }
    }

    /// What the library calls a setting is an option of some command; words of code do not look like one.
    #[test]
    fn every_setting_that_a_message_names_is_an_option() {
        // Functions of the library, which are no settings.
        const CODE: [&str; 1] = ["fit_part"];
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let (mut seen, mut wrong) = (0, Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with("cli") {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    for word in settings_of(&std::fs::read_to_string(&path).unwrap()) {
                        seen += 1;
                        let name = flag(&word).0;
                        if !SETTINGS.contains(name) && !CODE.contains(&name) {
                            wrong.push(format!("{}: `{word}`", path.display()));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(seen > 50, "only {seen} settings were seen");
    }

    /// Words in backquotes that look like settings, outside comments.
    fn settings_of(source: &str) -> Vec<String> {
        let code = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let is_setting = |word: &&str| {
            let name = word.split('=').next().unwrap_or_default();
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        };
        let quoted = code.flat_map(|line| line.split('`').skip(1).step_by(2));
        quoted.filter(is_setting).map(str::to_owned).collect()
    }
}
