/** Operation ids: a ULID for age and order, then the EID, so that any Worker finds the eUICC without asking an index. */
import type { OperationId } from './operation.ts'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_DIGITS = 10
const RANDOM_DIGITS = 16
const EID_DIGITS = 32
/** 32 decimal digits need 21 digits of base 36. */
const EID_BASE36_DIGITS = 21

/** 26 characters that sort by time: 48 bits of milliseconds, 80 bits of `random` (10 octets). */
export function ulid(atMs: number, random: Uint8Array): string {
  let time = ''
  for (let rest = atMs, digit = 0; digit < TIME_DIGITS; digit++, rest = Math.floor(rest / 32)) {
    time = CROCKFORD[rest % 32] + time
  }
  let tail = ''
  for (let digit = 0; digit < RANDOM_DIGITS; digit++) {
    const bit = digit * 5
    const pair = ((random[bit >> 3] ?? 0) << 8) | (random[(bit >> 3) + 1] ?? 0)
    tail += CROCKFORD[(pair >> (11 - (bit & 7))) & 31]
  }
  return time + tail
}

export function newOperationId(eid: string, atMs: number, random: Uint8Array): OperationId {
  const digits = BigInt(eid).toString(36).padStart(EID_BASE36_DIGITS, '0').toUpperCase()
  return `op_${ulid(atMs, random)}_${digits}` as OperationId
}

/** The EID (32 digits) inside an operation id, or null when `text` is none. */
export function eidOfOperationId(text: string): string | null {
  const match = /^op_[0-9A-HJKMNP-TV-Z]{26}_([0-9A-Z]{21})$/.exec(text)
  if (!match?.[1]) return null
  let eid = 0n
  for (const digit of match[1]) eid = eid * 36n + BigInt(Number.parseInt(digit, 36))
  const digits = eid.toString()
  return digits.length > EID_DIGITS ? null : digits.padStart(EID_DIGITS, '0')
}
