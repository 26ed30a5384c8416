//! HOST as `InetAddress.getByName` reads it.
//!
//! Java parses numeric addresses itself and asks the system only for names. Its syntax differs from
//! that of `getaddrinfo` and [`std::net`]: a leading zero does not make a number octal, a number
//! may stand for several bytes, an IPv6 address may be in brackets, and a text that looks like a
//! hexadecimal or octal address is refused without a look-up.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, ToSocketAddrs};

/// A parsed HOST, before any look-up of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    Address {
        /// The address. An IPv4-mapped IPv6 address becomes IPv4.
        ip: IpAddr,
        /// The scope ID of an IPv6 address: the index of its network interface; 0 for none.
        scope: u32,
    },
    /// Anything else: a name, which the system looks up.
    Name,
}

impl Host {
    /// Parses a HOST. It asks the system only for the index of a network interface.
    ///
    /// # Errors
    ///
    /// If Java throws an `UnknownHostException` without a look-up.
    pub(crate) fn of(text: &str) -> io::Result<Self> {
        if text.is_empty() {
            return Ok(Self::without_scope(Ipv4Addr::LOCALHOST));
        }
        if text.contains('\0') {
            return Err(invalid("a host cannot contain a NUL"));
        }
        let bracketed = match text.strip_prefix('[') {
            Some(rest) => match rest.strip_suffix(']') {
                Some(inside) if !inside.is_empty() => Some(inside),
                _ => return Err(invalid(NO_IPV6)),
            },
            None => None,
        };
        let literal = bracketed.unwrap_or(text);
        if bracketed.is_none() {
            if !literal.starts_with(|first: char| first.is_ascii_hexdigit() || first == ':') {
                return Ok(Self::Name);
            }
            if let Some(ip) = ipv4(literal) {
                return Ok(Self::without_scope(ip));
            }
            if is_bsd_ipv4(literal) {
                return Err(invalid(
                    "an IPv4 address has only decimal numbers in Java, and at most 15 characters",
                ));
            }
        }
        match ipv6(literal) {
            Some(ip) => Self::with_zone(ip, literal.split_once('%').map(|(_, zone)| zone)),
            None if bracketed.is_some() || literal.contains(':') => Err(invalid(NO_IPV6)),
            None => Ok(Self::Name),
        }
    }

    fn without_scope(ip: impl Into<IpAddr>) -> Self {
        Self::Address {
            ip: ip.into(),
            scope: 0,
        }
    }

    fn with_zone(ip: Ipv6Addr, zone: Option<&str>) -> io::Result<Self> {
        match (ip.to_ipv4_mapped(), zone) {
            (Some(ip), None) => Ok(Self::without_scope(ip)),
            (Some(_), Some(_)) => Err(invalid(
                "an IPv4-mapped address cannot name a network interface",
            )),
            (None, zone) => Ok(Self::Address {
                ip: ip.into(),
                scope: zone.map_or(Ok(0), scope)?,
            }),
        }
    }
}

/// The address that `new Socket(host, port)` connects to: only the first one, with IPv4 before
/// IPv6.
pub(crate) fn resolve(host: &str, port: u16) -> io::Result<SocketAddr> {
    match Host::of(host)? {
        Host::Address {
            ip: IpAddr::V6(ip),
            scope,
        } => Ok(SocketAddrV6::new(ip, port, 0, scope).into()),
        Host::Address { ip, .. } => Ok((ip, port).into()),
        Host::Name => {
            let addresses: Vec<SocketAddr> = (host, port).to_socket_addrs()?.collect();
            addresses
                .iter()
                .find(|address| address.is_ipv4())
                .or(addresses.first())
                .copied()
                .ok_or_else(|| io::Error::new(ErrorKind::NotFound, "the name has no address"))
        }
    }
}

/// The address of this machine to listen on, from a HOST.
pub(crate) fn interface(host: &str) -> io::Result<IpAddr> {
    match resolve(host, 0)? {
        SocketAddr::V6(address) if address.scope_id() > 0 => Err(invalid(
            "cannot listen on an address that names a network interface: remove the % and the name, \
             or use ::",
        )),
        address => Ok(address.ip()),
    }
}

const NO_IPV6: &str = "not an IPv6 address";

fn invalid(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}

/// One to four decimal numbers. Each is one byte; the last one fills all remaining bytes.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    if text.len() > LONGEST_IPV4 {
        return None;
    }
    let numbers: Vec<&str> = text.split('.').collect();
    let (last, bytes) = numbers.split_last()?;
    let decimal = |number: &str| {
        let is_decimal = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_decimal.then(|| number.parse::<u64>().ok()).flatten()
    };
    let mut address = 0;
    for byte in bytes {
        address = address << 8 | u32::from(u8::try_from(decimal(byte)?).ok()?);
    }
    let rest = 8 * (4_u32.checked_sub(u32::try_from(bytes.len()).ok()?)?);
    let last = decimal(last).filter(|&last| rest > 0 && last < 1 << rest)?;
    let address = u64::from(address) << rest | last;
    Some(Ipv4Addr::from(u32::try_from(address).ok()?))
}

/// The longest text that Java reads as an IPv4 address.
const LONGEST_IPV4: usize = "255.255.255.255".len();

/// Whether this is an IPv4 address in a syntax with octal and hexadecimal numbers.
fn is_bsd_ipv4(text: &str) -> bool {
    let fields: Vec<&str> = text.split('.').collect();
    let Some((last, bytes)) = fields.split_last() else {
        return false;
    };
    let starts_as_number = text.starts_with(|first: char| first.is_ascii_digit());
    // Java requires a hexadecimal digit here, even if the last number is decimal.
    let ends_as_number = text.ends_with(|last: char| last.is_ascii_hexdigit());
    let rest = 8 * 4_usize.saturating_sub(bytes.len());
    starts_as_number
        && ends_as_number
        && rest > 0
        && bytes
            .iter()
            .all(|field| bsd_number(field).is_some_and(|number| number <= 0xFF))
        && bsd_number(last).is_some_and(|number| number < 1 << rest)
}

fn bsd_number(field: &str) -> Option<u64> {
    let (digits, radix) = match field.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&field[2..], 16),
        [b'0', _, ..] => (&field[1..], 8),
        _ => (field, 10),
    };
    // No sign, and only ASCII.
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_number
        .then(|| u64::from_str_radix(digits, radix).ok())
        .flatten()
}

/// Up to eight groups of hexadecimal digits, each with any number of leading zeros. `::` stands for
/// groups of zeros, and the last two groups may be an IPv4 address. The text after `%` is not read.
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    let groups = match text.split_once('%') {
        Some((_, "")) => return None,
        Some((groups, _)) => groups,
        None => text,
    };
    if text.len() < 2 {
        return None;
    }
    let (before, after) = match groups.split_once("::") {
        Some((before, after)) => (before, Some(after)),
        None => (groups, None),
    };
    let mut bytes = [0; 16];
    let front = put_groups(before, after.is_none(), &mut bytes)?;
    match after {
        None => (front == bytes.len()).then(|| bytes.into()),
        Some(after) => {
            let mut tail = [0; 16];
            let back = put_groups(after, true, &mut tail)?;
            let start = bytes
                .len()
                .checked_sub(back)
                .filter(|&start| start > front)?;
            bytes[start..].copy_from_slice(&tail[..back]);
            Some(bytes.into())
        }
    }
}

/// Writes groups separated by colons, and returns their length in bytes.
fn put_groups(groups: &str, may_end_in_ipv4: bool, bytes: &mut [u8; 16]) -> Option<usize> {
    if groups.is_empty() {
        return Some(0);
    }
    let mut count = 0;
    let mut left = groups.split(':').peekable();
    while let Some(group) = left.next() {
        if group.contains('.') {
            let is_last = may_end_in_ipv4 && left.peek().is_none();
            let ip = ipv4(group).filter(|_| is_last && group.matches('.').count() == 3)?;
            bytes
                .get_mut(count..count + 4)?
                .copy_from_slice(&ip.octets());
            return Some(count + 4);
        }
        // `from_str_radix` accepts a sign.
        let is_number = group.bytes().all(|digit| digit.is_ascii_hexdigit());
        let digits = group.trim_start_matches('0');
        let number = match digits {
            "" if !group.is_empty() => 0,
            _ => u16::from_str_radix(digits, 16).ok().filter(|_| is_number)?,
        };
        bytes
            .get_mut(count..count + 2)?
            .copy_from_slice(&number.to_be_bytes());
        count += 2;
    }
    Some(count)
}

/// The index of a network interface, given as a number or by its name.
fn scope(zone: &str) -> io::Result<u32> {
    let is_number = zone.bytes().all(|digit| digit.is_ascii_digit());
    let number = if is_number {
        // Java computes in an int.
        zone.parse()
            .ok()
            .filter(|&number| i32::try_from(number).is_ok())
    } else {
        number_of_interface(zone)
    };
    number.ok_or_else(|| io::Error::new(ErrorKind::NotFound, "there is no such network interface"))
}

/// The index of the network interface with this name.
fn number_of_interface(name: &str) -> Option<u32> {
    // The system looks up only the name of the interface here.
    let address = (format!("fe80::1%{name}"), 0)
        .to_socket_addrs()
        .ok()?
        .next()?;
    match address {
        SocketAddr::V6(address) => Some(address.scope_id()).filter(|&scope| scope > 0),
        SocketAddr::V4(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_parsed_as_in_java() {
        let address = |bytes: [u8; 4]| Host::Address {
            ip: bytes.into(),
            scope: 0,
        };
        assert_eq!(Host::of("0177.1").unwrap(), address([177, 0, 0, 1]));
        assert_eq!(Host::of("").unwrap(), address([127, 0, 0, 1]));
        assert_eq!(Host::of("localhost").unwrap(), Host::Name);
        assert!(Host::of("0x7f.0.0.1").is_err());
    }
}
