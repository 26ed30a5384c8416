//! The `release` file in a Java home: lines of `KEY="value"`.

/// The relevant content of a `release` file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) version: String,
    pub(crate) feature: u32,
    pub(crate) vendor: Option<String>,
}

impl Release {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let value = |key: &str| {
            text.lines()
                .filter_map(|line| line.split_once('='))
                .find(|(name, _)| name.trim() == key)
                .map(|(_, value)| value.trim().trim_matches('"').to_owned())
                .filter(|value| !value.is_empty())
        };
        let version = value("JAVA_VERSION")
            .ok_or("has a file `release` that names no JAVA_VERSION".to_owned())?;
        let feature = feature_of(&version).ok_or_else(|| {
            format!("has the JAVA_VERSION {version:?}, which names no feature release")
        })?;
        Ok(Self {
            version,
            feature,
            vendor: value("IMPLEMENTOR"),
        })
    }
}

/// `17.0.15` is 17, `1.8.0_392` is 8, `26-ea` is 26.
fn feature_of(version: &str) -> Option<u32> {
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .map(str::parse::<u32>);
    match numbers.next()? {
        Ok(1) => numbers.next()?.ok(),
        Ok(feature) => Some(feature),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feature_releases_are_read_from_every_version_scheme() {
        for (version, feature) in [
            ("1.8.0_392", 8),
            ("9", 9),
            ("11.0.13", 11),
            ("17.0.15", 17),
            ("26-ea", 26),
            ("21.0.8.0.101", 21),
        ] {
            assert_eq!(feature_of(version), Some(feature), "{version}");
        }
        for version in ["", "x", "1", "1.x"] {
            assert_eq!(feature_of(version), None, "{version:?}");
        }
    }

    #[test]
    fn quotes_and_unknown_keys_are_ignored() {
        let text = "IMPLEMENTOR=\"Debian\"\nJAVA_RUNTIME_VERSION=\"17.0.15+6\"\n\
                    JAVA_VERSION=17.0.15\r\nMODULES=\"a b\"\n";
        assert_eq!(
            Release::parse(text),
            Ok(Release {
                version: "17.0.15".to_owned(),
                feature: 17,
                vendor: Some("Debian".to_owned()),
            })
        );
    }

    #[test]
    fn the_error_for_a_missing_version_names_the_key() {
        assert_eq!(
            Release::parse("IMPLEMENTOR=\"x\"\n"),
            Err("has a file `release` that names no JAVA_VERSION".to_owned())
        );
    }
}
