//! Where Java may be installed: PATH, and the folders of package managers, version managers and
//! IDEs.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::exe;

/// The parts of a machine that are searched.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    pub variables: BTreeMap<String, OsString>,
    /// Folders whose children are Java homes.
    pub folders: Vec<PathBuf>,
}

impl Surroundings {
    /// Those of this process and machine.
    pub fn of_this_machine() -> Self {
        let variables: BTreeMap<String, OsString> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        let folders = usual_folders(&variables, std::env::home_dir().as_deref());
        Self { variables, folders }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(name)
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }
}

/// The home of the `java` on PATH, with links resolved.
///
/// A shim that is not `HOME/bin/java` has no such home and is ignored: the JDK behind it is in one
/// of the folders.
pub(crate) fn home_on_path(path: Option<&OsStr>) -> Option<PathBuf> {
    let java = which::which_in("java", path, "/")
        .ok()?
        .canonicalize()
        .ok()?;
    let bin = java.parent()?;
    let home = bin.parent()?;
    if bin.file_name()? != "bin" || !home.join("release").is_file() {
        // JDK 8 has its runtime in a subfolder of the JDK.
        let above = home.parent()?;
        let of_jdk_8 = home.file_name()? == "jre" && above.join("release").is_file();
        return of_jdk_8.then(|| above.to_path_buf());
    }
    Some(home.to_path_buf())
}

/// The Java homes directly in `folder`, sorted by name.
pub(crate) fn homes_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut children: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    children.sort();
    children
        .iter()
        .flat_map(|child| {
            [
                child.clone(),
                // The layout of macOS bundles, and of Homebrew.
                child.join("Contents/Home"),
                child.join("libexec/openjdk.jdk/Contents/Home"),
            ]
        })
        .filter(|home| home.join("bin").join(exe("java")).is_file())
        .collect()
}

/// Where package managers, version managers and IDEs install JDKs.
fn usual_folders(variables: &BTreeMap<String, OsString>, home: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if cfg!(windows) {
        for root in ["ProgramFiles", "ProgramW6432", "ProgramFiles(x86)"] {
            if let Some(root) = variables.get(root) {
                for vendor in [
                    "Java",
                    "Eclipse Adoptium",
                    "Microsoft",
                    "Zulu",
                    "Amazon Corretto",
                    "BellSoft",
                    "Semeru",
                    "OpenJDK",
                ] {
                    folders.push(Path::new(root).join(vendor));
                }
            }
        }
    } else {
        folders.extend(
            [
                "/usr/lib/jvm",
                "/usr/lib64/jvm",
                "/usr/java",
                "/opt",
                "/opt/java",
            ]
            .map(PathBuf::from),
        );
    }
    if cfg!(target_os = "macos") {
        folders.extend(
            [
                "/Library/Java/JavaVirtualMachines",
                "/opt/homebrew/opt",
                "/usr/local/opt",
            ]
            .map(PathBuf::from),
        );
    }
    // For each version manager: the variable that sets its folder, the default folder in the user's
    // home, and the subfolder with the JDKs.
    let managers = [
        ("SDKMAN_DIR", ".sdkman", "candidates/java"),
        ("ASDF_DATA_DIR", ".asdf", "installs/java"),
        ("MISE_DATA_DIR", ".local/share/mise", "installs/java"),
        ("GRADLE_USER_HOME", ".gradle", "jdks"),
        ("JENV_ROOT", ".jenv", "versions"),
        ("JABBA_HOME", ".jabba", "jdk"),
    ];
    for (variable, below_home, inside) in managers {
        let root = match variables.get(variable).filter(|root| !root.is_empty()) {
            Some(root) => PathBuf::from(root),
            None => match home {
                Some(home) => home.join(below_home),
                None => continue,
            },
        };
        folders.push(root.join(inside));
    }
    if let Some(home) = home {
        // Downloads of IntelliJ IDEA.
        folders.push(home.join(".jdks"));
        if cfg!(target_os = "macos") {
            folders.push(home.join("Library/Java/JavaVirtualMachines"));
        }
    }
    folders
}
