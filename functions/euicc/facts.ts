/** Named single values of an eUICC: who it is, what its operator set, what the device told. */
import type { Json } from '../../shared/asn1/index.ts'
import { first, type Sql } from './sql.ts'

/** What `enrol` and `update` set; kept as the fact `enrolment`. */
export interface EnrolmentRecord {
  readonly tenant: string
  readonly eid: string
  readonly eimId: string
  readonly labels: { readonly [name: string]: string }
  readonly group: string | null
  readonly expectedPollSeconds: number | null
  readonly timeZone: string | null
  readonly enrolledAt: number
  readonly updatedAt: number
  readonly retiredAt: number | null
}

/** What the picture of the profiles rests on; kept as the fact `picture`. */
export interface PictureRecord {
  /** Highest eUICC sequence number whose effect is in the picture. */
  readonly seqNumber: number
  readonly provenAt: number | null
  readonly stale: boolean
}

export interface Fact {
  readonly name: string
  readonly value: Json
  readonly learntAt: number
}

/** Facts whose names begin so came from the device. */
const DEVICE = 'device.'

function readFact<T>(sql: Sql, name: string): T | undefined {
  const row = first<{ value: string }>(sql, 'SELECT value FROM fact WHERE name = ?', name)
  return row && (JSON.parse(row.value) as T)
}

function writeFact(sql: Sql, name: string, value: unknown, now: number): void {
  sql.run('INSERT OR REPLACE INTO fact VALUES (?, ?, ?)', name, JSON.stringify(value), now)
}

export function readEnrolment(sql: Sql): EnrolmentRecord {
  const enrolment = readFact<EnrolmentRecord>(sql, 'enrolment')
  if (!enrolment) throw new TypeError('an eUICC was read before it was enrolled')
  return enrolment
}

export function writeEnrolment(sql: Sql, enrolment: EnrolmentRecord): void {
  writeFact(sql, 'enrolment', enrolment, enrolment.updatedAt)
}

export function readPicture(sql: Sql): PictureRecord {
  return readFact<PictureRecord>(sql, 'picture') ?? { seqNumber: -1, provenAt: null, stale: false }
}

export function writePicture(sql: Sql, picture: PictureRecord, now: number): void {
  writeFact(sql, 'picture', picture, now)
}

/** Stores what the device said of itself in an IpaEuiccData. Unsigned: as good as the transport it came by. */
export function learnDeviceFact(sql: Sql, name: string, value: Json, now: number): void {
  writeFact(sql, DEVICE + name, value, now)
}

export function readDeviceFact(sql: Sql, name: string): Json | undefined {
  return readFact<Json>(sql, DEVICE + name)
}

export function listDeviceFacts(sql: Sql): Fact[] {
  return sql
    .all<{ name: string; value: string; learnt_at: number }>(
      `SELECT * FROM fact WHERE name LIKE '${DEVICE}%'`,
    )
    .map((row) => ({
      name: row.name.slice(DEVICE.length),
      value: JSON.parse(row.value) as Json,
      learntAt: row.learnt_at,
    }))
}

export interface Certificates {
  readonly euiccCertificate: Uint8Array
  readonly eumCertificate: Uint8Array
}

export function readCertificates(sql: Sql): Certificates | null {
  const rows = sql.all<{ role: string; der: Uint8Array }>('SELECT role, der FROM certificate')
  const euiccCertificate = rows.find((row) => row.role === 'euicc')?.der
  const eumCertificate = rows.find((row) => row.role === 'eum')?.der
  return euiccCertificate && eumCertificate ? { euiccCertificate, eumCertificate } : null
}

export function writeCertificates(sql: Sql, certificates: Certificates, now: number): void {
  sql.run('INSERT OR REPLACE INTO certificate VALUES (?, ?, ?)', 'euicc', certificates.euiccCertificate, now)
  sql.run('INSERT OR REPLACE INTO certificate VALUES (?, ?, ?)', 'eum', certificates.eumCertificate, now)
}
