/** The two time types of X.509 (RFC 5280 §4.1.2.5); eUICC certificates end beyond the year 7000. */
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import type { Tlv } from '../asn1/tlv.ts'
import type { Elements } from './elements.ts'

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

/** A UTCTime or GeneralizedTime, as milliseconds since 1970. @throws {Asn1Fault} when it is not a date with seconds in UTC */
export function readTime(elements: Elements, element: Tlv): number {
  const text = String.fromCharCode(...elements.content(element).subarray(0, 16))
  const digits = fourDigitYear(element, text)
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits)
  if (!parts) throw new Asn1Fault('a time in UTC with seconds was expected', element.contentStart)
  const [, year, month, day, hour, minute, second] = parts
  const wanted = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const instant = Date.parse(wanted)
  // Date.parse carries 31 February over into March, and 24:00 into the next day.
  if (Number.isNaN(instant) || new Date(instant).toISOString() !== wanted) {
    throw new Asn1Fault('there is no such date', element.contentStart)
  }
  return instant
}

/** Two-digit years mean 1950 to 2049 (RFC 5280 §4.1.2.5.1). */
function fourDigitYear(element: Tlv, text: string): string {
  if (element.tag === GENERALIZED_TIME) return text
  if (element.tag !== UTC_TIME) throw new Asn1Fault('a time was expected', element.start)
  return `${text < '5' ? '20' : '19'}${text}`
}
