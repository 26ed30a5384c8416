//! Finds JDKs: named ones first, then the environment, then the usual folders.
//!
//! This module reads only folders and `release` files. It must not start a program.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Jdk;
use super::places::{Surroundings, home_on_path, homes_in};

/// The environment variable with the JDKs to use, or `none`.
pub(crate) const VARIABLE: &str = "JAVATALK_JDK";

/// Which JDKs the user wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Request {
    /// All that are found on this machine.
    #[default]
    Search,
    /// Exactly these homes.
    Exactly(Vec<PathBuf>),
    /// No Java at all.
    None,
}

impl Request {
    /// The request of the `--jdk` options or, without them, of the variable `JAVATALK_JDK`: a list
    /// of homes, separated as in PATH, or `none`.
    pub fn from_options(options: &[PathBuf], variable: Option<&OsStr>) -> Self {
        if !options.is_empty() {
            return Self::Exactly(options.to_vec());
        }
        match variable {
            None => Self::Search,
            Some(value) if value.is_empty() => Self::Search,
            Some(value) if value == "none" => Self::None,
            Some(value) => Self::Exactly(std::env::split_paths(value).collect()),
        }
    }

    /// [`Request::from_options`] with the variable of this process.
    pub fn from_environment(options: &[PathBuf]) -> Self {
        Self::from_options(options, std::env::var_os(VARIABLE).as_deref())
    }
}

/// How a JDK was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// The user named it.
    Named,
    /// Through an environment variable.
    Variable(String),
    /// Through `java` on PATH.
    Path,
    /// In a folder where JDKs are commonly installed.
    Folder(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named => f.write_str("--jdk or JAVATALK_JDK"),
            Self::Variable(name) => f.write_str(name),
            Self::Path => f.write_str("PATH"),
            Self::Folder(folder) => write!(f, "{}", folder.display()),
        }
    }
}

/// A folder that looked like a Java home but is not usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The folder.
    pub path: PathBuf,
    /// How it was found.
    pub origin: Origin,
    /// The reason, as a clause that follows the path.
    pub why: String,
}

/// A named folder that is not a JDK.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} is not a JDK: it {}; name the folder that holds bin/java",
    .0.path.display(),
    .0.why
)]
pub struct RequestError(Rejected);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// One of each feature release, oldest first.
    pub used: Vec<Jdk>,
    /// Others of a feature release that is already in `used`.
    pub spare: Vec<Jdk>,
    /// Folders that looked like Java homes but are not usable.
    pub rejected: Vec<Rejected>,
    /// Every place that was searched, in order.
    pub searched: Vec<String>,
}

impl Found {
    /// The newest JDK found.
    pub fn newest(&self) -> Option<&Jdk> {
        self.used.last()
    }
}

/// Finds the requested JDKs.
///
/// # Errors
///
/// Only if a named home is not a Java runtime. Unusable folders found by a search are listed in
/// [`Found::rejected`].
pub fn find(request: &Request, surroundings: &Surroundings) -> Result<Found, RequestError> {
    let mut search = Search::default();
    match request {
        Request::None => {}
        Request::Exactly(homes) => {
            for home in homes {
                let jdk = Jdk::at(home, Origin::Named).map_err(RequestError)?;
                search.searched.push(home.display().to_string());
                search.add(jdk);
            }
        }
        Request::Search => search.everywhere(surroundings),
    }
    Ok(search.finish())
}

#[derive(Default)]
struct Search {
    jdks: Vec<Jdk>,
    rejected: Vec<Rejected>,
    searched: Vec<String>,
    seen: BTreeSet<PathBuf>,
}

impl Search {
    fn everywhere(&mut self, surroundings: &Surroundings) {
        for name in ["JAVA_HOME", "JDK_HOME"] {
            match surroundings.variable(name) {
                Some(home) => {
                    self.searched
                        .push(format!("{name} ({})", Path::new(home).display()));
                    self.look_at(Path::new(home), Origin::Variable(name.to_owned()));
                }
                None => self.searched.push(format!("{name} (not set)")),
            }
        }
        // CI images set variables such as JAVA_HOME_17_X64.
        for (name, home) in &surroundings.variables {
            if name.starts_with("JAVA_HOME_") && !home.is_empty() {
                self.searched
                    .push(format!("{name} ({})", Path::new(home).display()));
                self.look_at(Path::new(home), Origin::Variable(name.clone()));
            }
        }
        self.searched.push("java on PATH".to_owned());
        if let Some(home) = home_on_path(surroundings.variable("PATH")) {
            self.look_at(&home, Origin::Path);
        }
        for folder in &surroundings.folders {
            self.searched.push(folder.display().to_string());
            for home in homes_in(folder) {
                self.look_at(&home, Origin::Folder(folder.clone()));
            }
        }
    }

    fn look_at(&mut self, home: &Path, origin: Origin) {
        // Links such as `default-java` and `current` point to JDKs that are also found directly.
        let real = home.canonicalize().unwrap_or_else(|_| home.to_path_buf());
        if !self.seen.insert(real) {
            return;
        }
        match Jdk::at(home, origin) {
            Ok(jdk) => self.add(jdk),
            Err(rejected) => self.rejected.push(rejected),
        }
    }

    fn add(&mut self, jdk: Jdk) {
        self.jdks.push(jdk);
    }

    fn finish(self) -> Found {
        let mut used: BTreeMap<u32, Jdk> = BTreeMap::new();
        let mut spare = Vec::new();
        for jdk in self.jdks {
            match used.get_mut(&jdk.feature()) {
                None => {
                    used.insert(jdk.feature(), jdk);
                }
                // The first one found wins, unless it has no compiler and this one has.
                Some(first) if first.javac().is_none() && jdk.javac().is_some() => {
                    spare.push(std::mem::replace(first, jdk));
                }
                Some(_) => spare.push(jdk),
            }
        }
        Found {
            used: used.into_values().collect(),
            spare,
            rejected: self.rejected,
            searched: self.searched,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::jdk::exe;

    /// A folder that looks like a Java home.
    fn fake_home(root: &Path, name: &str, version: &str, compiler: bool) -> PathBuf {
        let home = root.join(name);
        std::fs::create_dir_all(home.join("bin")).unwrap();
        executable(&home.join("bin").join(exe("java")));
        if compiler {
            executable(&home.join("bin").join(exe("javac")));
        }
        std::fs::write(
            home.join("release"),
            format!("JAVA_VERSION=\"{version}\"\nIMPLEMENTOR=\"Nobody\"\n"),
        )
        .unwrap();
        home
    }

    fn executable(path: &Path) {
        std::fs::write(path, "").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn homes(found: &[Jdk]) -> Vec<&Path> {
        found.iter().map(Jdk::home).collect()
    }

    #[test]
    fn one_of_each_feature_release_is_used_oldest_first() {
        let root = tempfile::tempdir().unwrap();
        let b = fake_home(root.path(), "b", "25.0.3", true);
        let a = fake_home(root.path(), "a", "17.0.1", true);
        let c = fake_home(root.path(), "c", "17.0.9", true);
        let surroundings = Surroundings {
            folders: vec![root.path().to_path_buf()],
            ..Surroundings::default()
        };
        let found = find(&Request::Search, &surroundings).unwrap();
        assert_eq!(homes(&found.used), [&a, &b]);
        assert_eq!(homes(&found.spare), [&c]);
        assert_eq!(found.newest().unwrap().feature(), 25);
    }

    #[test]
    fn java_home_takes_precedence_over_the_folders() {
        let root = tempfile::tempdir().unwrap();
        let wanted = fake_home(&root.path().join("elsewhere"), "mine", "17.0.9", true);
        fake_home(&root.path().join("jvm"), "a", "17.0.1", true);
        let surroundings = Surroundings {
            variables: BTreeMap::from([("JAVA_HOME".to_owned(), wanted.clone().into())]),
            folders: vec![root.path().join("jvm")],
        };
        let found = find(&Request::Search, &surroundings).unwrap();
        assert_eq!(homes(&found.used), [&wanted]);
        assert_eq!(
            found.used[0].origin(),
            &Origin::Variable("JAVA_HOME".to_owned())
        );
    }

    #[test]
    fn a_jdk_with_a_compiler_is_preferred_to_an_earlier_runtime() {
        let root = tempfile::tempdir().unwrap();
        fake_home(root.path(), "a-runtime", "21.0.1", false);
        let jdk = fake_home(root.path(), "b-jdk", "21.0.2", true);
        let surroundings = Surroundings {
            folders: vec![root.path().to_path_buf()],
            ..Surroundings::default()
        };
        let found = find(&Request::Search, &surroundings).unwrap();
        assert_eq!(homes(&found.used), [&jdk]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_on_path_leads_to_a_home_and_a_shim_does_not() {
        let root = tempfile::tempdir().unwrap();
        let home = fake_home(root.path(), "jdk", "17.0.9", true);
        let bin = root.path().join("usr-bin");
        std::fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(home.join("bin/java"), bin.join("java")).unwrap();
        assert_eq!(
            home_on_path(Some(bin.as_os_str())),
            Some(home.canonicalize().unwrap())
        );

        let shims = root.path().join("shims");
        std::fs::create_dir(&shims).unwrap();
        executable(&shims.join("java"));
        assert_eq!(home_on_path(Some(shims.as_os_str())), None);
    }

    #[cfg(unix)]
    #[test]
    fn two_links_to_one_home_count_as_one_jdk() {
        let root = tempfile::tempdir().unwrap();
        fake_home(root.path(), "jdk-17", "17.0.9", true);
        std::os::unix::fs::symlink(root.path().join("jdk-17"), root.path().join("default"))
            .unwrap();
        let surroundings = Surroundings {
            folders: vec![root.path().to_path_buf()],
            ..Surroundings::default()
        };
        let found = find(&Request::Search, &surroundings).unwrap();
        assert_eq!((found.used.len(), found.spare.len()), (1, 0));
    }

    #[test]
    fn a_macos_bundle_is_found() {
        let root = tempfile::tempdir().unwrap();
        let home = fake_home(
            &root.path().join("temurin-25.jdk/Contents"),
            "Home",
            "25.0.3",
            true,
        );
        let surroundings = Surroundings {
            folders: vec![root.path().to_path_buf()],
            ..Surroundings::default()
        };
        let found = find(&Request::Search, &surroundings).unwrap();
        assert_eq!(homes(&found.used), [&home]);
    }

    #[test]
    fn each_error_explains_why_a_home_is_not_a_jdk() {
        let root = tempfile::tempdir().unwrap();
        let home = fake_home(root.path(), "jdk", "17.0.9", true);
        let why = |release: Option<&str>| {
            let file = home.join("release");
            match release {
                Some(text) => std::fs::write(file, text).unwrap(),
                None => std::fs::remove_file(file).unwrap(),
            }
            let error = find(
                &Request::Exactly(vec![home.clone()]),
                &Surroundings::default(),
            );
            let text = error.unwrap_err().to_string();
            let before = format!("{} is not a JDK: it ", home.display());
            text.strip_prefix(&before).unwrap().to_owned()
        };
        let after = "; name the folder that holds bin/java";
        assert_eq!(
            why(Some("IMPLEMENTOR=\"x\"\n")),
            format!("has a file `release` that names no JAVA_VERSION{after}")
        );
        assert_eq!(
            why(Some("JAVA_VERSION=x\n")),
            format!("has the JAVA_VERSION \"x\", which names no feature release{after}")
        );
        let gone = why(None);
        assert!(
            gone.starts_with("has no file `release` that can be read: "),
            "{gone}"
        );
    }

    #[test]
    fn a_named_folder_that_is_not_a_jdk_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let error = find(
            &Request::Exactly(vec![root.path().to_path_buf()]),
            &Surroundings::default(),
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{} is not a JDK: it has no {}; name the folder that holds bin/java",
                root.path().display(),
                Path::new("bin").join(exe("java")).display(),
            )
        );
    }

    #[test]
    fn named_homes_exclude_all_others() {
        let root = tempfile::tempdir().unwrap();
        fake_home(root.path(), "a", "25.0.1", true);
        let named = fake_home(root.path(), "b", "17.0.9", true);
        let surroundings = Surroundings {
            folders: vec![root.path().to_path_buf()],
            ..Surroundings::default()
        };
        let found = find(&Request::Exactly(vec![named.clone()]), &surroundings).unwrap();
        assert_eq!(homes(&found.used), [&named]);
    }

    #[test]
    fn options_override_the_variable_which_is_a_path_list_or_none() {
        let two = std::env::join_paths(["/a", "/b"]).unwrap();
        assert_eq!(
            Request::from_options(&[], Some(&two)),
            Request::Exactly(vec!["/a".into(), "/b".into()])
        );
        assert_eq!(
            Request::from_options(&[], Some(OsStr::new("none"))),
            Request::None
        );
        assert_eq!(
            Request::from_options(&["/c".into()], Some(OsStr::new("none"))),
            Request::Exactly(vec!["/c".into()])
        );
        assert_eq!(Request::from_options(&[], None), Request::Search);
    }
}
