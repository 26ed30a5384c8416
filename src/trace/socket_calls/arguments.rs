//! The arguments of socket calls, as strace prints them.

use std::net::{IpAddr, SocketAddr};

use crate::trace::strace::parse::bytes;

/// The bytes in `read(5, "...", 9)`, or in the buffers of `readv(5, [{iov_base="...", ...}], 1)`.
pub(super) fn transferred(arguments: &[String]) -> Vec<u8> {
    let Some(data) = arguments.get(1) else {
        return Vec::new();
    };
    if let Some(bytes) = bytes(data) {
        return bytes;
    }
    let pieces = data.split("iov_base=").skip(1);
    let pieces = pieces.filter_map(|piece| {
        let end = piece.get(1..)?.find('"')? + 2;
        bytes(&piece[..end])
    });
    pieces.flatten().collect()
}

/// Decodes strings in hex to text, and shortens them to the width of a column.
pub(super) fn readable(text: &str) -> String {
    let mut shown = String::new();
    for (at, part) in text.split('"').enumerate() {
        match bytes(&format!("\"{part}\"")) {
            Some(bytes) if at % 2 == 1 => {
                shown.push_str(&format!("{:?}", String::from_utf8_lossy(&bytes)));
            }
            _ => shown.push_str(part),
        }
    }
    shown
}

/// The address in `{sa_family=AF_INET, sin_port=htons(666), sin_addr=inet_addr("...")}`.
pub(super) fn address(argument: &str) -> Option<SocketAddr> {
    let (_, port) = argument.split_once("_port=htons(")?;
    let (port, _) = port.split_once(')')?;
    let quoted = argument.split('"').nth(1)?;
    let ip = String::from_utf8(bytes(&format!("\"{quoted}\""))?).ok()?;
    let ip: IpAddr = ip.parse().ok()?;
    // Java uses IPv4-mapped IPv6 addresses.
    Some(SocketAddr::new(ip.to_canonical(), port.parse().ok()?))
}

pub(super) fn shown_address(argument: &str) -> String {
    address(argument).map_or_else(|| readable(argument), |address| address.to_string())
}
