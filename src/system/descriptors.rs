//! Information about processes and sockets from Linux's `/proc`.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many descriptors `process` and its descendants have open. `None` if it has ended.
pub(crate) fn descriptors(process: u32) -> Option<usize> {
    let mut open = fs::read_dir(format!("/proc/{process}/fd")).ok()?.count();
    for thread in fs::read_dir(format!("/proc/{process}/task"))
        .ok()?
        .flatten()
    {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        let children = children.split_ascii_whitespace().flat_map(str::parse);
        open += children.filter_map(descriptors).sum::<usize>();
    }
    Some(open)
}

/// The addresses of the TCP sockets that listen on `port`. An IPv4-mapped address of an IPv6 socket
/// is returned as IPv4.
pub(crate) fn listening_on(port: u16) -> Vec<IpAddr> {
    listening_in("self", port)
}

/// The addresses of the TCP sockets that listen on `port` in the network of `process`, as
/// [`listening_on`] returns them.
pub(crate) fn listening_in(process: &str, port: u16) -> Vec<IpAddr> {
    const LISTEN: &str = "0A";
    let mut addresses = Vec::new();
    for table in ["tcp", "tcp6"] {
        let table = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for line in table.lines().skip(1) {
            let mut words = line.split_whitespace().skip(1);
            let (local, state) = (words.next(), words.nth(1));
            if let Some((address, hex)) = local.and_then(|local| local.rsplit_once(':'))
                && state == Some(LISTEN)
                && u16::from_str_radix(hex, 16) == Ok(port)
            {
                addresses.extend(address_of(address));
            }
        }
    }
    addresses
}

/// Parses an address of `/proc/net/tcp` and `tcp6`: 32-bit words in hex, each in native byte order.
fn address_of(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| u32::from_str_radix(hex.get(at..at + 8)?, 16).ok();
    if hex.len() == 8 {
        return Some(Ipv4Addr::from(word(0)?.to_ne_bytes()).into());
    }
    let words = [word(0)?, word(8)?, word(16)?, word(24)?].map(u32::to_ne_bytes);
    let bytes: [u8; 16] = words.concat().try_into().ok()?;
    Some(Ipv6Addr::from(bytes).to_canonical())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_listener_is_found_with_its_address() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(address) else {
                assert!(address.contains("::1"), "no IPv4");
                continue;
            };
            let own = listener.local_addr().unwrap();
            assert_eq!(listening_on(own.port()), [own.ip()]);
        }
    }

    #[test]
    fn open_descriptors_are_counted() {
        // Other tests open and close descriptors meanwhile, so this opens more than all of them
        // together.
        let before = descriptors(std::process::id()).unwrap();
        let open: Vec<File> = (0..200)
            .map(|_| File::open("/proc/self/stat").unwrap())
            .collect();
        assert!(descriptors(std::process::id()).unwrap() >= before + 100);
        drop(open);
    }
}
