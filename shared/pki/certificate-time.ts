/** The two time types of X.509 (RFC 5280 §4.1.2.5); eUICC certificates end beyond the year 7000. */
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import type { Tlv } from '../asn1/tlv.ts'
import type { Elements } from './elements.ts'

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
/** `Z` */
const ZULU = 0x5a

/** A UTCTime or GeneralizedTime, as milliseconds since 1970. @throws {Asn1Fault} when it is not a date with seconds in UTC */
export function readTime(elements: Elements, element: Tlv): number {
  const { tag, start, contentStart, end } = element
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) throw new Asn1Fault('a time was expected', start)
  const yearDigits = tag === UTC_TIME ? 2 : 4
  const { octets } = elements
  const pair = (index: number) => twoDigits(octets, contentStart + yearDigits + 2 * index)
  const [month, day, hour, minute, second] = [pair(0), pair(1), pair(2), pair(3), pair(4)]
  const year = tag === UTC_TIME ? windowed(twoDigits(octets, contentStart)) : fourDigits(octets, contentStart)
  const isWhole = end - contentStart === yearDigits + 11 && octets[end - 1] === ZULU
  if (!isWhole || Number.isNaN(year + month + day + hour + minute + second)) {
    throw new Asn1Fault('a time in UTC with seconds was expected', contentStart)
  }
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  // Date carries 31 February over into March, and 24:00 into the next day.
  const isThere =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isThere) throw new Asn1Fault('there is no such date', contentStart)
  return date.getTime()
}

/** Two-digit years mean 1950 to 2049 (RFC 5280 §4.1.2.5.1). */
function windowed(year: number): number {
  return year < 50 ? 2000 + year : 1900 + year
}

/** NaN for what is no number. */
function twoDigits(octets: Uint8Array, at: number): number {
  return digit(octets[at]) * 10 + digit(octets[at + 1])
}

function fourDigits(octets: Uint8Array, at: number): number {
  return twoDigits(octets, at) * 100 + twoDigits(octets, at + 2)
}

function digit(octet = 0): number {
  return octet >= 0x30 && octet <= 0x39 ? octet - 0x30 : Number.NaN
}
