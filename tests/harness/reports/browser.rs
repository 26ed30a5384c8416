//! A browser that a test drives: Chromium without a window, over the WebDriver protocol.
//!
//! Speaks the few HTTP calls that it needs itself: one request a connection, JSON both ways.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// Chromium and the driver in front of it; both end with this.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    // Its profile, which nobody has used before.
    _profile: tempfile::TempDir,
}

/// An element of the page.
pub(crate) struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

impl Browser {
    /// A window of this size.
    pub(crate) fn start(width: u32, height: u32) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: .ci/run installs it");
        let port = port_of(&mut driver);
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Self {
            driver,
            port,
            session: String::new(),
            _profile: profile,
        };
        let profile = browser._profile.path().display();
        let arguments = [
            "--headless".to_owned(),
            // As root, and in most containers, Chromium refuses to start with its sandbox; what is
            // opened here is the page that the test has just made.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={profile}"),
        ];
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"implicit": 5_000, "pageLoad": 60_000, "script": 60_000},
        });
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let answer = browser.call("POST", "/session", &body);
        browser.session = answer["sessionId"].as_str().unwrap().to_owned();
        browser
    }

    /// Opens a file, with what stands behind its `#`.
    pub(crate) fn open(&self, file: &Path, hash: &str) {
        let url = format!("file://{}{hash}", file.display());
        self.session("POST", "/url", &json!({ "url": url }));
    }

    /// What stands in the address behind the file.
    pub(crate) fn hash(&self) -> String {
        let hash = self.script("return decodeURIComponent(location.hash)");
        hash.as_str().unwrap().to_owned()
    }

    /// The Back button.
    pub(crate) fn back(&self) {
        self.session("POST", "/back", &json!({}));
    }

    /// The first element that is selected so, waited for.
    #[track_caller]
    pub(crate) fn find(&self, css: &str) -> Element<'_> {
        let body = json!({"using": "css selector", "value": css});
        let found = self.session("POST", "/element", &body);
        let id = found[ELEMENT].as_str();
        let id = id.unwrap_or_else(|| panic!("no {css}: {found}")).to_owned();
        Element { browser: self, id }
    }

    /// The link to a case, in the matrix.
    #[track_caller]
    pub(crate) fn cell(&self, case: &str) -> Element<'_> {
        self.find(&format!("tr[data-row] a[href='#case={case}']"))
    }

    /// What a script returns.
    pub(crate) fn script(&self, script: &str) -> Value {
        let body = json!({"script": script, "args": []});
        self.session("POST", "/execute/sync", &body)
    }

    /// The texts of all elements that are selected so and seen.
    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        let script = format!(
            "return [...document.querySelectorAll({css:?})].filter((e) => e.checkVisibility(\
             {{visibilityProperty: true}})).map((e) => e.innerText)"
        );
        serde_json::from_value(self.script(&script)).unwrap()
    }

    /// What the page or the browser had to complain about.
    pub(crate) fn complaints(&self) -> Value {
        self.session("POST", "/se/log", &json!({"type": "browser"}))
    }

    fn session(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, &format!("/session/{}{path}", self.session), body)
    }

    #[track_caller]
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.request(method, path, body).unwrap();
        let value = &answer["value"];
        assert!(value["error"].is_null(), "{method} {path}: {value}");
        value.clone()
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> std::io::Result<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        let body = body.to_string();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line)?;
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(number) = line.strip_prefix("content-length:") {
                length = number.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }
}

impl Element<'_> {
    /// As a person would: what lies over it takes the click, and that is an error.
    pub(crate) fn click(&self) {
        self.post("click", &json!({}));
    }

    /// Types into it.
    pub(crate) fn type_in(&self, text: &str) {
        self.post("value", &json!({ "text": text }));
    }

    /// Its text, as far as it is seen.
    pub(crate) fn text(&self) -> String {
        let path = format!("/element/{}/text", self.id);
        let text = self.browser.session("GET", &path, &json!({}));
        text.as_str().unwrap().to_owned()
    }

    fn post(&self, what: &str, body: &Value) {
        let path = format!("/element/{}/{what}", self.id);
        self.browser.session("POST", &path, body);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends Chromium with the session.
        if !self.session.is_empty() {
            let path = format!("/session/{}", self.session);
            let _ = self.request("DELETE", &path, &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that the driver says it listens on.
fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let said = lines.find_map(|line| {
        let line = line.unwrap();
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    said.expect("chromedriver says its port")
}

/// What the protocol calls the key of an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A file that holds this page.
pub(crate) fn file(folder: &tempfile::TempDir, page: &str) -> std::path::PathBuf {
    let file = folder.path().join("report.html");
    fs::write(&file, page).unwrap();
    file
}
