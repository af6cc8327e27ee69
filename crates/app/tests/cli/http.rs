//! A browser as plain as it can be: HTTP/1.1 over one connection, a cookie, a token, JSON.
//!
//! Shared with the load run in `benches/load.rs`.

use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Error, ErrorKind, Read as _, Result, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(100);

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, v)| v.trim())
    }

    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Somebody with a browser.
#[derive(Debug)]
pub(crate) struct Browser {
    address: String,
    stream: Option<BufReader<TcpStream>>,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
}

impl Browser {
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None, cookie: None, csrf: None }
    }

    /// Somebody else at the same server.
    pub(crate) fn at_nobody(&self) -> Self {
        Self::new(&self.address)
    }

    /// The same person at another connection, perhaps of another server over the same data.
    pub(crate) fn at(&self, address: &str) -> Self {
        let (cookie, csrf) = (self.cookie.clone(), self.csrf.clone());
        Self { address: address.to_owned(), stream: None, cookie, csrf }
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, "application/json", &[], b"")
    }

    pub(crate) fn json(&mut self, method: &str, path: &str, body: &Value) -> Result<Answer> {
        self.send(method, path, "application/json", &[], body.to_string().as_bytes())
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.json("POST", path, body)
    }

    /// Posts a file as a page does.
    pub(crate) fn upload(&mut self, path: &str, key: &str, file: &[u8]) -> Result<Answer> {
        let head = "--xyz\r\ncontent-disposition: form-data; name=\"file\"; \
                    filename=\"a.xlsx\"\r\n\r\n";
        let body = [head.as_bytes(), file, b"\r\n--xyz--\r\n"].concat();
        let headers = [("idempotency-key", key)];
        self.send("POST", path, "multipart/form-data; boundary=xyz", &headers, &body)
    }

    /// Signs in, and remembers what a browser remembers.
    pub(crate) fn sign_in(&mut self, login: &str, password: &str) -> Result<Answer> {
        let body = serde_json::json!({"login": login, "password": password});
        let answer = self.post("/api/session", &body)?;
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
        self.cookie = cookie.split_once('=').map(|(_, value)| value.to_owned());
        self.csrf = answer.json()["csrf"].as_str().map(str::to_owned);
        Ok(answer)
    }

    fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::new(stream))
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        more: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer> {
        let mut stream = self.stream.take().map_or_else(|| self.connect(), Ok)?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        let mut line = |name: &str, value: &str| {
            let _ = write!(head, "{name}: {value}\r\n");
        };
        if let Some(cookie) = &self.cookie {
            line("cookie", &format!("junheng_session={cookie}"));
        }
        if let Some(csrf) = &self.csrf {
            line("x-csrf-token", csrf);
        }
        for (name, value) in more {
            line(name, value);
        }
        if method != "GET" {
            line("content-type", kind);
            line("content-length", &body.len().to_string());
        }
        head += "\r\n";
        stream.get_mut().write_all(&[head.as_bytes(), body].concat())?;
        let answer = read(&mut stream)?;
        if !answer.header("connection").eq_ignore_ascii_case("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

/// Reads an answer, whose length is given or which comes in chunks.
fn read(stream: &mut BufReader<TcpStream>) -> Result<Answer> {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        if line == "\r\n" {
            break;
        }
        head += &line;
    }
    let wrong = || Error::from(ErrorKind::InvalidData);
    let status = head.get(9..12).and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let mut answer = Answer { status, head, body: Vec::new() };
    if answer.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16).map_err(|_| wrong())?;
            let mut chunk = vec![0; length + 2];
            stream.read_exact(&mut chunk)?;
            if length == 0 {
                break;
            }
            answer.body.extend_from_slice(&chunk[..length]);
        }
    } else if let Ok(length) = answer.header("content-length").parse() {
        answer.body.resize(length, 0);
        stream.read_exact(&mut answer.body)?;
    }
    Ok(answer)
}
