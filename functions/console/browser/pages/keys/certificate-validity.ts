/** From when to when an X.509 certificate is valid, read from its DER: all that the page needs of it. */

export interface Validity {
  /** Milliseconds since the epoch. */
  readonly from: number
  readonly to: number
}

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
const EXPLICIT_VERSION = 0xa0

interface Element {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** null when the octets are no certificate. */
export function validityOf(hex: string): Validity | null {
  const octets = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const certificate = elementAt(octets, 0)
  const signed = certificate && elementAt(octets, certificate.start)
  if (!signed) return null
  const members = membersOf(octets, signed)
  // version, serialNumber, signature, issuer, validity: the version may be left out.
  const validity = members[members[0]?.tag === EXPLICIT_VERSION ? 4 : 3]
  const [from, to] = validity ? membersOf(octets, validity).map((each) => timeIn(octets, each)) : []
  return from && to ? { from, to } : null
}

function elementAt(octets: Uint8Array, at: number): Element | null {
  const tag = octets[at]
  const first = octets[at + 1]
  if (tag === undefined || first === undefined) return null
  const more = first < 0x80 ? 0 : first & 0x7f
  const length =
    more === 0 ? first : octets.subarray(at + 2, at + 2 + more).reduce((sum, each) => sum * 256 + each, 0)
  const start = at + 2 + more
  return start + length > octets.length ? null : { tag, start, end: start + length }
}

function membersOf(octets: Uint8Array, { start, end }: Element): readonly Element[] {
  const members: Element[] = []
  for (let at = start; at < end; ) {
    const member = elementAt(octets, at)
    if (!member) return members
    members.push(member)
    at = member.end
  }
  return members
}

/** `YYMMDDhhmmssZ`, or with the whole year. */
function timeIn(octets: Uint8Array, { tag, start, end }: Element): number | null {
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) return null
  const text = String.fromCharCode(...octets.subarray(start, end))
  const whole = tag === GENERALIZED_TIME ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(whole) ?? []
  if (year === undefined) return null
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
